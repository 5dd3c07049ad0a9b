import { isAscii, isUtf8 } from 'node:buffer';
import type { RecordedEvent } from '../recording/event.ts';
import type { Exchange } from '../recording/exchange.ts';
import type { Encoding } from './block.ts';
import { isRecordingItem, readItem } from '../recording/ndjson.ts';
import { type Row, readRow } from '../recording/read/row.ts';
import { quote, UnreadableError } from '../recording/read/unreadable.ts';

/** What a record turns out to hold. */
export type Entry =
  | { readonly kind: 'row'; readonly row: Row }
  | { readonly kind: 'event'; readonly event: RecordedEvent }
  | { readonly kind: 'exchange'; readonly exchange: Exchange }
  /** A reply said that a trace has so many events. */
  | { readonly kind: 'expected'; readonly traceId: string; readonly events: number };

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

/**
 * The entries of one record: an exported event, a line of a recording, an array of events, or a whole reply of
 * `GET /api/events`. What is wrong in one entry of many does not hide the others.
 *
 * @param unreadable Told about each entry that cannot be used.
 */
export function entriesOf(
  value: unknown,
  place: { readonly file: string; readonly line: number },
  visit: (entry: Entry) => void,
  unreadable: (problem: string) => void,
): void {
  if (Array.isArray(value)) for (const item of value) visitEntry(item, place, visit, unreadable);
  else if (isReply(value)) {
    for (const item of value.events) visitEntry(item, place, visit, unreadable);
    const expected = expectedEvents(value);
    if (expected) visit(expected);
  } else visitEntry(value, place, visit, unreadable);
}

function visitEntry(
  item: unknown,
  place: { readonly file: string; readonly line: number },
  visit: (entry: Entry) => void,
  unreadable: (problem: string) => void,
): void {
  try {
    visit(entryOf(item, place));
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    unreadable(error.message);
  }
}

function entryOf(item: unknown, { file, line }: { readonly file: string; readonly line: number }): Entry {
  if (typeof item !== 'object' || item === null || Array.isArray(item))
    throw new UnreadableError(`${quote(item)} is no event; an event is an object`);
  if (!isRecordingItem(item))
    return isExpected(item)
      ? { kind: 'expected', ...item.expected }
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

interface Reply {
  readonly events: readonly unknown[];
  readonly pagination?: { readonly total?: unknown };
}

function isReply(value: unknown): value is Reply {
  return typeof value === 'object' && value !== null && 'events' in value && Array.isArray(value.events);
}

/** Asked for one trace, the API says how many events it has: pages that are missing in the input show. */
function expectedEvents({ events, pagination }: Reply): Entry | null {
  const total = pagination?.total;
  const [first] = events as { traceId?: unknown }[];
  const traceId = first?.traceId;
  const sameTrace =
    typeof traceId === 'string' && events.every((event) => (event as typeof first)?.traceId === traceId);
  return sameTrace && typeof total === 'number' ? { kind: 'expected', traceId, events: total } : null;
}

/** How an `expected` entry is written when the events of a reply are sorted into partitions. */
export function expectedRecord(traceId: string, events: number): string {
  return JSON.stringify({ expected: { traceId, events } });
}

function isExpected(item: object): item is { expected: { traceId: string; events: number } } {
  return 'expected' in item && typeof (item.expected as { traceId?: unknown } | null)?.traceId === 'string';
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  for (const key in value) if (isDeeperThan((value as Record<string, unknown>)[key], levels - 1)) return true;
  return false;
}
