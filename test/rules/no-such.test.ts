import { expect, test } from 'vitest';
import { noSuch } from '../../src/rules/no-such.ts';
import { RULE_IDS } from '../../src/rules/rule-id.ts';

test.each([
  ['span-resue', 'span-reuse'],
  ['spanreuse', 'span-reuse'],
  ['step-oder', 'step-order'],
  ['Agent-Name', 'agent-name'],
  ['agent-int', 'agent-init'],
  ['usage-totals', 'usage-total'],
])('%s is much like %s', (id, meant) => {
  expect(noSuch('rule', id, RULE_IDS)).toMatch(new RegExp(`Did you mean "${meant}"\\?$`));
});

test.each(['', 'x', 'tools', 'trace', 'span'])('%j is like none', (id) => {
  expect(noSuch('rule', id, RULE_IDS)).toMatch(
    new RegExp(`^There is no rule "${id}"\\. Rules: .*key-safety\\.$`),
  );
});
