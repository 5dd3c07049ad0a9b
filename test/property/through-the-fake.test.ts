import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFakeWhyOps, type FakeWhyOps } from '../../src/index.ts';
import {
  assertStored,
  play,
  playInterleaved,
  programs,
  workflow,
  type Workflow,
} from '../../src/property/index.ts';
import { check } from '../../src/rules/check.ts';

const fresh = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);

/** Everything is stored as the workflows say, nothing is left over, and no rule speaks. */
async function isSilent(whyops: FakeWhyOps, workflows: readonly Workflow[]): Promise<void> {
  await whyops.settled();
  assertStored(workflows, whyops.recording);
  expect(whyops.deadLetters).toEqual([]);
  expect([whyops.model.unused, whyops.faults.unused]).toEqual([[], []]);
  expect(check(whyops.recording).findings.map(({ message }) => message)).toEqual([]);
}

test.each([
  ['fixed', 20260101, 80],
  ['fresh', fresh, 40],
])(
  'correct workflows are stored as they say and silent (%s seed)',
  async (name, seed, numRuns) => {
    let requests = 0;
    await fc.assert(
      fc.asyncProperty(workflow(), async (correct) => {
        const whyops = createFakeWhyOps();
        await play(correct, whyops);
        await isSilent(whyops, [correct]);
        requests += correct.length;
      }),
      { seed, numRuns },
    );
    console.info(`through the fake: ${numRuns} workflows, ${requests} requests, ${name} seed ${seed}`);
    expect(requests).toBeGreaterThan(numRuns * 10);
  },
  60_000,
);

test.each([
  ['fixed', 20260101, 80],
  ['fresh', fresh, 40],
])(
  'so are programs that run side by side (%s seed)',
  async (name, seed, numRuns) => {
    let requests = 0;
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), programs(), async (scheduler, running) => {
        const whyops = createFakeWhyOps();
        await playInterleaved(scheduler, running, whyops);
        await isSilent(whyops, running);
        requests += running.flat().length;
      }),
      { seed, numRuns },
    );
    console.info(`side by side: ${numRuns} interleavings, ${requests} requests, ${name} seed ${seed}`);
    expect(requests).toBeGreaterThan(numRuns * 10);
  },
  60_000,
);
