import type { Outcome } from '../bulk/outcome.ts';
import { unreadableLines } from './outcome-text.ts';
import { closing } from './closing.ts';

/** Workflow commands of GitHub Actions: each finding becomes an annotation, at its line where that is known. */
export function renderGithub(outcome: Outcome): string {
  const { report, sourcesOf, unreadable } = outcome;
  const lines = report.findings.map((finding) => {
    const source = sourcesOf(finding).at(-1);
    const properties = {
      ...(source ? { file: source.file, line: String(source.line) } : {}),
      title: `${finding.rule}: ${finding.kind}${finding.traceId === null ? '' : ` (trace ${finding.traceId})`}`,
    };
    return command(finding.tier === 'E' ? 'error' : 'warning', properties, finding.message);
  });
  const broken = unreadable.first.map(({ file, line, problem }) =>
    command('error', { file, line: String(line), title: 'unreadable' }, problem),
  );
  const notes = [...unreadableLines({ ...outcome, unreadable: { count: unreadable.count, first: [] } })];
  return `${[...lines, ...broken, ...closing(report, { columns: 1000 }).split('\n'), ...notes].join('\n')}\n`;
}

function command(name: string, properties: Readonly<Record<string, string>>, message: string): string {
  const given = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(value)}`);
  return `::${name} ${given.join(',')}::${escapeData(message)}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
