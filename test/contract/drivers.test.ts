import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseExpected } from '../../src/contract/expected.ts';
import { REQUIREMENTS } from '../../src/contract/requirements/index.ts';

const read = (name: string) =>
  readFileSync(new URL(`../../fixtures/drivers/${name}`, import.meta.url), 'utf8');

test.each(['reference-driver.ts', 'provider-client.ts', 'python/driver.py', 'go/main.go'])(
  '%s has less than 150 lines: a driver does not do the work of its SDK',
  (name) => {
    expect(read(name).trimEnd().split('\n').length).toBeLessThan(150);
  },
);

describe.each(['python/expected-async.json', 'python/expected-sync.json', 'go/expected.json'])(
  '%s',
  (name) => {
    const { expected } = parseExpected(read(name), REQUIREMENTS);

    test('gives for each failure the defect of this SDK, not what would follow from any', () => {
      const consequences = REQUIREMENTS.map(({ consequence }) => consequence);
      expect(expected.filter(({ reason }) => consequences.includes(reason))).toEqual([]);
    });

    test('lists no check twice', () => {
      const listed = expected.flatMap(({ requirement, checks }) =>
        checks.map((check) => `${requirement}/${check}`),
      );
      expect(listed).toEqual([...new Set(listed)]);
    });
  },
);
