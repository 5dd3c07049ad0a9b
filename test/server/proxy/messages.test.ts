import { expect, test } from 'vitest';
import { proxyAlone } from './harness.ts';

const path = '/v1/messages';
const trace = { 'x-trace-id': 't1' };
const hello = { model: 'claude', max_tokens: 50, messages: [{ role: 'user', content: 'hi' }] };

test.each([false, true])('thinking, text and tools are recorded (stream: %s)', async (stream) => {
  const whyops = proxyAlone();
  whyops.model.reply({
    thinking: [{ text: 'Let me think.', signature: 'sig' }, { redacted: 'encrypted' }],
    text: 'I will look it up.',
    toolCalls: [
      { id: 'toolu_1', name: 'weather', arguments: { city: 'New York' } },
      { id: 'toolu_2', name: 'time', arguments: {} },
    ],
    usage: {
      promptTokens: 10,
      completionTokens: 5,
      cacheReadTokens: 50,
      cacheWrite5mTokens: 60,
      cacheWrite1hTokens: 40,
    },
  });
  await (await whyops.post(path, { ...hello, stream }, trace)).text();
  const [request, reply, ...thoughts] = whyops.events;
  expect(request).toMatchObject({ eventType: 'user_message', content: hello.messages });
  expect(reply?.content).toEqual({
    content: 'I will look it up.',
    finishReason: 'tool_use',
    toolCalls: [
      { id: 'toolu_1', type: 'function', function: { name: 'weather', arguments: '{"city":"New York"}' } },
      { id: 'toolu_2', type: 'function', function: { name: 'time', arguments: '{}' } },
    ],
  });
  expect(reply?.metadata).toEqual({
    provider: 'anthropic',
    model: 'claude',
    maxTokens: 50,
    usage: {
      promptTokens: 10,
      completionTokens: 5,
      totalTokens: 165,
      cacheWrite5mTokens: 60,
      cacheWrite1hTokens: 40,
      cacheCreationTokens: 100,
      cacheReadTokens: 50,
    },
    latencyMs: expect.any(Number),
  });
  expect(thoughts).toMatchObject([
    { eventType: 'llm_thinking', content: { type: 'thinking', thinking: 'Let me think.', signature: 'sig' } },
    { eventType: 'llm_thinking', content: { type: 'redacted_thinking', data: 'encrypted' } },
  ]);
  expect(thoughts.map(({ metadata }) => metadata)).toEqual([
    { provider: 'anthropic', model: 'claude' },
    { provider: 'anthropic', model: 'claude' },
  ]);
  expect(request?.spanId).toBe(reply?.spanId);
  expect(new Set(whyops.events.map(({ spanId }) => spanId)).size).toBe(3);
});

test.each([
  [false, { finishReason: 'end_turn' }],
  [true, { content: '', finishReason: 'end_turn' }],
])('an empty reply has text only when it was streamed (stream: %s)', async (stream, content) => {
  const whyops = proxyAlone();
  whyops.model.reply({});
  await (await whyops.post(path, { ...hello, stream }, trace)).text();
  expect(whyops.events[1]?.content).toEqual(content);
});

test('settings are told by the request, some of them by the reply too', async () => {
  const whyops = proxyAlone();
  await whyops.post(
    path,
    {
      ...hello,
      system: 'Be brief.',
      temperature: 0.3,
      top_p: 0.4,
      top_k: 5,
      stop_sequences: ['x'],
      tools: [{ name: 'f' }],
      tool_choice: { type: 'auto' },
      thinking: { type: 'enabled' },
    },
    trace,
  );
  const both = {
    model: 'claude',
    systemPrompt: 'Be brief.',
    tools: [{ name: 'f' }],
    temperature: 0.3,
    maxTokens: 50,
  };
  expect(whyops.events[0]?.metadata).toEqual({
    provider: 'anthropic',
    ...both,
    topP: 0.4,
    topK: 5,
    stopSequences: ['x'],
    toolChoice: { type: 'auto' },
    thinking: { type: 'enabled' },
  });
  expect(whyops.events[1]?.metadata).toEqual({
    provider: 'anthropic',
    ...both,
    usage: expect.any(Object),
    latencyMs: expect.any(Number),
  });
});

test('a history that ends on a tool result is a tool_result', async () => {
  const whyops = proxyAlone();
  const messages = [
    ...hello.messages,
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1' }] },
  ];
  await whyops.post(path, { ...hello, messages }, trace);
  expect(whyops.events[0]?.eventType).toBe('tool_result');
});

test('the server’s own tool uses count as calls', async () => {
  const whyops = proxyAlone();
  const content = [{ type: 'server_tool_use', id: 's1', name: 'web_search', input: { query: 'x' } }];
  whyops.model.upstream(() => Response.json({ content, stop_reason: 'end_turn' }));
  await whyops.post(path, hello, trace);
  expect(whyops.events[1]?.content).toEqual({
    finishReason: 'end_turn',
    toolCalls: [{ id: 's1', type: 'function', function: { name: 'web_search', arguments: '{"query":"x"}' } }],
  });
});

test('an error in mid-stream is a reply that finished with "error"', async () => {
  const whyops = proxyAlone();
  const events = [
    { type: 'message_start', message: { usage: { input_tokens: 10, output_tokens: 1 } } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hel' } },
    { type: 'error', error: { type: 'overloaded_error' } },
  ];
  const text = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
  whyops.model.upstream(() => new Response(text, { headers: { 'content-type': 'text/event-stream' } }));
  const response = await whyops.post(path, { ...hello, stream: true }, trace);
  expect(await response.text()).toBe(text);
  expect(whyops.events[1]).toMatchObject({
    eventType: 'llm_response',
    content: { content: 'Hel', finishReason: 'error' },
    metadata: { usage: { promptTokens: 10, completionTokens: 0, totalTokens: 10 } },
  });
});

test('a refusal of the provider keeps the model', async () => {
  const whyops = proxyAlone();
  whyops.model.reply({ error: { status: 529 } });
  const response = await whyops.post(path, hello, trace);
  const body = {
    type: 'error',
    error: { type: 'overloaded_error', message: 'The scripted model refuses with 529.' },
  };
  expect(response.status).toBe(529);
  expect(await response.json()).toEqual(body);
  expect(whyops.events[1]).toMatchObject({ eventType: 'error', content: body });
  expect(whyops.events[1]?.metadata).toEqual({
    provider: 'anthropic',
    model: 'claude',
    latencyMs: expect.any(Number),
  });
  expect(whyops.events[1]?.spanId).not.toBe(whyops.events[0]?.spanId);
});
