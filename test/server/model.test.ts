import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Model, type ReplyObject } from '../../src/server/model/index.ts';
import { pieces } from '../../src/server/model/draft.ts';
import { proxyAlone } from './proxy/harness.ts';

const chat = '/v1/chat/completions';
const hello = { model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] };

test('replies are given in order, functions see the request, and what is left is told', async () => {
  const { model, post, events } = proxyAlone();
  model.reply(
    'one',
    (request) => ({ text: `${request.model}: ${JSON.stringify(request.messages)}` }),
    'three',
  );
  await post(chat, hello);
  await post(chat, hello);
  expect(
    events.filter(({ eventType }) => eventType === 'llm_response').map(({ content }) => content),
  ).toMatchObject([{ content: 'one' }, { content: 'gpt-4o: [{"role":"user","content":"hi"}]' }]);
  expect(model.unused).toEqual(['three']);
  expect(model.requests).toMatchObject([
    { route: 'chat', body: hello },
    { route: 'chat', stream: false },
  ]);
  model.reset();
  expect(model.unused).toEqual([]);
  expect(model.requests).toEqual([]);
});

test('without a script no two answers are equal: the backend would drop the second', async () => {
  const { post, events } = proxyAlone();
  await post(chat, hello);
  await post(chat, hello);
  const [, first, , second] = events.map(({ content }) => content);
  expect(first).not.toEqual(second);
});

test.each([
  [
    { txt: 'hi' },
    'model.reply() does not know "txt" in {"txt":"hi"}. A reply has: text, toolCalls, thinking, usage, finishReason, refusal, embeddings, error.',
  ],
  [3, 'model.reply() takes a string, an object or a function, not 3.'],
  [['a'], 'model.reply() takes a string, an object or a function, not ["a"].'],
  [undefined, 'model.reply() takes a string, an object or a function, not undefined.'],
])('%j is refused', (reply, message) => {
  expect(() => new Model().reply(reply as ReplyObject)).toThrow(new TypeError(message));
});

test('upstream takes the place of the script, which stays unused', async () => {
  const { model, post, events } = proxyAlone();
  model.reply('scripted').upstream(() => Response.json({ choices: [{ message: { content: 'mine' } }] }));
  await post(chat, hello);
  expect(events[1]?.content).toEqual({ content: 'mine' });
  expect(model.unused).toEqual(['scripted']);
  model.upstream(null);
  await post(chat, hello);
  expect(events[3]?.content).toMatchObject({ content: 'scripted' });
});

describe('token counts are written in the provider’s way', () => {
  const usage = { promptTokens: 1200, completionTokens: 240, cacheReadTokens: 800, reasoningTokens: 40 };
  const ask = async (path: string, reply: ReplyObject, body: object = {}) => {
    const { model, post } = proxyAlone();
    model.reply(reply);
    return (await (await post(path, { ...hello, input: 'x', ...body })).json()) as { usage: unknown };
  };

  test('chat', async () => {
    expect((await ask(chat, { text: 'a', usage })).usage).toEqual({
      prompt_tokens: 1200,
      completion_tokens: 240,
      total_tokens: 1440,
      prompt_tokens_details: { cached_tokens: 800, audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 40, audio_tokens: 0 },
    });
  });

  test('responses', async () => {
    expect((await ask('/v1/responses', { text: 'a', usage })).usage).toEqual({
      input_tokens: 1200,
      input_tokens_details: { cached_tokens: 800 },
      output_tokens: 240,
      output_tokens_details: { reasoning_tokens: 40 },
      total_tokens: 1440,
    });
  });

  test('messages', async () => {
    const cached = {
      promptTokens: 1200,
      completionTokens: 240,
      cacheReadTokens: 8200,
      cacheCreationTokens: 300,
    };
    expect((await ask('/v1/messages', { text: 'a', usage: cached })).usage).toEqual({
      input_tokens: 1200,
      cache_creation_input_tokens: 300,
      cache_read_input_tokens: 8200,
      cache_creation: { ephemeral_5m_input_tokens: 300, ephemeral_1h_input_tokens: 0 },
      output_tokens: 240,
      service_tier: 'standard',
    });
  });

  test('names of the provider are passed on as they are', async () => {
    const native = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 99 };
    expect((await ask(chat, { text: 'a', usage: native })).usage).toMatchObject(native);
  });

  test('null is no usage at all', async () => {
    expect(await ask(chat, { text: 'a', usage: null })).not.toHaveProperty('usage');
  });
});

test.each([
  [chat, 'end_turn', { choices: [{ finish_reason: 'stop' }] }],
  [chat, 'max_tokens', { choices: [{ finish_reason: 'length' }] }],
  ['/v1/messages', 'stop', { stop_reason: 'end_turn' }],
  ['/v1/messages', 'length', { stop_reason: 'max_tokens' }],
  ['/v1/responses', 'length', { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }],
])('%s says %s in its own words', async (path, finishReason, expected) => {
  const { model, post } = proxyAlone();
  model.reply({ text: 'a', finishReason });
  expect(await (await post(path, { ...hello, input: 'x' })).json()).toMatchObject(expected);
});

test('the pieces of a stream make up the whole text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(pieces(text).join('')).toBe(text);
    }),
  );
  expect(pieces('It is sunny in Paris.')).toEqual(['It', ' is', ' sunny', ' in', ' Paris.']);
});
