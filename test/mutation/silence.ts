import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { recordingOf, workflow } from '../../src/property/index.ts';
import { check } from '../../src/rules/check.ts';

/** The long run is test/property/silence.test.ts. Drawn in the test: what runs outside counts as covered by every test. */
test('a few correct workflows give no finding', () => {
  for (const correct of fc.sample(workflow(), { numRuns: 25, seed: 2026 }))
    expect(check(recordingOf(correct)).findings).toEqual([]);
});
