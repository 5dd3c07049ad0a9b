import { randomUUID } from 'node:crypto';
import type { ClientConfig } from './config.ts';
import { type EventParts, refusal, type WireEvent } from './event.ts';
import { snapshot } from './snapshot.ts';

/** One answer of the backend, or none. */
export interface Attempt {
  /** `null`: the connection failed or the time was up. */
  readonly status: number | null;
  readonly retryAfter: string | null;
  /** The body as parsed JSON; `undefined` when it was none or was cut off. */
  readonly body: unknown;
  /** Why no attempt will ever succeed. */
  readonly impossible?: string;
}

/**
 * Every choice in which tracing goes right or wrong, in one place. The tests of the contract put a wrong one in its place,
 * one at a time, and expect exactly the requirement that it breaks to fail.
 */
export interface Decisions {
  readonly joinUrl: (base: string, path: string) => string;
  /** The whole payload, copied when the method is called. */
  readonly snapshot: (value: unknown) => unknown;
  readonly refuse: (parts: EventParts) => string | null;
  readonly spanId: (given: string | undefined) => string;
  readonly idempotencyKey: (given: string | undefined) => string;
  readonly timestamp: (given: string | undefined) => string;
  readonly latencyMs: (given: number | undefined) => number | undefined;
  /** Called for every attempt to send an event, with what was decided at the call. */
  readonly onTheWire: (event: WireEvent) => unknown;
  readonly contentOf: (parts: EventParts) => unknown;
  readonly metadataOf: (parts: EventParts) => Readonly<Record<string, unknown>>;
  readonly redirect: 'manual' | 'follow';
  readonly delivered: (attempt: Attempt) => boolean;
  /** Milliseconds until the next attempt; `null` gives up. `attempts` counts those made. */
  readonly retryIn: (attempt: Attempt, attempts: number) => number | null;
  /** Sends that share a lane go out one after the other. */
  readonly lane: (traceId: string) => string;
  /** Whether a registration that is under way or done is used again. */
  readonly registerOnce: boolean;
  /** How long an event and a model call wait for the registration, in milliseconds. */
  readonly registrationLimit: { readonly events: number; readonly models: number };
  /** Milliseconds until registration is tried again after `failures` transient failures in a row. */
  readonly registerAgainIn: (failures: number) => number | null;
  /** Whether a refused registration is reported, and with the backend's reason. */
  readonly reportRejection: boolean;
  readonly deliverInBackground: boolean;
  readonly flushOnClose: boolean;
  /** What the application is told; `null` for nothing. */
  readonly problem: (text: string, config: ClientConfig) => string | null;
  readonly proxyHeaders: (config: ClientConfig, traceId: string) => Record<string, string>;
  /** The key that reaches the proxy; the application's own is never used. */
  readonly proxyKey: (config: ClientConfig, own: string | undefined) => string;
  readonly openaiBaseUrl: (config: ClientConfig) => string;
  readonly anthropicBaseUrl: (config: ClientConfig) => string;
}

/** 429 and the server errors that pass; every other 4xx, 501 and redirects are final. */
const TRANSIENT = [429, 500, 502, 503, 504];

/** Attempts for one event: the first and three more, as the WhyOps documentation has it. */
const ATTEMPTS = 4;

/** The longest pause that a server may ask for, in milliseconds. */
const LONGEST_PAUSE = 30_000;

const withoutSlash = (url: string) => url.replace(/\/+$/, '');

export const CORRECT: Decisions = {
  joinUrl: (base, path) => withoutSlash(base) + path,
  snapshot,
  refuse: refusal,
  spanId: (given) => given || `span_${randomUUID()}`,
  idempotencyKey: (given) => given || randomUUID(),
  timestamp: (given) => given ?? new Date().toISOString(),
  latencyMs: (given) => (given === undefined ? undefined : Math.round(given)),
  onTheWire: (event) => event,
  contentOf: (parts) => parts.content,
  metadataOf: (parts) => parts.metadata ?? {},
  redirect: 'manual',
  delivered: ({ status, body }) =>
    status !== null && status >= 200 && status < 300 && typeof body === 'object' && !isNegative(body),
  retryIn: (attempt, attempts) => {
    if (attempts >= ATTEMPTS || attempt.impossible !== undefined) return null;
    const unclear = attempt.status !== null && attempt.status >= 200 && attempt.status < 300;
    if (attempt.status !== null && !unclear && !TRANSIENT.includes(attempt.status)) return null;
    return askedPause(attempt.retryAfter) ?? 100 * 2 ** attempts;
  },
  lane: (traceId) => traceId,
  registerOnce: true,
  // An event waits in the background; a model call holds up the agent.
  registrationLimit: { events: Infinity, models: 4_000 },
  registerAgainIn: (failures) => Math.min(100 * 2 ** failures, LONGEST_PAUSE),
  reportRejection: true,
  deliverInBackground: true,
  flushOnClose: true,
  problem: (text, { apiKey }) => (apiKey === '' ? text : text.replaceAll(apiKey, '[WhyOps key]')),
  proxyHeaders: ({ agentName }, traceId) => ({
    'X-Agent-Name': agentName,
    'X-Trace-ID': traceId,
    'X-Thread-ID': traceId,
  }),
  proxyKey: ({ apiKey }) => apiKey,
  openaiBaseUrl: ({ proxyBaseUrl }) => `${withoutSlash(proxyBaseUrl)}/v1`,
  anthropicBaseUrl: ({ proxyBaseUrl }) => withoutSlash(proxyBaseUrl),
};

function isNegative(body: unknown): boolean {
  return body === null || (body as { success?: unknown }).success === false;
}

/** `Retry-After` in milliseconds: seconds or a date. */
function askedPause(retryAfter: string | null): number | null {
  if (retryAfter === null) return null;
  const seconds = Number(retryAfter);
  const pause = Number.isNaN(seconds) ? Date.parse(retryAfter) - Date.now() : seconds * 1000;
  return Number.isNaN(pause) ? null : Math.min(Math.max(pause, 0), LONGEST_PAUSE);
}
