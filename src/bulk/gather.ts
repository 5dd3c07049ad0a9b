import type { RecordedEvent } from '../recording/event.ts';
import type { Exchange } from '../recording/exchange.ts';
import type { Row } from '../recording/read/row.ts';
import { UnreadableError } from '../recording/read/unreadable.ts';
import { type Evidence, type KnownTexts, Trace } from '../recording/trace.ts';
import { mayHoldKey } from '../rules/secret-key.ts';
import {
  type Block,
  type Encoding,
  encodingOfFrame,
  forEachFrame,
  forEachRecord,
  FRAME_HEADER,
  type Place,
  placeOfFrame,
} from './block.ts';
import { EXAMPLE_EVENTS, EXAMPLE_LENGTH, Examples } from './examples.ts';
import { encodingOf, type Entry, entriesOf, parseText, recordText } from './parse-record.ts';
import type { Page } from './pages.ts';
import { UnreadableList } from './unreadable-list.ts';

/** A trace with its place in the input: the first record that was read of it. */
export interface PlacedTrace {
  readonly trace: Trace;
  readonly place: Place;
  /** Grouped input: the bytes of its file in which it stands, where these can be read again. */
  readonly bytes: ByteRange | null;
}

export interface ByteRange {
  readonly begin: number;
  readonly end: number;
}

type PlacedRow = Row & { readonly place: Place };

const ALL_KNOWN: KnownTexts = { withoutKeys: true, storable: true };

class Seen {
  readonly world: number;
  readonly id: string | null;
  place: Place;
  readonly rows: PlacedRow[] = [];
  events: RecordedEvent[] | undefined;
  exchanges: Exchange[] | undefined;
  knownTexts = ALL_KNOWN;
  /** In its file; `NaN` where that is not known. */
  begin: number;
  end: number;

  constructor(world: number, id: string | null, place: Place, begin: number, end: number) {
    this.world = world;
    this.id = id;
    this.place = place;
    this.begin = begin;
    this.end = end;
  }
}

export interface GathererOptions {
  readonly files: readonly string[];
  /** Whether a trace is to be kept; the others are somebody else's share. */
  readonly isMine: (traceId: string | null) => boolean;
  /** Told what replies say of themselves. */
  readonly page: (page: Page, place: Place) => void;
  /** Told each trace when it is complete. */
  readonly visit: (placed: PlacedTrace) => void;
}

/** What holds until the next {@link TraceGatherer.begin}. */
export interface Gathering {
  readonly worlds: readonly Evidence[];
  readonly unreadable: UnreadableList;
  /** All records of a trace stand together: it is complete where the next one begins. */
  readonly grouped: boolean;
}

/** Puts records together to traces. What belongs together must come to one instance. */
export class TraceGatherer {
  readonly #options: GathererOptions;
  #gathering: Gathering = { worlds: [], unreadable: new UnreadableList(), grouped: false };
  /** By world, then by trace; what was seen last stands beside, and is alone in most cases: then it stands only there. */
  readonly #seen = new Map<number, Map<string | null, Seen>>();
  #last: Seen | undefined;
  /** Of the record that is being read. */
  #place: Place = { file: 0, world: 0, line: 1 };
  #begin = NaN;
  #end = NaN;
  #texts = ALL_KNOWN;
  readonly #values = new Examples<unknown>();
  readonly #ended = new Examples<Seen>();
  readonly #keep = (entry: Entry) => this.#add(entry, this.#place);
  readonly #tell = (problem: string) => this.#unreadable(this.#place, problem);
  /** Events that came again, as they do on overlapping pages: same trace, same id. */
  repeated = 0;

  constructor(options: GathererOptions) {
    this.#options = options;
  }

  begin(gathering: Gathering): void {
    this.#gathering = gathering;
    this.repeated = 0;
  }

  addBlock(block: Block): void {
    if (block.firstLine === null) return this.#addFrames(block.bytes);
    const { file, world, bytes } = block;
    const offset = block.offset ?? NaN;
    const encoding = encodingOf(bytes);
    forEachRecord(block, (_, start, end, line) => {
      this.#begin = offset + start;
      this.#end = offset + end;
      this.#addRecord(bytes, start, end, { file, world, line }, encoding);
    });
  }

