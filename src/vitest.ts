import { expect, test as base } from 'vitest';
import { verdict } from './assert-correct.ts';
import { type EventPattern, type FindingPattern, matchers, wasJudged } from './matchers.ts';
import type { RuleId } from './rules/rule-id.ts';
import { createFakeWhyOps, type FakeWhyOps } from './server/fake.ts';
import type { FakeWhyOpsOptions } from './server/options.ts';
import { usageProblems } from './usage.ts';

export { expect };
export { matchers };

expect.extend(matchers);

/** The matchers of this door. */
export interface WhyOpsMatchers<R = unknown> {
  /** No rule has a finding, at least one rule was applied, and nothing that was prepared is left over. */
  toHaveCorrectTraces(): R;
  /** There is a finding of this rule; with a pattern, one whose members match it. */
  toHaveFinding(rule: RuleId, pattern?: FindingPattern): R;
  /** One workflow keeps one trace id (`stable-trace-id`). */
  toKeepTraceIdStable(): R;
  /** Each tool response carries the span id of exactly one earlier request of its tool (`span-reuse`). */
  toReuseSpanIds(): R;
  /** Each model turn is proxied or reported by hand, once (`single-representation`). */
  toRepresentTurnsOnce(): R;
  /** Every request goes to the one proxy and the one analyse base URL (`single-base-url`). */
  toUseOneBaseUrl(): R;
  /** Exactly `times` stored events match the pattern (default 1, so that a duplicate shows). */
  toHaveEvent(pattern: EventPattern, options?: { readonly times?: number }): R;
}

declare module 'vitest' {
  // The type parameter has to be spelled as in vitest for the declarations to merge.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any, @typescript-eslint/no-empty-object-type
  interface Matchers<T = any> extends WhyOpsMatchers<T> {}
}

export interface WhyOpsFixtures {
  /** Options of the fake; override with `test.extend({ whyopsOptions: { ingest: 'direct' } })`. */
  whyopsOptions: FakeWhyOpsOptions;
  /**
   * A listening fake of this test's own. When the test is over it is settled and checked: a finding that the test did
   * not assert itself fails the test, and so does a test in which nothing was sent.
   */
  whyops: FakeWhyOps;
}

/** Vitest's `test` with a `whyops` fixture. Each test has a fake of its own, so `test.concurrent` is safe. */
export const test = base.extend<WhyOpsFixtures>({
  whyopsOptions: {},
  whyops: async ({ whyopsOptions, task }, use) => {
    const whyops = createFakeWhyOps(whyopsOptions);
    await whyops.listen();
    try {
      await use(whyops);
      // A test that failed already has a reason; a second one would hide it.
      if (task.result?.state === 'fail') return;
      await whyops.settled();
      const problems = wasJudged(whyops) ? usageProblems(whyops) : verdict(whyops).problems;
      if (problems.length > 0) throw new Error(problems.join('\n\n'));
    } finally {
      await whyops.close();
    }
  },
});
