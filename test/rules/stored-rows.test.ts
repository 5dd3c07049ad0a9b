import { expect, test } from 'vitest';
import type { RecordedEvent } from '../../src/recording/event.ts';
import { Recording } from '../../src/recording/recording.ts';
import { STORED_ROWS_ONLY } from '../../src/recording/trace.ts';
import { trace } from '../../src/recording/trace-builder.ts';
import { check } from '../../src/rules/check.ts';

/** The rows that the backend would export of a recording. */
function exported(
  { events }: Recording,
  change: (row: RecordedEvent, index: number) => object = () => ({}),
): Recording {
  const rows = events
    .filter(({ outcome }) => outcome.status === 'stored')
    .map((row, index) => ({
      ...row,
      sent: null,
      exchangeId: null,
      representation: 'unknown' as const,
      ...change(row, index),
    }));
  return new Recording({ events: rows, evidence: STORED_ROWS_ONLY });
}

test('what rows cannot tell is not applicable, with the reason', () => {
  const report = check(
    exported(trace('t1').user('a').request('search', 's1').response('search', 's1').recording),
  );
  expect(report.findings).toEqual([]);
  const why = Object.fromEntries(
    report.checked.map(({ rule, notApplicable }) => [rule, notApplicable[0]?.reason]),
  );
  expect(why).toMatchObject({
    'single-base-url': 'HTTP requests were not seen',
    'trace-header': 'HTTP requests were not seen',
    'agent-init': 'registrations were not seen',
    'idempotency-key': 'stored rows do not tell which attempts were made',
    'parent-step': 'stored rows do not tell a parent that was sent from one that was inferred',
    'span-reuse': undefined,
  });
});

test('a row with a response to no request is found', () => {
  const found = check(
    exported(trace('t1').request('search', 's1').response('search', 's9').recording),
  ).findings;
  expect(found.map(({ rule, kind }) => `${rule}/${kind}`)).toEqual(['span-reuse/no-such-request']);
});

test('stored steps against the order of time', () => {
  const rows = exported(trace('t1').user('a').user('b').recording, (_, index) => ({ stepId: 2 - index }));
  expect(check(rows).findings.map(({ rule, kind }) => `${rule}/${kind}`)).toEqual([
    'step-order/steps-against-time',
  ]);
});
