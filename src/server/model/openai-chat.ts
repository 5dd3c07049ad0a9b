import { formatEvent } from '../../protocol/sse.ts';
import { type Draft, nativeMembers, pieces } from './draft.ts';
import type { ScriptedUsage } from './reply.ts';

const FINISH_REASONS: Readonly<Record<string, string>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  tool_use: 'tool_calls',
};

/** A `chat.completion` object. */
export function chatCompletion(draft: Draft): Record<string, unknown> {
  return {
    id: `chatcmpl-${draft.id}`,
    object: 'chat.completion',
    created: draft.created,
    model: draft.model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: draft.text ?? null,
          refusal: draft.refusal ?? null,
          ...(draft.toolCalls.length > 0 && {
            tool_calls: draft.toolCalls.map(({ id, name, arguments: json }) => ({
              id,
              type: 'function',
              function: { name, arguments: json },
            })),
          }),
        },
        logprobs: null,
        finish_reason: finishReason(draft),
      },
    ],
    ...(draft.usage && { usage: chatUsage(draft.usage) }),
  };
}

/** The same as a stream of `chat.completion.chunk` events. */
export function* chatCompletionChunks(draft: Draft, includeUsage: boolean): Generator<string> {
  const chunk = (choices: unknown[], usage?: unknown) =>
    formatEvent(
      JSON.stringify({
        id: `chatcmpl-${draft.id}`,
        object: 'chat.completion.chunk',
        created: draft.created,
        model: draft.model,
        choices,
        ...(includeUsage && { usage: usage ?? null }),
      }),
    );
  const delta = (delta: unknown, finish: string | null = null) =>
    chunk([{ index: 0, delta, logprobs: null, finish_reason: finish }]);

  yield delta({ role: 'assistant', content: '', refusal: null });
  for (const piece of pieces(draft.text ?? '')) yield delta({ content: piece });
  for (const piece of pieces(draft.refusal ?? '')) yield delta({ refusal: piece });
  for (const [index, { id, name, arguments: json }] of draft.toolCalls.entries()) {
    yield delta({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] });
    for (const piece of pieces(json))
      yield delta({ tool_calls: [{ index, function: { arguments: piece } }] });
  }
  yield delta({}, finishReason(draft));
  if (includeUsage && draft.usage) yield chunk([], chatUsage(draft.usage));
  yield formatEvent('[DONE]');
}

function finishReason(draft: Draft): string {
  const reason = draft.finishReason ?? (draft.toolCalls.length > 0 ? 'tool_calls' : 'stop');
  return FINISH_REASONS[reason] ?? reason;
}

function chatUsage(usage: ScriptedUsage): Record<string, unknown> {
  const { promptTokens = 0, completionTokens = 0, cacheReadTokens = 0, reasoningTokens = 0 } = usage;
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: usage.totalTokens ?? promptTokens + completionTokens,
    prompt_tokens_details: { cached_tokens: cacheReadTokens, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: reasoningTokens, audio_tokens: 0 },
    ...nativeMembers(usage),
  };
}
