import { isUtf8 } from 'node:buffer';
import type { RecordedEvent } from '../recording/event.ts';
import type { Exchange } from '../recording/exchange.ts';
import type { Row } from '../recording/read/row.ts';
import { UnreadableError } from '../recording/read/unreadable.ts';
import { type Evidence, Trace } from '../recording/trace.ts';
import { type Block, forEachFrame, forEachRecord, type Place } from './block.ts';
import { type Entry, entriesOf, parseRecord } from './parse-record.ts';
import type { UnreadableList } from './unreadable-list.ts';

/** A trace with its place in the input: the first record that was read of it. */
export interface PlacedTrace {
  readonly trace: Trace;
  readonly place: Place;
}

interface Seen {
  place: Place;
  readonly rows: (Row & { readonly place: Place })[];
  readonly events: RecordedEvent[];
  readonly exchanges: Exchange[];
  expected: { readonly events: number; readonly place: Place } | null;
}

/** Puts records, in any order, together to traces. What belongs together must come to one instance. */
export class TraceGatherer {
  readonly #files: readonly string[];
  readonly #worlds: readonly Evidence[];
  readonly unreadable: UnreadableList;
  readonly #isMine: (traceId: string | null) => boolean;
  /** By world, then by trace. */
  readonly #seen = new Map<number, Map<string | null, Seen>>();
  /** Events that came again, as they do on overlapping pages: same trace, same id. */
  repeated = 0;

  /** @param isMine Whether a trace is to be kept; the others are somebody else's share. */
  constructor(
    files: readonly string[],
    worlds: readonly Evidence[],
    unreadable: UnreadableList,
    isMine: (traceId: string | null) => boolean = () => true,
  ) {
    this.#files = files;
    this.#worlds = worlds;
    this.unreadable = unreadable;
    this.#isMine = isMine;
  }

  addBlock(block: Block): void {
    if (block.firstLine === null) return this.addFrames(block.bytes);
    const knownUtf8 = isUtf8(block.bytes);
    const { file, world } = block;
    forEachRecord(block, (bytes, start, end, line) =>
      this.#add(bytes, start, end, { file, world, line }, knownUtf8),
    );
  }

  addFrames(bytes: Buffer): void {
    forEachFrame(bytes, (frames, start, end, place) => this.#add(frames, start, end, place, false));
  }

  /** The traces in order of their first record. Empties the gatherer. */
  take(): PlacedTrace[] {
    const traces: PlacedTrace[] = [];
    for (const [world, byTrace] of this.#seen) {
      const evidence = this.#worlds[world]!;
      for (const [id, seen] of byTrace)
        if (this.#isMine(id)) traces.push({ trace: this.#trace(id, seen, evidence), place: seen.place });
    }
    this.#seen.clear();
    return traces.sort((a, b) => comparePlaces(a.place, b.place) || compareIds(a.trace.id, b.trace.id));
  }

  #add(bytes: Buffer, start: number, end: number, place: Place, knownUtf8: boolean): void {
    const file = this.#files[place.file]!;
    const unreadable = (problem: string) => this.unreadable.add({ file, line: place.line, problem });
    try {
      const value = parseRecord(bytes, start, end, knownUtf8);
      entriesOf(value, { file, line: place.line }, (entry) => this.#keep(entry, place), unreadable);
    } catch (error) {
      if (!(error instanceof UnreadableError)) throw error;
      unreadable(error.message);
    }
  }

  #keep(entry: Entry, place: Place): void {
    switch (entry.kind) {
      case 'row':
        // Exported events of all files belong together, wherever they stand.
        this.#of(0, entry.row.event.traceId, place).rows.push({ ...entry.row, place });
        break;
      case 'expected':
        this.#of(0, entry.traceId, place).expected = { events: entry.events, place };
        break;
      case 'event':
        this.#of(recordingWorld(place), entry.event.traceId, place).events.push(entry.event);
        break;
      case 'exchange':
        this.#of(recordingWorld(place), entry.exchange.traceId, place).exchanges.push(entry.exchange);
    }
  }

  #of(world: number, traceId: string | null, place: Place): Seen {
    let byTrace = this.#seen.get(world);
    if (!byTrace) this.#seen.set(world, (byTrace = new Map()));
    const seen = byTrace.get(traceId);
    if (!seen) {
      const fresh: Seen = { place: { ...place, world }, rows: [], events: [], exchanges: [], expected: null };
      byTrace.set(traceId, fresh);
      return fresh;
    }
    if (comparePlaces(place, seen.place) < 0) seen.place = { ...place, world };
    return seen;
  }

  #trace(id: string | null, seen: Seen, evidence: Evidence): Trace {
    const events =
      seen.rows.length > 0 ? this.#arrival(seen.rows) : seen.events.sort((a, b) => a.seq - b.seq);
    const { expected } = seen;
    if (expected && expected.events > events.length) {
      const problem = `the trace ${JSON.stringify(id)} has ${expected.events} events, the input has ${events.length} of them; add the other pages`;
      this.unreadable.add({ file: this.#files[expected.place.file]!, line: expected.place.line, problem });
    }
    seen.exchanges.sort((a, b) => a.seq - b.seq);
    return new Trace(id, events, seen.exchanges, evidence);
  }

  /**
   * Stored events in the order in which they were stored. The read API sorts by the time that the sender gave, and a
   * table has no order at all; the backend stores one event of a trace after the other, so `createdAt` and, within
   * a millisecond, the step tell.
   */
  #arrival(rows: (Row & { readonly place: Place })[]): RecordedEvent[] {
    rows.sort(
      (a, b) =>
        compareNumbers(a.storedAt, b.storedAt) ||
        compareNumbers(a.event.stepId ?? 0, b.event.stepId ?? 0) ||
        compareIds(a.event.id, b.event.id) ||
        comparePlaces(a.place, b.place),
    );
    const ids = new Set<string>();
    const events: RecordedEvent[] = [];
    let seq = 0;
    for (const { event, storedAt } of rows) {
      if (ids.has(event.id)) {
        this.repeated += 1;
        continue;
      }
      ids.add(event.id);
      // Microseconds, so that there is room between two events and traces can still be compared.
      seq = Math.max(seq + 1, Number.isNaN(storedAt) ? 0 : storedAt * 1000);
      event.seq = seq;
      events.push(event);
    }
    return events;
  }
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
