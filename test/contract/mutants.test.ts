import { describe, expect, test } from 'vitest';
import { MUTANTS } from '../../fixtures/drivers/mutants.ts';
import { mutantDriver } from '../../fixtures/drivers/reference-driver.ts';
import { REQUIREMENTS } from '../../src/contract/requirements/index.ts';
import { runContract } from '../../src/contract/run.ts';

/** What a mutant does in generated scenarios depends on the seed; `generated.test.ts` looks at those. */
const WRITTEN = REQUIREMENTS.map(({ id }) => id).filter((id) => id !== 'generated-scenarios');

describe.concurrent(
  'every mutant of the reference client fails exactly what it breaks',
  { timeout: 180_000 },
  () => {
    test.for(MUTANTS)('$id: $defect', async (mutant, { expect }) => {
      const { requirements } = await runContract(mutantDriver(mutant), { only: WRITTEN });
      const failed = requirements.filter(({ status }) => status !== 'passed');
      expect(failed.map(({ id }) => id).sort(), JSON.stringify(failed.map(({ checks }) => checks))).toEqual(
        [...mutant.breaks].sort(),
      );
    });
  },
);

describe('the mutants', () => {
  test('break every requirement', () => {
    const broken = new Set(MUTANTS.flatMap(({ breaks }) => breaks));
    expect(WRITTEN.filter((id) => !broken.has(id))).toEqual([]);
  });

  test('are known by different names', () => {
    expect(new Set(MUTANTS.map(({ id }) => id)).size).toBe(MUTANTS.length);
  });
});
