import { Recording } from './recording/recording.ts';
import { Trace } from './recording/trace.ts';
import { type Timeline, timelineOf } from './report/timeline.ts';
import { Checker } from './rules/checker.ts';
import { selectRules } from './rules/check.ts';
import type { Ignore, Report } from './rules/report.ts';
import type { RuleId } from './rules/rule-id.ts';
import { FakeWhyOps } from './server/fake.ts';

/** What can be checked: a fake, its recording (or one read from a file), or one trace of it. */
export type Subject = FakeWhyOps | Recording | Trace;

/** @throws TypeError that says what was passed instead. */
export function asSubject(value: unknown): Subject {
  if (value instanceof FakeWhyOps || value instanceof Recording || value instanceof Trace) return value;
  const shown = value === null ? 'null' : typeof value === 'object' ? value.constructor?.name : typeof value;
  throw new TypeError(
    `Expected a fake WhyOps, a recording or whyops.trace(id), received ${shown ?? 'an object'}.`,
  );
}

export function recordingOf(subject: Subject): Recording | undefined {
  if (subject instanceof FakeWhyOps) return subject.recording;
  return subject instanceof Recording ? subject : undefined;
}

/** What a report shows timelines of. */
export function seen(subject: Subject): Recording | readonly Timeline[] {
  return subject instanceof Trace ? [timelineOf(subject)] : (recordingOf(subject) as Recording);
}

/** Checks a subject; evidence across traces is joined only where all traces are there. */
export function checkSubject(
  subject: Subject,
  options: { readonly rules?: readonly RuleId[]; readonly ignore?: readonly Ignore[] } = {},
): Report {
  const checker = new Checker(selectRules(options.rules));
  const traces = subject instanceof Trace ? [subject] : (recordingOf(subject) as Recording).traces;
  for (const trace of traces) checker.trace(trace);
  return checker.finish(options.ignore);
}
