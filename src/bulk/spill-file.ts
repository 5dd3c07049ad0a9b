import { closeSync, mkdtempSync, openSync, readSync, rmSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from './read-input.ts';

/** A stretch of a spill file. The descriptor is valid in every thread of the process. */
export interface Extent {
  readonly descriptor: number;
  readonly offset: number;
  readonly length: number;
}

/** A temporary file, written from front to back. It is made with the first byte and gone with the process. */
export class SpillFile {
  #descriptor: number | undefined;
  #removeAfterwards: string | undefined;
  #length = 0;

  /** @throws InputError when there is no room, or no folder. */
  append(bytes: Buffer): Extent {
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
    const extent = { descriptor, offset: this.#length, length: bytes.length };
    this.#length += bytes.length;
    return extent;
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

  read(extents: readonly Extent[]): Buffer {
    const total = extents.reduce((sum, { length }) => sum + length, 0);
    if (this.#bytes.length < total) this.#bytes = Buffer.allocUnsafeSlow(Math.ceil(1.25 * total));
    let used = 0;
    for (const { descriptor, offset, length } of extents)
      for (let read = 0; read < length;) {
        const count = readSync(descriptor, this.#bytes, used, length - read, offset + read);
        if (count === 0) throw new Error('A spill file is shorter than it was.');
        read += count;
        used += count;
      }
    return this.#bytes.subarray(0, total);
  }
}
