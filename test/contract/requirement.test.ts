import { expect, test } from 'vitest';
import { judge, requirement } from '../../src/contract/requirement.ts';
import { REQUIREMENTS } from '../../src/contract/requirements/index.ts';

const two = (decide: Parameters<typeof requirement>[0]['judge']) =>
  requirement({
    id: 'two-checks',
    level: 'MUST',
    group: 'test',
    sentence: 'Something holds.',
    consequence: 'Something is lost.',
    source: 'A test.',
    needs: [],
    checks: { first: 'One thing.', second: 'Another thing.' },
    drive: () => Promise.resolve(null),
    judge: decide,
  });

test('a check that was declared and not made has failed', () => {
  const results = judge(
    two((_seen, verdict) => verdict.that('first', true, '')),
    null,
  );
  expect(results.map(({ id, status }) => [id, status])).toEqual([
    ['first', 'passed'],
    ['second', 'failed'],
  ]);
  expect(results[1]?.message).toBe('Nothing was seen that this check could be made on: Another thing.');
});

test('the first failure of a check stands', () => {
  const results = judge(
    two((_seen, verdict) => {
      verdict.that('first', true, '');
      verdict.that('first', false, 'it was lost');
      verdict.that('first', false, 'it was doubled');
      verdict.that('first', true, '');
      verdict.unsupported('first', 'not offered');
      verdict.unsupported('second', 'not offered');
    }),
    null,
  );
  expect(results.map(({ status, message }) => [status, message])).toEqual([
    ['failed', 'it was lost'],
    ['unsupported', 'not offered'],
  ]);
});

test('a check that was not declared is a bug of the requirement', () => {
  const undeclared = two((_seen, verdict) => verdict.that('third', true, ''));
  expect(() => judge(undeclared, null)).toThrow('Requirement two-checks emitted "third"');
});

test('what never arrived is no witness', () => {
  const [first] = judge(
    two((_seen, verdict) => verdict.that('first', false, 'no body', [undefined, 'a body'])),
    null,
  );
  expect(first?.witness).toEqual(['a body']);
});

test('every requirement says what it demands, why, and where that comes from', () => {
  expect(new Set(REQUIREMENTS.map(({ id }) => id)).size).toBe(REQUIREMENTS.length);
  for (const { id, sentence, consequence, source, checks } of REQUIREMENTS) {
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    for (const text of [sentence, consequence, source, ...Object.values(checks)])
      expect(text, id).toMatch(/^\S.*[.?)\d]$/s);
  }
});
