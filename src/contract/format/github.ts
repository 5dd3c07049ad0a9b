import type { ContractReport } from '../report.ts';
import { summaryOf } from './text.ts';

/** Workflow commands: a failed MUST is an error, everything else that is not right a warning. */
export function githubOf(report: ContractReport, strict = false): string {
  const lines = report.requirements.flatMap(({ id, level, status, checks }) =>
    checks
      .filter((check) => check.status === 'failed' && status === 'failed')
      .map((check) =>
        command(
          level === 'MUST' || strict ? 'error' : 'warning',
          `${id} (${level})`,
          `${check.id}: ${check.message}`,
        ),
      ),
  );
  const stale = report.summary.stale.map(({ requirement, check, reason }) =>
    command(
      'error',
      `${requirement}/${check}`,
      `Expected to fail and does not. Delete its entry: "${reason}"`,
    ),
  );
  return [...lines, ...stale, ...summaryOf(report), ''].join('\n');
}

function command(kind: 'error' | 'warning', title: string, message: string): string {
  return `::${kind} title=${escaped(title).replaceAll(':', '%3A').replaceAll(',', '%2C')}::${escaped(message)}`;
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
