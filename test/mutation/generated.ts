import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recordingOf, type Workflow, workflow } from '../../src/property/index.ts';
import { kill } from '../../src/property/kill-matrix.ts';
import { mutations } from '../../src/property/mutations.ts';
import { check } from '../../src/rules/check.ts';

/* A small silence run and a small kill matrix. */

let drawn: Workflow[] | undefined;
/** Not drawn when the file is loaded: what runs outside of a test counts as covered by every test. */
const workflows = () => (drawn ??= fc.sample(workflow(), { numRuns: 50, seed: 2026 }));

test('correct workflows give no finding', () => {
  for (const correct of workflows()) expect(check(recordingOf(correct)).findings).toEqual([]);
});

describe('a mutation of a workflow gives its finding and no other:', () => {
  test.each(mutations.map((mutation) => [mutation.name, mutation] as const))('%s', (_, mutation) => {
    const { applied, found } = kill(mutation, workflows().slice(0, 6));
    if (applied > 0) expect(found).toEqual([`${mutation.rule}/${mutation.kind}`]);
  });
});
