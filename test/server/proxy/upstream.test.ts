import { expect, test } from 'vitest';
import { encodeSignature } from '../../../src/protocol/signature.ts';
import { proxyAlone } from './harness.ts';

const chat = '/v1/chat/completions';
const hello = { model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] };
const completion = { choices: [{ message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }] };

test('the provider sees what the real proxy sends, and none of the client’s headers', async () => {
  const whyops = proxyAlone();
  let seen: unknown;
  whyops.model.upstream(async (request) => {
    seen = {
      method: request.method,
      url: request.url,
      headers: Object.fromEntries(request.headers),
      body: await request.json(),
    };
    return Response.json(completion);
  });
  await whyops.post(
    chat,
    { ...hello, model: 'openai-stub/org/gpt-4o' },
    { 'openai-organization': 'org', 'x-trace-id': 't1', 'user-agent': 'client' },
  );
  expect(seen).toEqual({
    method: 'POST',
    url: 'https://openai-stub.invalid/v1/chat/completions',
    headers: {
      authorization: 'Bearer stub-upstream-openai-key',
      'content-type': 'application/json',
      'user-agent': 'WhyOps-Proxy/1.0',
    },
    body: { model: 'org/gpt-4o', messages: hello.messages },
  });
  expect(
    whyops.events.map(({ metadata }) => [metadata['provider'], metadata['providerSlug'], metadata['model']]),
  ).toEqual([
    ['custom', 'openai-stub', 'org/gpt-4o'],
    ['custom', 'openai-stub', 'org/gpt-4o'],
  ]);
});

test('an unknown slug is cut off all the same, and shows in the events', async () => {
  const whyops = proxyAlone();
  await whyops.post(chat, { ...hello, model: 'mistral/large' });
  expect(whyops.model.requests[0]?.model).toBe('large');
  expect(whyops.events[0]?.metadata).toMatchObject({
    provider: 'openai',
    providerSlug: 'mistral',
    model: 'large',
  });
});

test('an empty slug is none', async () => {
  const whyops = proxyAlone();
  await whyops.post(chat, { ...hello, model: '/gpt-4o' });
  expect(whyops.events[0]?.metadata).toEqual({ provider: 'openai', model: 'gpt-4o', params: {} });
});

test('a further key that is used for messages has an Anthropic provider', async () => {
  const whyops = proxyAlone({ keys: { whyops_second: 'valid' } });
  await whyops.post(
    '/v1/messages',
    { model: 'c', max_tokens: 5, messages: [] },
    { authorization: 'Bearer whyops_second' },
  );
  expect(whyops.model.requests[0]).toMatchObject({
    url: 'https://anthropic-stub.invalid/anthropic/v1/messages',
    headers: { 'x-api-key': 'stub-upstream-anthropic-key', 'anthropic-version': '2023-06-01' },
  });
  expect(whyops.events[0]?.providerId).toBe('00000000-0000-4000-8000-000000000032');
});

test.each([
  ['throws', () => Promise.reject(new Error('ECONNREFUSED')), 'fetch failed'],
  ['answers Response.error()', () => Response.error(), 'fetch failed'],
  ['is never done', () => new Promise<Response>(() => undefined), 'The operation was aborted due to timeout'],
  [
    'sends an HTML page',
    () => new Response('<h1>bad gateway</h1>', { status: 502, headers: { 'content-type': 'text/html' } }),
    `Unexpected token '<', "<h1>bad gateway</h1>" is not valid JSON`,
  ],
  [
    'breaks off in mid-body',
    () =>
      new Response(
        new ReadableStream({
          start(controller) {
            controller.enqueue(new TextEncoder().encode('{"choices":'));
            controller.error(new Error('closed'));
          },
        }),
      ),
    'terminated',
  ],
])('500 when the provider %s', async (_, upstream, message) => {
  const whyops = proxyAlone({ proxyTimeoutMs: 20 });
  whyops.model.upstream(upstream);
  const response = await whyops.post(chat, hello, { 'x-trace-id': 't1' });
  expect(response.status).toBe(500);
  expect(await response.json()).toEqual({ error: message });
  expect(response.headers.get('x-trace-id')).toBeNull();
  expect(whyops.events.map(({ eventType, content }) => [eventType, content])).toEqual([
    ['user_message', hello.messages],
    ['error', { message }],
  ]);
  expect(whyops.events[1]?.metadata).toEqual({ latencyMs: expect.any(Number) });
});

