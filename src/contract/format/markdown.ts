import type { ContractReport } from '../report.ts';
import type { Requirement } from '../requirement.ts';
import { summaryOf } from './text.ts';

const SIGN = { passed: '✅', failed: '❌', 'expected-failure': '⚠️', unsupported: '–' } as const;

/** For a job summary or a comment: a table of the requirements, with what was seen. */
export function markdownOf(report: ContractReport, requirements: readonly Requirement[]): string {
  const rows = report.requirements.map(({ id, level, status, checks }) => {
    const sentence = requirements.find((known) => known.id === id)?.sentence ?? '';
    const seen = checks
      .filter((check) => check.status !== 'passed')
      .map((check) => `\`${check.id}\`: ${check.message.split('\n')[0]}`)
      .join(' ');
    return `| ${SIGN[status]} | \`${id}\` | ${level} | ${cell(sentence)} | ${cell(seen)} |`;
  });
  return [
    `## WhyOps contract: ${report.sdk} ${report.version} (${report.language})`,
    '',
    ...summaryOf(report).map((line) => `${cell(line)}\n`),
    '| | requirement | level | must hold | seen |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

/** Text in a table cell: a bar would end the cell, a bracket would begin a tag. */
export function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replace(/\s+/g, ' ').trim();
}
