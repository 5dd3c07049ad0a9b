import { UnreadableError } from '../recording/read/unreadable.ts';
import type { Evidence } from '../recording/trace.ts';
import { selectRules } from '../rules/check.ts';
import { Checker } from '../rules/checker.ts';
import type { AnyRule } from '../rules/rule.ts';
import { type Block, forEachFrame, forEachRecord, type Place } from './block.ts';
import { TraceGatherer } from './gather.ts';
import { entriesOf, expectedRecord, parseRecord } from './parse-record.ts';
import { type Part, sectionOf } from './part.ts';
import { type Extent, Partitions, readExtent } from './partitions.ts';
import { hashOf, traceIdOf } from './trace-id.ts';
import { UnreadableList } from './unreadable-list.ts';

/** What every thread needs to know. Plain data. */
export interface Assignment {
  readonly files: readonly string[];
  /** Ids of the rules to check; all without. */
  readonly rules: readonly string[] | undefined;
  readonly partitions: number;
  /** Bytes of records that one station keeps in memory before they go to disk. */
  readonly memoryLimit: number;
  /** Keep the timelines of all traces, for a report that shows them; else of those with findings. */
  readonly allTimelines: boolean;
  /** Only traces whose hash falls to this share of all: `{ index: 1, of: 4 }` is the first quarter. */
  readonly share: { readonly index: number; readonly of: number } | undefined;
}

/** Does the work of one thread: sorts blocks into partitions, checks partitions and blocks of whole traces. */
export class Station {
  readonly #assignment: Assignment;
  readonly #rules: readonly AnyRule[];
  readonly #partitions: Partitions;
  readonly #unreadable = new UnreadableList();

  constructor(assignment: Assignment) {
    this.#assignment = assignment;
    this.#rules = selectRules(assignment.rules);
    this.#partitions = new Partitions(assignment.partitions, assignment.memoryLimit);
  }

  /** First pass over ungrouped input: each record goes to the partition of its trace. */
  sort(block: Block): void {
    const { file, world } = block;
    const place = { file, world };
    const visit = (bytes: Buffer, start: number, end: number, line: number) => {
      const traceId = world === 0 ? traceIdOf(bytes, start, end) : null;
      if (traceId === null) this.#sortParsed(bytes, start, end, { ...place, line });
      else this.#push(traceId, bytes, start, end, { ...place, line });
    };
    if (block.firstLine === null) forEachFrame(block.bytes, (b, s, e, at) => visit(b, s, e, at.line));
    else forEachRecord(block, visit);
  }

  /** Ends the first pass where other threads read what this one sorted. */
  spill(): readonly (readonly Extent[])[] {
    return this.#partitions.spill();
  }

  isEmpty(partition: number): boolean {
    return this.#partitions.isEmpty(partition);
  }

  /** Second pass. @param extents Where the partition stands on disk; without it this station has it all. */
  checkPartition(partition: number, worlds: readonly Evidence[], extents?: readonly Extent[]): Part {
    const gatherer = this.#gatherer(worlds);
    const pieces = extents ? extents.map(readExtent) : this.#partitions.read(partition);
    for (const piece of pieces) gatherer.addFrames(piece);
    return this.#check(gatherer);
  }

  /** Grouped input: the traces of a block are complete. */
  checkBlock(block: Block, worlds: readonly Evidence[]): Part {
    const gatherer = this.#gatherer(worlds);
    gatherer.addBlock(block);
    return this.#check(gatherer);
  }

  /** What the first pass could not read. */
  rest(): Part {
    const { count, first } = this.#unreadable;
    return { ...new Checker(this.#rules).partial(), sections: [], unreadable: { count, first }, repeated: 0 };
  }

  close(): void {
    this.#partitions.close();
  }

  #gatherer(worlds: readonly Evidence[]): TraceGatherer {
    const unreadable = new UnreadableList();
    return new TraceGatherer(this.#assignment.files, worlds, unreadable, (traceId) => this.#isMine(traceId));
  }

  #check(gatherer: TraceGatherer): Part {
    let place: Place = { file: 0, world: 0, line: 1 };
    // A rule that throws concerns one trace; the other rules and traces are checked all the same.
    const checker = new Checker(this.#rules, ({ message }) =>
      gatherer.unreadable.add({
        file: this.#assignment.files[place.file]!,
        line: place.line,
        problem: message,
      }),
    );
    const sections = [];
    for (const placed of gatherer.take()) {
      ({ place } = placed);
      const result = checker.trace(placed.trace);
      if (result) sections.push(sectionOf(placed, result, this.#assignment.allTimelines));
      else if (this.#assignment.allTimelines)
        sections.push(sectionOf(placed, { findings: [], leftovers: {} }, true));
    }
    const { checked, traces, events } = checker.partial();
    const { count, first } = gatherer.unreadable;
    return { checked, traces, events, sections, unreadable: { count, first }, repeated: gatherer.repeated };
  }

  /** Records that are no plain event: lines of recordings, arrays, replies, and what cannot be read. */
  #sortParsed(bytes: Buffer, start: number, end: number, place: Place): void {
    const file = this.#assignment.files[place.file]!;
    const unreadable = (problem: string) => this.#unreadable.add({ file, line: place.line, problem });
    try {
      const value = parseRecord(bytes, start, end, false);
      const single =
        !Array.isArray(value) && !(typeof value === 'object' && value !== null && 'events' in value);
      if (single) {
        entriesOf(
          value,
          { file, line: place.line },
          (entry) => {
            const traceId =
              entry.kind === 'row'
                ? entry.row.event.traceId
                : entry.kind === 'event'
                  ? entry.event.traceId
                  : entry.kind === 'exchange'
                    ? entry.exchange.traceId
                    : entry.traceId;
            this.#push(traceId ?? '', bytes, start, end, place);
          },
          unreadable,
        );
        return;
      }
      const events = Array.isArray(value) ? value : (value as { events: unknown }).events;
      for (const item of Array.isArray(events) ? events : []) {
        const text = Buffer.from(JSON.stringify(item));
        const traceId = traceIdOf(text, 0, text.length);
        if (traceId !== null) this.#push(traceId, text, 0, text.length, place);
        else entriesOf(item, { file, line: place.line }, () => undefined, unreadable);
      }
      if (!Array.isArray(value))
        entriesOf(
          value,
          { file, line: place.line },
          (entry) => {
            if (entry.kind !== 'expected') return;
            const text = Buffer.from(expectedRecord(entry.traceId, entry.events));
            this.#push(entry.traceId, text, 0, text.length, place);
          },
          () => undefined,
        );
    } catch (error) {
      if (!(error instanceof UnreadableError)) throw error;
      unreadable(error.message);
    }
  }

  #push(traceId: string, bytes: Buffer, start: number, end: number, place: Place): void {
    if (!this.#isMine(traceId)) return;
    this.#partitions.push(hashOf(traceId) % this.#partitions.count, bytes, start, end, place);
  }

  #isMine(traceId: string | null): boolean {
    const { share } = this.#assignment;
    // The upper bits: the lower ones choose the partition.
    return share === undefined || (hashOf(traceId ?? '') >>> 8) % share.of === share.index - 1;
  }
}