test('the provider is told to stop when the time is up', async () => {
  const whyops = proxyAlone({ proxyTimeoutMs: 5 });
  let reason: unknown;
  whyops.model.upstream(
    ({ signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          reason = signal.reason;
          reject(signal.reason as Error);
        });
      }),
  );
  await whyops.post(chat, hello);
  expect(String(reason)).toBe('TimeoutError: The operation was aborted due to timeout');
});

test('a refusal is passed on with its status, without the provider’s headers', async () => {
  const whyops = proxyAlone();
  whyops.model.reply({ error: { status: 429, headers: { 'retry-after': '7' } } });
  const response = await whyops.post(chat, hello, { 'x-trace-id': 't1' });
  const body = await response.json();
  expect(response.status).toBe(429);
  expect(body).toEqual({
    error: {
      message: 'The scripted model refuses with 429.',
      type: 'rate_limit_exceeded',
      param: null,
      code: null,
    },
  });
  expect(response.headers.get('retry-after')).toBeNull();
  expect(whyops.events[1]).toMatchObject({ eventType: 'error', content: body });
});

test('a refusal of a stream is recorded as text', async () => {
  const whyops = proxyAlone();
  whyops.model.reply({ error: { status: 503, body: '<h1>down</h1>' } });
  const response = await whyops.post(chat, { ...hello, stream: true }, { 'x-trace-id': 't1' });
  expect(response.status).toBe(503);
  expect(response.headers.get('content-type')).toBe('text/html');
  expect(response.headers.get('x-trace-id')).toBeNull();
  expect(await response.text()).toBe('<h1>down</h1>');
  expect(whyops.events[1]).toMatchObject({
    eventType: 'error',
    content: { error: '<h1>down</h1>', status: 503 },
  });
});

test('an error thrown by a scripted function reaches the caller in words', async () => {
  const whyops = proxyAlone();
  whyops.model.reply(() => {
    throw new Error('expected two messages');
  });
  const response = await whyops.post(chat, hello);
  expect(await response.json()).toEqual({ error: 'expected two messages' });
});

function stream(...chunks: (string | Error)[]): () => Response {
  return () =>
    new Response(
      new ReadableStream({
        start(controller) {
          for (const chunk of chunks) {
            if (chunk instanceof Error) return controller.error(chunk);
            controller.enqueue(new TextEncoder().encode(chunk));
          }
          controller.close();
        },
      }),
      { headers: { 'content-type': 'text/event-stream', 'x-provider': 'p', 'content-length': '1' } },
    );
}
const delta = (content: string) => JSON.stringify({ choices: [{ index: 0, delta: { content } }] });

test('a stream keeps the provider’s headers, except those of its framing', async () => {
  const whyops = proxyAlone();
  whyops.model.upstream(stream('data: [DONE]\n\n'));
  const response = await whyops.post(chat, { ...hello, stream: true });
  expect(response.headers.get('x-provider')).toBe('p');
  expect(response.headers.get('content-length')).toBeNull();
});

test('comments, event names and ids of a chat stream are lost; multi-line data is joined by a bare line break', async () => {
  const whyops = proxyAlone();
  whyops.model.upstream(
    stream(`: ping\n\nevent: x\nid: 7\ndata: ${delta('A')}\n\n`, 'data: {"choices":\ndata: []}\n\n'),
  );
  const response = await whyops.post(chat, { ...hello, stream: true });
  expect(await response.text()).toBe(`data: ${delta('A')}\n\ndata: {"choices":\n[]}\n\n`);
  expect(whyops.events[1]?.content).toEqual({ content: 'A', toolCalls: [] });
});

