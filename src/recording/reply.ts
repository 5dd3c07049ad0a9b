import { type EventReply, SKIPPED_MESSAGE } from '../protocol/ingest-reply.ts';
import type { RecordedEvent } from './event.ts';
import type { Recording } from './recording.ts';

/** What the endpoints that store at once answer for one event that they took. */
export function replyTo(event: RecordedEvent, { events }: Recording): EventReply {
  const { outcome } = event;
  if (outcome.status === 'sampled_out') return { id: null, status: 'sampled_out', message: outcome.message };
  const first =
    outcome.status === 'skipped' ? events.find(({ id }) => id === outcome.duplicateOf) : undefined;
  const { id, stepId, parentStepId, spanId } = first ?? event;
  const row = { id, stepId: stepId ?? 1, spanId: spanId ?? '' };
  return outcome.status === 'skipped'
    ? { ...row, status: 'skipped', parentStepId, message: SKIPPED_MESSAGE }
    : { ...row, status: 'saved', ...(parentStepId !== null && { parentStepId }) };
}
