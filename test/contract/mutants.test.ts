import { describe, expect, test } from 'vitest';
import { MUTANTS } from '../../fixtures/drivers/mutants.ts';
import { mutantDriver } from '../../fixtures/drivers/reference-driver.ts';
import type { ContractReport } from '../../src/contract/report.ts';
import { REQUIREMENTS } from '../../src/contract/requirements/index.ts';
import { runContract } from '../../src/contract/run.ts';
import { small } from './small.ts';

/** What a mutant does in generated scenarios depends on the seed; `generated.test.ts` looks at those. */
const WRITTEN = REQUIREMENTS.map(({ id }) => id).filter((id) => id !== 'generated-scenarios');

/** A run is mostly waiting, but with too many at once each would be late for what it waits for. */
const AT_ONCE = 12;

const LIMIT = 300_000;

/** The report on each mutant, as soon as it is its turn. */
const reports = inTurn(MUTANTS, (mutant) => runContract(mutantDriver(mutant), { only: WRITTEN }));

describe('every mutant of the reference client fails exactly what it breaks', { timeout: LIMIT }, () => {
  test.for(MUTANTS.map((mutant, index) => ({ ...mutant, index })))('$id: $defect', async (mutant) => {
    const { requirements } = await reports[mutant.index]!;
    const failed = requirements.filter(({ status }) => status !== 'passed');
    expect(failed.map(({ id }) => id).sort(), JSON.stringify(failed.map(({ checks }) => checks))).toEqual(
      [...mutant.breaks].sort(),
    );
  });
});

/**
 * A check that no broken SDK fails could as well always pass. What mutants in this process cannot show is shown by others: only
 * a process can end too early, and what generated scenarios find depends on the seed.
 */
test('every check of every requirement is failed by one of them', { timeout: LIMIT }, async () => {
  const keyFromContent = MUTANTS.find(({ id }) => id === 'key-from-content')!;
  const others = await Promise.all([
    runContract({ command: small('leaves') }, { only: ['flush-before-exit'] }),
    runContract(mutantDriver(keyFromContent), { only: ['generated-scenarios'], seed: 1 }),
  ]);
  const failed = new Set([...(await Promise.all(reports)), ...others].flatMap(failedChecks));
  const declared = REQUIREMENTS.flatMap(({ id, checks }) =>
    Object.keys(checks).map((check) => `${id}/${check}`),
  );
  expect(declared.filter((check) => !failed.has(check))).toEqual([]);
});

test('the mutants are known by different names', () => {
  expect(new Set(MUTANTS.map(({ id }) => id)).size).toBe(MUTANTS.length);
});

function failedChecks({ requirements }: ContractReport): string[] {
  return requirements.flatMap(({ id, checks }) =>
    checks.filter(({ status }) => status === 'failed').map((check) => `${id}/${check.id}`),
  );
}

/** Starts the work on each item, a few at a time. */
function inTurn<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result>[] {
  const places = Array.from({ length: AT_ONCE }, () => Promise.resolve());
  return items.map((item, index) => {
    const result = places[index % AT_ONCE]!.then(() => work(item));
    places[index % AT_ONCE] = result.then(
      () => {},
      () => {},
    );
    return result;
  });
}
