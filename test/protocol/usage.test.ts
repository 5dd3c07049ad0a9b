import { expect, test } from 'vitest';
import { usageOfChat, usageOfMessages, usageOfResponses } from '../../src/protocol/usage.ts';

test('OpenAI counts cached tokens as a part of the prompt', () => {
  const usage = { prompt_tokens: 1200, completion_tokens: 240, total_tokens: 1440 };
  expect(usageOfChat({ ...usage, prompt_tokens_details: { cached_tokens: 1000 } })).toEqual({
    promptTokens: 1200,
    completionTokens: 240,
    totalTokens: 1440,
    cacheReadTokens: 1000,
  });
  expect(usageOfChat(usage)).toEqual({ promptTokens: 1200, completionTokens: 240, totalTokens: 1440 });
});

test('the Responses API uses names of its own', () => {
  const usage = {
    input_tokens: 12,
    output_tokens: 6,
    total_tokens: 18,
    input_tokens_details: { cached_tokens: 4 },
  };
  expect(usageOfResponses(usage)).toEqual({
    promptTokens: 12,
    completionTokens: 6,
    totalTokens: 18,
    cacheReadTokens: 4,
  });
});

test('Anthropic counts cached tokens on top of the prompt', () => {
  const usage = {
    input_tokens: 1200,
    output_tokens: 240,
    cache_read_input_tokens: 8200,
    cache_creation_input_tokens: 300,
    cache_creation: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 100 },
  };
  expect(usageOfMessages(usage)).toEqual({
    promptTokens: 1200,
    completionTokens: 240,
    totalTokens: 9940,
    cacheWrite5mTokens: 200,
    cacheWrite1hTokens: 100,
    cacheCreationTokens: 300,
    cacheReadTokens: 8200,
  });
  expect(usageOfMessages({ input_tokens: 10, output_tokens: 1 }, 5)).toEqual({
    promptTokens: 10,
    completionTokens: 5,
    totalTokens: 15,
  });
});

test.each([undefined, null, 3, 'x', []])('no usage in %j', (usage) => {
  expect(usageOfChat(usage)).toBeUndefined();
  expect(usageOfResponses(usage)).toBeUndefined();
  expect(usageOfMessages(usage)).toBeUndefined();
});
