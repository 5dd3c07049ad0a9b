// Run by describe.test.ts in a Vitest of its own: the first contract holds, the second does not.
import { MUTANTS } from '../../../fixtures/drivers/mutants.ts';
import { mutantDriver, referenceDriver } from '../../../fixtures/drivers/reference-driver.ts';
import { CORRECT } from '../../../src/client/decisions.ts';
import { describeContract } from '../../../src/contract/describe.ts';

const only = ['key-distinct', 'retry-after'];

describeContract(referenceDriver(CORRECT), { only });
for (const id of ['key-from-content', 'no-retry-after'])
  describeContract(mutantDriver(MUTANTS.find((mutant) => mutant.id === id)!), { only });
