import { expect, test } from 'vitest';
import type { RecordedEvent } from '../../src/recording/event.ts';
import { Recording } from '../../src/recording/recording.ts';
import { trace } from '../../src/recording/trace-builder.ts';
import { STORED_ROWS_ONLY } from '../../src/recording/trace.ts';
import { found, messages } from './messages.ts';

const stepOrder = (built: { readonly recording: Recording }) => found(built, 'step-order');

/** Stored rows of one trace: step, second and what else matters of each. */
function rows(
  ...given: readonly (readonly [step: number | null, second: number, more?: Partial<RecordedEvent>])[]
) {
  const events = given.map(([stepId, second, more], index) => ({
    ...trace('t1').user('hi').recording.events[0]!,
    id: `e${index + 1}`,
    seq: index + 1,
    sent: null,
    stepId,
    timestamp: `2026-01-01T00:00:0${second}Z`,
    ...more,
  }));
  return { recording: new Recording({ events, evidence: STORED_ROWS_ONLY }) };
}

test('silent on steps that increase, with gaps', () => {
  expect(
    stepOrder(trace('t1').user('a', { stepId: 1 }).llm('b', { stepId: 4 }).user('c', { stepId: 5 })),
  ).toEqual([]);
});

test('silent on steps in the order of their times, whatever the order of arrival', () => {
  const at = (second: number, stepId: number) => ({ stepId, timestamp: `2026-01-01T00:00:0${second}Z` });
  expect(stepOrder(trace('t1').user('b', at(2, 2)).llm('a', at(1, 1)))).toEqual([]);
});

test('equal times: the order of arrival decides', () => {
  const at = (stepId: number) => ({ stepId, timestamp: '2026-01-01T00:00:00Z' });
  const built = trace('t1').user('a', at(3)).llm('b', at(1)).thinking('c', at(2));
  expect(stepOrder(built)).toEqual(['step-decreases E t1 [e1 e2]']);
});

test('a step that is smaller than the one before it, not than an earlier one', () => {
  const built = trace('t1')
    .user('a', { stepId: 1 })
    .llm('b', { stepId: 5 })
    .user('c', { stepId: 3 })
    .llm('d', { stepId: 4 });
  expect(messages(built, 'step-order')).toEqual([
    `step-order/step-decreases E t1 [e2 e3]
  e2   llm_response        step=5
  e3   user_message        step=3
e3 came after e2, but its step 3 is smaller than 5.
Fix: take the next number when the step happens, and keep one counter for the
     whole trace.
Docs: docs/rules/step-order.md`,
  ]);
});

test('a step that is used twice, and the order of the others', () => {
  const at = (stepId: number) => ({ stepId });
  const built = trace('t1')
    .user('a', at(2))
    .llm('b', at(3))
    .user('c', at(2))
    .llm('d', at(3))
    .user('e', at(1));
  expect(stepOrder(built)).toEqual([
    'step-twice E t1 [e1 e3]',
    'step-twice E t1 [e2 e4]',
    'step-decreases E t1 [e2 e5]',
  ]);
});

test('an odd step says nothing about the steps after it', () => {
  expect(stepOrder(trace('t1').user('a', { stepId: 2.5 }).llm('b', { stepId: 1 }))).toEqual([
    'not-a-step E t1 [e1]',
  ]);
});

test('steps beside a proxied call', () => {
  expect(
    messages(trace('t1').request('search', 's1', { stepId: 1 }).call('hi', 'hello'), 'step-order'),
  ).toEqual([
    `step-order/steps-mixed W t1 [e1 e2]
  e1   tool_call_request   step=1
  e2   user_message
e1 names its step, but the proxy never does: the backend counts on from the
highest step.
Fix: leave stepId out in traces with proxied calls.
Docs: docs/rules/step-order.md`,
  ]);
});

test('steps that begin late', () => {
  expect(stepOrder(trace('t1').user('a').llm('b', { stepId: 2 }))).toEqual(['steps-mixed W t1 [e1 e2]']);
});

test('stored rows: what the backend counted is no mixture, and a row without a step is passed over', () => {
  expect(stepOrder(rows([1, 1], [null, 2], [2, 3]))).toEqual([]);
});

test('stored rows: steps against their times', () => {
  expect(messages(rows([2, 1], [1, 2]), 'step-order')).toEqual([
    `step-order/steps-against-time W t1 [e1 e2]
  e1   user_message        step=2
  e2   user_message        step=1
e2 is later than e1 by its time, but its step 1 is smaller than 2.
Fix: await each trace call, so that events arrive in the order in which they
     happened.
Docs: docs/rules/step-order.md`,
  ]);
});

test("stored rows: the steps of proxied events are the backend's own", () => {
  expect(stepOrder(rows([2, 1], [1, 2, { representation: 'proxied' }]))).toEqual([]);
});
