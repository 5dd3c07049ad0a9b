import { describe, expect, test } from 'vitest';
import { decodeSignature, encodeSignature } from '../../../src/protocol/signature.ts';
import { proxyAlone } from './harness.ts';

const hello = { model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] };

describe('a plain chat completion', () => {
  test('signs the text, sends the request event and then the reply event, without trace headers', async () => {
    const whyops = proxyAlone();
    whyops.model.reply({
      text: 'It is sunny.',
      usage: { promptTokens: 11, completionTokens: 7, cacheReadTokens: 4 },
    });
    const response = await whyops.post('/v1/chat/completions', hello, { 'x-trace-id': 't1' });
    const body = await response.json();

    expect(response.status).toBe(200);
    expect(response.headers.get('x-trace-id')).toBeNull();
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(response.headers.get('x-response-time')).toMatch(/^\d+ms$/);
    expect(response.headers.get('x-ratelimit-backend')).toBe('memory');
    expect(body).toMatchObject({
      choices: [{ message: { content: `It is sunny.${encodeSignature('t1')}` } }],
    });
    expect(whyops.events).toEqual([
      {
        traceId: 't1',
        spanId: expect.stringMatching(/^span_.{16}$/),
        eventType: 'user_message',
        providerId: '00000000-0000-4000-8000-000000000031',
        agentName: 'agent',
        content: [{ role: 'user', content: 'hi' }],
        metadata: { model: 'gpt-4o', provider: 'openai', params: {} },
        timestamp: expect.any(String),
      },
      {
        traceId: 't1',
        spanId: expect.stringMatching(/^span_.{16}$/),
        eventType: 'llm_response',
        providerId: '00000000-0000-4000-8000-000000000031',
        agentName: 'agent',
        content: { content: 'It is sunny.', finishReason: 'stop' },
        metadata: {
          model: 'gpt-4o',
          provider: 'openai',
          usage: { promptTokens: 11, completionTokens: 7, totalTokens: 18, cacheReadTokens: 4 },
          latencyMs: expect.any(Number),
        },
        timestamp: expect.any(String),
      },
    ]);
    expect(whyops.events[0]?.spanId).not.toBe(whyops.events[1]?.spanId);
    expect(whyops.exchange).toMatchObject({
      route: 'chat',
      agentName: 'agent',
      traceId: 't1',
      traceIdSource: 'header',
    });
  });

  test('finds the trace in the history, and asks the model without signatures', async () => {
    const whyops = proxyAlone();
    const messages = [
      { role: 'user', content: 'one' },
      { role: 'assistant', content: `first${encodeSignature('thread_a')}` },
      { role: 'user', content: 'two' },
    ];
    const response = await whyops.post('/v1/chat/completions', { model: 'gpt-4o', messages });
    expect(decodeSignature(await response.text())).toBe('thread_a');
    expect(whyops.exchange).toMatchObject({
      traceId: 'thread_a',
      traceIdSource: 'signature',
      signedTraceId: 'thread_a',
    });
    expect(whyops.model.requests[0]?.body).toEqual({
      model: 'gpt-4o',
      messages: [messages[0], { role: 'assistant', content: 'first' }, messages[2]],
    });
  });
});

test('a streamed chat completion is signed before [DONE] and recorded at its end', async () => {
  const whyops = proxyAlone();
  whyops.model.reply({ text: 'It is sunny in Paris.' });
  const response = await whyops.post(
    '/v1/chat/completions',
    { ...hello, stream: true },
    { 'x-trace-id': 't1' },
  );
  expect(response.headers.get('x-trace-id')).toBe('t1');
  expect(response.headers.get('x-thread-id')).toBe('t1');
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const events = (await response.text()).trimEnd().split('\n\n');
  expect(events.at(-1)).toBe('data: [DONE]');
  expect(JSON.parse(events.at(-2)?.slice('data: '.length) ?? '')).toEqual({
    id: 'gen-signature',
    object: 'chat.completion.chunk',
    created: expect.any(Number),
    model: 'gpt-4o',
    choices: [{ index: 0, delta: { content: encodeSignature('t1') }, finish_reason: null }],
  });
  expect(whyops.events.map(({ eventType, content }) => [eventType, content])).toEqual([
    ['user_message', [{ role: 'user', content: 'hi' }]],
    ['llm_response', { content: 'It is sunny in Paris.', toolCalls: [], finishReason: 'stop' }],
  ]);
  expect(whyops.proxy.idle()).toBe(true);
});
