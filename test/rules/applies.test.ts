import { expect, test } from 'vitest';
import type { Recording } from '../../src/recording/recording.ts';
import { trace } from '../../src/recording/trace-builder.ts';
import { check } from '../../src/rules/check.ts';
import { Checker } from '../../src/rules/checker.ts';
import { rules } from '../../src/rules/index.ts';
import type { Report } from '../../src/rules/report.ts';

/** Why a rule was not applied, by rule. A rule that was applied has no place in it. */
function reasons({ checked }: Pick<Report, 'checked'>) {
  return Object.fromEntries(
    checked.flatMap(({ rule, notApplicable }) => notApplicable.map(({ reason }) => [rule, reason])),
  );
}
const ofTraces = (built: { readonly recording: Recording }) => reasons(check(built.recording));

const withoutTools = { 'span-reuse': 'no tool events', 'event-order': 'no tool events' };
const withoutSteps = { 'step-order': 'no explicit step ids', 'parent-step': 'no explicit parent steps' };
const plain = { 'idempotency-key': 'no keys and no retries', 'usage-total': 'no usage', ...withoutSteps };
const manual = { ...plain, 'trace-header': 'no proxied calls' };
const noEvents = { 'event-shape': 'no events', 'single-representation': 'no model turns' };
const noTrace = {
  ...manual,
  ...withoutTools,
  ...noEvents,
  'stable-trace-id': 'reached no trace',
  'agent-name': 'no agent names',
};

test('a user message', () => {
  expect(ofTraces(trace('t1').user('hi'))).toEqual({ ...manual, ...withoutTools });
});

test('a proxied call', () => {
  expect(ofTraces(trace('t1').call('hi', 'hello'))).toEqual({ ...plain, ...withoutTools });
});

test('a proxied call that was refused and has no event', () => {
  expect(ofTraces(trace('t1').refusedCall('hi', 500, 'boom'))).toEqual({
    ...plain,
    ...withoutTools,
    ...noEvents,
  });
});

test.each(['request', 'response'] as const)('a tool %s without a span', (side) => {
  expect(ofTraces(trace('t1')[side]('search'))).toEqual({
    ...manual,
    'single-representation': 'no model turns',
  });
});

test('an event with step, parent, key and usage', () => {
  const sent = { stepId: 2, parentStepId: 1, idempotencyKey: 'k' };
  const built = trace('t1').llm({ text: 'hi', usage: { totalTokens: 3 } }, sent);
  expect(ofTraces(built)).toEqual({ 'trace-header': 'no proxied calls', ...withoutTools });
});

test('an event that was sent twice', () => {
  const lost = { fault: 'drop' } as const;
  const built = trace('t1').request('search', 's1', { delivery: lost }).request('search', 's1');
  expect(ofTraces(built)).not.toHaveProperty('idempotency-key');
});

test.each(['embedding_request', 'embedding_response', 'llm_response', 'user_message'] as const)(
  'single-representation looks at an %s',
  (eventType) => expect(ofTraces(trace('t1').event(eventType))).not.toHaveProperty('single-representation'),
);

test('a registration reaches no trace', () => {
  expect(ofTraces(trace('t1').init())).toEqual(noTrace);
});

test('a request to nowhere', () => {
  expect(ofTraces(trace('t1').http('GET', '/nowhere'))).toEqual({ ...noTrace, 'agent-init': 'no agent' });
});

test('a request with events that reached no trace', () => {
  const built = trace('t1').http('POST', '/api/events/ingest', {
    service: 'analyse',
    route: 'ingest',
    status: 400,
  });
  expect(ofTraces(built)).not.toHaveProperty('event-shape');
});

test('nothing at all: no rule passes for what was not there', () => {
  const checker = new Checker(rules);
  checker.trace(trace('t1').user('hi').recording.trace('t2'));
  const { checked } = checker.finish();
  expect(checked.filter(({ applied }) => applied > 0)).toEqual([]);
  expect(reasons({ checked })).toEqual({
    ...noTrace,
    'stable-trace-id': 'no events',
    'agent-init': 'no agent',
    'event-accepted': 'no events',
    'key-safety': 'no events',
    'single-base-url': 'no HTTP requests',
  });
});
