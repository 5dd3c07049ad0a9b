import { closeSync, mkdtempSync, openSync, readSync, rmSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from './input-error.ts';

/**
 * Stretches of a spill file, as offset, length, offset, length: there may be hundreds of thousands. The descriptor is valid
 * in every thread of the process.
 */
export interface Extents {
  readonly descriptor: number;
  readonly places: number[];
}

/** A temporary file, written from front to back. It is made with the first byte and gone with the process. */
export class SpillFile {
  #descriptor: number | undefined;
  #removeAfterwards: string | undefined;
  #length = 0;

  /**
   * @param extents Of this file, to be continued.
   * @throws InputError when there is no room, or no folder.
   */
  append(bytes: Buffer, extents?: Extents): Extents {
    let descriptor: number;
    try {
      descriptor = this.#descriptor ??= this.#open();
      for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
    } catch (error) {
      throw new InputError(
        `The input is sorted in the folder for temporary files, ${tmpdir()}: ${(error as Error).message}. ` +
          'Set TMPDIR to a folder with room for all of it, or give it sorted by trace, with --grouped.',
      );
    }
    const all = extents ?? { descriptor, places: [] };
    all.places.push(this.#length, bytes.length);
    this.#length += bytes.length;
    return all;
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

/** Reads extents into one buffer that is used again: what is read is valid until the next call. */
export class ExtentReader {
  #bytes = Buffer.alloc(0);

  /** @param tail What stands behind the extents. */
  read(extents: readonly Extents[], tail?: Buffer): Buffer {
    let total = tail?.length ?? 0;
    for (const { places } of extents)
      for (let index = 1; index < places.length; index += 2) total += places[index]!;
    if (this.#bytes.length < total) this.#bytes = Buffer.allocUnsafeSlow(Math.ceil(1.25 * total));
    let used = 0;
    for (const { descriptor, places } of extents)
      for (let index = 0; index < places.length; index += 2)
        used = this.#readStretch(descriptor, places[index]!, places[index + 1]!, used);
    tail?.copy(this.#bytes, used);
    return this.#bytes.subarray(0, total);
  }

  /** @returns how much of the buffer is used now. */
  #readStretch(descriptor: number, offset: number, length: number, used: number): number {
    for (let read = 0; read < length;) {
      const count = readSync(descriptor, this.#bytes, used + read, length - read, offset + read);
      if (count === 0) throw new Error('A spill file is shorter than it was.');
      read += count;
    }
    return used + length;
  }
}
