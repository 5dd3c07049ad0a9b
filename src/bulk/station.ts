import { UnreadableError } from '../recording/read/unreadable.ts';
import type { Evidence } from '../recording/trace.ts';
import { selectRules } from '../rules/check.ts';
import { Checker } from '../rules/checker.ts';
import type { AnyRule } from '../rules/rule.ts';
import { type Block, type Encoding, forEachFrame, forEachRecord, type Place } from './block.ts';
import { type PlacedTrace, TraceGatherer } from './gather.ts';
import type { Page, PlacedPage } from './pages.ts';
import { encodingOf, type Entry, entriesOf, parseText, recordText } from './parse-record.ts';
import { type GroupedPart, type Part, type Section, sectionOf } from './part.ts';
import { Partitions } from './partitions.ts';
import type { Extent } from './spill-file.ts';
import { Stash } from './stash.ts';
import type { Mates, Wanted } from './mates.ts';
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

interface Frame {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  readonly place: Place;
  readonly encoding: Encoding;
}

/** Does the work of one thread: sorts blocks into partitions, checks partitions and blocks of whole traces. */
export class Station {
  readonly #assignment: Assignment;
  readonly #rules: readonly AnyRule[];
  readonly #partitions: Partitions;
  readonly #unreadable = new UnreadableList();
  readonly #stash: Stash;
  readonly #pages: PlacedPage[] = [];

  constructor(assignment: Assignment) {
    this.#assignment = assignment;
    this.#rules = selectRules(assignment.rules);
    this.#stash = new Stash(this.#rules);
    this.#partitions = new Partitions(assignment.partitions, assignment.memoryLimit);
  }

  /** First pass over ungrouped input: each record goes to the partition of its trace. */
  sort(block: Block): void {
    const { file, world } = block;
    const visit = (bytes: Buffer, start: number, end: number, line: number, encoding: Encoding) => {
      const traceId = world === 0 ? traceIdOf(bytes, start, end) : null;
      const place = { file, world, line };
      if (traceId === null) this.#sortParsed(bytes, start, end, place);
      else this.#push(traceId, bytes, start, end, place, encoding);
    };
    if (block.firstLine === null) {
      forEachFrame(block.bytes, (bytes, start, end, at, encoding) =>
        visit(bytes, start, end, at.line, encoding),
      );
      return;
    }
    const encoding = encodingOf(block.bytes);
    forEachRecord(block, (bytes, start, end, line) => visit(bytes, start, end, line, encoding));
  }

  /** Ends the first pass where other threads read what this one sorted. */
  spill(): readonly (readonly Extent[])[] {
    const extents = this.#partitions.spill();
    this.#partitions.release();
    return extents;
  }

  isEmpty(partition: number): boolean {
    return this.#partitions.isEmpty(partition);
  }

