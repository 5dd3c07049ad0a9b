import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  applyExpected,
  type ExpectedFailure,
  parseExpected,
  UnusableExpectations,
  updatedExpected,
} from '../../src/contract/expected.ts';
import { type RequirementResult, statusOf } from '../../src/contract/report.ts';
import type { CheckStatus } from '../../src/contract/requirement.ts';
import { REQUIREMENTS } from '../../src/contract/requirements/index.ts';

const REASON = 'Sends no key: a repeated attempt is stored twice.';
const SDK = { sdk: 'small', version: '1' };

/** A requirement with two checks, as it came out. */
function came(first: CheckStatus, second: CheckStatus): RequirementResult {
  const check = (id: string, status: CheckStatus) => ({ id, status, message: `saw ${id}`, witness: [] });
  const checks = [check('user-message', first), check('llm-response', second)];
  return { id: 'key-distinct', level: 'MUST', status: statusOf(checks), checks };
}

const entry = (...checks: string[]): ExpectedFailure => ({
  requirement: 'key-distinct',
  checks,
  reason: REASON,
});

describe('a failure that is expected', () => {
  test('is an expected failure, and says what was seen and why', () => {
    const { results, stale } = applyExpected([came('failed', 'passed')], [entry('user-message')]);
    expect(stale).toEqual([]);
    expect(results[0]?.status).toBe('expected-failure');
    expect(results[0]?.checks[0]?.message).toBe(`saw user-message Expected: ${REASON}`);
  });

  test('excuses no other check of its requirement', () => {
    const { results } = applyExpected([came('failed', 'failed')], [entry('user-message')]);
    expect(results[0]?.status).toBe('failed');
    expect(results[0]?.checks.map(({ status }) => status)).toEqual(['expected-failure', 'failed']);
  });

  test.each(['passed', 'unsupported'] as const)('is stale when the check is %s', (status) => {
    const { stale } = applyExpected([came(status, 'failed')], [entry('user-message', 'llm-response')]);
    expect(stale).toEqual([{ requirement: 'key-distinct', check: 'user-message', reason: REASON }]);
  });

  test('is not stale when its requirement did not run', () => {
    expect(applyExpected([], [entry('user-message')]).stale).toEqual([]);
  });
});

describe('updating', () => {
  const update = (before: readonly ExpectedFailure[], ...results: RequirementResult[]) =>
    updatedExpected(SDK, applyExpected(results, before).results, before, REQUIREMENTS);

  test('keeps the reasons that were written by hand', () => {
    const before = [entry('user-message', 'llm-response')];
    expect(update(before, came('failed', 'failed'))).toEqual({ ...SDK, expected: before });
  });

  test('gives a new failure the consequence of its requirement', () => {
    const { expected } = update([entry('user-message')], came('failed', 'failed'));
    const consequence = REQUIREMENTS.find(({ id }) => id === 'key-distinct')!.consequence;
    expect(expected).toEqual([
      entry('user-message'),
      { requirement: 'key-distinct', checks: ['llm-response'], reason: consequence },
    ]);
  });

  test('drops what does not fail any more', () => {
    const before = [entry('user-message', 'llm-response')];
    expect(update(before, came('passed', 'failed')).expected).toEqual([entry('llm-response')]);
    expect(update(before, came('passed', 'passed')).expected).toEqual([]);
  });

  test('leaves requirements alone that did not run', () => {
    expect(update([entry('user-message')]).expected).toEqual([entry('user-message')]);
  });
});

test.each([
  ['{', 'The file is not JSON'],
  ['null', 'The file has no list "expected"'],
  ['{"expected":{}}', 'The file has no list "expected"'],
  ['{"expected":[null]}', 'null: there is no requirement undefined.'],
  [
    '{"expected":[{"requirement":"key-stable","checks":["x"],"reason":"r"}]}',
    'there is no requirement "key-stable". Alike: key-stable-over-attempts',
  ],
  ['{"expected":[{"requirement":"key-distinct","reason":"r"}]}', 'name the "checks" that fail: user-message'],
  [
    '{"expected":[{"requirement":"key-distinct","checks":["messages"],"reason":"r"}]}',
    'key-distinct has no check "messages". It has: user-message',
  ],
  ['{"expected":[{"requirement":"key-distinct","checks":["user-message"]}]}', 'give the "reason"'],
  [
    '{"expected":[{"requirement":"key-distinct","checks":["user-message"],"reason":" "}]}',
    'give the "reason"',
  ],
])('%s cannot be meant', (text, message) => {
  const parse = () => parseExpected(text, REQUIREMENTS);
  expect(parse).toThrow(UnusableExpectations);
  expect(parse).toThrow(message);
});

test.each(['async', 'sync'])('the known failures of the Python SDK (%s) are told in a few words', (mode) => {
  const text = readFileSync(`fixtures/drivers/python/expected-${mode}.json`, 'utf8');
  const { expected } = parseExpected(text, REQUIREMENTS);
  const checks = expected.flatMap((known) => known.checks.map((check) => `${known.requirement}/${check}`));
  expect(new Set(checks).size).toBe(checks.length);
  const wordy = expected.filter(({ reason }) => reason.length > 320 || /\n|`|\[\{|Error:/.test(reason));
  expect(wordy).toEqual([]);
});
