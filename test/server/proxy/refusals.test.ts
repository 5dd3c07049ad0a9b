import { expect, test } from 'vitest';
import { proxyAlone } from './harness.ts';

const chat = '/v1/chat/completions';
const hello = { model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] };

test.each([
  ['no key', { authorization: '' }, 'Authentication required'],
  ['a key of another service', { authorization: 'Bearer sk-123' }, 'Invalid API key format'],
  ['an unknown key', { authorization: 'Bearer whyops_other' }, 'Invalid API key'],
  ['an expired key', { authorization: 'Bearer whyops_old' }, 'API key expired'],
  ['a revoked key', { authorization: 'Bearer whyops_gone' }, 'Invalid API key'],
  ['a key of a closed project', { authorization: 'Bearer whyops_closed' }, 'Project is not active'],
  ['a key of a closed environment', { authorization: 'Bearer whyops_shut' }, 'Environment is not active'],
  [
    'a bad Bearer beside a good X-API-Key',
    { authorization: 'Bearer whyops_other', 'x-api-key': 'whyops_main' },
    'Invalid API key',
  ],
] as const)('401 for %s', async (_, headers, reason) => {
  const whyops = proxyAlone({
    keys: {
      whyops_old: 'expired',
      whyops_gone: 'revoked',
      whyops_closed: 'inactive-project',
      whyops_shut: 'inactive-environment',
    },
  });
  const response = await whyops.post(chat, hello, headers);
  expect(response.status).toBe(401);
  expect(await response.json()).toEqual({ error: `Unauthorized: ${reason}` });
  expect(response.headers.get('x-ratelimit-limit')).toBeNull();
  expect(whyops.exchange).toMatchObject({ route: 'chat', traceId: null, request: hello });
  expect(whyops.events).toEqual([]);
});

test('X-API-Key works alone', async () => {
  const whyops = proxyAlone();
  const response = await whyops.post(chat, hello, { authorization: 'Basic abc', 'x-api-key': 'whyops_main' });
  expect(response.status).toBe(200);
});

test('bad JSON comes before the missing agent, and the recording keeps the text', async () => {
  const whyops = proxyAlone();
  const response = await whyops.post(chat, '{"model":', { 'x-agent-name': '' });
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({ error: 'Invalid JSON' });
  expect(whyops.exchange.request).toBe('{"model":');
});

test('an empty body is bad JSON', async () => {
  expect((await proxyAlone().post(chat, undefined)).status).toBe(400);
});

test.each([
  ['null', 'null'],
  ['a model that is a number', { model: 3 }],
])('500 for %s', async (_, body) => {
  const whyops = proxyAlone();
  const response = await whyops.post(chat, body, { 'x-agent-name': '' });
  expect(response.status).toBe(500);
  expect(await response.json()).toEqual({ error: 'Internal server error' });
});

test.each([chat, '/v1/responses', '/v1/embeddings', '/v1/messages'])(
  '%s needs X-Agent-Name',
  async (path) => {
    const whyops = proxyAlone();
    const response = await whyops.post(path, { model: 'm' }, { 'x-agent-name': '', 'x-trace-id': 't1' });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: 'Missing required header: X-Agent-Name' });
    expect(whyops.exchange).toMatchObject({ agentName: null, traceId: null, status: null });
    expect(whyops.model.requests).toEqual([]);
  },
);

test.each([
  ['POST', '/chat/completions'],
  ['POST', '/messages'],
  ['POST', '/v1/v1/chat/completions'],
  ['POST', '/v1/chat/completions/'],
  ['GET', '/v1/chat/completions'],
  ['POST', '/v1/messages/count_tokens'],
  ['GET', '/v1/models/gpt-4o'],
  ['POST', '/v1/completions'],
  ['POST', '/v1/entities/init'],
  ['POST', '/agents/init'],
])('404 for %s %s', async (method, path) => {
  const whyops = proxyAlone();
  const response = await whyops.send(method, path, method === 'POST' ? hello : undefined);
  expect(response.status).toBe(404);
  expect(await response.json()).toEqual({ error: 'Not Found' });
  expect(whyops.exchange.route).toBeNull();
});

test('a key is asked for under /v1 before the path is looked at, and only there', async () => {
  const whyops = proxyAlone();
  expect((await whyops.send('POST', '/v1/nope', {}, { authorization: '' })).status).toBe(401);
  expect((await whyops.send('POST', '/chat/completions', {}, { authorization: '' })).status).toBe(404);
  expect((await whyops.send('GET', '/health', undefined, { authorization: '' })).status).toBe(200);
});

test('the rate limit counts refused requests and starts anew after a minute', async () => {
  let now = Date.UTC(2026, 0, 1);
  const whyops = proxyAlone({ limits: { proxyRequestsPerMinute: 2 }, now: () => now });
  const ask = () => whyops.post(chat, hello);
  const first = await ask();
  expect(Object.fromEntries(first.headers)).toMatchObject({
    'x-ratelimit-limit': '2',
    'x-ratelimit-remaining': '1',
    'x-ratelimit-reset': '2026-01-01T00:01:00.000Z',
    'x-ratelimit-backend': 'memory',
  });
  expect((await ask()).status).toBe(200);
  const refused = await ask();
  expect(refused.status).toBe(429);
  expect(refused.headers.get('x-ratelimit-remaining')).toBe('0');
  expect(refused.headers.get('retry-after')).toBeNull();
  expect(await refused.json()).toEqual({
    error: 'Rate limit exceeded',
    message: 'Too many requests. Limit: 2 requests per 60 seconds',
    retryAfter: '2026-01-01T00:01:00.000Z',
  });
  now += 60_000;
  expect((await ask()).status).toBe(200);
});

test('agents are registered through the proxy, whatever the content type', async () => {
  const whyops = proxyAlone();
  const body = { agentName: 'support', metadata: { systemPrompt: 'p', tools: [] } };
  const response = await whyops.post('/v1/agents/init', body, {
    'content-type': 'text/plain',
    'x-agent-name': '',
  });
  expect(response.status).toBe(201);
  expect(whyops.inits).toEqual([body]);
  expect(whyops.exchange).toMatchObject({ route: 'init', agentName: 'support' });
  const refused = await whyops.post('/v1/agents/init', '{');
  expect(refused.status).toBe(400);
  expect(await refused.json()).toEqual({ error: 'Invalid JSON body' });
});
