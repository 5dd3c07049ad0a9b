import { closeSync, openSync, readSync } from 'node:fs';
import type { Evidence } from '../recording/trace.ts';
import { Checker } from '../rules/checker.ts';
import type { AnyRule } from '../rules/rule.ts';
import { FrameIndex } from './frame-index.ts';
import { comparePlaces, type PlacedTrace, TraceGatherer } from './gather.ts';
import { type Section, sectionOf } from './part.ts';
import type { Whereabouts } from './stash.ts';
import { hashOf } from './trace-id.ts';
import { UnreadableList } from './unreadable-list.ts';

/** Reads and checks single traces once more, for what was not kept the first time. */
export class Revisitor {
  readonly #files: readonly string[];
  readonly #worlds: readonly Evidence[];
  readonly #readPartition: (partition: number) => Buffer;
  readonly #checker: Checker;
  readonly #gatherer: TraceGatherer;
  readonly #index = new FrameIndex();
  #traces: PlacedTrace[] = [];
  /** The partition that was read last: its traces come one after the other. */
  #partition = -1;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(
    files: readonly string[],
    rules: readonly AnyRule[],
    worlds: readonly Evidence[],
    readPartition: (partition: number) => Buffer,
  ) {
    this.#files = files;
    this.#worlds = worlds;
    this.#readPartition = readPartition;
    // A rule that throws was told the first time.
    this.#checker = new Checker(rules, () => undefined);
    this.#gatherer = new TraceGatherer({
      files,
      isMine: () => true,
      // Told the first time, too.
      page: () => undefined,
      visit: (placed) => this.#traces.push(placed),
    });
  }

  section(found: Whereabouts): Section {
    this.#traces = [];
    this.#gatherer.begin({ worlds: this.#worlds, unreadable: new UnreadableList(), grouped: false });
    if (found.partition < 0) this.#gatherFromFile(found);
    else this.#gatherFromPartition(found);
    this.#gatherer.end();
    const placed = this.#traces.find(
      ({ trace, place }) => hashOf(trace.id ?? '') === found.hash && comparePlaces(place, found.place) === 0,
    );
    const result = placed && this.#checker.trace(placed.trace);
    this.#checker.drain();
    if (!placed || !result) {
      const { file, line } = found.place;
      throw new Error(`${this.#files[file]}:${line}: the file was changed while it was checked.`);
    }
    return sectionOf(placed, result);
  }

  #gatherFromFile({ place, begin, end }: Whereabouts): void {
    const bytes = Buffer.alloc(end - begin);
    const descriptor = openSync(this.#files[place.file]!, 'r');
    try {
      for (let read = 0; read < bytes.length;) {
        const count = readSync(descriptor, bytes, read, bytes.length - read, begin + read);
        if (count === 0) break;
        read += count;
      }
    } finally {
      closeSync(descriptor);
    }
    const { file, world, line } = place;
    this.#gatherer.addBlock({ file, world, firstLine: line, bytes, offset: begin });
  }

  #gatherFromPartition({ partition, hash }: Whereabouts): void {
    if (partition !== this.#partition) {
      this.#bytes = this.#readPartition(partition);
      this.#index.read(this.#bytes);
      this.#partition = partition;
    }
    for (let list = 0; list < this.#index.lists; list += 1) {
      if (this.#index.hash(list) !== hash) continue;
      for (let frame = this.#index.first(list); frame >= 0; frame = this.#index.next(frame))
        this.#gatherer.addFrame(this.#bytes, this.#index.begin(frame));
    }
  }
}
