import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { DELIBERATE } from './deliberate.ts';
import { fidelityDocument } from './document.ts';
import type { Played } from './play.ts';
import { describeDifference, isEqual } from './report.ts';
import { runFidelity } from './run.ts';
import { readScenarios } from './scenario.ts';

describe('the recorded exchanges of the real backend', () => {
  let played: readonly Played[] = [];
  beforeAll(async () => {
    played = await runFidelity();
  });

  test('are played completely', () => {
    expect(played.map(({ id }) => id)).toEqual(
      readScenarios().flatMap(({ steps }) => steps.map(({ id }) => id)),
    );
    expect(played.length).toBe(781);
  });

  test.each([...new Set(readScenarios().map(({ group }) => group))])(
    '%s is answered as recorded',
    (group) => {
      const different = played.filter(
        (step) => step.group === group && !isEqual(step) && !(step.id in DELIBERATE),
      );
      expect(different.map(describeDifference).join('\n\n')).toBe('');
    },
  );

  test('differ where a difference is declared', () => {
    const equal = played.filter(isEqual).map(({ id }) => id);
    expect(Object.keys(DELIBERATE).filter((id) => equal.includes(id))).toEqual([]);
  });

  test('give the figures of docs/fidelity.md', () => {
    const document = readFileSync(new URL('../../docs/fidelity.md', import.meta.url), 'utf8');
    expect(document, 'run `npm run fidelity`').toBe(fidelityDocument(played));
  });
});

describe('the comparison', () => {
  const step = (body: unknown): Played => ({
    group: 'g',
    id: 'g/1',
    expected: { body: { a: 1, b: 2 } },
    actual: { body },
  });

  test('sees values and the order of keys', () => {
    expect(isEqual(step({ a: 1, b: 2 }))).toBe(true);
    expect(isEqual(step({ b: 2, a: 1 }))).toBe(false);
    expect(isEqual(step({ a: 1, b: 3 }))).toBe(false);
    expect(describeDifference(step({ a: 1, b: 3 }))).toBe('g/1\n  /body/b\n  - 2\n  + 3');
  });
});
