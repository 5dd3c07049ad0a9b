import { createHash } from 'node:crypto';
import type { Finding } from '../rules/finding.ts';

/**
 * Recognises a finding in the next run: by rule, kind, trace and text, and by its number among equal ones. Lines and
 * positions in the file do not count, so an export that grew keeps its fingerprints.
 */
export function fingerprints(findings: readonly Finding[]): Map<Finding, string> {
  const seen = new Map<string, number>();
  return new Map(
    findings.map((finding) => {
      const { rule, kind, traceId, message } = finding;
      const hash = createHash('sha256')
        .update(JSON.stringify([rule, kind, traceId, message]))
        .digest('hex')
        .slice(0, 24);
      const number = (seen.get(hash) ?? 0) + 1;
      seen.set(hash, number);
      return [finding, `${hash}:${number}`];
    }),
  );
}
