import { type Mutate, mutationsOf } from './mutation.ts';
import { about, onEvent, usageOf } from './places.ts';

type Usage = Readonly<Record<string, number>>;

/** Token counts. */
export const usageTotal = mutationsOf('usage-total', {
  'total-differs': {
    'cache-counted-twice': onUsage((usage) =>
      usage['cacheReadTokens']
        ? { ...usage, totalTokens: (usage['totalTokens'] ?? 0) + usage['cacheReadTokens'] }
        : null,
    ),
    'total-off-by-one': onUsage((usage) => ({ ...usage, totalTokens: (usage['totalTokens'] ?? 0) + 1 })),
  },
  'unknown-name': {
    'snake-case-usage': onUsage((usage) => ({ prompt_tokens: usage['promptTokens'] })),
    'counts-in-anthropic-names': onUsage((usage) => ({
      input_tokens: usage['promptTokens'],
      output_tokens: usage['completionTokens'],
    })),
  },
  'not-a-count': {
    'negative-count': onUsage((usage) => ({ ...usage, promptTokens: -1 })),
    'count-as-text': onUsage((usage) => ({ ...usage, completionTokens: String(usage['completionTokens']) })),
  },
  'cache-exceeds-prompt': {
    'prompt-without-cache': onUsage((usage, provider) =>
      provider === 'openai'
        ? { promptTokens: 5, completionTokens: 1, cacheReadTokens: 6, totalTokens: 6 }
        : null,
    ),
    'cache-taken-out-of-the-prompt': onUsage((usage, provider) => {
      const { promptTokens = 0, completionTokens = 0, cacheReadTokens = 0 } = usage;
      const left = promptTokens - cacheReadTokens;
      return provider === 'openai' && cacheReadTokens > left
        ? { ...usage, promptTokens: left, totalTokens: left + completionTokens }
        : null;
    }),
  },
});

function onUsage(change: (usage: Usage, provider: unknown) => object | null): Mutate {
  return onEvent(['llm_response'], (event) => {
    const usage = event.metadata?.['usage'] ? change(usageOf(event), event.metadata['provider']) : null;
    return usage && about(event, { usage });
  });
}
