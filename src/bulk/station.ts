import { UnreadableError } from '../recording/read/unreadable.ts';
import type { Evidence, Trace } from '../recording/trace.ts';
import { selectRules } from '../rules/check.ts';
import { Checker, type TraceResult } from '../rules/checker.ts';
import type { AnyRule } from '../rules/rule.ts';
import { type Block, type Encoding, forEachFrame, forEachRecord, type Place } from './block.ts';
import { EXAMPLE_EVENTS, Examples } from './examples.ts';
import { FrameIndex } from './frame-index.ts';
import { type PlacedTrace, TraceGatherer } from './gather.ts';
import type { Page, PlacedPage } from './pages.ts';
import { encodingOf, type Entry, entriesOf, parseText, recordText } from './parse-record.ts';
import { type GroupedPart, type Groups, type Part, type Section, sectionOf } from './part.ts';
import { Partitions } from './partitions.ts';
import type { Extents } from './spill-file.ts';
import { Revisitor } from './revisit.ts';
import { Stash, type Whereabouts } from './stash.ts';
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
  /** Everything that was left over will be asked for. */
  readonly joinable: boolean;
}

/**
 * Does the work of one thread: sorts blocks into partitions, checks partitions and blocks of whole traces.
 *
 * It has one checker and one gatherer for all of them: what is made anew for each part is compiled anew, see
 * {@link Examples}.
 */
export class Station {
  readonly #assignment: Assignment;
  readonly #rules: readonly AnyRule[];
  readonly #partitions: Partitions;
  readonly #unreadable = new UnreadableList();
  readonly #stash: Stash;
  readonly #pages: PlacedPage[] = [];
  readonly #index = new FrameIndex();
  readonly #checker: Checker;
  readonly #gatherer: TraceGatherer;
  readonly #traces = new Examples<Trace>();
  readonly #results = new Examples<TraceResult>();
  #worlds: readonly Evidence[] = [];
  /** The extents of the partitions that were checked, to read them again. */
  readonly #extents = new Map<number, readonly Extents[]>();
  /** The partition that is being checked, when it can be read again; else -1. */
  #partition = -1;
  #groups: Groups | null = null;
  /** Of the part that is being made. */
  #sections: Section[] = [];
  #problems = new UnreadableList();
  #place: Place = { file: 0, world: 0, line: 1 };

