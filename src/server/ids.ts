import { randomBytes, randomUUID } from 'node:crypto';
import { customRandom, urlAlphabet } from 'nanoid';

/** Generates the ids that the backend generates, in its formats. */
export interface Ids {
  uuid(): string;
  /** `span_` and 21 characters: a span the ingest API made up. */
  ingestSpan(): string;
  /** `span_` and 16 characters: a span of a proxied call. */
  proxySpan(): string;
  /** `thread_` and 16 characters: a trace the proxy made up. */
  trace(): string;
}

/** @param seed Makes the ids repeatable; without it they are random. */
export function createIds(seed?: number): Ids {
  const bytes = seed === undefined ? pooledBytes() : seededBytes(seed);
  const long = customRandom(urlAlphabet, 21, bytes);
  const short = customRandom(urlAlphabet, 16, bytes);
  return {
    uuid: seed === undefined ? randomUUID : () => uuidFrom(bytes(16)),
    ingestSpan: () => `span_${long()}`,
    proxySpan: () => `span_${short()}`,
    trace: () => `thread_${short()}`,
  };
}

function uuidFrom(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  const variant = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant.toString(16)}${hex.slice(18, 20)}`,
    hex.slice(20),
  ].join('-');
}

/** Random bytes from a pool: a system call for every id would cost more than the rest of a request. */
function pooledBytes(): (size: number) => Uint8Array {
  let pool = Buffer.alloc(0);
  let used = 0;
  return (size) => {
    if (used + size > pool.length) {
      pool = randomBytes(Math.max(POOL_BYTES, size));
      used = 0;
    }
    used += size;
    return pool.subarray(used - size, used);
  };
}

const POOL_BYTES = 4096;

/** Mulberry32: small, well spread, and good enough for ids that only have to differ. */
function seededBytes(seed: number): (size: number) => Uint8Array {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 24;
  };
  return (size) => Uint8Array.from({ length: size }, next);
}
