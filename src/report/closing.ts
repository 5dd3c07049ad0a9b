import { createColors } from 'picocolors';
import type { Checked, Report } from '../rules/report.ts';
import { wrap } from './plain-text.ts';
import type { TextOptions } from './text.ts';

/** `1 event`, `2 events`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** Whether any rule looked at any trace. A report of which this is false is never green. */
export function somethingChecked(report: Report): boolean {
  return report.checked.some(({ applied }) => applied > 0);
}

/** The end of a text report: the result in one line, what was ignored, what was not checked and why. */
export function closing(report: Report, { columns = 80, color = false }: TextOptions = {}): string {
  const colors = createColors(color);
  const errors = report.findings.filter(({ tier }) => tier === 'E').length;
  const warnings = report.findings.length - errors;
  const applied = report.checked.filter((rule) => rule.applied > 0).length;
  const seen = `${count(report.traces, 'trace')}, ${count(report.events, 'event')}, ${count(applied, 'rule')} checked`;
  const paint = errors > 0 ? colors.red : warnings > 0 ? colors.yellow : colors.green;
  const result = !somethingChecked(report)
    ? colors.red(`Nothing was checked: ${count(report.traces, 'trace')}, ${count(report.events, 'event')}.`)
    : report.findings.length === 0
      ? paint(`No findings: ${seen}.`)
      : paint(`${tally(errors, warnings)}: ${seen}.`);
  return [...ignoredLines(report), ...notApplicable(report.checked), result]
    .flatMap((line) => wrap(line, columns, '  '))
    .join('\n');
}

function tally(errors: number, warnings: number): string {
  return [errors > 0 ? count(errors, 'error') : '', warnings > 0 ? count(warnings, 'warning') : '']
    .filter(Boolean)
    .join(' and ');
}

function ignoredLines(report: Report): string[] {
  return report.ignored.map(({ rule, reason, findings, stale }) =>
    stale
      ? `Ignoring ${rule} (${reason}) matched nothing: delete it.`
      : `Ignored ${count(findings.length, 'finding')} of ${rule}: ${reason}`,
  );
}

/** The rules that no trace had anything for, those with the same reason in one line. */
function notApplicable(checked: readonly Checked[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const { rule, applied, notApplicable: reasons } of checked) {
    const [first] = reasons;
    if (applied > 0 || !first) continue;
    const reason =
      reasons.length > 1
        ? `${first.reason} (and ${count(reasons.length - 1, 'other reason')})`
        : first.reason;
    byReason.set(reason, [...(byReason.get(reason) ?? []), rule]);
  }
  return [...byReason].map(([reason, rules]) => `Not applicable: ${rules.join(', ')}: ${reason}`);
}
