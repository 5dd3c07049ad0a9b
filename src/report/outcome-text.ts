import type { Outcome } from '../bulk/outcome.ts';
import { count } from './closing.ts';
import { plainLine, wrap } from './plain-text.ts';
import { renderReport, type TextOptions } from './text.ts';

/** Traces with findings that are shown in full; a terminal is no place for thousands. */
const SHOWN_TRACES = 50;
const SHOWN_LINES = 20;

/** The text report of a check of files: as {@link renderReport}, and what was not checked. */
export function renderOutcome(outcome: Outcome, options: TextOptions = {}): string {
  const { report, timelines } = outcome;
  const traceIds = [...new Set(report.findings.map(({ traceId }) => traceId))];
  const shown = new Set(traceIds.slice(0, SHOWN_TRACES));
  const text = renderReport(report, timelines, options, shown);
  const notes = [...omitted(outcome, shown, traceIds.length), ...unreadableLines(outcome)];
  const wrapped = notes.flatMap((line) => wrap(line, options.columns ?? 80, '  '));
  return text + wrapped.map((line) => `${line}\n`).join('');
}

function omitted({ report }: Outcome, shown: ReadonlySet<string | null>, traces: number): string[] {
  const hidden = report.findings.filter(({ traceId }) => !shown.has(traceId)).length;
  if (hidden === 0) return [];
  return [
    `Not shown: ${count(hidden, 'finding')} in ${count(traces - shown.size, 'further trace')}; --format json lists all.`,
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
