import colors from 'picocolors';
import type { ContractReport, RequirementResult } from '../report.ts';
import type { Requirement } from '../requirement.ts';

const MARK = { passed: '✓', failed: '✗', 'expected-failure': '~', unsupported: '–' } as const;

/** For people: one line a requirement, what failed below it with its consequence, a summary last. */
export function textOf(report: ContractReport, requirements: readonly Requirement[], color = false): string {
  const paint = colors.createColors(color);
  const lines = [`${report.sdk} ${report.version} (${report.language})`, ''];
  for (const result of report.requirements) {
    const definition = requirements.find(({ id }) => id === result.id);
    const line = `${MARK[result.status]} ${result.id} (${result.level})`;
    lines.push(
      result.status === 'failed'
        ? paint.red(line)
        : result.status === 'passed'
          ? paint.green(line)
          : paint.yellow(line),
    );
    lines.push(...details(result, definition));
  }
  return [...lines, '', ...summaryOf(report), ''].join('\n');
}

function details(result: RequirementResult, definition: Requirement | undefined): string[] {
  if (result.status === 'passed') return [];
  const lines: string[] = [];
  for (const check of result.checks) {
    if (check.status === 'passed') continue;
    lines.push(`    ${MARK[check.status]} ${check.id}: ${check.message.replaceAll('\n', '\n      ')}`);
    if (check.status === 'failed')
      for (const witness of check.witness.slice(0, 3))
        lines.push(`        ${clipped(JSON.stringify(witness))}`);
  }
  if (result.status === 'failed' && definition)
    lines.push(`    Must hold: ${definition.sentence}`, `    Otherwise: ${definition.consequence}`);
  return lines;
}

function clipped(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

export function summaryOf({ summary }: ContractReport): string[] {
  const { passed, failed, failedShould, expectedFailures, unsupported, stale, seed } = summary;
  return [
    `${passed} passed, ${failed} failed, ${failedShould} failed that only should hold, ${expectedFailures} expected failures, ${unsupported} unsupported (seed ${seed})`,
    ...stale.map(
      ({ requirement, check, reason }) =>
        `Stale: ${requirement}/${check} does not fail any more. Delete its entry: "${reason}"`,
    ),
  ];
}
