import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recordingOf } from '../../src/property/action.ts';
import { mutations } from '../../src/property/mutations/index.ts';
import { workflow } from '../../src/property/workflow.ts';
import type { Recording } from '../../src/recording/recording.ts';
import { rules } from '../../src/rules/index.ts';
import type { AnyRule, Mate, Violation } from '../../src/rules/rule.ts';

// Whoever checks files keeps of each trace only what may have a mate in another one. What is thrown away too early is a
// false green.

interface Left {
  readonly trace: number;
  readonly leftover: unknown;
  readonly mate: Mate | null;
}

function leftOf(rule: AnyRule, { traces }: Recording): Left[] {
  return traces.flatMap((seen, trace) => {
    const left = rule.applies(seen) === true ? rule.check(seen, () => undefined) : rule.collect?.(seen);
    return [...(left ?? [])].map((leftover: unknown) => ({
      trace,
      leftover,
      mate: rule.mate?.(leftover) ?? null,
    }));
  });
}

function joined(rule: AnyRule, left: readonly Left[]): Violation[] {
  const told: Violation[] = [];
  rule.join?.(
    left.map(({ leftover }) => leftover),
    (violation) => told.push(violation),
  );
  return told;
}

const wantedBy = { one: 'other', other: 'one', any: 'any' } as const;

function hasMate({ trace, mate }: Left, all: readonly Left[]): boolean {
  return (
    mate === null ||
    all.some(
      (other) =>
        other.trace !== trace && other.mate?.key === mate.key && other.mate.side === wantedBy[mate.side],
    )
  );
}

const workflows = fc.sample(workflow(), { numRuns: 60, seed: 17 });
const recordings = mutations.flatMap((mutation) =>
  workflows
    .map((one) => mutation.apply(one))
    .filter((one) => one !== null)
    .slice(0, 2)
    .map((broken) => recordingOf(broken)),
);

describe.each(rules.filter(({ mate }) => mate).map((rule) => [rule.id, rule] as const))('%s', (_, rule) => {
  test('finds across traces what it finds with all that was left, from what has a mate alone', () => {
    let found = 0;
    let dropped = 0;
    for (const recording of recordings) {
      const all = leftOf(rule, recording);
      const kept = all.filter((left) => hasMate(left, all));
      const findings = joined(rule, all);
      expect(joined(rule, kept)).toEqual(findings);
      found += findings.length;
      dropped += all.length - kept.length;
    }
    expect([found > 0, dropped > 0]).toEqual([true, true]);
  });
});
