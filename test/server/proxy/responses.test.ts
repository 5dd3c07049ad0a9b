import { expect, test } from 'vitest';
import { encodeSignature } from '../../../src/protocol/signature.ts';
import { proxyAlone } from './harness.ts';

const path = '/v1/responses';
const trace = { 'x-trace-id': 't1' };

test('a plain reply is signed on its first text only; calls carry the trace id', async () => {
  const whyops = proxyAlone();
  whyops.model.reply({
    text: 'Let me look.',
    thinking: 'Which city?',
    toolCalls: [{ id: 'call_1', name: 'weather', arguments: { city: 'Paris' } }],
    usage: { promptTokens: 12, completionTokens: 6, cacheReadTokens: 4 },
  });
  const response = await whyops.post(
    path,
    { model: 'm', input: 'weather?', instructions: 'Be brief.' },
    trace,
  );
  const json = '{"city":"Paris","_whyops_trace_id":"t1"}';
  expect(await response.json()).toMatchObject({
    object: 'response',
    status: 'completed',
    output: [
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Which city?' }] },
      { type: 'message', content: [{ type: 'output_text', text: `Let me look.${encodeSignature('t1')}` }] },
      { type: 'function_call', call_id: 'call_1', name: 'weather', arguments: json },
    ],
  });
  expect(whyops.events).toMatchObject([
    { eventType: 'user_message', content: 'weather?' },
    { eventType: 'llm_response' },
  ]);
  expect(whyops.events[0]?.metadata).toEqual({
    model: 'm',
    provider: 'openai',
    systemPrompt: 'Be brief.',
    params: {},
  });
  expect(whyops.events[1]?.content).toEqual({
    content: 'Let me look.',
    toolCalls: [{ id: 'call_1', type: 'function', function: { name: 'weather', arguments: json } }],
    finishReason: 'completed',
  });
  expect(whyops.events[1]?.metadata['usage']).toEqual({
    promptTokens: 12,
    completionTokens: 6,
    totalTokens: 18,
    cacheReadTokens: 4,
  });
  expect(whyops.events[0]?.spanId).not.toBe(whyops.events[1]?.spanId);
});

test('a stream passes unchanged and is recorded at its end', async () => {
  const whyops = proxyAlone();
  whyops.model.reply({ text: 'Sunny.', toolCalls: [{ id: 'call_1', name: 'f', arguments: {} }] });
  const response = await whyops.post(path, { model: 'm', input: 'weather?', stream: true }, trace);
  const text = await response.text();
  expect(text).toContain('event: response.completed\n');
  expect(text).not.toContain('\u200b');
  expect(text).not.toContain('_whyops_trace_id');
  expect(whyops.events[1]?.content).toEqual({
    content: 'Sunny.',
    toolCalls: [{ id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } }],
    finishReason: 'completed',
  });
});

test('a refusal is told by a plain reply, and lost by a stream', async () => {
  const whyops = proxyAlone();
  whyops.model.reply({ refusal: 'I cannot.' }, { refusal: 'I cannot.' });
  await whyops.post(path, { model: 'm', input: 'x' }, trace);
  expect(whyops.events[1]?.content).toEqual({ refusal: 'I cannot.', finishReason: 'refusal' });
  await (await whyops.post(path, { model: 'm', input: 'x', stream: true }, trace)).text();
  expect(whyops.events[3]?.content).toEqual({ content: '', toolCalls: [], finishReason: 'completed' });
});

test.each([false, true])(
  'a reference to an earlier item is replaced, an unknown one dropped (stream: %s)',
  async (stream) => {
    const whyops = proxyAlone();
    whyops.model.reply({
      text: 'Looking.',
      toolCalls: [{ id: 'call_1', name: 'weather', arguments: { city: 'Paris' } }],
    });
    await (await whyops.post(path, { model: 'm', input: 'weather?', stream }, trace)).text();
    const output = { type: 'function_call_output', call_id: 'call_1', output: '21C' };
    const input = [{ type: 'item_reference', id: 'fc_1' }, { type: 'item_reference', id: 'fc_2' }, output];
    await whyops.post(path, { model: 'm', input }, trace);
    const json = stream ? '{"city":"Paris"}' : '{"city":"Paris","_whyops_trace_id":"t1"}';
    const call = { type: 'function_call', name: 'weather', call_id: 'call_1', arguments: json };
    expect(whyops.model.requests[1]?.messages).toEqual([call, output]);
    expect(whyops.events[2]).toMatchObject({ eventType: 'tool_result', content: [call, output] });

    await whyops.post(path, { model: 'm', input }, { 'x-trace-id': 'another' });
    expect(whyops.model.requests[2]?.messages).toEqual([output]);
  },
);

test('a message that is referred to comes back without its signature', async () => {
  const whyops = proxyAlone();
  whyops.model.reply('Sunny.');
  const response = await whyops.post(path, { model: 'm', input: 'weather?' }, trace);
  const { output } = (await response.json()) as { output: [{ id: string }] };
  await whyops.post(path, { model: 'm', input: [{ type: 'item_reference', id: output[0].id }] }, trace);
  expect(whyops.model.requests[1]?.messages).toMatchObject([
    { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Sunny.' }] },
  ]);
});

test.each([
  [
    { role: 'tool', tool_call_id: 'c1', content: 'r' },
    { type: 'function_call_output', call_id: 'c1', output: 'r' },
  ],
  [
    { type: 'function_call_output', tool_call_id: 'c1', content: { a: 1 } },
    { type: 'function_call_output', call_id: 'c1', output: '{"a":1}' },
  ],
  [
    { type: 'function_call', id: 'fc_9', name: 'f', arguments: '{}' },
    { type: 'function_call', id: 'fc_9', name: 'f', arguments: '{}', call_id: 'fc_9' },
  ],
  [
    { role: 'assistant', content: [{ type: 'output_text', text: `x${encodeSignature('t0')}` }] },
    { role: 'assistant', content: [{ type: 'output_text', text: 'x' }] },
  ],
  [
    { role: 'user', content: `x${encodeSignature('t0')}` },
    { role: 'user', content: `x${encodeSignature('t0')}` },
  ],
])('%j reaches the provider as %j', async (given, expected) => {
  const whyops = proxyAlone();
  await whyops.post(path, { model: 'm', input: [given] }, trace);
  expect(whyops.model.requests[0]?.messages).toEqual([expected]);
});

test('the trace is found in an assistant item; a signed string is only stripped', async () => {
  const whyops = proxyAlone();
  const item = { role: 'assistant', content: [{ type: 'output_text', text: `x${encodeSignature('t0')}` }] };
  await whyops.post(path, { model: 'm', input: [item, { role: 'user', content: 'y' }] });
  expect(whyops.exchange).toMatchObject({ traceId: 't0', traceIdSource: 'signature' });
  await whyops.post(path, { model: 'm', input: `x${encodeSignature('t0')}` });
  expect(whyops.exchange.traceIdSource).toBe('generated');
  expect(whyops.model.requests[1]?.messages).toBe('x');
});

test('without input the conversation is the content', async () => {
  const whyops = proxyAlone();
  await whyops.post(path, { model: 'm', conversation: 'conv_1' }, trace);
  expect(whyops.events[0]?.content).toBe('conv_1');
});
