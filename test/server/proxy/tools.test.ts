import { expect, test } from 'vitest';
import { encodeSignature } from '../../../src/protocol/signature.ts';
import { proxyAlone } from './harness.ts';

const chat = '/v1/chat/completions';
const trace = { 'x-trace-id': 't1' };
const hello = { model: 'm', messages: [{ role: 'user', content: 'hi' }] };

/** The arguments of the calls as the client gets them. */
async function argumentsOf(...given: unknown[]): Promise<unknown> {
  const whyops = proxyAlone();
  whyops.model.reply({
    toolCalls: given.map((json, index) => ({ id: `c${index}`, name: 'f', arguments: json })),
  });
  const body = (await (await whyops.post(chat, hello, trace)).json()) as {
    choices: [{ message: { content: unknown; tool_calls: { function: { arguments: string } }[] } }];
  };
  const [{ message }] = body.choices;
  expect(message.content).toBeNull();
  expect(whyops.events[1]?.content).toEqual({ toolCalls: message.tool_calls, finishReason: 'tool_calls' });
  return message.tool_calls.map((call) => call.function.arguments);
}

test('the trace id goes into the arguments of each call of a plain reply', async () => {
  expect(await argumentsOf({ city: 'Paris' }, {})).toEqual([
    '{"city":"Paris","_whyops_trace_id":"t1"}',
    '{"_whyops_trace_id":"t1"}',
  ]);
});

test('empty arguments and arrays carry no trace id, and do not stop it', async () => {
  expect(await argumentsOf('', '[1, 2]', {})).toEqual(['', '[1,2]', '{"_whyops_trace_id":"t1"}']);
});

test('broken arguments end it for themselves and all after them', async () => {
  expect(await argumentsOf({}, '{"city":', {})).toEqual(['{"_whyops_trace_id":"t1"}', '{"city":', '{}']);
});

test('streamed arguments stay as they are', async () => {
  const whyops = proxyAlone();
  whyops.model.reply({
    text: 'Let me look.',
    toolCalls: [
      { id: 'c1', name: 'f', arguments: { a: 1 } },
      { id: 'c2', name: 'g', arguments: {} },
    ],
  });
  const response = await whyops.post(chat, { ...hello, stream: true }, trace);
  expect(await response.text()).not.toContain('_whyops_trace_id');
  expect(whyops.events[1]?.content).toEqual({
    content: 'Let me look.',
    toolCalls: [
      { id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } },
      { id: 'c2', type: 'function', function: { name: 'g', arguments: '{}' } },
    ],
    finishReason: 'tool_calls',
  });
});

test.each(['tool', 'function'])('a history that ends on a %s message is a tool_result', async (role) => {
  const whyops = proxyAlone();
  const messages = [
    ...hello.messages,
    { role, content: 'r', tool_call_id: 'c1' },
    { role: 'system', content: 'go on' },
  ];
  await whyops.post(chat, { model: 'm', messages }, trace);
  expect(whyops.events[0]).toMatchObject({ eventType: 'tool_result', content: messages });
});

test('the request event tells prompt, tools and settings', async () => {
  const whyops = proxyAlone();
  const tools = [{ type: 'function', function: { name: 'f' } }];
  await whyops.post(
    chat,
    {
      model: 'm',
      messages: [{ role: 'developer', content: [{ type: 'text', text: 'Be brief.' }] }, ...hello.messages],
      tools,
      temperature: 0,
      max_tokens: 5,
      top_p: 0.5,
      frequency_penalty: 1,
      presence_penalty: 2,
      reasoning_effort: 'low',
      seed: 1,
    },
    trace,
  );
  expect(whyops.events[0]?.metadata).toEqual({
    model: 'm',
    provider: 'openai',
    systemPrompt: 'Be brief.',
    tools,
    params: {
      temperature: 0,
      maxTokens: 5,
      topP: 0.5,
      frequencyPenalty: 1,
      presencePenalty: 2,
      reasoningEffort: 'low',
    },
  });
});

test('content in parts is spoilt by the signature', async () => {
  const whyops = proxyAlone();
  const content = [{ type: 'text', text: 'a' }];
  whyops.model.upstream(() => Response.json({ choices: [{ message: { content }, finish_reason: 'stop' }] }));
  const response = await whyops.post(chat, hello, trace);
  expect(await response.json()).toMatchObject({
    choices: [{ message: { content: `[object Object]${encodeSignature('t1')}` } }],
  });
  expect(whyops.events[1]?.content).toEqual({ content, finishReason: 'stop' });
});
