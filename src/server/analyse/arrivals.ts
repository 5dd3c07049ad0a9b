import { EVENT_TYPES, type EventType } from '../../protocol/event-type.ts';
import type { Outcome, SentFields } from '../../recording/event.ts';
import type { Sender } from '../backend.ts';
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
  return {
    ...(typeof spanId === 'string' && { spanId }),
    ...(typeof stepId === 'number' && { stepId }),
    ...(typeof parentStepId === 'number' && { parentStepId }),
    ...(typeof timestamp === 'string' && { timestamp }),
    ...(typeof idempotencyKey === 'string' && { idempotencyKey }),
  };
}
