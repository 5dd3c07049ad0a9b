import { renderReport } from './report/text.ts';
import type { Ignore, Report } from './rules/report.ts';
import type { RuleId } from './rules/rule-id.ts';
import { FakeWhyOps } from './server/fake.ts';
import { asSubject, checkSubject, seen, type Subject } from './subject.ts';
import { usageProblems } from './usage.ts';

export interface AssertOptions {
  /** Only these rules; all by default. */
  readonly rules?: readonly RuleId[];
  /** Deliberate exceptions, each with its reason. */
  readonly ignore?: readonly Ignore[];
  /** `error` lets findings of tier W pass. Default `warning`: every finding fails. */
  readonly failOn?: 'error' | 'warning';
}

/** Thrown by {@link assertCorrect}; carries the report for those who want the data. */
export class IncorrectTracesError extends Error {
  override readonly name = 'IncorrectTracesError';
  readonly report: Report;

  constructor(message: string, report: Report) {
    super(message);
    this.report = report;
  }
}

/**
 * Holds what was recorded against the catalogue, for any test runner.
 *
 * @throws IncorrectTracesError whose message shows the timeline of each offending trace, when there is a finding; when
 * nothing was checked; and, for a fake, when nothing was sent, something arrived at no route, or a scripted reply or
 * fault was left over.
 */
export function assertCorrect(subject: Subject, options: AssertOptions = {}): void {
  const { report, problems } = verdict(asSubject(subject), options);
  if (problems.length > 0) throw new IncorrectTracesError(problems.join('\n\n'), report);
}

/** The report of a subject and everything that speaks against calling it correct, as text. */
export function verdict(
  subject: Subject,
  options: AssertOptions = {},
): { report: Report; problems: string[] } {
  const report = checkSubject(subject, options);
  const problems: string[] = [];
  if (subject instanceof FakeWhyOps) problems.push(...unsettled(subject), ...usageProblems(subject));
  const failing = report.findings.filter(({ tier }) => tier === 'E' || options.failOn !== 'error');
  if (failing.length > 0) problems.push(renderReport({ ...report, findings: failing }, seen(subject)));
  for (const { rule, reason, stale } of report.ignored) {
    if (stale)
      problems.push(`The exception for ${rule} ("${reason}") matches no finding any more: delete it.`);
  }
  const nothingChecked = report.checked.every(({ applied }) => applied === 0);
  const silenced = subject instanceof FakeWhyOps && subject.expectsNothing;
  if (nothingChecked && problems.length === 0 && !silenced) problems.push(whyNothing(report));
  return { report, problems };
}

function unsettled(whyops: FakeWhyOps): string[] {
  return whyops.isSettled
    ? []
    : ['Requests are still being served: await whyops.settled() before you check.'];
}

function whyNothing({ checked }: Report): string {
  const reasons = new Set(checked.flatMap(({ notApplicable }) => notApplicable.map(({ reason }) => reason)));
  return ['Nothing was checked:', ...(reasons.size > 0 ? [...reasons] : ['the recording is empty'])].join(
    '\n  ',
  );
}
