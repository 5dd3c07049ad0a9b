import { type Encoding, Frames, type Place } from './block.ts';
import { ExtentReader, type Extents, SpillFile } from './spill-file.ts';

/**
 * Records sorted into partitions, in memory as long as there are few and in one spill file beyond that; there, a
 * partition is a list of extents.
 */
export class Partitions {
  readonly count: number;
  readonly #memoryLimit: number;
  readonly #frames: (Frames | undefined)[];
  readonly #extents: (Extents | undefined)[];
  readonly #file = new SpillFile();
  readonly #reader = new ExtentReader();
  #inMemory = 0;
  #spilled = false;

  /** @param memoryLimit Bytes kept in memory before they go to disk. */
  constructor(count: number, memoryLimit: number) {
    this.count = count;
    this.#memoryLimit = memoryLimit;
    this.#frames = new Array<Frames | undefined>(count);
    this.#extents = new Array<Extents | undefined>(count).fill(undefined);
  }

  /** @param hash Of the trace: records of one partition with one hash are looked at together. */
  push(hash: number, bytes: Buffer, start: number, end: number, place: Place, encoding: Encoding): void {
    const frames = (this.#frames[hash % this.count] ??= new Frames());
    const before = frames.length;
    frames.push(bytes, start, end, place, encoding, hash);
    this.#inMemory += frames.length - before;
    if (this.#inMemory > this.#memoryLimit) this.spill();
  }

  /** Writes everything to the spill file, so that other threads can read it. @returns the extents of each partition. */
  spill(): readonly (Extents | undefined)[] {
    this.#frames.forEach((frames, partition) => {
      if (!frames || frames.length === 0) return;
      this.#extents[partition] = this.#file.append(frames.view(), this.#extents[partition]);
      frames.clear();
      this.#spilled = true;
    });
    this.#inMemory = 0;
    return this.#extents;
  }

  /** Whether something stands in the spill file. */
  get spilled(): boolean {
    return this.#spilled;
  }

  isEmpty(partition: number): boolean {
    return this.#extents[partition] === undefined && (this.#frames[partition]?.length ?? 0) === 0;
  }

  /** Everything of one partition, valid until the next one is read. @param extents Also those of other threads. */
  read(partition: number, extents?: readonly Extents[]): Buffer {
    const own = this.#extents[partition];
    return this.#reader.read(extents ?? (own ? [own] : []), this.#frames[partition]?.take());
  }

  /** Gives back the memory: everything was spilled. */
  release(): void {
    this.#frames.fill(undefined);
  }

  close(): void {
    this.#file.close();
  }
}
