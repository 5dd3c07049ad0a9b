import type { Unreadable } from '../recording/read/unreadable.ts';
import type { Place } from './block.ts';
import { comparePlaces } from './gather.ts';

/** One reply of `GET /api/events`: which events it holds, of how many. */
export interface Page {
  /** The trace of all its events; `null` when they are of several. */
  readonly traceId: string | null;
  /** The number of its first event among all that the query has; `null` where the reply does not say. */
  readonly offset: number | null;
  readonly events: number;
  readonly total: number;
}

export interface PlacedPage extends Page {
  readonly file: string;
  readonly place: Place;
}

/**
 * Where saved replies are not all that their queries have. A reply does not tell its query: events of one trace may come
 * from a query for that trace, or be a page of one for everything. So the pages of a trace that are not complete by
 * themselves are looked at together with all others.
 */
export function missingPages(pages: readonly PlacedPage[]): Unreadable[] {
  const byTrace = new Map<string | null, PlacedPage[]>();
  for (const page of [...pages].sort((a, b) => comparePlaces(a.place, b.place))) {
    const others = byTrace.get(page.traceId);
    if (others) others.push(page);
    else byTrace.set(page.traceId, [page]);
  }
  const open = [...byTrace].filter(([, group]) => seenOf(group) < totalOf(group));
  const together = open.flatMap(([, group]) => group);
  if (seenOf(together) >= totalOf(together)) return [];
  return open.map(([traceId, group]) => {
    const { file, place } = group[0]!;
    const whose = traceId === null ? '' : ` (of the trace ${JSON.stringify(traceId)})`;
    const problem = `GET /api/events has ${totalOf(group)} events, the input has ${seenOf(group)} of them${whose}; add the other pages`;
    return { file, line: place.line, problem };
  });
}

function totalOf(pages: readonly Page[]): number {
  return pages.reduce((most, { total }) => Math.max(most, total), 0);
}

/** How many events these pages hold; where they overlap, once. */
function seenOf(pages: readonly Page[]): number {
  let seen = 0;
  let end = 0;
  for (const { offset, events } of [...pages].sort((a, b) => (a.offset ?? 0) - (b.offset ?? 0))) {
    if (offset === null) seen += events;
    else {
      seen += Math.max(0, offset + events - Math.max(offset, end));
      end = Math.max(end, offset + events);
    }
  }
  return seen;
}
