import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { mutations } from '../../src/property/mutations/index.ts';
import { readRecording } from '../../src/recording/index.ts';
import { check } from '../../src/rules/check.ts';
import { rules } from '../../src/rules/index.ts';
import { RULE_IDS } from '../../src/rules/rule-id.ts';

const at = (path: string) => new URL(`../../${path}`, import.meta.url);

test('every rule id has a rule', () => {
  expect(rules.map(({ id }) => id)).toEqual([...RULE_IDS]);
});

describe.each(rules.map((rule) => [rule.id, rule] as const))('%s is complete:', (id, rule) => {
  test('a statement, and a sentence for each kind', () => {
    for (const text of [rule.statement, ...Object.values(rule.kinds).map(({ summary }) => summary)]) {
      expect(text).toMatch(/^\w.*\.$/);
    }
  });

  test('a page that names each kind', () => {
    const page = readFileSync(at(`docs/rules/${id}.md`), 'utf8');
    for (const kind of Object.keys(rule.kinds)) expect(page).toContain(`\`${kind}\``);
    for (const heading of ['## Why', '## At run time', '## How to fix']) expect(page).toContain(heading);
  });

  test('a mutation', () => expect(mutations.some((mutation) => mutation.rule === id)).toBe(true));

  test('fixtures: the good ones silent, the bad ones found by this rule alone', () => {
    const folder = at(`fixtures/traces/${id}/`);
    expect(existsSync(folder)).toBe(true);
    const files = readdirSync(folder).filter((file) => file.endsWith('.ndjson'));
    expect(files.some((file) => file.startsWith('good-'))).toBe(true);
    expect(files.some((file) => file.startsWith('bad-'))).toBe(true);
    for (const file of files) {
      const { findings } = check(readRecording(readFileSync(new URL(file, folder), 'utf8')));
      const found = [...new Set(findings.map(({ rule: found }) => found))];
      expect([file, found]).toEqual([file, file.startsWith('good-') ? [] : [id]]);
    }
  });
});
