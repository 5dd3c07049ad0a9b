import { FRAME_HASH, FRAME_HEADER } from './block.ts';

/**
 * Which frames of a buffer have the same hash: lists of frames, in the order in which they stand there. Numbers in arrays
 * that are used again: objects for each frame would outlive the young generation.
 */
export class FrameIndex {
  /** Where each frame begins. */
  #begins = new Uint32Array(0);
  /** The next frame of the same hash, or -1. */
  #next = new Int32Array(0);
  /** The first frame of each hash, in the order in which they stand there. */
  #firsts = new Int32Array(0);
  /** For a first frame, the last one of its hash so far. */
  #lasts = new Int32Array(0);
  /** Open addressing: the number of a first frame and 1, or 0. */
  #slots = new Int32Array(0);
  #lists = 0;
  #bytes: Buffer = Buffer.alloc(0);

  /** How many hashes there are. */
  get lists(): number {
    return this.#lists;
  }

  /** Forgets everything and looks through these frames. */
  read(bytes: Buffer): void {
    this.#reserve(countFrames(bytes));
    this.#bytes = bytes;
    const mask = this.#slots.length - 1;
    let frame = 0;
    for (let at = 0; at < bytes.length; frame += 1) {
      this.#begins[frame] = at;
      this.#next[frame] = -1;
      const hash = bytes.readUInt32LE(at + FRAME_HASH);
      // The lower bits chose the partition.
      let slot = (hash >>> 10) & mask;
      let first = this.#slots[slot]! - 1;
      while (first >= 0 && bytes.readUInt32LE(this.#begins[first]! + FRAME_HASH) !== hash) {
        slot = (slot + 1) & mask;
        first = this.#slots[slot]! - 1;
      }
      if (first < 0) {
        this.#slots[slot] = frame + 1;
        this.#firsts[this.#lists] = frame;
        this.#lists += 1;
        first = frame;
      } else this.#next[this.#lasts[first]!] = frame;
      this.#lasts[first] = frame;
      at += FRAME_HEADER + bytes.readUInt32LE(at);
    }
  }

  /** The first frame of a list. */
  first(list: number): number {
    return this.#firsts[list]!;
  }

  /** What the frames of a list have in common. */
  hash(list: number): number {
    return this.#bytes.readUInt32LE(this.#begins[this.#firsts[list]!]! + FRAME_HASH);
  }

  /** The frame behind it in its list, or -1. */
  next(frame: number): number {
    return this.#next[frame]!;
  }

  /** Where a frame begins. */
  begin(frame: number): number {
    return this.#begins[frame]!;
  }

  #reserve(frames: number): void {
    this.#lists = 0;
    if (this.#begins.length < frames) {
      const size = Math.ceil(1.25 * frames);
      this.#begins = new Uint32Array(size);
      this.#next = new Int32Array(size);
      this.#firsts = new Int32Array(size);
      this.#lasts = new Int32Array(size);
      this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * size)));
    } else this.#slots.fill(0);
  }
}

function countFrames(bytes: Buffer): number {
  let frames = 0;
  for (let at = 0; at < bytes.length; at += FRAME_HEADER + bytes.readUInt32LE(at)) frames += 1;
  return frames;
}
