import type { EventType } from '../protocol/event-type.ts';
import type { Outcome, RecordedEvent, SentFields } from './event.ts';
import type { Address, Credential, Exchange, Route, Service } from './exchange.ts';
import { Recording } from './recording.ts';
import { replyTo } from './reply.ts';
import type { Evidence } from './trace.ts';

/** One event as an SDK writes it: the members of the ingest API. */
export interface SentEvent extends SentFields {
  readonly eventType: EventType;
  readonly traceId: string;
  readonly agentName: string;
  readonly content?: unknown;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly externalUserId?: string;
}

/** How a request went, where it did not go as usual. */
export interface Delivery {
  /** `http://localhost:4010` stands for the configured service unless given. */
  readonly origin?: string;
  readonly path?: string;
  readonly service?: Service;
  /** `configured` unless given. */
  readonly address?: Address;
  readonly route?: Route | null;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly credentials?: readonly Credential[];
  /** The status of the reply; `null` when the connection ended before one. */
  readonly status?: number | null;
  readonly response?: unknown;
  /** The kind of fault that was played. Without `stored` the request was not looked at. */
  readonly fault?: string;
  /** With a `fault`: the request was processed all the same and only its reply was lost. */
  readonly stored?: boolean;
  readonly scope?: string;
  /** What the worker made of the events after a good answer. */
  readonly outcome?: Outcome;
}

/** Where events are sent to: the queued endpoint, the one that stores at once, and the one for tool responses alone. */
export type EventRoute = 'ingest' | 'events' | 'tool-result';

/** A call of a model through the proxy. */
export interface ModelCall {
  readonly route: 'chat' | 'responses' | 'embeddings' | 'messages';
  readonly agentName: string | null;
  /** The `X-Trace-ID` header; `null` when it was not sent. */
  readonly traceId: string | null;
  readonly threadId?: string;
  /** The trace that a signature in the message history names. */
  readonly signedTraceId?: string;
  readonly request: Readonly<Record<string, unknown>>;
  /** The events that the proxy makes of the call. */
  readonly events: readonly {
    readonly eventType: EventType;
    readonly content: unknown;
    readonly metadata?: Readonly<Record<string, unknown>>;
    readonly spanId?: string;
  }[];
}

export const PROXY_ORIGIN = 'http://127.0.0.1:4010';
export const ANALYSE_ORIGIN = 'http://127.0.0.1:4020';

const WHYOPS_KEY: Credential = { header: 'authorization', kind: 'whyops', hint: 'whyops_…' };
const START = Date.UTC(2026, 0, 1);

interface Row {
  readonly id: string;
  readonly spanId: string;
}

/** What the backend remembers of one trace. */
interface StoredTrace {
  readonly agentName: string | null;
  lastStep: number;
  readonly byKey: Map<string, Row>;
}

/**
 * Writes a recording without a server: gives ids, arrival order, steps, spans and the outcome of each event by the rules
 * of the ingest API (steps, idempotency keys, content hash, binding to one agent). What a request is answered beyond
 * that is the caller's to say in {@link Delivery}.
 */
export class RecordingBuilder {
  readonly recording: Recording;
  readonly #traces = new Map<string, StoredTrace>();
  #seq = 0;
  #spans = 0;
  #generated = 0;
  #clock = START;

  constructor(evidence?: Evidence) {
    this.recording = new Recording(evidence ? { evidence } : {});
  }

