import type { Recording } from '../recording/recording.ts';
import { Checker } from './checker.ts';
import { rules as catalogue } from './index.ts';
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

/** @throws Error that quotes an unknown id and lists the known ones. */
export function selectRules(ids?: readonly string[]): typeof catalogue {
  if (!ids) return catalogue;
  return ids.map((id) => {
    const rule = catalogue.find((candidate) => candidate.id === id);
    if (!rule)
      throw new Error(`There is no rule "${id}". Rules: ${catalogue.map((known) => known.id).join(', ')}.`);
    return rule;
  });
}
