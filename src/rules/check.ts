import type { Recording } from '../recording/recording.ts';
import { Checker } from './checker.ts';
import { rules as catalogue } from './index.ts';
import { noSuch } from './no-such.ts';
import type { Ignore, Report } from './report.ts';
import type { RuleId } from './rule-id.ts';

export interface CheckOptions {
  /** Only these rules; all by default. */
  readonly rules?: readonly RuleId[];
  /** Deliberate exceptions, each with its reason. */
  readonly ignore?: readonly Ignore[];
}

/** Holds a recording against the catalogue. Never throws for what was recorded; throws for options it does not know. */
export function check(recording: Recording, options: CheckOptions = {}): Report {
  const checker = new Checker(selectRules(options.rules));
  for (const trace of recording.traces) checker.trace(trace);
  return checker.finish(options.ignore);
}

/** One named twice counts once. @throws Error that quotes an unknown id and lists the known ones. */
export function selectRules(ids?: readonly string[]): typeof catalogue {
  if (!ids) return catalogue;
  const known = catalogue.map((rule) => rule.id);
  return [...new Set(ids)].map((id) => {
    const rule = catalogue.find((candidate) => candidate.id === id);
    if (!rule) throw new Error(noSuch('rule', id, known));
    return rule;
  });
}
