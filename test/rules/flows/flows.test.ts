import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readRecording, writeRecording } from '../../../src/recording/ndjson.ts';
import { check } from '../../../src/rules/check.ts';
import { rules } from '../../../src/rules/index.ts';
import { flowsOf } from './index.ts';

/*
 * The files are what `UPDATE_FIXTURES=1 npx vitest run test/rules/flows` writes; without it they must be equal to the flows.
 */
for (const [rule, { good, bad }] of Object.entries(flowsOf)) {
  describe(rule, () => {
    test.each(Object.entries(good))('the catalogue is silent on %s', (name, flow) => {
      expect(found(fixture(rule, 'good', name, writeRecording(flow().recording)))).toEqual([]);
    });
    test.each(Object.entries(bad))('finds %s, and no other rule does', (name, flow) => {
      const rulesThatSpoke = new Set(
        found(fixture(rule, 'bad', name, writeRecording(flow().recording))).map(
          (finding) => finding.split('/')[0],
        ),
      );
      expect([...rulesThatSpoke]).toEqual([rule]);
    });
    test('has a fixture for every kind, from a flow or from a mutation', () => {
      const folder = new URL(`../../../fixtures/traces/${rule}/`, import.meta.url);
      const files = readdirSync(folder).filter((file) => /^bad-.*\.ndjson$/.test(file));
      const kinds = files.flatMap((file) =>
        check(readRecording(readFileSync(new URL(file, folder), 'utf8'))).findings.map(({ kind }) => kind),
      );
      const described = rules.find(({ id }) => id === rule)?.kinds ?? {};
      expect([...new Set(kinds)].sort()).toEqual(Object.keys(described).sort());
    });
  });
}

function found(text: string): string[] {
  return check(readRecording(text)).findings.map(({ rule, kind }) => `${rule}/${kind}`);
}

function fixture(rule: string, verdict: 'good' | 'bad', name: string, text: string): string {
  const folder = new URL(`../../../fixtures/traces/${rule}/`, import.meta.url);
  const file = new URL(`${verdict}-${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.ndjson`, folder);
  if (process.env['UPDATE_FIXTURES']) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, text);
  }
  const stored = readFileSync(file, 'utf8');
  expect(stored).toBe(text);
  return stored;
}
