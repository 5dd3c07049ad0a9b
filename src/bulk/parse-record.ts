import { isAscii, isUtf8 } from 'node:buffer';
import type { RecordedEvent } from '../recording/event.ts';
import type { Exchange } from '../recording/exchange.ts';
import type { Encoding } from './block.ts';
import { isRecordingItem, readItem } from '../recording/ndjson.ts';
import type { Page } from './pages.ts';
import { type Row, readRow } from '../recording/read/row.ts';
import { quote, UnreadableError } from '../recording/read/unreadable.ts';

/** What a record turns out to hold. */
export type Entry =
  | { readonly kind: 'row'; readonly row: Row }
  | { readonly kind: 'event'; readonly event: RecordedEvent }
  | { readonly kind: 'exchange'; readonly exchange: Exchange }
  /** A reply said how many events there are. */
  | { readonly kind: 'page'; readonly page: Page };

/** Deeper values cannot be compared, written or shown without running out of stack. */
const DEEPEST = 500;

export function encodingOf(bytes: Buffer): Encoding {
  return isAscii(bytes) ? 'ascii' : isUtf8(bytes) ? 'utf8' : 'unknown';
}

/** @throws UnreadableError */
export function recordText(bytes: Buffer, start: number, end: number, encoding: Encoding): string {
  if (encoding === 'unknown' && !isUtf8(bytes.subarray(start, end)))
    throw new UnreadableError('not UTF-8: some bytes are no characters');
  return bytes.toString(encoding === 'ascii' ? 'latin1' : 'utf8', start, end);
}

/** @throws UnreadableError */
export function parseText(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UnreadableError(`not JSON: ${(error as Error).message}`);
  }
  if (mayBeDeeperThan(text, DEEPEST) && isDeeperThan(value, DEEPEST))
    throw new UnreadableError(`nested more than ${DEEPEST} levels deep`);
  return value;
}

/** Counts brackets, in texts too: so few are opened in most records that the value need not be walked. */
function mayBeDeeperThan(text: string, levels: number): boolean {
  if (text.length <= 2 * levels) return false;
  let opened = 0;
  for (let at = text.indexOf('{'); at >= 0 && opened <= levels; at = text.indexOf('{', at + 1)) opened += 1;
  for (let at = text.indexOf('['); at >= 0 && opened <= levels; at = text.indexOf('[', at + 1)) opened += 1;
  return opened > levels;
}

/** Told an entry, and the value that it was read from. */
type VisitEntry = (entry: Entry, value: unknown) => void;

/**
 * The entries of one record: an exported event, a line of a recording, a whole reply of `GET /api/events`, or an array of
 * such, as `jq --slurp` makes it. What is wrong in one entry of many does not hide the others.
 *
 * @param unreadable Told about each entry that cannot be used.
 */
export function entriesOf(
  value: unknown,
  place: { readonly file: string; readonly line: number },
  visit: VisitEntry,
  unreadable: (problem: string) => void,
): void {
  const items = Array.isArray(value) ? value : isReply(value) ? value.events : null;
  if (items) for (const item of items) entriesOf(item, place, visit, unreadable);
  else visitEntry(value, place, visit, unreadable);
  if (isReply(value)) {
    const page = pageOf(value, value.events.map(traceIdIn));
    if (page) visit({ kind: 'page', page }, value);
  }
}

function visitEntry(
  item: unknown,
  place: { readonly file: string; readonly line: number },
  visit: VisitEntry,
  unreadable: (problem: string) => void,
): void {
  try {
    visit(entryOf(item, place), item);
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    unreadable(error.message);
  }
}

function entryOf(item: unknown, { file, line }: { readonly file: string; readonly line: number }): Entry {
  if (typeof item !== 'object' || item === null)
    throw new UnreadableError(`${quote(item)} is no event; an event is an object`);
  if (!isRecordingItem(item))
    return isPageRecord(item)
      ? { kind: 'page', page: item.page }
      : { kind: 'row', row: readRow(item as Record<string, unknown>, file, line) };
  const read = readItem(item, (problem) => {
    throw new UnreadableError(problem);
  });
  if ('event' in read) return { kind: 'event', event: { ...read.event, source: { file, line } } };
  if ('exchange' in read) return { kind: 'exchange', exchange: { ...read.exchange, source: { file, line } } };
  throw new UnreadableError(
    'a header of a recording among other values; give each recording as a file of its own',
  );
}

function isReply(value: unknown): value is { readonly events: readonly unknown[] } {
  return typeof value === 'object' && value !== null && 'events' in value && Array.isArray(value.events);
}

/** What a reply says of itself, so that pages which are missing in the input show; `null` when it says nothing. */
export function pageOf(reply: unknown, traceIds: readonly (string | null)[]): Page | null {
  const { pagination } = reply as { pagination?: { total?: unknown; offset?: unknown } | null };
  const total = pagination?.total;
  if (typeof total !== 'number' || traceIds.length === 0) return null;
  const [first = null] = traceIds;
  const offset = pagination?.offset;
  return {
    traceId: traceIds.every((traceId) => traceId === first) ? first : null,
    offset: typeof offset === 'number' ? offset : null,
    events: traceIds.length,
    total,
  };
}

function traceIdIn(event: unknown): string | null {
  const traceId = (event as { traceId?: unknown } | null)?.traceId;
  return typeof traceId === 'string' ? traceId : null;
}

/** How a page stands among the events that were read of it. */
export function pageRecord(page: Page): string {
  return JSON.stringify({ page });
}

function isPageRecord(item: object): item is { page: Page } {
  return 'page' in item && typeof (item.page as Partial<Page> | null)?.total === 'number';
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  for (const key in value) if (isDeeperThan((value as Record<string, unknown>)[key], levels - 1)) return true;
  return false;
}
