import { closeSync, mkdtempSync, openSync, readSync, rmSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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

  append(bytes: Buffer): Extent {
    const descriptor = (this.#descriptor ??= this.#open());
    for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
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
