import { storageFailure } from './refused.ts';

/**
 * A value as it comes back out of the database's binary JSON: keys by length, then by their bytes.
 * Members that JSON cannot carry are gone, as on the wire.
 */
export function asJsonb(value: unknown): unknown {
  return ordered(JSON.parse(JSON.stringify(value) ?? 'null'));
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, member]) => [key, ordered(member)] as const);
  // fromEntries defines own properties: a key named __proto__ stays data.
  return Object.fromEntries(entries.sort(([a], [b]) => compareKeys(a, b)));
}

function compareKeys(a: string, b: string): number {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length - right.length || Buffer.compare(left, right);
}

/** With the `u` flag a pair is one character, so what is left are halves. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Deeper structures overflow the stack of whoever walks them; shorter texts cannot hold one. */
const SHORT = 4096;

/**
 * Whether everything in a JSON text is storable at a glance: without an escape there is no U+0000 and no half of a
 * surrogate pair, in a string or in JSON inside a string.
 */
export function isPlain(json: string): boolean {
  return json.length < SHORT && !json.includes('\\u');
}

/** @throws Refused when the database would not take the value: U+0000 or a lone surrogate in a key or a string. */
export function assertStorable(value: unknown): void {
  if (typeof value === 'string') assertText(value);
  else if (Array.isArray(value)) value.forEach(assertStorable);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      assertText(key);
      assertStorable(member);
    }
  }
}

function assertText(text: string): void {
  if (text.includes('\u0000')) throw storageFailure('unsupported Unicode escape sequence');
  if (LONE_SURROGATE.test(text)) throw storageFailure('invalid input syntax for type json');
}
