import { readdirSync, readFileSync } from 'node:fs';

/** One recorded exchange and what was seen around it. The format is described in `fixtures/wire/README.md`. */
export interface Step {
  readonly id: string;
  readonly request: {
    readonly service: 'analyse' | 'proxy';
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    /** A string was sent as that text, anything else as JSON; `null`: no body. */
    readonly body: unknown;
  };
  readonly response: Answer;
  /** What the model provider received from the proxy, and what it answered. */
  readonly upstream?: readonly { readonly request: UpstreamRequest; readonly response: UpstreamResponse }[];
  /** The events that the proxy then sent to the ingest API. */
  readonly dispatched?: readonly {
    readonly body: unknown;
    readonly status: number;
    readonly reply: unknown;
  }[];
  /** The trace's rows afterwards. */
  readonly stored?: readonly unknown[];
  /** What the worker had given up by then. */
  readonly dlq?: readonly unknown[];
}

export interface Answer {
  readonly status: number;
  /** The headers that are compared; the backend sends more. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface UpstreamRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export type UpstreamResponse =
  | {
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: unknown;
      readonly cut?: boolean;
    }
  | { readonly error: string };

export interface Scenario {
  readonly scenario: string;
  readonly group: string;
  readonly mode: 'direct' | 'queued';
  readonly steps: readonly Step[];
}

const FOLDER = new URL('../../fixtures/wire/', import.meta.url);

/** Every recorded scenario, group by group, in the order of the files. */
export function readScenarios(groups?: readonly string[]): Scenario[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.jsonl'))
    .filter((name) => !groups || groups.includes(name.slice(0, -'.jsonl'.length)))
    .sort()
    .flatMap((name) => readLines(name));
}

/** Requests that went before a group's first scenario: see `fixtures/wire/README.md`. */
export function readPreparations(group: string): Step['request'][] {
  const all = JSON.parse(readFileSync(new URL('before.json', FOLDER), 'utf8')) as Record<
    string,
    Step['request'][]
  >;
  return all[group] ?? [];
}

function readLines(name: string): Scenario[] {
  const text = readFileSync(new URL(name, FOLDER), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Scenario);
}
