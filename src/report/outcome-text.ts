import type { Outcome } from '../bulk/outcome.ts';
import { count } from './closing.ts';
import { plainLine, wrap } from './plain-text.ts';
import { type FindingGroup, groupFindings, renderGroups, type TextOptions } from './text.ts';
import { fileOf } from './timeline.ts';

/** Traces with findings that are shown in full; a terminal is no place for thousands. */
const SHOWN_TRACES = 50;
const SHOWN_LINES = 20;

/** The text report of a check of files: as `renderReport` has it, and what was not checked. */
export function renderOutcome(outcome: Outcome, options: TextOptions = {}): string {
  const { report, timelines } = outcome;
  const groups = groupFindings(report.findings, outcome.whereOf);
  const namesFiles = new Set(timelines.map(fileOf)).size > 1;
  const text = renderGroups(groups.slice(0, SHOWN_TRACES), report, { ...options, namesFiles });
  const notes = [...omitted(groups.slice(SHOWN_TRACES)), ...unreadableLines(outcome)];
  const wrapped = notes.flatMap((line) => wrap(line, options.columns ?? 80, '  '));
  return text + wrapped.map((line) => `${line}\n`).join('');
}

function omitted(groups: readonly FindingGroup[]): string[] {
  if (groups.length === 0) return [];
  const hidden = groups.reduce((sum, { findings }) => sum + findings.length, 0);
  return [
    `Not shown: ${count(hidden, 'finding')} in ${count(groups.length, 'further trace')}; --format json lists all.`,
  ];
}

export function unreadableLines({ unreadable, repeated }: Outcome): string[] {
  const lines: string[] = [];
  if (repeated > 0)
    lines.push(
      `${count(repeated, 'event')} came more than once in the input and ${repeated === 1 ? 'was' : 'were'} checked once.`,
    );
  if (unreadable.count === 0) return lines;
  lines.push(`Not everything was checked, for ${count(unreadable.count, 'reason')}:`);
  for (const { file, line, problem } of unreadable.first.slice(0, SHOWN_LINES))
    lines.push(`  ${plainLine(file)}:${line}: ${plainLine(problem)}`);
  const more = unreadable.count - Math.min(SHOWN_LINES, unreadable.first.length);
  if (more > 0) lines.push(`  … and ${count(more, 'more')}.`.replace('mores', 'more'));
  return lines;
}
