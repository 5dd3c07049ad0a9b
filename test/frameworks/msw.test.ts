import Anthropic from '@anthropic-ai/sdk';
import { setupServer } from 'msw/node';
import OpenAI from 'openai';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFakeWhyOps, type FakeWhyOps } from '../../src/index.ts';
import { whyopsHandlers } from '../../src/msw.ts';

let whyops: FakeWhyOps;
let server: ReturnType<typeof setupServer>;

beforeEach(() => {
  whyops = createFakeWhyOps({
    proxyBaseUrl: 'https://proxy.internal.example.com',
    analyseBaseUrl: 'https://analyse.internal.example.com/api',
  });
  server = setupServer(...whyopsHandlers(whyops));
  server.listen({ onUnhandledRequest: 'error' });
});

afterEach(() => server.close());

const headers = { 'X-Agent-Name': 'support', 'X-Trace-ID': 't1' };
const messages = [{ role: 'user' as const, content: 'Where is my order?' }];

test.each([
  ['the configured proxy', 'https://proxy.internal.example.com/v1', 'configured'],
  ['the hosted proxy', 'https://proxy.whyops.com/v1', 'hosted'],
])('%s is played', async (_name, baseURL, address) => {
  whyops.model.reply('It was shipped.');
  const openai = new OpenAI({ apiKey: whyops.apiKey, baseURL, defaultHeaders: headers });
  const answer = await openai.chat.completions.create({ model: 'gpt-4o-mini', messages });
  expect(answer.choices[0]?.message.content).toContain('It was shipped.');
  expect(whyops.recording.exchanges).toMatchObject([
    { service: 'proxy', route: 'chat', status: 200, address },
  ]);
});

test('events reach the analyse API', async () => {
  const response = await fetch('https://analyse.internal.example.com/api/events/ingest', {
    method: 'POST',
    headers: { authorization: `Bearer ${whyops.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      eventType: 'user_message',
      traceId: 't1',
      agentName: 'support',
      content: messages,
    }),
  });
  expect(response.status).toBe(202);
  await whyops.settled();
  expect(whyops.trace('t1').events).toHaveLength(1);
});

test('calls that bypass the proxy are seen as calls to a provider', async () => {
  const openai = new OpenAI({ apiKey: 'sk-own', maxRetries: 0 });
  await openai.chat.completions.create({ model: 'gpt-4o-mini', messages }).catch(() => {});
  const anthropic = new Anthropic({ apiKey: 'sk-ant-own', maxRetries: 0 });
  await anthropic.messages.create({ model: 'claude-sonnet-4-5', max_tokens: 64, messages }).catch(() => {});
  expect(whyops.recording.exchanges.map(({ service, origin }) => [service, origin])).toEqual([
    ['provider', 'https://api.openai.com'],
    ['provider', 'https://api.anthropic.com'],
  ]);
});
