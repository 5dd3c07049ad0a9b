import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFakeWhyOps } from '../../src/index.ts';
import { mutations, play, workflow } from '../../src/property/index.ts';
import { kindsOf } from '../../src/property/kill-matrix.ts';
import { check } from '../../src/rules/check.ts';

/** What the sender does not decide: outcomes, other hosts, scopes, keys of others, an answer that never comes. */
const RECORDED_ONLY = [
  'two-ids-in-one-scope',
  'call-and-event-of-one-scope',
  'url-overridden-for-one-call',
  'url-overridden-for-one-event',
  'second-base-url',
  'second-base-url-for-events',
  'call-past-the-proxy',
  'anthropic-call-past-the-proxy',
  'register-anew-in-a-trace',
  'answer-after-a-new-version',
  'invalid-key',
  'given-up-by-the-worker',
  'given-up-after-its-model-was-gone',
  'sampled-out',
  'beyond-the-limit-of-traces',
  'no-retry-after-time-out',
  'provider-key-beside-an-event',
  'provider-key-beside-a-call',
  'whyops-key-to-other-host',
  'whyops-key-to-provider',
];

const shortest = fc
  .sample(workflow(), { numRuns: 200, seed: 2026 })
  .sort((one, other) => one.length - other.length);

const sent = mutations.filter(({ seenIn }) => seenIn === 'requests');

/** A recording that is written down says what a backend would do; here the fake does it, and the same is found. */
test.each(sent.filter(({ name }) => !RECORDED_ONLY.includes(name)).map((each) => [each.name, each] as const))(
  '%s is found when it is played',
  async (_, { apply, rule, kind }) => {
    const broken = shortest.map(apply).find((one) => one !== null) ?? expect.unreachable('no place');
    const whyops = createFakeWhyOps();
    await play(broken, whyops);
    await whyops.settled();
    expect(kindsOf(check(whyops.recording).findings)).toBe(`${rule}/${kind}`);
  },
);

test.each(sent.filter(({ name }) => RECORDED_ONLY.includes(name)).map((each) => [each.name, each] as const))(
  '%s cannot be played, and the player says why',
  async (_, { apply }) => {
    const broken = shortest.map(apply).find((one) => one !== null) ?? expect.unreachable('no place');
    await expect(play(broken, createFakeWhyOps())).rejects.toThrow(
      /which a player cannot bring about|without end|was answered 202 instead of 4/,
    );
  },
);