  constructor(assignment: Assignment) {
    const { files, rules, partitions, memoryLimit } = assignment;
    this.#assignment = assignment;
    this.#rules = selectRules(rules);
    this.#stash = new Stash(this.#rules);
    this.#partitions = new Partitions(partitions, memoryLimit);
    // A rule that throws concerns one trace; the other rules and traces are checked all the same.
    this.#checker = new Checker(this.#rules, ({ message }) => {
      const { file, line } = this.#place;
      this.#problems.add({ file: files[file]!, line, problem: message });
    });
    this.#gatherer = new TraceGatherer({
      files,
      isMine: (traceId) => this.#isMine(traceId),
      page: (page, place) => this.#addPage(page, place),
      visit: (placed) => this.#visit(placed),
    });
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
  spill(): readonly (Extents | undefined)[] {
    const extents = this.#partitions.spill();
    this.#partitions.release();
    return extents;
  }

  /** Ends the first pass where nobody else reads what was sorted: what stands on disk in part goes there as a whole. */
  settle(): void {
    if (this.#partitions.spilled) this.#partitions.spill();
  }

  isEmpty(partition: number): boolean {
    return this.#partitions.isEmpty(partition);
  }

  /** Second pass. @param extents Where the partition stands on disk; without it this station has it all. */
  checkPartition(partition: number, worlds: readonly Evidence[], extents?: readonly Extents[]): Part {
    if (extents) this.#extents.set(partition, extents);
    this.#partition = extents !== undefined || this.#partitions.spilled ? partition : -1;
    this.#begin(worlds, false);
    const bytes = this.#partitions.read(partition, extents);
    const index = this.#index;
    index.read(bytes);
    // One trace after the other, so that one at a time is held as objects.
    for (let list = 0; list < index.lists; list += 1) {
      for (let frame = index.first(list); frame >= 0; frame = index.next(frame))
        this.#gatherer.addFrame(bytes, index.begin(frame));
      this.#gatherer.end();
    }
    return this.#end();
  }

  /** Grouped input: the traces of these blocks are complete. */
  checkBlocks(blocks: readonly Block[], worlds: readonly Evidence[]): GroupedPart {
    const groups: Groups = { traceIds: [], files: [], lines: [] };
    this.#groups = groups;
    this.#partition = -1;
    this.#begin(worlds, true);
    for (const block of blocks) this.#gatherer.addBlock(block);
    this.#gatherer.end();
    this.#groups = null;
    return { ...this.#end(), groups };
  }

  /** What traces left over that matters only together with what others left, as keys. */
  mates(): Mates {
    return this.#stash.mates();
  }

  /** What the first pass could not read, and the traces that matter only together with others. */
  rest(wanted: Wanted | 'all' | null): Part {
    const { count, first } = this.#unreadable;
    const { checked } = new Checker(this.#rules).partial();
    const sections = wanted === null || this.#assignment.allTimelines ? [] : this.#sectionsOf(wanted);
    const pages = this.#pages;
    return { checked, traces: 0, events: 0, sections, unreadable: { count, first }, repeated: 0, pages };
  }

  close(): void {
    this.#partitions.close();
    this.#stash.close();
  }

  #begin(worlds: readonly Evidence[], grouped: boolean): void {
    this.#worlds = worlds;
    this.#sections = [];
    this.#problems = new UnreadableList();
    // Sorted records were given to this share alone.
    const unreadable = grouped && !this.#tells ? new UnreadableList() : this.#problems;
    this.#gatherer.begin({ worlds, unreadable, grouped });
  }

  #end(): Part {
    const { checked, traces, events } = this.#checker.drain();
    const { count, first } = this.#problems;
    const { repeated } = this.#gatherer;
    const sections = this.#sections;
    // Pages are told at the end.
    return { checked, traces, events, sections, unreadable: { count, first }, repeated, pages: [] };
  }

  #visit(placed: PlacedTrace): void {
    const { trace, place } = placed;
    if (this.#groups !== null) {
      this.#groups.traceIds.push(trace.id ?? '');
      this.#groups.files.push(place.file);
      this.#groups.lines.push(place.line);
    }
    this.#place = place;
    const result = this.#checker.trace(trace);
    if (trace.attempts.length <= EXAMPLE_EVENTS) {
      this.#traces.see(trace);
      if (result) this.#results.see(result);
    }
    const { allTimelines, joinable } = this.#assignment;
    if (result === null) {
      if (allTimelines) this.#sections.push(sectionOf(placed, { findings: [], leftovers: {} }, true));
      return;
    }
    const hashes = this.#stash.hashes(result);
    if (hashes === null || allTimelines) this.#sections.push(sectionOf(placed, result, allTimelines));
    else {
      const whereabouts = joinable ? null : this.#whereabouts(placed);
      if (whereabouts) this.#stash.keepWhereabouts(whereabouts, hashes);
      else this.#stash.keep(sectionOf(placed, result), hashes);
    }
  }

  #whereabouts({ trace, place, bytes }: PlacedTrace): Whereabouts | null {
    const hash = hashOf(trace.id ?? '');
    if (this.#partition >= 0) return { place, hash, partition: this.#partition, begin: 0, end: 0 };
    return bytes && { place, hash, partition: -1, begin: bytes.begin, end: bytes.end };
  }

  #sectionsOf(wanted: Wanted | 'all'): Section[] {
    const revisitor = new Revisitor(this.#assignment.files, this.#rules, this.#worlds, (partition) =>
      this.#partitions.read(partition, this.#extents.get(partition)),
    );
    return [...this.#stash.sections(wanted, (found) => revisitor.section(found))];
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
