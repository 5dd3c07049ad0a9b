import type { Reply } from '../backend.ts';
import type { Engine } from './engine.ts';
import type { StoredEvent } from './stored-event.ts';

/** What the database takes for a uuid. */
export const UUID = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;

/** `GET /api/events`: newest first, of any tenant. */
export function listEvents(engine: Engine, query: URLSearchParams): Reply {
  const userId = query.get('userId');
  const providerId = query.get('providerId');
  if ((userId && !UUID.test(userId)) || (providerId && !UUID.test(providerId))) {
    return { status: 500, body: { error: 'Failed to fetch events' } };
  }
  const traceId = query.get('traceId') || query.get('threadId');
  const candidates = traceId ? (engine.traces.get(traceId)?.events ?? []) : [...engine.events];
  const matching = candidates
    .filter(({ row }) => (!userId || row.userId === userId) && (!providerId || row.providerId === providerId))
    .sort(newestFirst);
  const limit = bounded(query.get('limit'), { fallback: 100, min: 1, max: 200 });
  const offset = bounded(query.get('offset'), { fallback: 0, min: 0, max: Infinity });
  const events = matching.slice(offset, offset + limit);
  const total = matching.length;
  return {
    status: 200,
    body: {
      events: events.map((event) => rowOf(event, included(query.get('include')))),
      pagination: { total, limit, offset, hasMore: offset + events.length < total },
    },
  };
}

/** `GET /api/events/:id`: of any tenant. */
export function readEvent(engine: Engine, id: string, query: URLSearchParams): Reply {
  if (!UUID.test(id)) return { status: 500, body: { error: 'Failed to fetch event' } };
  const event = engine.event(id);
  if (!event) return { status: 404, body: { error: 'Event not found' } };
  return { status: 200, body: rowOf(event, included(query.get('include'))) };
}

/** Numbers as the backend reads them: what is no number, and 0, is the fallback. */
export function bounded(
  text: string | null,
  { fallback, min, max }: { fallback: number; min: number; max: number },
) {
  return Math.min(max, Math.max(min, Number.parseInt(text ?? '', 10) || fallback));
}

export function included(text: string | null): ReadonlySet<string> {
  return new Set((text ?? '').split(',').map((name) => name.trim()));
}

function newestFirst(a: StoredEvent, b: StoredEvent): number {
  return b.row.timestamp - a.row.timestamp || b.row.tieBreak - a.row.tieBreak;
}

function rowOf(event: StoredEvent, include: ReadonlySet<string>): Record<string, unknown> {
  const { row } = event;
  return {
    id: event.id,
    traceId: row.traceId,
    spanId: row.spanId,
    stepId: row.stepId,
    parentStepId: row.parentStepId ?? null,
    eventType: row.eventType,
    timestamp: new Date(row.timestamp).toISOString(),
    userId: row.userId,
    providerId: row.providerId,
    createdAt: new Date(row.createdAt).toISOString(),
    ...(include.has('content') && { content: event.content }),
    ...(include.has('metadata') && { metadata: event.metadata }),
  };
}
