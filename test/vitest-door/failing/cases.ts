import { expect, test } from '../../../src/vitest.ts';

// Each of these must fail, and say why. They are run by ../failing.test.ts, not by the suite.

const event = {
  eventType: 'tool_call_response',
  traceId: 't1',
  agentName: 'agent',
  spanId: 'never-opened',
  content: { toolCalls: [{ name: 'search', arguments: {} }], toolResults: { ok: true } },
  metadata: { tool: 'search' },
};

test('sends nothing', async ({ whyops }) => {
  expect(whyops.apiKey).toBeTruthy();
});

test('sends something although it said it would not', async ({ whyops }) => {
  whyops.expectNothing();
  await whyops.fetch(`${whyops.analyseBaseUrl}/events/ingest`, {
    method: 'POST',
    headers: { authorization: `Bearer ${whyops.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...event, eventType: 'tool_call_request' }),
  });
});

test('asks for an unknown route', async ({ whyops }) => {
  whyops.expectNothing();
  await fetch(`${whyops.proxyBaseUrl}/chat/completions`, { method: 'POST', body: '{}' });
});

test('leaves a scripted reply over', async ({ whyops }) => {
  whyops.expectNothing();
  whyops.model.reply('never asked for');
});

test('leaves a fault over', async ({ whyops }) => {
  whyops.expectNothing();
  whyops.faults.next('ingest', { kind: 'drop' });
});

test('has a finding that nobody asserted', async ({ whyops }) => {
  await whyops.fetch(`${whyops.analyseBaseUrl}/events/ingest`, {
    method: 'POST',
    headers: { authorization: `Bearer ${whyops.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(event),
  });
});

test('fails by itself', async ({ whyops }) => {
  expect(whyops.apiKey).toBe('the real reason');
});
