import { readFileSync, writeFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { kills, killMatrix } from '../../src/property/kill-matrix.ts';
import { mutations } from '../../src/property/mutations.ts';
import { recordingOf, workflow } from '../../src/property/index.ts';
import { check } from '../../src/rules/check.ts';
import { rules } from '../../src/rules/index.ts';

const PAGE = new URL('../../docs/kill-matrix.md', import.meta.url);
const all = kills(fc.sample(workflow(), { numRuns: 300, seed: 2026 }));

/** Only stored rows show it, and a workflow has none; test/rules/stored-rows.test.ts has it. */
const ELSEWHERE = ['step-order/steps-against-time'];

test.each(all.map((kill) => [kill.mutation.name, kill] as const))('%s', (_, { mutation, applied, found }) => {
  expect(applied).toBeGreaterThan(0);
  expect(found).toEqual([`${mutation.rule}/${mutation.kind}`]);
});

test('every kind of finding has a mutation', () => {
  const kinds = rules.flatMap(({ id, kinds }) => Object.keys(kinds).map((kind) => `${id}/${kind}`));
  const mutated = new Set(mutations.map(({ rule, kind }) => `${rule}/${kind}`));
  expect(kinds.filter((kind) => !mutated.has(kind))).toEqual(ELSEWHERE);
});

test('docs/kill-matrix.md is up to date', () => {
  const page = killMatrix(all);
  if (process.env['UPDATE']) writeFileSync(PAGE, page);
  expect(readFileSync(PAGE, 'utf8')).toBe(page);
});

test.each(mutations.map((mutation) => [mutation.name, mutation] as const))(
  '%s shrinks to a witness of at most three',
  (_, mutation) => {
    const result = fc.check(
      fc.property(workflow(), (correct) => {
        const changed = mutation.apply(correct);
        return changed === null || check(recordingOf(changed)).findings.length === 0;
      }),
      { seed: 7, numRuns: 300 },
    );
    expect(result.failed).toBe(true);
    const [shrunk] = result.counterexample ?? [];
    const [finding] = check(recordingOf(mutation.apply(shrunk ?? []) ?? [])).findings;
    expect(finding?.witness.length).toBeLessThanOrEqual(3);
  },
  60_000,
);
