import type { IngestEvent } from '../../protocol/ingest-event.ts';

/** The content as the backend stores it. */
export function normaliseContent(event: Pick<IngestEvent, 'eventType' | 'content' | 'metadata'>): unknown {
  return event.content;
}
