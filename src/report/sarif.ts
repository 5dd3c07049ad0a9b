import type { Location, Log, ReportingDescriptor, Result } from 'sarif';
import { isAbsolute, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Outcome } from '../bulk/outcome.ts';
import type { Finding } from '../rules/finding.ts';
import { rules } from '../rules/index.ts';
import { docsPage } from '../rules/message.ts';
import { fingerprints } from './fingerprint.ts';

/** SARIF 2.1.0: what code scanning services read. The region of a finding is the line of its witness in the input. */
export function renderSarif({ report, sourcesOf, unreadable }: Outcome): string {
  const prints = fingerprints(report.findings);
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'whyops-testkit',
            rules: report.checked.map(({ rule }) => descriptor(rule)),
          },
        },
        invocations: [
          {
            executionSuccessful: unreadable.count === 0,
            toolExecutionNotifications: unreadable.first.map(({ file, line, problem }) => ({
              level: 'error',
              message: { text: problem },
              locations: [location({ file, line })],
            })),
          },
        ],
        results: report.findings.map((finding) => result(finding)),
        columnKind: 'utf16CodeUnits',
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;

  function result(finding: Finding): Result {
    const sources = sourcesOf(finding);
    const last = sources.at(-1);
    return {
      ruleId: finding.rule,
      ruleIndex: report.checked.findIndex(({ rule }) => rule === finding.rule),
      level: finding.tier === 'E' ? 'error' : 'warning',
      message: { text: finding.message },
      locations: last ? [location(last)] : [],
      relatedLocations: sources.slice(0, -1).map(location),
      partialFingerprints: { 'whyopsFinding/v1': prints.get(finding) ?? '' },
      properties: { kind: finding.kind, traceId: finding.traceId, witness: finding.witness },
    };
  }
}

function descriptor(id: string): ReportingDescriptor {
  const rule = rules.find((candidate) => candidate.id === id);
  return {
    id,
    shortDescription: { text: rule?.statement ?? id },
    help: { text: rule ? docsPage(rule.id) : id },
  };
}

function location({ file, line }: { readonly file: string; readonly line: number }): Location {
  return { physicalLocation: { artifactLocation: { uri: uriOf(file) }, region: { startLine: line } } };
}

/** Relative to the working directory, as code scanning wants it; standard input has no better name than `stdin`. */
function uriOf(file: string): string {
  if (file === '-') return 'stdin';
  if (/^https?:\/\//.test(file)) return file;
  const local = isAbsolute(file) ? relative(process.cwd(), file) : file;
  if (local.startsWith('..')) return pathToFileURL(file).href;
  return local.split(/[\\/]/).map(encodeURIComponent).join('/');
}
