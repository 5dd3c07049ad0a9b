import { EVENT_TYPES, type EventType } from '../protocol/event-type.ts';
import type { Outcome, SentFields } from '../recording/event.ts';
import type { OpenExchange } from './open-exchange.ts';
import type { Recorder } from './recorder.ts';

const KNOWN: ReadonlySet<unknown> = new Set(EVENT_TYPES);

/** Records the events of a request that was never processed, so that the recording still shows what was sent. */
export function recordUnprocessed(recorder: Recorder, exchange: OpenExchange, outcome: Outcome): void {
  for (const candidate of Array.isArray(exchange.request) ? exchange.request : [exchange.request]) {
    if (!isEvent(candidate)) continue;
    recorder.event(
      {
        eventType: candidate.eventType,
        traceId: candidate.traceId,
        agentName: stringOrNull(candidate['agentName']),
        sent: sentFields(candidate),
        content: candidate['content'],
        metadata: isObject(candidate['metadata']) ? candidate['metadata'] : null,
        externalUserId: stringOrNull(candidate['externalUserId']),
        representation: 'manual',
        exchange,
      },
      outcome,
    );
    exchange.traceId ??= candidate.traceId;
  }
}

type EventLike = Record<string, unknown> & { eventType: EventType; traceId: string };

function isEvent(value: unknown): value is EventLike {
  return isObject(value) && KNOWN.has(value['eventType']) && typeof value['traceId'] === 'string';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function stringOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** What the sender set by itself, members of the wrong type left out. */
export function sentFields(event: Readonly<Record<string, unknown>>): SentFields {
  const sent: { -readonly [Key in keyof SentFields]: SentFields[Key] } = {};
  if (typeof event['spanId'] === 'string') sent.spanId = event['spanId'];
  if (typeof event['stepId'] === 'number') sent.stepId = event['stepId'];
  if (typeof event['parentStepId'] === 'number') sent.parentStepId = event['parentStepId'];
  if (typeof event['timestamp'] === 'string') sent.timestamp = event['timestamp'];
  if (typeof event['idempotencyKey'] === 'string') sent.idempotencyKey = event['idempotencyKey'];
  return sent;
}