  /** One request with these events, to `/api/events/ingest` unless another route is given. */
  ingest(
    events: readonly SentEvent[],
    delivery: Delivery = {},
    route: EventRoute = 'ingest',
  ): RecordedEvent[] {
    const traceIds = new Set(events.map((event) => event.traceId));
    const failed = delivery.fault !== undefined && !delivery.stored;
    const accepted = route === 'ingest' ? 202 : 201;
    const status = delivery.status === undefined ? (delivery.fault ? null : accepted) : delivery.status;
    const exchange = this.#open('analyse', EVENT_PATHS[route], delivery, {
      route,
      agentName: events[0]?.agentName ?? null,
      traceId: traceIds.size === 1 ? (events[0]?.traceId ?? null) : null,
      traceIdSource: 'body',
      request: bodyOf(events, route),
      response: status === 202 ? { success: true, accepted: true, queuedCount: events.length } : undefined,
      status,
    });
    const recorded = events.map((event) =>
      this.#event(event, 'manual', exchange, (spanId) => {
        if (status !== null && status >= 400 && !delivery.stored)
          return { status: 'rejected', httpStatus: status, error: errorText(delivery.response) };
        if (failed) return { status: 'lost', fault: delivery.fault ?? '' };
        return delivery.outcome ?? this.#store(event, event, spanId);
      }),
    );
    if (status === 201 && delivery.response === undefined) {
      const replies = recorded.map((event) => replyTo(event, this.recording));
      exchange.response = replies.length === 1 ? replies[0] : replies;
    }
    this.#close(exchange);
    return recorded;
  }

  /** One call of a model through the proxy, with the events that the proxy makes of it. */
  call(call: ModelCall, delivery: Delivery = {}): RecordedEvent[] {
    const path = MODEL_PATHS[call.route];
    const status = delivery.status === undefined ? 200 : delivery.status;
    const refused = status !== null && status >= 400 && call.events.length === 0;
    const traceId =
      call.traceId ?? call.threadId ?? call.signedTraceId ?? (refused ? null : `thread_${++this.#generated}`);
    const exchange = this.#open('proxy', path, delivery, {
      route: call.route,
      agentName: call.agentName,
      traceId,
      traceIdSource:
        traceId === null
          ? null
          : (call.traceId ?? call.threadId) !== undefined && (call.traceId ?? call.threadId) !== null
            ? 'header'
            : call.signedTraceId !== undefined
              ? 'signature'
              : 'generated',
      signedTraceId: call.signedTraceId ?? null,
      headers: {
        ...(call.agentName !== null && { 'x-agent-name': call.agentName }),
        ...(call.traceId !== null && { 'x-trace-id': call.traceId }),
        ...(call.threadId !== undefined && { 'x-thread-id': call.threadId }),
      },
      request: call.request,
      status,
    });
    const recorded =
      traceId === null
        ? []
        : call.events.map((event) => {
            const sent: SentEvent = {
              eventType: event.eventType,
              traceId,
              agentName: call.agentName ?? '',
              content: event.content,
              ...(event.metadata && { metadata: event.metadata }),
              spanId: event.spanId ?? `span_${++this.#spans}`,
              timestamp: this.#now(),
            };
            return this.#event(sent, 'proxied', exchange, (spanId) => this.#store(sent, sent, spanId));
          });
    this.#close(exchange);
    return recorded;
  }

  /** One registration of an agent. */
  init(agentName: string, metadata: unknown, delivery: Delivery = {}): Exchange {
    const status = delivery.status === undefined ? (delivery.fault ? null : 201) : delivery.status;
    const exchange = this.#open('analyse', '/api/entities/init', delivery, {
      route: 'init',
      agentName,
      request: { agentName, metadata },
      status,
      response: status === 201 ? { success: true, status: 'created' } : undefined,
    });
    this.#close(exchange);
    return exchange;
  }

  /** Any other request, to wherever `delivery` says. */
  request(method: string, path: string, delivery: Delivery & { request?: unknown } = {}): Exchange {
    const exchange = this.#open(delivery.service ?? 'proxy', path, delivery, {
      method,
      request: delivery.request,
      status: delivery.status === undefined ? 404 : delivery.status,
    });
    this.#close(exchange);
    return exchange;
  }

  #open(
    service: Service,
    path: string,
    delivery: Delivery,
    seen: Partial<Exchange>,
  ): { -readonly [Key in keyof Exchange]: Exchange[Key] } {
    const exchange = {
      id: `x${this.recording.exchanges.length + 1}`,
      seq: ++this.#seq,
      endSeq: null,
      service: delivery.service ?? service,
      route: delivery.route === undefined ? (seen.route ?? null) : delivery.route,
      origin: delivery.origin ?? (service === 'analyse' ? ANALYSE_ORIGIN : PROXY_ORIGIN),
      address: delivery.address ?? 'configured',
      method: seen.method ?? 'POST',
      path: delivery.path ?? path,
      headers: defined({
        'content-type': 'application/json',
        authorization: '[whyops key]',
        ...seen.headers,
        ...delivery.headers,
      }),
      credentials: delivery.credentials ?? [WHYOPS_KEY],
      agentName: seen.agentName ?? null,
      traceId: seen.traceId ?? null,
      traceIdSource: seen.traceIdSource ?? null,
      signedTraceId: seen.signedTraceId ?? null,
      scope: delivery.scope ?? null,
      request: seen.request,
      status: seen.status ?? null,
      response: delivery.response ?? seen.response,
      fault: delivery.fault ?? null,
      startedAt: (this.#clock += 1000),
    };
    this.recording.exchanges.push(exchange);
    return exchange;
  }

  #close(exchange: { endSeq: number | null }): void {
    exchange.endSeq = ++this.#seq;
  }

  #event(
    sent: SentEvent,
    representation: RecordedEvent['representation'],
    exchange: Exchange,
    decide: (spanId: string) => Outcome,
  ): RecordedEvent {
    const spanId = sent.spanId ?? `span_${++this.#spans}`;
    const trace = this.#trace(sent);
    const stepId = sent.stepId ?? trace.lastStep + 1;
    const parentStepId =
      sent.stepId === undefined
        ? trace.lastStep || null
        : (sent.parentStepId ?? (stepId > 1 ? stepId - 1 : null));
    const outcome = decide(spanId);
    const stored = outcome.status === 'stored';
    if (stored) trace.lastStep = Math.max(trace.lastStep, stepId);
    const recorded: RecordedEvent = {
      id: `e${this.recording.events.length + 1}`,
      seq: ++this.#seq,
      exchangeId: exchange.id,
      representation,
      eventType: sent.eventType,
      traceId: sent.traceId,
      agentName: sent.agentName,
      sent: sentFields(sent),
      spanId: stored ? spanId : (sent.spanId ?? null),
      stepId: stored ? stepId : (sent.stepId ?? null),
      parentStepId: stored ? parentStepId : (sent.parentStepId ?? null),
      timestamp: sent.timestamp ?? this.#now(),
      content: sent.content,
      metadata: sent.metadata ?? null,
      externalUserId: sent.externalUserId ?? null,
      outcome,
      scope: exchange.scope,
    };
    this.recording.events.push(recorded);
    return recorded;
  }

  #trace(sent: SentEvent): StoredTrace {
    let trace = this.#traces.get(sent.traceId);
    if (!trace)
      this.#traces.set(
        sent.traceId,
        (trace = { agentName: sent.agentName, lastStep: 0, byKey: new Map<string, Row>() }),
      );
    return trace;
  }

  /** Stores, skips or gives the event up, as the ingest worker does. */
  #store(sent: SentEvent, { idempotencyKey }: SentFields, spanId: string): Outcome {
    const trace = this.#trace(sent);
    if (sent.agentName !== trace.agentName) return { status: 'dead-letter', error: CONFLICT };
    const id = `e${this.recording.events.length + 1}`;
    const key = idempotencyKey !== undefined ? `key ${idempotencyKey}` : contentKey(sent);
    const first = key === null ? undefined : trace.byKey.get(key);
    if (first)
      return {
        status: 'skipped',
        by: idempotencyKey === undefined ? 'content' : 'key',
        duplicateOf: first.id,
      };
    if (key !== null) trace.byKey.set(key, { id, spanId });
    return { status: 'stored' };
  }

  #now(): string {
    return new Date(this.#clock).toISOString();
  }
}

