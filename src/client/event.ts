import type { EventType } from '../protocol/event-type.ts';

/** Optional fields that every event method takes. Times are ISO 8601 and end in `Z`; ids have at most 128 characters. */
export interface EventOptions {
  readonly spanId?: string;
  /** An integer from 1; only for frameworks that have stable ordered steps. */
  readonly stepId?: number;
  /** An integer from 1; the backend keeps it only next to `stepId`. */
  readonly parentStepId?: number;
  readonly timestamp?: string;
  readonly idempotencyKey?: string;
  /** At most 255 characters. */
  readonly externalUserId?: string;
  /** Whole milliseconds; a fraction is rounded, because the backend cannot store it. */
  readonly latencyMs?: number;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Token counts, integers from 0. Anthropic's total counts all four, OpenAI's prompt tokens include the cached ones. */
export interface Usage {
  readonly promptTokens?: number;
  readonly completionTokens?: number;
  readonly totalTokens?: number;
  readonly cacheReadTokens?: number;
  readonly cacheCreationTokens?: number;
}

/** A tool invocation as it was carried out: arguments are an object. */
export interface ToolCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** A tool invocation as a model asked for it: arguments are a JSON string. */
export interface RequestedToolCall {
  readonly id?: string;
  readonly function: { readonly name: string; readonly arguments: string };
}

/** An event before it is on the wire: what the method was given, by the wire's names. */
export interface EventParts {
  readonly eventType: EventType;
  readonly content: unknown;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly options: EventOptions;
}

/** One event as `POST /events/ingest` takes it. Absent fields are left out: the backend refuses `null`. */
export interface WireEvent {
  readonly eventType: EventType;
  readonly traceId: string;
  readonly agentName: string;
  readonly spanId?: string;
  readonly stepId?: number;
  readonly parentStepId?: number;
  readonly timestamp: string;
  readonly idempotencyKey: string;
  readonly externalUserId?: string;
  readonly content: unknown;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Option names, for refusing what is none; by event type those of the method beside the common ones. */
const COMMON = [
  'spanId',
  'stepId',
  'parentStepId',
  'timestamp',
  'idempotencyKey',
  'externalUserId',
  'latencyMs',
  'metadata',
];
const OWN: Partial<Record<EventType, readonly string[]>> = {
  llm_response: ['toolCalls', 'finishReason', 'usage'],
  llm_thinking: ['signature'],
  embedding_response: ['totalTokens'],
  tool_call_request: ['requestedAt'],
  tool_call_response: ['respondedAt'],
  error: ['status', 'stack'],
};

/** @returns what the backend would refuse, or drop in silence, in words for the caller; `null` when nothing. */
export function refusal(parts: EventParts): string | null {
  const { eventType, options } = parts;
  const known = [...COMMON, ...(OWN[eventType] ?? [])];
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) return `${eventType} has no option "${unknown}". It takes: ${known.join(', ')}.`;
  for (const name of ['stepId', 'parentStepId'] as const) {
    const step = options[name];
    if (step !== undefined && !(Number.isInteger(step) && step >= 1 && step <= 0x7fffffff))
      return `${name} is ${step}; it must be an integer from 1.`;
  }
  for (const [name, limit] of [
    ['spanId', 128],
    ['idempotencyKey', 128],
    ['externalUserId', 255],
  ] as const)
    if ((options[name]?.length ?? 0) > limit)
      return `${name} has ${options[name]!.length} characters; at most ${limit} are kept.`;
  if (
    options.timestamp !== undefined &&
    !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z$/.test(options.timestamp)
  )
    return `timestamp is "${options.timestamp}"; write it in UTC, such as 2026-01-31T12:00:00.000Z.`;
  return null;
}
