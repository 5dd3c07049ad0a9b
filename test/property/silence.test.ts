import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { recordingOf, workflow } from '../../src/property/index.ts';
import { check } from '../../src/rules/check.ts';

const fresh = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);

/** Correct workflows give no finding, neither `E` nor `W`. Together 10,000; a failure prints seed and path. */
test.each([
  ['fixed', 20260101, 7000],
  ['fresh', fresh, 3000],
])(
  'no finding in correct workflows (%s seed)',
  (name, seed, numRuns) => {
    console.info(`silence: ${numRuns} correct workflows, ${name} seed ${seed}`);
    fc.assert(
      fc.property(workflow(), (correct) => {
        expect(check(recordingOf(correct)).findings).toEqual([]);
      }),
      { seed, numRuns },
    );
  },
  120_000,
);
