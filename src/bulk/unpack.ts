import { createGunzip, type Gunzip } from 'node:zlib';
import type { InputEvents } from './read-input.ts';
import { countLines } from './line-blocks.ts';

/** Unpacked at a time; where one fails, it is unpacked once more byte by byte, at about 25 µs each. Bytes. */
const PIECE = 64 * 1024;
/** Room for the text of nearly every piece: where it is full, zlib waits until this thread has time for it. Bytes. */
const ROOM = 2 ** 20;

/**
 * Unpacks gzip up to the byte at which it is damaged, and tells the line on which its text ends there.
 *
 * zlib drops the text of a write that fails, and cannot go back. So a second unpacker comes a piece behind, and takes the
 * piece that failed byte by byte.
 *
 * @param again Reads the first bytes once more: with it, the second unpacker only starts when it is needed.
 */
export async function* unpack(
  packed: AsyncIterable<Buffer>,
  again: ((bytes: number) => AsyncIterable<Buffer>) | null,
  unreadable: InputEvents['unreadable'],
  pieceSize = PIECE,
): AsyncGenerator<Buffer> {
  let line = 1;
  try {
    for await (const text of oneAhead(untilDamage(packed, again, pieceSize))) {
      line += countLines(text);
      yield text;
    }
  } catch (error) {
    if (!isDamage(error)) throw error;
    unreadable(line, `the rest of the file cannot be unpacked: ${MEANINGS[error.message] ?? error.message}`);
  }
}

async function* untilDamage(
  packed: AsyncIterable<Buffer>,
  again: ((bytes: number) => AsyncIterable<Buffer>) | null,
  pieceSize: number,
): AsyncGenerator<Buffer> {
  const ahead = new Unpacker();
  const behind = new Unpacker();
  let passed = 0;
  let following: Promise<unknown> = Promise.resolve();
  try {
    for await (const chunk of packed)
      for (let start = 0; start < chunk.length; start += pieceSize) {
        const piece = chunk.subarray(start, start + pieceSize);
        let texts: readonly Buffer[];
        try {
          texts = await ahead.push(piece);
        } catch (damage) {
          await following;
          if (again && passed > 0) for await (const bytes of again(passed)) await behind.push(bytes);
          yield await behind.pushUpToDamage(piece);
          throw damage;
        }
        passed += piece.length;
        await following;
        if (!again) following = behind.push(piece);
        yield* texts;
      }
    await ahead.end();
  } finally {
    // Closed in the middle of a write, it would begin anew with the rest of it.
    await following;
    ahead.close();
    behind.close();
  }
}

/** Has the next one made while one is used: zlib works in a thread of its own. */
async function* oneAhead<T>(made: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = made.next();
  try {
    for (let one = await next; one.done !== true; one = await next) {
      next = made.next();
      // It is thrown where it is waited for, which may be later.
      next.catch(() => undefined);
      yield one.value;
    }
  } finally {
    await made.return(undefined);
  }
}

interface Damage extends Error {
  readonly code: string;
}

function isDamage(error: unknown): error is Damage {
  return (error as Partial<Damage>).code?.startsWith('Z_') === true;
}

const NO_HEADER = 'incorrect header check';

/** What zlib says, for those who do not know how gzip is built. */
const MEANINGS: Readonly<Record<string, string>> = {
  [NO_HEADER]: 'what stands behind the end of the gzip data is no gzip',
  'incorrect data check':
    'the checksum is wrong, so the text before may be damaged too (incorrect data check)',
  'incorrect length check': 'the length is wrong, so text before may be missing (incorrect length check)',
};

/** Unpacks gzip members one after the other, also where zeros fill up the space between them. */
class Unpacker {
  /** `null` where none has begun. */
  #gunzip: Gunzip | null = null;
  #texts: Buffer[] = [];
  #failed: (error: Error) => void = () => undefined;

  /** @throws Damage. The text of these bytes is lost then. */
  async push(bytes: Buffer): Promise<readonly Buffer[]> {
    this.#texts = [];
    for (let rest = bytes; rest.length > 0;) {
      if (this.#gunzip === null) {
        rest = rest.subarray(zerosAtStart(rest));
        if (rest.length === 0) break;
        this.#gunzip = this.#open();
      }
      rest = rest.subarray(await this.#write(this.#gunzip, rest));
      // What it does not take begins with a zero behind the end of a member.
      if (rest.length > 0) this.close();
    }
    return this.#texts;
  }

  /** @returns the text that the bytes before the damage hold. */
  async pushUpToDamage(bytes: Buffer): Promise<Buffer> {
    const texts: Buffer[] = [];
    try {
      for (let at = 0; at < bytes.length; at += 1)
        texts.push(...(await this.push(bytes.subarray(at, at + 1))));
    } catch (error) {
      if (!isDamage(error)) throw error;
    }
    return Buffer.concat(texts);
  }

  /** @throws Damage when more should have come. */
  async end(): Promise<void> {
    if (this.#gunzip === null) return;
    // Between members a zero is left alone. A single byte of garbage is known by the one that follows it.
    const taken = await this.#write(this.#gunzip, Buffer.alloc(1)).catch((error: Error) => {
      if (error.message === NO_HEADER) throw error;
      return 1;
    });
    if (taken > 0) throw Object.assign(new Error('unexpected end of file'), { code: 'Z_BUF_ERROR' });
  }

  close(): void {
    this.#gunzip?.destroy();
    this.#gunzip = null;
  }

  #open(): Gunzip {
    return createGunzip({ chunkSize: ROOM })
      .on('data', (text: Buffer) => this.#texts.push(text))
      .on('error', (error) => this.#failed(error));
  }

  /** @returns how many bytes were taken. */
  async #write(gunzip: Gunzip, bytes: Buffer): Promise<number> {
    const before = gunzip.bytesWritten;
    await new Promise<void>((resolve, reject) => {
      this.#failed = reject;
      gunzip.write(bytes, () => resolve());
    });
    // What it has not handed out yet.
    while (gunzip.read() !== null);
    return gunzip.bytesWritten - before;
  }
}

function zerosAtStart(bytes: Buffer): number {
  const first = bytes.findIndex((byte) => byte !== 0);
  return first < 0 ? bytes.length : first;
}
