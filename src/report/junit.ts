import { create } from 'xmlbuilder2';
import type { Outcome } from '../bulk/outcome.ts';
import { count, somethingChecked } from './closing.ts';

/** Characters that XML 1.0 cannot hold, not even escaped. */
const NOT_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** The builder takes `&amp;` and `&#0;` in a text for escaped already and leaves them: so each `&` is escaped before. */
const xmlText = (text: string) => text.replace(NOT_XML, '\ufffd').replaceAll('&', '&amp;');

/**
 * JUnit XML: a test suite for each rule, a failing test case for each finding, a passing one for a rule without
 * findings, a skipped one for a rule that no trace had anything for. Attributes that are in wide use but in no schema
 * (`file`, `line`) are left out: the xUnit plugin of Jenkins refuses a whole report for them.
 */
export function renderJunit({ report, unreadable, sourcesOf }: Outcome): string {
  const suites = report.checked.map((checked) => {
    const found = report.findings.filter(({ rule }) => rule === checked.rule);
    return { checked, found };
  });
  const broken = unreadable.count > 0 || !somethingChecked(report) ? 1 : 0;
  const tests = suites.reduce((sum, { found }) => sum + Math.max(1, found.length), broken);
  const root = create({ version: '1.0', encoding: 'UTF-8' }).ele('testsuites', {
    name: 'whyops-testkit',
    tests,
    failures: report.findings.length,
    errors: broken,
  });
  for (const { checked, found } of suites) {
    const skipped = checked.applied === 0 && found.length === 0;
    const suite = root.ele('testsuite', {
      name: checked.rule,
      tests: Math.max(1, found.length),
      failures: found.length,
      errors: 0,
      skipped: skipped ? 1 : 0,
    });
    if (found.length === 0) {
      const passed = suite.ele('testcase', {
        classname: checked.rule,
        name: `${count(checked.applied, 'trace')} checked`,
      });
      const reasons = checked.notApplicable.map(
        (reason) => `${reason.reason} (${count(reason.count, 'trace')})`,
      );
      if (skipped) passed.ele('skipped', { message: xmlText(reasons.join('; ')) });
    }
    for (const finding of found) {
      const source = sourcesOf(finding).at(-1);
      const name = `${finding.kind}${finding.traceId === null ? '' : ` in trace ${finding.traceId}`}: ${finding.witness.join(', ')}`;
      suite
        .ele('testcase', { classname: checked.rule, name: xmlText(name) })
        .ele('failure', {
          type: finding.tier === 'E' ? 'error' : 'warning',
          message: xmlText(finding.message.split('\n')[0] ?? ''),
        })
        .txt(xmlText(source ? `${finding.message}\nAt: ${source.file}:${source.line}` : finding.message));
    }
  }
  if (broken > 0) {
    const problem =
      unreadable.count > 0
        ? `Not everything was checked, for ${count(unreadable.count, 'reason')}`
        : 'Nothing was checked';
    const named = unreadable.first.map(({ file, line, problem: why }) => `${file}:${line}: ${why}`);
    root
      .ele('testsuite', { name: 'input', tests: 1, failures: 0, errors: 1, skipped: 0 })
      .ele('testcase', { classname: 'input', name: 'everything was checked' })
      .ele('error', { type: 'input', message: problem })
      .txt(xmlText(named.join('\n')));
  }
  return `${root.end({ prettyPrint: true })}\n`;
}
