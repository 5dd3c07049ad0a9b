import { isPlainObject } from '../recording/canonical.ts';

const PREFIXES = ['whyops_', 'YOPS-', 'sk-', 'gsk_', 'AIza', 'xai-', 'pplx-', 'hf_'];
const SHORTEST_REST = 20;

/** What looks like a secret key: the prefixes of WhyOps and of well-known providers, followed by enough random text. */
const KEY = new RegExp(`(?<![\\w-])(?:${PREFIXES.join('|')})[\\w-]{${SHORTEST_REST},}`, 'g');

/** What tells random text from words joined by hyphens: a long run with digits and letters in it. */
const RANDOM = /(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z\d]{12,}/;

/** The first secret key in a value, however deep; names of members are not looked at. */
export function keyIn(value: unknown): string | undefined {
  if (typeof value === 'string') return value.match(KEY)?.find((found) => RANDOM.test(found));
  if (Array.isArray(value)) {
    for (const item of value) {
      const key = keyIn(item);
      if (key) return key;
    }
  } else if (isPlainObject(value)) {
    for (const name in value) {
      const key = keyIn(value[name]);
      if (key) return key;
    }
  }
  return undefined;
}

/** By byte: 1 where `[\w-]` matches. */
const IS_WORD = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 128 && /[\w-]/.test(String.fromCharCode(byte)) ? 1 : 0,
);
const BACKSLASH = 0x5c;
const PREFIX_BYTES = PREFIXES.map((prefix) => Array.from(prefix, (character) => character.charCodeAt(0)));
const BY_FIRST_BYTE = Array.from({ length: 256 }, (_, byte) =>
  PREFIX_BYTES.filter(([first]) => first === byte),
);
const SHORTEST = Math.min(...PREFIXES.map(({ length }) => length)) + SHORTEST_REST;

/**
 * Whether a value can hold a secret key, told from its JSON text: `false` is certain. A key is a long run of letters,
 * digits, `_` and `-` that begins with a prefix, so one byte in {@link SHORTEST} is looked at to find the runs. Texts
 * with `\\uXXXX` escapes are not for it.
 */
export function mayHoldKey(json: Uint8Array, start: number, end: number): boolean {
  for (let at = start + SHORTEST - 1; at < end; at += SHORTEST) {
    if (IS_WORD[json[at]!] === 0) continue;
    // A run that began before the last byte that was looked at was judged there.
    const earliest = at - SHORTEST;
    let first = at;
    while (first > earliest && first > start && IS_WORD[json[first - 1]!] === 1) first -= 1;
    if (first === earliest && first > start) continue;
    if (beginsKey(json, first, end)) return true;
    // Behind `\\n` and its like, the run begins a letter later than it seems.
    if (json[first - 1] === BACKSLASH && beginsKey(json, first + 1, end)) return true;
  }
  return false;
}

function beginsKey(json: Uint8Array, first: number, end: number): boolean {
  for (const prefix of BY_FIRST_BYTE[json[first]!]!) {
    const rest = first + prefix.length;
    if (rest + SHORTEST_REST > end || !prefix.every((byte, index) => json[first + index] === byte)) continue;
    let at = rest;
    while (at < rest + SHORTEST_REST && IS_WORD[json[at]!] === 1) at += 1;
    if (at === rest + SHORTEST_REST) return true;
  }
  return false;
}
