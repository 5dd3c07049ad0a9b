import type { Facts } from './finding.ts';
import type { RuleId } from './rule-id.ts';
import type { KindDescription } from './rule.ts';
import { wrap } from './text.ts';

/** Where the page of a rule stands, relative to the package root. */
export function docsPage(rule: RuleId): string {
  return `docs/rules/${rule}.md`;
}

/** The text of a finding: what was seen, the contradiction, the fix, the page. */
export function message(rule: RuleId, kind: KindDescription, facts: Facts): string {
  const told = kind.explain(facts).map((line) => (line.startsWith(' ') ? line : wrap(line)));
  return [...told, wrap(`Fix: ${kind.fix(facts)}`, '     '), `Docs: ${docsPage(rule)}`].join('\n');
}
