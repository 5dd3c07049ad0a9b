import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonical, mayBeEqual } from '../../src/recording/canonical.ts';
import { timeOf } from '../../src/recording/time.ts';
import { recordingOf } from '../../src/property/action.ts';
import { mutations } from '../../src/property/mutations/index.ts';
import { workflow } from '../../src/property/workflow.ts';
import { keyIn, mayHoldKey } from '../../src/rules/secret-key.ts';
import { isSound, shapeProblems, wireForm } from '../../src/rules/shape.ts';

// Rules take shortcuts past what they would find nothing in. A shortcut that skips too much would be a false green.

const digits = (length: number, max: number) =>
  fc.nat(max).map((number) => String(number).padStart(length, '0'));

test('times are those of the engine', () => {
  const timestamp = fc
    .tuple(digits(4, 2100), digits(2, 13), digits(2, 32), digits(2, 25), digits(2, 61), digits(2, 61))
    .chain(([year, month, day, hour, minute, second]) =>
      fc
        .constantFrom('.000Z', '.999Z', '.12xZ', 'Z', '.123456Z', '+02:00')
        .map((end) => `${year}-${month}-${day}T${hour}:${minute}:${second}${end}`),
    );
  fc.assert(
    fc.property(fc.oneof(timestamp, fc.string()), (text) => {
      expect(timeOf(text)).toBe(Date.parse(text));
    }),
    { numRuns: 3000 },
  );
});

/** As slowly as it can be written. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}

const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<unknown>;

test('canonical text does not depend on the order of members', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(canonical(value)).toBe(JSON.stringify(sorted(value)));
    }),
    { numRuns: 1000 },
  );
});

test('values that certainly differ have different texts', () => {
  const few = fc.constantFrom<unknown>(0, -0, 1, '', 'a', null, true, [], {}, Infinity);
  const small = fc.oneof(few, fc.array(few, { maxLength: 2 }), fc.dictionary(fc.constantFrom('a', 'b'), few));
  fc.assert(
    fc.property(small, small, (a, b) => {
      if (canonical(a) === canonical(b)) expect(mayBeEqual(a, b)).toBe(true);
    }),
    { numRuns: 3000 },
  );
  expect(mayBeEqual({ q: 'tea', n: [1] }, { q: 'tea', n: [2] })).toBe(false);
});

test('no key is overlooked in the bytes of a record', () => {
  const key = fc
    .tuple(
      fc.constantFrom('whyops_', 'YOPS-', 'sk-', 'gsk_', 'AIza', 'xai-', 'pplx-', 'hf_'),
      fc.integer({ min: 20, max: 60 }),
    )
    .map(([prefix, length]) => prefix + 'a1B2c3D4e5F6g7H8i9J0'.repeat(3).slice(0, length));
  const around = fc.string({
    unit: fc.constantFrom('a', '-', '_', ' ', '"', '\\', '\n', '\t', '/', 'é', '9'),
    maxLength: 70,
  });
  let found = 0;
  fc.assert(
    fc.property(around, key, around, fc.nat(60), (before, secret, after, indent) => {
      const value = { note: `${before}${secret}${after}` };
      if (keyIn(value) === undefined) return;
      found += 1;
      const text = `${' '.repeat(indent)}${JSON.stringify(value)}`;
      const bytes = Buffer.from(text);
      expect(mayHoldKey(bytes, 0, bytes.length), text).toBe(true);
    }),
    { numRuns: 5000 },
  );
  expect(found).toBeGreaterThan(500);
  const plain = Buffer.from(
    JSON.stringify({
      id: '00000000-0000-4000-8000-000000000001',
      hash: `hash_${'0'.repeat(64)}`,
      text: 'a b c',
    }),
  );
  expect(mayHoldKey(plain, 0, plain.length)).toBe(false);
});

test('an event that passes for sound has no problem of shape', () => {
  let sound = 0;
  let unsound = 0;
  for (const one of fc.sample(workflow(), { numRuns: 40, seed: 5 }))
    for (const changed of [one, ...mutations.map((mutation) => mutation.apply(one))]) {
      if (changed === null) continue;
      for (const trace of recordingOf(changed).traces)
        for (const event of trace.attempts) {
          const problems = shapeProblems(wireForm(event, trace));
          if (isSound(event, trace)) {
            sound += 1;
            expect(problems).toEqual([]);
          } else unsound += 1;
        }
    }
  expect([sound > 1000, unsound > 10]).toEqual([true, true]);
});
