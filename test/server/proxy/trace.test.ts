import { expect, test } from 'vitest';
import { decodeSignature, encodeSignature } from '../../../src/protocol/signature.ts';
import { proxyAlone } from './harness.ts';

const chat = '/v1/chat/completions';
const user = (content: string) => ({ role: 'user', content });
const assistant = (content: unknown) => ({ role: 'assistant', content });
const signed = encodeSignature('thread_signed');

test.each([
  [{ 'x-trace-id': 't1' }, 't1', 'header'],
  [{ 'x-thread-id': 't2' }, 't2', 'header'],
  [{ 'x-trace-id': 't1', 'x-thread-id': 't2' }, 't1', 'header'],
  [{ 'x-trace-id': '', 'x-thread-id': 't2' }, 't2', 'header'],
  [{}, 'thread_signed', 'signature'],
] as const)('%j leads to %s', async (headers, traceId, source) => {
  const whyops = proxyAlone();
  const messages = [user('one'), assistant(`text${signed}`), user('two')];
  await whyops.post(chat, { model: 'm', messages }, headers);
  expect(whyops.exchange).toMatchObject({ traceId, traceIdSource: source, signedTraceId: 'thread_signed' });
  expect(whyops.events.map((event) => event.traceId)).toEqual([traceId, traceId]);
});

test('without any sign the proxy makes up a trace', async () => {
  const whyops = proxyAlone();
  const response = await whyops.post(chat, { model: 'm', messages: [user('hi')] });
  expect(whyops.exchange.traceId).toMatch(/^thread_[\w-]{16}$/);
  expect(whyops.exchange.traceIdSource).toBe('generated');
  expect(decodeSignature(await response.text())).toBe(whyops.exchange.traceId);
});

test('the newest signed assistant message counts; parts are read, but not stripped', async () => {
  const whyops = proxyAlone();
  const parts = [{ type: 'text', text: `new${signed}` }];
  const messages = [
    user('1'),
    assistant(`old${encodeSignature('thread_old')}`),
    user('2'),
    assistant(parts),
    assistant('plain'),
  ];
  await whyops.post(chat, { model: 'm', messages });
  expect(whyops.exchange.traceId).toBe('thread_signed');
  expect(whyops.model.requests[0]?.messages).toEqual([
    user('1'),
    assistant('old'),
    user('2'),
    assistant(parts),
    assistant('plain'),
  ]);
});

test('a signature in a user message names no trace, and is stripped', async () => {
  const whyops = proxyAlone();
  await whyops.post(chat, { model: 'm', messages: [user(`quoted${signed}`)] });
  expect(whyops.exchange.traceIdSource).toBe('generated');
  expect(whyops.model.requests[0]?.messages).toEqual([user('quoted')]);
});

test('messages and embeddings do not follow signatures', async () => {
  const whyops = proxyAlone();
  const messages = [user('1'), assistant(`x${signed}`), user('2')];
  await whyops.post('/v1/messages', { model: 'm', max_tokens: 5, messages });
  expect(whyops.exchange).toMatchObject({ traceIdSource: 'generated', signedTraceId: 'thread_signed' });
  expect(whyops.model.requests[0]?.messages).toEqual(messages);
});

test.each([
  [chat, { plain: false, stream: true, error: false }],
  ['/v1/responses', { plain: true, stream: true, error: true }],
  ['/v1/messages', { plain: false, stream: true, error: false }],
  ['/v1/embeddings', { plain: true, error: true }],
])('the replies of %s name the trace: %j', async (path, expected) => {
  const whyops = proxyAlone();
  const ask = async (body: object) => {
    const response = await whyops.post(
      path,
      { model: 'm', messages: [], input: 'x', ...body },
      { 'x-trace-id': 't1' },
    );
    await response.text();
    const { headers } = response;
    expect(headers.get('x-thread-id')).toBe(headers.get('x-trace-id'));
    return headers.get('x-trace-id') === 't1';
  };
  expect(await ask({})).toBe(expected.plain);
  if ('stream' in expected) expect(await ask({ stream: true })).toBe(expected.stream);
  whyops.model.reply({ error: { status: 500 } });
  expect(await ask({})).toBe(expected.error);
});

test('the external user is missing on embedding requests and on streamed OpenAI replies', async () => {
  const whyops = proxyAlone();
  const ask = async (path: string, body: object = {}) => {
    whyops.events.length = 0;
    const headers = { 'x-external-user-id': 'cust-1' };
    await (await whyops.post(path, { model: 'm', messages: [], input: 'x', ...body }, headers)).text();
    return whyops.events.map(({ externalUserId }) => externalUserId === 'cust-1');
  };
  expect(await ask(chat)).toEqual([true, true]);
  expect(await ask(chat, { stream: true })).toEqual([true, false]);
  expect(await ask('/v1/responses')).toEqual([true, true]);
  expect(await ask('/v1/responses', { stream: true })).toEqual([true, false]);
  expect(await ask('/v1/embeddings')).toEqual([false, true]);
  expect(await ask('/v1/messages')).toEqual([true, true]);
  expect(await ask('/v1/messages', { stream: true })).toEqual([true, true]);
});
