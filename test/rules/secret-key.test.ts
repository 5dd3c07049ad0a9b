import { expect, test } from 'vitest';
import { keyIn, mayHoldKey } from '../../src/rules/secret-key.ts';

/** 20 characters, the fewest that make a key behind a prefix. */
const REST = '4fQ9bX2cL7mZ1tR8vK3w';
const PREFIXES = ['whyops_', 'YOPS-', 'sk-', 'gsk_', 'AIza', 'xai-', 'pplx-', 'hf_'];

const bytes = (text: string) => new TextEncoder().encode(text);
const may = (value: unknown) => {
  const json = bytes(JSON.stringify(value));
  return mayHoldKey(json, 0, json.length);
};

test.each(PREFIXES)('a key that begins with %s, at any place', (prefix) => {
  for (let before = 0; before < 60; before += 1) {
    for (const rest of [REST, `${REST}Jn-6`]) {
      const value = { text: `${'. '.repeat(before)}${prefix}${rest} and more` };
      expect(keyIn(value)).toBe(prefix + rest);
      expect(may(value)).toBe(true);
    }
  }
  expect(may(`\n${prefix}${REST}`)).toBe(true);
});

test.each(PREFIXES)('one character less behind %s is no key', (prefix) => {
  for (let before = 0; before < 60; before += 1) {
    const value = `${'. '.repeat(before)}${prefix}${REST.slice(1)}`;
    expect(keyIn(value)).toBeUndefined();
    expect(may(value)).toBe(false);
  }
});

test.each([
  ['a prefix inside a word', `risk-${REST}`],
  ['a long word without a prefix', 'x'.repeat(200)],
  ['a prefix alone', 'sk-'],
  ['a rest with a blank in it', `sk-${REST.slice(0, 10)} ${REST.slice(10)}`],
  ['nothing', ''],
])('no key: %s', (_, text) => {
  expect(keyIn(text)).toBeUndefined();
  expect(may(text)).toBe(false);
});

test('only what lies between start and end counts', () => {
  const json = bytes(`"sk-${REST}"`);
  expect(mayHoldKey(json, 0, json.length)).toBe(true);
  expect(mayHoldKey(json, 0, json.length - 2)).toBe(false);
  expect(mayHoldKey(json, 4, json.length)).toBe(false);
});

test('words joined by hyphens may be a key by their bytes, and are none', () => {
  expect(keyIn('sk-learn-is-a-library-of-many-words')).toBeUndefined();
});

test.each([[[7, [`sk-${REST}`]]], [{ a: null, b: { c: `sk-${REST}` } }], [['none', `sk-${REST}`]]])(
  'the first key of %j',
  (value) => expect(keyIn(value)).toBe(`sk-${REST}`),
);
test.each([null, 7, { [`sk-${REST}`]: 1 }])('no key in %j', (value) => expect(keyIn(value)).toBeUndefined());
