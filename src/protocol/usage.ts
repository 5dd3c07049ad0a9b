import { isObject, present } from './json.ts';

/**
 * Token counts in WhyOps' names. They do not add up alike: with OpenAI `cacheReadTokens` is a part of `promptTokens`,
 * with Anthropic cache reads and writes come on top of it and `totalTokens` is the sum of all.
 */
export interface TokenUsage {
  promptTokens?: number;
  completionTokens?: number;
  totalTokens?: number;
  cacheReadTokens?: number;
  cacheCreationTokens?: number;
  cacheWrite5mTokens?: number;
  cacheWrite1hTokens?: number;
}

/** Usage of `/v1/chat/completions`; `undefined` when the provider sent none. */
export function usageOfChat(usage: unknown): TokenUsage | undefined {
  if (!isObject(usage)) return undefined;
  const details = isObject(usage['prompt_tokens_details']) ? usage['prompt_tokens_details'] : {};
  return present({
    promptTokens: usage['prompt_tokens'],
    completionTokens: usage['completion_tokens'],
    totalTokens: usage['total_tokens'],
    cacheReadTokens: details['cached_tokens'],
  }) as TokenUsage;
}

/** Usage of `/v1/responses`; `undefined` when the provider sent none. */
export function usageOfResponses(usage: unknown): TokenUsage | undefined {
  if (!isObject(usage)) return undefined;
  const details = isObject(usage['input_tokens_details']) ? usage['input_tokens_details'] : {};
  return present({
    promptTokens: usage['input_tokens'],
    completionTokens: usage['output_tokens'],
    totalTokens: usage['total_tokens'],
    cacheReadTokens: details['cached_tokens'],
  }) as TokenUsage;
}

/**
 * Usage of `/v1/messages`.
 * @param outputTokens Overrides the member of `usage`: a stream tells it at its end, apart from the rest.
 */
export function usageOfMessages(usage: unknown, outputTokens?: number): TokenUsage | undefined {
  if (!isObject(usage)) return undefined;
  const written = isObject(usage['cache_creation']) ? usage['cache_creation'] : {};
  const promptTokens = count(usage['input_tokens']);
  const completionTokens = outputTokens ?? count(usage['output_tokens']);
  const cacheCreationTokens = usage['cache_creation_input_tokens'] ?? undefined;
  const cacheReadTokens = usage['cache_read_input_tokens'] ?? undefined;
  return present({
    promptTokens,
    completionTokens,
    totalTokens: promptTokens + completionTokens + count(cacheCreationTokens) + count(cacheReadTokens),
    cacheWrite5mTokens: written['ephemeral_5m_input_tokens'],
    cacheWrite1hTokens: written['ephemeral_1h_input_tokens'],
    cacheCreationTokens,
    cacheReadTokens,
  }) as TokenUsage;
}

function count(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