  /** @param at Where the frame begins. */
  addFrame(bytes: Buffer, at: number): void {
    const start = at + FRAME_HEADER;
    const end = start + bytes.readUInt32LE(at);
    this.#begin = this.#end = NaN;
    this.#addRecord(bytes, start, end, placeOfFrame(bytes, at), encodingOfFrame(bytes, at));
  }

  #addFrames(bytes: Buffer): void {
    this.#begin = this.#end = NaN;
    forEachFrame(bytes, (frames, start, end, place, encoding) =>
      this.#addRecord(frames, start, end, place, encoding),
    );
  }

  #addRecord(bytes: Buffer, start: number, end: number, place: Place, encoding: Encoding): void {
    this.#place = place;
    try {
      const text = recordText(bytes, start, end, encoding);
      const value = parseText(text);
      if (text.length <= EXAMPLE_LENGTH) this.#values.see(value);
      // A character that cannot be stored can only be written as an escape.
      const storable = !text.includes('\\u');
      const withoutKeys = storable && !mayHoldKey(bytes, start, end);
      this.#texts = withoutKeys ? ALL_KNOWN : { withoutKeys, storable };
      const source = { file: this.#options.files[place.file]!, line: place.line };
      entriesOf(value, source, this.#keep, this.#tell);
    } catch (error) {
      if (!(error instanceof UnreadableError)) throw error;
      this.#tell(error.message);
    }
  }

  /** Ends the input: the traces that are left are complete, too. They come in order of their first record. */
  end(): void {
    const { visit } = this.#options;
    const last = this.#last;
    this.#last = undefined;
    if (!last) return;
    if (this.#seen.size === 0) {
      const placed = this.#placed(last);
      if (placed) visit(placed);
      return;
    }
    const traces: PlacedTrace[] = [];
    for (const byTrace of this.#seen.values())
      for (const seen of byTrace.values()) {
        const placed = this.#placed(seen);
        if (placed) traces.push(placed);
      }
    this.#seen.clear();
    traces.sort((a, b) => comparePlaces(a.place, b.place) || compareIds(a.trace.id, b.trace.id));
    for (const placed of traces) visit(placed);
  }

  #placed(seen: Seen): PlacedTrace | null {
    if (!this.#options.isMine(seen.id)) return null;
    if (seen.rows.length <= EXAMPLE_EVENTS) this.#ended.see(seen);
    const trace = this.#trace(seen, this.#gathering.worlds[seen.world]!);
    const bytes = Number.isNaN(seen.begin) ? null : { begin: seen.begin, end: seen.end };
    return { trace, place: seen.place, bytes };
  }

  #unreadable({ file, line }: Place, problem: string): void {
    this.#gathering.unreadable.add({ file: this.#options.files[file]!, line, problem });
  }

  #add(entry: Entry, place: Place): void {
    switch (entry.kind) {
      case 'row': {
        // Exported events of all files belong together, wherever they stand.
        const { event, storedAt, hasId } = entry.row;
        this.#of(0, event.traceId, place).rows.push({ event, storedAt, hasId, place });
        break;
      }
      case 'page':
        this.#options.page(entry.page, place);
        break;
      case 'event':
        (this.#of(recordingWorld(place), entry.event.traceId, place).events ??= []).push(entry.event);
        break;
      case 'exchange':
        (this.#of(recordingWorld(place), entry.exchange.traceId, place).exchanges ??= []).push(
          entry.exchange,
        );
    }
  }

  #of(world: number, traceId: string | null, place: Place): Seen {
    const last = this.#last;
    if (last?.id === traceId && last.world === world) return this.#seenAt(last, place);
    if (this.#gathering.grouped) this.end();
    const seen = this.#known(world, traceId) ?? this.#create(world, traceId, place);
    return (this.#last = this.#seenAt(seen, place));
  }

  #known(world: number, traceId: string | null): Seen | undefined {
    // A single trace stands in no map.
    if (this.#seen.size === 0 && this.#last) this.#remember(this.#last);
    return this.#seen.get(world)?.get(traceId);
  }

  #create(world: number, traceId: string | null, place: Place): Seen {
    const seen = new Seen(world, traceId, { ...place, world }, this.#begin, this.#end);
    if (this.#seen.size > 0) this.#remember(seen);
    return seen;
  }

  #remember(seen: Seen): void {
    let byTrace = this.#seen.get(seen.world);
    if (!byTrace) this.#seen.set(seen.world, (byTrace = new Map()));
    byTrace.set(seen.id, seen);
  }

  #seenAt(seen: Seen, place: Place): Seen {
    if (comparePlaces(place, seen.place) < 0) seen.place = { ...place, world: seen.world };
    seen.end = this.#end;
    // In two files: no single stretch.
    if (place.file !== seen.place.file) seen.begin = NaN;
    if (this.#texts !== ALL_KNOWN) {
      const { withoutKeys, storable } = this.#texts;
      const before = seen.knownTexts;
      seen.knownTexts = {
        withoutKeys: before.withoutKeys && withoutKeys,
        storable: before.storable && storable,
      };
    }
    return seen;
  }

  #trace(seen: Seen, evidence: Evidence): Trace {
    const { id, rows, exchanges = [] } = seen;
    const events = rows.length > 0 ? this.#arrival(rows) : (seen.events ?? []).sort((a, b) => a.seq - b.seq);
    if (exchanges.length > 1) exchanges.sort((a, b) => a.seq - b.seq);
    return new Trace(id, events, exchanges, evidence, undefined, seen.knownTexts);
  }

  /**
   * Stored events in the order in which they were stored. The read API sorts by the time that the sender gave, and a
   * table has no order at all; the backend stores one event of a trace after the other, so `createdAt` and, within
   * a millisecond, the step tell.
   */
  #arrival(rows: PlacedRow[]): RecordedEvent[] {
    if (!isSorted(rows)) rows.sort(compareRows);
    const ids = new Set<string>();
    const events: RecordedEvent[] = [];
    let seq = 0;
    for (const { event, storedAt, hasId } of rows) {
      const before = ids.size;
      if (ids.add(event.id).size === before) {
        if (hasId) {
          this.repeated += 1;
          continue;
        }
        event.id = another(event.id, ids);
      }
      // Microseconds, so that there is room between two events and traces can still be compared.
      seq = Math.max(seq + 1, Number.isNaN(storedAt) ? 0 : storedAt * 1000);
      event.seq = seq;
      events.push(event);
    }
    return events;
  }
}

