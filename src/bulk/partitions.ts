import { closeSync, mkdtempSync, openSync, readSync, rmSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Encoding, Frames, type Place } from './block.ts';

/** A stretch of a spill file. The descriptor is valid in every thread of the process. */
export interface Extent {
  readonly descriptor: number;
  readonly offset: number;
  readonly length: number;
}

/**
 * Records sorted into partitions, in memory as long as there are few and in one spill file beyond that. The file is
 * written from front to back; a partition is a list of extents.
 */
export class Partitions {
  readonly count: number;
  readonly #memoryLimit: number;
  readonly #frames: (Frames | undefined)[];
  readonly #extents: Extent[][];
  #inMemory = 0;
  #descriptor: number | undefined;
  #removeAfterwards: string | undefined;
  #fileLength = 0;

  /** @param memoryLimit Bytes kept in memory before they go to disk. */
  constructor(count: number, memoryLimit: number) {
    this.count = count;
    this.#memoryLimit = memoryLimit;
    this.#frames = new Array<Frames | undefined>(count);
    this.#extents = Array.from({ length: count }, () => []);
  }

  /** @param hash Of the trace: records of one partition with one hash are looked at together. */
  push(hash: number, bytes: Buffer, start: number, end: number, place: Place, encoding: Encoding): void {
    const frames = (this.#frames[hash % this.count] ??= new Frames());
    const before = frames.length;
    frames.push(bytes, start, end, place, encoding, hash);
    this.#inMemory += frames.length - before;
    if (this.#inMemory > this.#memoryLimit) this.spill();
  }

  get spilled(): boolean {
    return this.#descriptor !== undefined;
  }

  /** Writes everything to the spill file, so that other threads can read it. @returns the extents of each partition. */
  spill(): readonly (readonly Extent[])[] {
    const descriptor = (this.#descriptor ??= this.#open());
    this.#frames.forEach((frames, partition) => {
      if (!frames || frames.length === 0) return;
      const length = writeAll(descriptor, frames.view());
      this.#extents[partition]!.push({ descriptor, offset: this.#fileLength, length });
      this.#fileLength += length;
      frames.clear();
    });
    this.#inMemory = 0;
    return this.#extents;
  }

  isEmpty(partition: number): boolean {
    return this.#extents[partition]!.length === 0 && (this.#frames[partition]?.length ?? 0) === 0;
  }

  /** Everything of one partition. */
  read(partition: number): Buffer[] {
    const frames = this.#frames[partition];
    return [...this.#extents[partition]!.map(readExtent), ...(frames ? [frames.take()] : [])];
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
    if (this.#removeAfterwards !== undefined)
      rmSync(this.#removeAfterwards, { recursive: true, force: true });
  }

  #open(): number {
    const folder = mkdtempSync(join(tmpdir(), 'whyops-testkit-'));
    const path = join(folder, 'spill');
    const descriptor = openSync(path, 'wx+', 0o600);
    try {
      // Without a name it vanishes with the process, however that ends.
      unlinkSync(path);
      rmSync(folder, { recursive: true });
    } catch {
      // Windows cannot remove an open file.
      this.#removeAfterwards = folder;
    }
    return descriptor;
  }
}

export function readExtent({ descriptor, offset, length }: Extent): Buffer {
  const bytes = Buffer.allocUnsafeSlow(length);
  let read = 0;
  while (read < length) {
    const count = readSync(descriptor, bytes, read, length - read, offset + read);
    if (count === 0) throw new Error('A spill file is shorter than it was.');
    read += count;
  }
  return bytes;
}

function writeAll(descriptor: number, bytes: Buffer): number {
  let written = 0;
  while (written < bytes.length) written += writeSync(descriptor, bytes, written);
  return written;
}
