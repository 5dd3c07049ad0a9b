import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readRecording } from '../../src/recording/index.ts';
import { check } from '../../src/rules/check.ts';
import { RULE_IDS } from '../../src/rules/rule-id.ts';

const folder = (rule: string) => new URL(`../../fixtures/traces/${rule}/`, import.meta.url);

// The words of every finding are frozen beside the fixture that produces it: a change of wording is a change to review.
// `npx vitest run test/rules/messages.test.ts --update` writes them anew.
describe.each([...RULE_IDS])('%s says', (rule) => {
  const bad = readdirSync(folder(rule)).filter((file) => /^bad-.*\.ndjson$/.test(file));

  test.each(bad)('what is wrong in %s', async (file) => {
    const { findings } = check(readRecording(readFileSync(new URL(file, folder(rule)), 'utf8')));
    const told = findings.map(({ rule: id, kind, tier, traceId, witness, message }) => {
      return `${id} ${kind} ${tier} in ${traceId}, by ${witness.join(', ')}\n${message}\n`;
    });
    const expected = new URL(file.replace('.ndjson', '.txt'), folder(rule));
    await expect(told.join('\n')).toMatchFileSnapshot(expected.pathname);
  });

  test('what to do and where to read more, last', () => {
    for (const file of bad) {
      const { findings } = check(readRecording(readFileSync(new URL(file, folder(rule)), 'utf8')));
      for (const { message } of findings) {
        expect(message).toMatch(/\nFix: \S[^]*\nDocs: docs\/rules\/[a-z-]+\.md$/);
      }
    }
  });
});