const CONFLICT = 'Trace is already bound to a different agent/version for this traceId';

const EVENT_PATHS = {
  ingest: '/api/events/ingest',
  events: '/api/events',
  'tool-result': '/api/events/tool-result',
} as const;

const MODEL_PATHS = {
  chat: '/v1/chat/completions',
  responses: '/v1/responses',
  embeddings: '/v1/embeddings',
  messages: '/v1/messages',
} as const;

/** The body of a request with events: one by itself or an array. `/tool-result` knows the type of its events. */
export function bodyOf(events: readonly SentEvent[], route: EventRoute): unknown {
  const bodies = route === 'tool-result' ? events.map(({ eventType: _, ...rest }) => rest) : events;
  return bodies.length === 1 ? bodies[0] : bodies;
}

/** Tool requests and responses, and the old `tool_call`, are never compared by content. */
function contentKey(sent: SentEvent): string | null {
  if (sent.eventType.startsWith('tool_call')) return null;
  return `hash ${JSON.stringify([sent.eventType, sent.parentStepId, sent.content])}`;
}

function sentFields({ spanId, stepId, parentStepId, timestamp, idempotencyKey }: SentEvent): SentFields {
  return defined({ spanId, stepId, parentStepId, timestamp, idempotencyKey });
}

function defined<Value extends object>(
  members: Value,
): { [Key in keyof Value]: Exclude<Value[Key], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;
}

function errorText(response: unknown): string {
  if (typeof response === 'string') return response;
  const error = (response as { error?: unknown } | undefined)?.error;
  return typeof error === 'string' ? error : '';
}
