import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { Outcome } from '../bulk/outcome.ts';
import { fingerprints } from '../report/fingerprint.ts';
import type { Finding } from '../rules/finding.ts';
import type { Ignored } from '../rules/report.ts';
import { CommandError } from './exit-code.ts';

const schema = z.object({
  baseline: z.literal('whyops-testkit'),
  version: z.literal(1),
  findings: z.array(z.object({ rule: z.string(), fingerprint: z.string() })),
});

/** Writes the findings of today, so that tomorrow only new ones count. */
export function writeBaseline(file: string, { report }: Outcome): void {
  const prints = fingerprints(report.findings);
  const findings = report.findings.map((finding) => ({
    rule: finding.rule,
    kind: finding.kind,
    traceId: finding.traceId,
    fingerprint: prints.get(finding),
  }));
  const text = `${JSON.stringify({ baseline: 'whyops-testkit', version: 1, findings }, null, 2)}\n`;
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new CommandError(`--write-baseline ${file}: ${(error as Error).message}.`);
  }
}

/** Moves the findings of a baseline to the ignored ones; entries that occur no more are listed as stale. */
export function applyBaseline(file: string, outcome: Outcome): Outcome {
  const known = read(file);
  const prints = fingerprints(outcome.report.findings);
  const taken = new Map<string, Finding[]>(
    [...new Set(known.map(({ rule }) => rule))].map((rule) => [rule, []]),
  );
  const accepted = new Set(known.map(({ fingerprint }) => fingerprint));
  const found = new Set(prints.values());
  const findings = outcome.report.findings.filter((finding) => {
    if (!accepted.has(prints.get(finding)!)) return true;
    taken.get(finding.rule)?.push(finding);
    return false;
  });
  const stale = known.filter(({ fingerprint }) => !found.has(fingerprint)).map(({ rule }) => rule);
  const ignored: Ignored[] = [
    ...[...taken]
      .filter(([, list]) => list.length > 0)
      .map(([rule, list]) => ({
        rule: rule as Finding['rule'],
        reason: `in the baseline ${file}`,
        findings: list,
        stale: false,
      })),
    ...stale.map((rule) => ({
      rule: rule as Finding['rule'],
      reason: `in the baseline ${file}`,
      findings: [],
      stale: true,
    })),
  ];
  return {
    ...outcome,
    report: { ...outcome.report, findings, ignored: [...outcome.report.ignored, ...ignored] },
  };
}

function read(file: string): z.infer<typeof schema>['findings'] {
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // Only a file that is not there: another one may be something that somebody needs.
    const name = code === 'ENOENT' ? file : 'FILE';
    throw new CommandError(
      `The baseline ${file} cannot be read: ${message}. Write one with --write-baseline ${name}.`,
    );
  }
  const { success, data, error } = schema.safeParse(read);
  if (success) return data.findings;
  const { path, message } = error.issues[0]!;
  throw new CommandError(
    `${file} is no baseline (${[...path, message].join(': ')}). Write one with --write-baseline FILE.`,
  );
}
