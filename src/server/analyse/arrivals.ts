import { EVENT_TYPES, type EventType } from '../../protocol/event-type.ts';
import { HEADERS } from '../../protocol/headers.ts';
import type { Outcome, SentFields } from '../../recording/event.ts';
import type { Sender } from '../backend.ts';
import type { OpenExchange } from '../open-exchange.ts';
import type { OpenEvent, Recorder } from '../recorder.ts';
import { asRecord } from './record.ts';

const TYPES: ReadonlySet<unknown> = new Set(EVENT_TYPES);

/** The route names the type by itself: `/tool-result`. */
export interface Reading {
  readonly as?: EventType;
}

/**
 * Records every event of a body that can be recognised, whatever became of it. Values of a wrong type are not repeated
 * in the typed fields: they stand in the recorded exchange.
 */
export function recordArrivals(
  recorder: Recorder,
  body: unknown,
  sender: Pick<Sender, 'representation' | 'exchange' | 'externalUserId'>,
  outcome: Outcome,
  reading: Reading = {},
): OpenEvent[] {
  const elements: readonly unknown[] = Array.isArray(body) ? body : [body];
  const recorded: OpenEvent[] = [];
  for (const element of elements) {
    const event = asRecord(element);
    const eventType = reading.as ?? event?.eventType;
    if (!event || !TYPES.has(eventType) || typeof event.traceId !== 'string') continue;
    recorded.push(
      recordArrival(recorder, { ...event, eventType } as Readonly<Record<string, unknown>>, sender, outcome),
    );
  }
  return recorded;
}

/** Records the events of a request that was answered before anybody looked at them: by a fault, or for want of a key. */
export function recordUnprocessed(recorder: Recorder, exchange: OpenExchange, outcome: Outcome): void {
  const sender = {
    representation: 'manual' as const,
    exchange,
    externalUserId: exchange.rawHeaders.get(HEADERS.externalUserId),
  };
  const isToolResult = /\/events\/tool-result$/.test(exchange.path.split('?')[0] ?? '');
  recordArrivals(
    recorder,
    exchange.request,
    sender,
    outcome,
    isToolResult ? { as: 'tool_call_response' } : {},
  );
  exchange.traceId = sharedTrace(exchange.request);
}

/** The trace of the events of a body when they all name the same one. */
export function sharedTrace(body: unknown): string | null {
  const elements: readonly unknown[] = Array.isArray(body) ? body : [body];
  const id = asRecord(elements[0])?.traceId;
  if (typeof id !== 'string') return null;
  return elements.every((element) => asRecord(element)?.traceId === id) ? id : null;
}

/** Records one event whose type and trace are known to be what they have to be. */
export function recordArrival(
  recorder: Recorder,
  event: Readonly<Record<string, unknown>>,
  sender: Pick<Sender, 'representation' | 'exchange' | 'externalUserId'>,
  outcome: Outcome,
): OpenEvent {
  return recorder.event(
    {
      eventType: event.eventType as EventType,
      traceId: event.traceId as string,
      agentName: typeof event.agentName === 'string' ? event.agentName : null,
      sent: sentFields(event),
      content: event.content,
      metadata: asRecord(event.metadata) ?? null,
      externalUserId: typeof event.externalUserId === 'string' ? event.externalUserId : sender.externalUserId,
      representation: sender.representation,
      exchange: sender.exchange,
    },
    outcome,
  );
}

function sentFields(event: Readonly<Record<string, unknown>>): SentFields {
  const { spanId, stepId, parentStepId, timestamp, idempotencyKey } = event;
  const sent: { -readonly [Field in keyof SentFields]: SentFields[Field] } = {};
  if (typeof spanId === 'string') sent.spanId = spanId;
  if (typeof stepId === 'number') sent.stepId = stepId;
  if (typeof parentStepId === 'number') sent.parentStepId = parentStepId;
  if (typeof timestamp === 'string') sent.timestamp = timestamp;
  if (typeof idempotencyKey === 'string') sent.idempotencyKey = idempotencyKey;
  return sent;
}
