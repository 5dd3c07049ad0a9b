import { create } from 'xmlbuilder2';
import type { ContractReport } from '../report.ts';

/** For CI servers: a test case a requirement; a failed SHOULD counts as a failure only when it decides. */
export function junitOf({ sdk, version, requirements, summary }: ContractReport, strict = false): string {
  const decides = (level: string, status: string) => status === 'failed' && (strict || level === 'MUST');
  const suite = create({ version: '1.0', encoding: 'UTF-8' })
    .ele('testsuites')
    .ele('testsuite', {
      name: `WhyOps contract: ${sdk} ${version}`,
      tests: requirements.length + summary.stale.length,
      failures:
        requirements.filter(({ level, status }) => decides(level, status)).length + summary.stale.length,
      skipped: requirements.filter(({ level, status }) => status !== 'passed' && !decides(level, status))
        .length,
    });
  for (const { id, level, status, checks } of requirements) {
    const testcase = suite.ele('testcase', { classname: `contract.${level}`, name: id });
    const told = checks
      .filter((check) => check.status !== 'passed')
      .map((check) => `${check.id}: ${check.message}`)
      .join('\n');
    if (decides(level, status))
      testcase.ele('failure', { message: legal(told.split('\n')[0] ?? '') }).txt(legal(told));
    else if (status !== 'passed')
      testcase.ele('skipped', { message: legal(`${status}: ${told.split('\n')[0]}`) });
  }
  for (const { requirement, check, reason } of summary.stale)
    suite
      .ele('testcase', { classname: 'contract.expected', name: `${requirement}/${check}` })
      .ele('failure', { message: legal(`Expected to fail and does not: ${reason}`) });
  return `${suite.end({ prettyPrint: true })}\n`;
}

/** XML 1.0 has no place for most control characters and for half surrogates, escaped or not. */
function legal(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '\uFFFD')
    .replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\uFFFD');
}