/** An id that no other event has, for one that is called by its line as others are. */
function another(id: string, taken: Set<string>): string {
  for (let number = taken.size + 1; ; number += 1) {
    const next = `${id}.${number}`;
    if (!taken.has(next)) {
      taken.add(next);
      return next;
    }
  }
}

function isSorted(rows: readonly PlacedRow[]): boolean {
  for (let index = 1; index < rows.length; index += 1)
    if (compareRows(rows[index - 1]!, rows[index]!) > 0) return false;
  return true;
}

function compareRows(a: PlacedRow, b: PlacedRow): number {
  return (
    compareNumbers(a.storedAt, b.storedAt) ||
    compareNumbers(a.event.stepId ?? 0, b.event.stepId ?? 0) ||
    compareIds(a.event.id, b.event.id) ||
    comparePlaces(a.place, b.place)
  );
}

function recordingWorld(place: Place): number {
  if (place.world === 0)
    throw new UnreadableError(
      'a line of a recording without its header; the first line of a recording is its header',
    );
  return place.world;
}

export function comparePlaces(a: Place, b: Place): number {
  return a.world - b.world || a.file - b.file || a.line - b.line;
}

export function compareIds(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  return a < b ? -1 : 1;
}

/** Orders NaN before everything else, so that sorting stays well-defined. */
function compareNumbers(a: number, b: number): number {
  if (a === b) return 0;
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : -1;
  return Number.isNaN(b) ? 1 : a - b;
}
