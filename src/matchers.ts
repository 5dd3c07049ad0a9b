import { isDeepStrictEqual } from 'node:util';
import { verdict } from './assert-correct.ts';
import type { RecordedEvent } from './recording/event.ts';
import { Trace } from './recording/trace.ts';
import { renderReport, renderTrace } from './report/text.ts';
import type { Finding } from './rules/finding.ts';
import type { Report } from './rules/report.ts';
import { noSuch } from './rules/no-such.ts';
import { RULE_IDS, type RuleId } from './rules/rule-id.ts';
import type { FakeWhyOps } from './server/fake.ts';
import { asSubject, checkSubject, recordingOf, seen, type Subject } from './subject.ts';

interface MatcherContext {
  readonly isNot: boolean;
}

interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** Members of a finding that must be equal; objects are compared member by member. */
export type FindingPattern = { readonly [Key in keyof Finding]?: unknown };

/** Members of an event that must be equal; objects are compared member by member. */
export type EventPattern = { readonly [Key in keyof RecordedEvent]?: unknown };

/** Subjects whose findings a test has asserted by itself, so that the fixture does not fail it for them. */
const judged = new WeakSet<object>();

/** Whether a test asserted findings of this fake, so that the final check would only repeat or contradict it. */
export function wasJudged(whyops: FakeWhyOps): boolean {
  return judged.has(whyops.recording);
}

function markJudged(subject: Subject): void {
  judged.add(subject instanceof Trace ? (subject.recording ?? subject) : (recordingOf(subject) as object));
}

/** The matchers, as `expect.extend` takes them. */
export const matchers = {
  /** No rule has a finding, at least one rule was applied, and nothing that was prepared is left over. */
  toHaveCorrectTraces(this: MatcherContext, received: unknown): MatcherResult {
    const subject = asSubject(received);
    if (this.isNot) markJudged(subject);
    const { report, problems } = verdict(subject);
    if (this.isNot && report.findings.length === 0 && problems.length > 0)
      throw new Error(problems.join('\n\n'));
    return {
      pass: problems.length === 0,
      message: () =>
        problems.length > 0 ? problems.join('\n\n') : 'Expected a finding, but every trace is correct.',
    };
  },

  /** There is a finding of this rule; with a pattern, one that matches it. */
  toHaveFinding(
    this: MatcherContext,
    received: unknown,
    rule: RuleId,
    pattern: FindingPattern = {},
  ): MatcherResult {
    const subject = asSubject(received);
    if (!RULE_IDS.includes(rule)) throw new Error(noSuch('rule', rule, RULE_IDS));
    if (!this.isNot) markJudged(subject);
    const report = checkSubject(subject);
    const ofRule = report.findings.filter((finding) => finding.rule === rule);
    const matching = ofRule.filter((finding) => matches(finding, pattern));
    return {
      pass: matching.length > 0,
      message: () => {
        if (matching.length > 0) return `Expected no such finding, but there is:\n\n${messages(matching)}`;
        const wanted = `Expected a finding of ${rule}${patternText(pattern)}`;
        if (ofRule.length > 0) return `${wanted}; these do not match:\n\n${messages(ofRule)}`;
        return `${wanted}, but there is none. ${otherFindings(report)}`;
      },
    };
  },

  /** One workflow keeps one trace id. */
  toKeepTraceIdStable(this: MatcherContext, received: unknown): MatcherResult {
    return judgeRule(this, received, 'stable-trace-id');
  },

  /** Each tool response carries the span id of exactly one earlier request of its tool. */
  toReuseSpanIds(this: MatcherContext, received: unknown): MatcherResult {
    return judgeRule(this, received, 'span-reuse');
  },

  /** Each model turn is proxied or reported by hand, once. */
  toRepresentTurnsOnce(this: MatcherContext, received: unknown): MatcherResult {
    return judgeRule(this, received, 'single-representation');
  },

  /** Every request goes to the one proxy and the one analyse base URL. */
  toUseOneBaseUrl(this: MatcherContext, received: unknown): MatcherResult {
    return judgeRule(this, received, 'single-base-url');
  },

  /** Exactly `times` stored events match the pattern; once by default, so that a duplicate shows. */
  toHaveEvent(
    this: MatcherContext,
    received: unknown,
    pattern: EventPattern,
    { times }: { readonly times?: number } = {},
  ): MatcherResult {
    const subject = asSubject(received);
    const traces = subject instanceof Trace ? [subject] : (recordingOf(subject)?.traces ?? []);
    const found = traces.flatMap(({ events }) => events).filter((event) => matches(event, pattern)).length;
    // `.not.toHaveEvent(…)` means none at all, not "some other number than one".
    const pass = this.isNot && times === undefined ? found > 0 : found === (times ?? 1);
    return {
      pass,
      message: () => {
        const wanted = this.isNot ? 'no' : `${times ?? 1}`;
        const timelines = traces
          .filter(({ events }) => events.length > 0)
          .map((trace) => renderTrace(trace, []));
        const stored = timelines.length > 0 ? timelines.join('\n\n') : '  nothing';
        return `Expected ${wanted} stored event${patternText(pattern)}, found ${found}. Stored:\n\n${stored}`;
      },
    };
  },
};

function judgeRule({ isNot }: MatcherContext, received: unknown, rule: RuleId): MatcherResult {
  const subject = asSubject(received);
  if (isNot) markJudged(subject);
  const report = checkSubject(subject, { rules: [rule] });
  const [checked] = report.checked;
  if (report.findings.length === 0 && checked?.applied === 0) {
    const reasons = checked.notApplicable.map(({ reason }) => reason);
    throw new Error(`${rule} had nothing to check: ${reasons.join('; ') || 'nothing was recorded'}.`);
  }
  return {
    pass: report.findings.length === 0,
    message: () =>
      isNot ? `Expected a finding of ${rule}, but there is none.` : renderReport(report, seen(subject)),
  };
}

/** Every member of the pattern is there and equal; members that the pattern leaves out do not matter. */
function matches(value: unknown, pattern: unknown): boolean {
  if (isAsymmetric(pattern)) return pattern.asymmetricMatch(value);
  if (!isPlainObject(pattern)) {
    if (!Array.isArray(pattern)) return isDeepStrictEqual(value, pattern);
    return (
      Array.isArray(value) &&
      value.length === pattern.length &&
      pattern.every((item, index) => matches(value[index], item))
    );
  }
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(pattern).every(([key, item]) =>
    matches((value as Record<string, unknown>)[key], item),
  );
}

function isAsymmetric(value: unknown): value is { asymmetricMatch(other: unknown): boolean } {
  return typeof (value as { asymmetricMatch?: unknown } | null)?.asymmetricMatch === 'function';
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function patternText(pattern: object): string {
  return Object.keys(pattern).length === 0 ? '' : ` like ${JSON.stringify(pattern)}`;
}

function messages(findings: readonly Finding[]): string {
  return findings.map(({ message }) => message).join('\n\n');
}

function otherFindings({ findings }: Report): string {
  if (findings.length === 0) return 'Every trace is correct.';
  return `Other findings:\n\n${messages(findings)}`;
}
