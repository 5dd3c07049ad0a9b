import type { ContractReport } from '../report.ts';
import { REQUIREMENTS } from '../requirements/index.ts';
import { githubOf } from './github.ts';
import { junitOf } from './junit.ts';
import { markdownOf } from './markdown.ts';
import { textOf } from './text.ts';

export const CONTRACT_FORMATS = ['text', 'json', 'junit', 'github', 'markdown'] as const;

export type ContractFormat = (typeof CONTRACT_FORMATS)[number];

/** Writes a report in one of the formats. */
export function formatContract(
  report: ContractReport,
  format: ContractFormat,
  { strict = false, color = false } = {},
): string {
  switch (format) {
    case 'text':
      return textOf(report, REQUIREMENTS, color);
    case 'json':
      return `${JSON.stringify(report, null, 2)}\n`;
    case 'junit':
      return junitOf(report, strict);
    case 'github':
      return githubOf(report, strict);
    case 'markdown':
      return markdownOf(report, REQUIREMENTS);
  }
}
