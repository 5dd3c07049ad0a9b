import { describe } from 'vitest';
import { type FakeWhyOps } from '../../src/index.ts';
import { expect, test } from '../../src/vitest.ts';

const post = (whyops: FakeWhyOps, body: object) =>
  fetch(`${whyops.analyseBaseUrl}/events/ingest`, {
    method: 'POST',
    headers: { authorization: `Bearer ${whyops.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ agentName: 'agent', ...body }),
  });

const register = (whyops: FakeWhyOps) =>
  fetch(`${whyops.analyseBaseUrl}/entities/init`, {
    method: 'POST',
    headers: { authorization: `Bearer ${whyops.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ agentName: 'agent', metadata: { systemPrompt: 'You are helpful.', tools: [] } }),
  });

const tool = (eventType: string, traceId: string, spanId: string, name = 'search') => ({
  eventType,
  traceId,
  spanId,
  idempotencyKey: `${eventType}:${spanId}`,
  content: {
    toolCalls: [{ name, arguments: {} }],
    ...(eventType.endsWith('response') && { toolResults: { ok: true } }),
  },
  metadata: { tool: name },
});

async function goodTrace(whyops: FakeWhyOps, traceId: string): Promise<void> {
  await register(whyops);
  await post(whyops, tool('tool_call_request', traceId, `${traceId}-s1`));
  await post(whyops, tool('tool_call_response', traceId, `${traceId}-s1`));
  await whyops.settled();
}

async function wrongSpan(whyops: FakeWhyOps, traceId: string): Promise<void> {
  await register(whyops);
  await post(whyops, tool('tool_call_request', traceId, 's1'));
  await post(whyops, tool('tool_call_response', traceId, 's2'));
  await whyops.settled();
}

test('a correct trace passes every matcher that applies to it', async ({ whyops }) => {
  await goodTrace(whyops, 't1');
  expect(whyops).toHaveCorrectTraces();
  expect(whyops.trace('t1')).toReuseSpanIds();
  expect(whyops).toKeepTraceIdStable();
  expect(whyops).toUseOneBaseUrl();
  expect(whyops.recording).toHaveCorrectTraces();
  expect(whyops).not.toHaveFinding('span-reuse');
});

test('a finding that the test asserts does not fail it afterwards', async ({ whyops }) => {
  await wrongSpan(whyops, 't1');
  expect(whyops).toHaveFinding('span-reuse');
  expect(whyops).toHaveFinding('span-reuse', { traceId: 't1', tier: 'E' });
  expect(whyops.trace('t1')).not.toReuseSpanIds();
  expect(whyops).not.toHaveCorrectTraces();
  expect(() => expect(whyops).toHaveCorrectTraces()).toThrow('span-reuse');
});

test('a finding that does not match the pattern is shown', async ({ whyops }) => {
  await wrongSpan(whyops, 't1');
  expect(() => expect(whyops).toHaveFinding('span-reuse', { traceId: 'other' })).toThrow(
    'Expected a finding of span-reuse like {"traceId":"other"}; these do not match:',
  );
});

test('a matcher that had nothing to check throws, negated or not', async ({ whyops }) => {
  await register(whyops);
  await post(whyops, { eventType: 'error', traceId: 't1', content: { message: 'boom' } });
  await whyops.settled();
  expect(() => expect(whyops.trace('t1')).toReuseSpanIds()).toThrow('span-reuse had nothing to check: ');
  expect(() => expect(whyops.trace('t1')).not.toReuseSpanIds()).toThrow('span-reuse had nothing to check: ');
});

test('toHaveEvent wants exactly one, so that a duplicate shows', async ({ whyops }) => {
  await goodTrace(whyops, 't1');
  expect(whyops).toHaveEvent({ eventType: 'tool_call_request', metadata: { tool: 'search' } });
  expect(whyops.trace('t1')).toHaveEvent({ spanId: 't1-s1' }, { times: 2 });
  expect(whyops.trace('t1')).not.toHaveEvent({ spanId: 'unknown' });
  expect(whyops.trace('t1')).toHaveEvent({ traceId: expect.stringMatching(/^t/), stepId: 1 });
  expect(() => expect(whyops.trace('t1')).toHaveEvent({ spanId: 't1-s1' })).toThrow(
    'Expected 1 stored event like {"spanId":"t1-s1"}, found 2.',
  );
  expect(() => expect(whyops.trace('t1')).not.toHaveEvent({ spanId: 't1-s1' })).toThrow(
    'Expected no stored event',
  );
});

test('only a fake, a recording or a trace can be judged', async ({ whyops }) => {
  whyops.expectNothing();
  expect(() => expect({ events: [] }).toHaveCorrectTraces()).toThrow(
    'Expected a fake WhyOps, a recording or whyops.trace(id), received Object.',
  );
});

test('a rule that does not exist is an error, not a pass', async ({ whyops }) => {
  whyops.expectNothing();
  expect(() => expect(whyops).not.toHaveFinding('span-resue' as never)).toThrow(
    'There is no rule "span-resue".',
  );
});

describe('concurrent tests have a fake each', () => {
  const origins = new Set<string>();
  test.concurrent.for([1, 2, 3, 4, 5, 6])('number %i', async (n, { whyops, expect: own }) => {
    origins.add(whyops.proxyBaseUrl);
    await goodTrace(whyops, `t${n}`);
    own(whyops.recording.traces.map(({ id }) => id).filter((id) => id !== null)).toEqual([`t${n}`]);
    own(whyops).toHaveCorrectTraces();
  });
  test('and never shared one', ({ whyops }) => {
    whyops.expectNothing();
    expect(origins.size).toBe(6);
  });
});

describe('options', () => {
  const direct = test.extend({ whyopsOptions: { ingest: 'direct' as const } });
  direct('reach the fake', async ({ whyops }) => {
    await goodTrace(whyops, 't1');
    const response = await post(whyops, { eventType: 'error', traceId: 't1', content: { message: 'boom' } });
    expect(response.status).toBe(201);
  });
});