  /** Second pass. @param extents Where the partition stands on disk; without it this station has it all. */
  checkPartition(partition: number, worlds: readonly Evidence[], extents?: readonly Extent[]): Part {
    const pieces = this.#partitions.read(partition, extents);
    const byTrace = new Map<number, Frame[]>();
    for (const piece of pieces)
      forEachFrame(piece, (bytes, start, end, place, encoding, hash) => {
        const frame = { bytes, start, end, place, encoding };
        const frames = byTrace.get(hash);
        if (frames) frames.push(frame);
        else byTrace.set(hash, [frame]);
      });
    return this.#check(worlds, false, (gatherer) => {
      // One trace after the other, so that one at a time is held as objects.
      for (const frames of byTrace.values()) {
        for (const { bytes, start, end, place, encoding } of frames)
          gatherer.addRecord(bytes, start, end, place, encoding);
        gatherer.end();
      }
    });
  }

  /** Grouped input: the traces of these blocks are complete. */
  checkBlocks(blocks: readonly Block[], worlds: readonly Evidence[]): GroupedPart {
    const groups = { traceIds: [] as string[], files: [] as number[], lines: [] as number[] };
    const part = this.#check(
      worlds,
      true,
      (gatherer) => {
        for (const block of blocks) gatherer.addBlock(block);
        gatherer.end();
      },
      ({ trace, place }) => {
        groups.traceIds.push(trace.id ?? '');
        groups.files.push(place.file);
        groups.lines.push(place.line);
      },
    );
    return { ...part, groups };
  }

  /** What traces left over that matters only together with what others left, as keys. */
  mates(): Mates {
    return this.#stash.mates();
  }

  /** What the first pass could not read, and the traces that matter only together with others. */
  rest(wanted: Wanted | 'all' | null): Part {
    const { count, first } = this.#unreadable;
    const { checked } = new Checker(this.#rules).partial();
    const sections =
      wanted === null || this.#assignment.allTimelines ? [] : [...this.#stash.sections(wanted)];
    const pages = this.#pages;
    return { checked, traces: 0, events: 0, sections, unreadable: { count, first }, repeated: 0, pages };
  }

  close(): void {
    this.#partitions.close();
    this.#stash.close();
  }

  #check(
    worlds: readonly Evidence[],
    grouped: boolean,
    gather: (gatherer: TraceGatherer) => void,
    seen: (placed: PlacedTrace) => void = () => undefined,
  ): Part {
    const { files, allTimelines } = this.#assignment;
    const unreadable = new UnreadableList();
    let place: Place = { file: 0, world: 0, line: 1 };
    // A rule that throws concerns one trace; the other rules and traces are checked all the same.
    const checker = new Checker(this.#rules, ({ message }) =>
      unreadable.add({ file: files[place.file]!, line: place.line, problem: message }),
    );
    const sections: Section[] = [];
    const visit = (placed: PlacedTrace) => {
      seen(placed);
      ({ place } = placed);
      const result = checker.trace(placed.trace);
      if (result) {
        const section = sectionOf(placed, result, allTimelines);
        if (!this.#stash.take(section) || allTimelines) sections.push(section);
      } else if (allTimelines) sections.push(sectionOf(placed, { findings: [], leftovers: {} }, true));
    };
    const isMine = (traceId: string | null) => this.#isMine(traceId);
    const page = (found: Page, at: Place) => this.#addPage(found, at);
    const gatherer = new TraceGatherer({
      files,
      worlds,
      // Sorted records were given to this share alone.
      unreadable: grouped && !this.#tells ? new UnreadableList() : unreadable,
      isMine,
      grouped,
      page,
      visit,
    });
    gather(gatherer);
    const { checked, traces, events } = checker.partial();
    const { count, first } = unreadable;
    const { repeated } = gatherer;
    // Pages are told at the end.
    return { checked, traces, events, sections, unreadable: { count, first }, repeated, pages: [] };
  }

  /** Records that are no plain event: lines of recordings, arrays, replies, and what cannot be read. */
  #sortParsed(bytes: Buffer, start: number, end: number, place: Place): void {
    const file = this.#assignment.files[place.file]!;
    const unreadable = (problem: string) => {
      if (this.#tells) this.#unreadable.add({ file, line: place.line, problem });
    };
    try {
      const value = parseText(recordText(bytes, start, end, 'unknown'));
      const visit = (entry: Entry, item: unknown) => {
        if (entry.kind === 'page') return this.#addPage(entry.page, place);
        const traceId = traceIdOfEntry(entry) ?? '';
        if (item === value) return this.#push(traceId, bytes, start, end, place, 'unknown');
        const text = Buffer.from(JSON.stringify(item));
        this.#push(traceId, text, 0, text.length, place, 'utf8');
      };
      entriesOf(value, { file, line: place.line }, visit, unreadable);
    } catch (error) {
      if (!(error instanceof UnreadableError)) throw error;
      unreadable(error.message);
    }
  }

  #addPage(page: Page, place: Place): void {
    if (this.#tells) this.#pages.push({ ...page, file: this.#assignment.files[place.file]!, place });
  }

  #push(traceId: string, bytes: Buffer, start: number, end: number, place: Place, encoding: Encoding): void {
    if (!this.#isMine(traceId)) return;
    this.#partitions.push(hashOf(traceId), bytes, start, end, place, encoding);
  }

  /** Each share reads all of the input: what is of no trace is told by one. */
  get #tells(): boolean {
    const { share } = this.#assignment;
    return share === undefined || share.index === 1;
  }

  #isMine(traceId: string | null): boolean {
    const { share } = this.#assignment;
    // The upper bits: the lower ones choose the partition.
    return share === undefined || (hashOf(traceId ?? '') >>> 8) % share.of === share.index - 1;
  }
}

function traceIdOfEntry(entry: Exclude<Entry, { kind: 'page' }>): string | null {
  if (entry.kind === 'row') return entry.row.event.traceId;
  return entry.kind === 'event' ? entry.event.traceId : entry.exchange.traceId;
}
