import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findingsOf, kills, kindsWithFewerThan, mutationMatrix } from '../../src/property/kill-matrix.ts';
import { mutations } from '../../src/property/mutations/index.ts';
import { mutate, recordingOf, storedRowsOf, workflow } from '../../src/property/index.ts';
import { check } from '../../src/rules/check.ts';
import { expectOnPage } from './kill-matrix-page.ts';

const correct = fc.sample(workflow(), { numRuns: 300, seed: 2026 });
const all = kills(correct);

test.each(all.map((kill) => [kill.mutation.name, kill] as const))('%s', (_, { mutation, applied, found }) => {
  expect(applied).toBeGreaterThan(0);
  expect(found).toEqual([`${mutation.rule}/${mutation.kind}`]);
});

describe('the mutations', () => {
  test('are at least two for every kind of finding', () => {
    expect(kindsWithFewerThan(2)).toEqual([]);
  });

  test('are known by different names', () => {
    expect(new Set(mutations.map(({ name }) => name)).size).toBe(mutations.length);
  });

  test('are the ones of docs/kill-matrix.md', () => {
    expectOnPage('Recordings', mutationMatrix(all));
  });

  test('are found by name or by kind', () => {
    const [one] = correct;
    expect(mutate('never-register')(one!)).toEqual(mutate('agent-init/never-registered')(one!));
    expect(() => mutate('no-such-mistake')).toThrow('There is no mutation "no-such-mistake". Mutations: ');
  });
});

test('where a mutation is looked for in stored rows, correct workflows have none of it', () => {
  const manual = correct.filter((one) => one.every(({ do: what }) => what !== 'call'));
  expect(manual.length).toBeGreaterThan(20);
  for (const one of manual) expect(check(storedRowsOf(recordingOf(one))).findings).toEqual([]);
});

test.each(mutations.map((mutation) => [mutation.name, mutation] as const))(
  '%s shrinks to a witness of at most three',
  (_, mutation) => {
    const result = fc.check(
      fc.property(workflow(), (one) => {
        const changed = mutation.apply(one);
        return changed === null || findingsOf(mutation, changed).length === 0;
      }),
      { seed: 7, numRuns: 300 },
    );
    expect(result.failed).toBe(true);
    const [shrunk] = result.counterexample ?? [];
    const [finding] = findingsOf(mutation, mutation.apply(shrunk ?? []) ?? []);
    expect(finding?.witness.length).toBeLessThanOrEqual(3);
  },
  60_000,
);