test('a stream framed with CRLF becomes one broken event without a signature', async () => {
  const whyops = proxyAlone();
  whyops.model.upstream(stream(`data: ${delta('A')}\r\n\r\ndata: [DONE]\r\n\r\n`));
  const response = await whyops.post(chat, { ...hello, stream: true }, { 'x-trace-id': 't1' });
  const text = await response.text();
  expect(text.match(/data:/g)).toHaveLength(1);
  expect(text).not.toContain(encodeSignature('t1'));
  expect(whyops.events[1]?.content).toEqual({ content: '', toolCalls: [] });
});

test('a stream that is no event stream reaches the client empty', async () => {
  const whyops = proxyAlone();
  whyops.model.upstream(() => new Response('<h1>ok</h1>', { headers: { 'content-type': 'text/html' } }));
  const response = await whyops.post(chat, { ...hello, stream: true });
  expect(await response.text()).toBe('');
  expect(whyops.events[1]?.content).toEqual({ content: '', toolCalls: [] });
});

test('a stream that is cut ends as if it were complete, and leaves no reply event', async () => {
  const whyops = proxyAlone();
  whyops.model.upstream(() => {
    let sent = false;
    return new Response(
      new ReadableStream({
        pull(controller) {
          if (sent) return controller.error(new Error('closed'));
          sent = true;
          controller.enqueue(new TextEncoder().encode(`data: ${delta('A')}\n\n`));
        },
      }),
    );
  });
  const response = await whyops.post(chat, { ...hello, stream: true });
  expect(await response.text()).toBe(`data: ${delta('A')}\n\n`);
  expect(whyops.events.map(({ eventType }) => eventType)).toEqual(['user_message']);
  expect(whyops.proxy.idle()).toBe(true);
  expect(whyops.exchange.response).toBe(`data: ${delta('A')}\n\n`);
});

test('a stream without [DONE] is recorded, but not signed', async () => {
  const whyops = proxyAlone();
  whyops.model.upstream(stream(`data: ${delta('A')}\n\n`));
  const response = await whyops.post(chat, { ...hello, stream: true });
  expect(await response.text()).toBe(`data: ${delta('A')}\n\n`);
  expect(whyops.events[1]?.content).toEqual({ content: 'A', toolCalls: [] });
});

test('an error in mid-stream is recorded as a success', async () => {
  const whyops = proxyAlone();
  whyops.model.upstream(stream(`data: ${delta('A')}\n\ndata: {"error":{"message":"overloaded"}}\n\n`));
  await (await whyops.post(chat, { ...hello, stream: true })).text();
  expect(whyops.events[1]).toMatchObject({
    eventType: 'llm_response',
    content: { content: 'A', toolCalls: [] },
  });
});

test('the proxy is busy until the stream has ended, or its client has gone away', async () => {
  const whyops = proxyAlone();
  let given: AbortSignal | undefined;
  whyops.model.upstream(({ signal }) => {
    given = signal;
    return new Response(
      new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode(`data: ${delta('A')}\n\n`)),
      }),
    );
  });
  const response = await whyops.post(chat, { ...hello, stream: true });
  const reader = response.body?.getReader();
  await reader?.read();
  expect(whyops.proxy.idle()).toBe(false);
  expect(given?.aborted).toBe(false);
  await reader?.cancel();
  expect(given?.aborted).toBe(true);
  expect(whyops.proxy.idle()).toBe(true);
  expect(whyops.events.map(({ eventType }) => eventType)).toEqual(['user_message']);
});

test('models are listed without an agent, and without an event', async () => {
  const whyops = proxyAlone();
  const response = await whyops.send('GET', '/v1/models', undefined, { 'x-agent-name': '' });
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ object: 'list', data: [{ id: 'fake-model' }] });
  expect(whyops.model.requests[0]).toMatchObject({ method: 'GET', path: '/v1/models' });
  expect(whyops.events).toEqual([]);
});
