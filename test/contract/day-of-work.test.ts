import { afterAll, expect, test } from 'vitest';
import { MUTANTS } from '../../fixtures/drivers/mutants.ts';
import { mutantDriver, referenceDriver } from '../../fixtures/drivers/reference-driver.ts';
import { CORRECT } from '../../src/client/decisions.ts';
import type { FakeWhyOps } from '../../src/index.ts';
import { expectOnPage } from '../property/kill-matrix-page.ts';
import { dayOfWork } from './day-of-work.ts';

/** Closed at the end of all: a client that goes on trying would otherwise meet the next fake on its port. */
const open: FakeWhyOps[] = [];
afterAll(() => Promise.all(open.map((whyops) => whyops.close())));

/** A day is mostly waiting, but too many at once would be late for what they wait for. */
const SIDE_BY_SIDE = 8;

test('the rules find nothing in the traces of the reference client', async () => {
  expect(await dayOfWork(referenceDriver(CORRECT), open)).toBe('');
});

/** That each fails the requirements it names, and no other, is what `mutants.test.ts` shows. */
test('what they find in those of its mutants is on the page', async () => {
  const rows: string[] = [];
  for (let index = 0; index < MUTANTS.length; index += SIDE_BY_SIDE) {
    const days = MUTANTS.slice(index, index + SIDE_BY_SIDE).map(async (mutant) => {
      const found = await dayOfWork(mutantDriver(mutant), open);
      return `| ${mutant.id} | ${mutant.defect} | ${mutant.breaks.join(', ')} | ${found} |`;
    });
    rows.push(...(await Promise.all(days)));
  }
  const head = ['| mutant | what it does wrong | requirements | rules |', '| --- | --- | --- | --- |'];
  expectOnPage('Clients', [...head, ...rows].join('\n'));
}, 240_000);
