import { isObject, parseJson } from '../../protocol/json.ts';
import { formatEvent } from '../../protocol/sse.ts';
import { type Draft, nativeMembers, pieces } from './draft.ts';
import type { ScriptedThinking, ScriptedUsage } from './reply.ts';

type Block = Record<string, unknown>;

const STOP_REASONS: Readonly<Record<string, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  content_filter: 'refusal',
};

/** A `message` object. */
export function anthropicMessage(draft: Draft): Record<string, unknown> {
  return {
    ...head(draft),
    content: blocks(draft),
    stop_reason: stopReason(draft),
    stop_sequence: null,
    usage: messageUsage(draft.usage ?? {}),
  };
}

/** The same as a stream of events. */
export function* anthropicMessageEvents(draft: Draft): Generator<string> {
  const event = (type: string, members: Record<string, unknown> = {}) =>
    formatEvent(JSON.stringify({ type, ...members }), type);
  const usage = messageUsage(draft.usage ?? {});

  const message = { ...head(draft), content: [], stop_reason: null, stop_sequence: null };
  yield event('message_start', { message: { ...message, usage: { ...usage, output_tokens: 1 } } });
  yield event('ping');
  for (const [index, block] of blocks(draft).entries()) {
    yield event('content_block_start', { index, content_block: { ...block, ...begun(block) } });
    for (const delta of deltas(block, draft)) yield event('content_block_delta', { index, delta });
    yield event('content_block_stop', { index });
  }
  yield event('message_delta', {
    delta: { stop_reason: stopReason(draft), stop_sequence: null },
    usage: { output_tokens: usage['output_tokens'] },
  });
  yield event('message_stop');
}

function head(draft: Draft): Record<string, unknown> {
  return { id: `msg_${draft.id}`, type: 'message', role: 'assistant', model: draft.model };
}

function blocks(draft: Draft): Block[] {
  const text = draft.refusal ?? draft.text;
  return [
    ...draft.thinking.map(thinkingBlock),
    ...(text === undefined ? [] : [{ type: 'text', text }]),
    ...draft.toolCalls.map(({ id, name, arguments: json }) => {
      const input = parseJson(json);
      return { type: 'tool_use', id, name, input: isObject(input) ? input : {} };
    }),
  ];
}

function thinkingBlock(thinking: ScriptedThinking, index: number): Block {
  if (typeof thinking === 'object' && 'redacted' in thinking) {
    return { type: 'redacted_thinking', data: thinking.redacted };
  }
  const { text, signature = `signature-${index + 1}` } =
    typeof thinking === 'string' ? { text: thinking } : thinking;
  return { type: 'thinking', thinking: text, signature };
}

/** What is not there yet when a block begins. */
function begun(block: Block): Block {
  switch (block['type']) {
    case 'text':
      return { text: '' };
    case 'thinking':
      return { thinking: '', signature: '' };
    case 'tool_use':
      return { input: {} };
    default:
      return {};
  }
}

function deltas(block: Block, draft: Draft): Block[] {
  switch (block['type']) {
    case 'text':
      return pieces(String(block['text'])).map((text) => ({ type: 'text_delta', text }));
    case 'thinking':
      return [
        ...pieces(String(block['thinking'])).map((thinking) => ({ type: 'thinking_delta', thinking })),
        { type: 'signature_delta', signature: block['signature'] },
      ];
    case 'tool_use': {
      const json = draft.toolCalls.find(({ id }) => id === block['id'])?.arguments ?? '{}';
      return ['', ...pieces(json)].map((partial_json) => ({ type: 'input_json_delta', partial_json }));
    }
    default:
      return [];
  }
}

function stopReason(draft: Draft): string {
  if (draft.finishReason !== undefined) return STOP_REASONS[draft.finishReason] ?? draft.finishReason;
  if (draft.refusal !== undefined) return 'refusal';
  return draft.toolCalls.length > 0 ? 'tool_use' : 'end_turn';
}

/** Cache reads and writes come on top of `input_tokens`. */
function messageUsage(usage: ScriptedUsage): Record<string, unknown> {
  const { cacheWrite1hTokens = 0 } = usage;
  const written = usage.cacheCreationTokens ?? (usage.cacheWrite5mTokens ?? 0) + cacheWrite1hTokens;
  return {
    input_tokens: usage.promptTokens ?? 0,
    cache_creation_input_tokens: written,
    cache_read_input_tokens: usage.cacheReadTokens ?? 0,
    cache_creation: {
      ephemeral_5m_input_tokens: usage.cacheWrite5mTokens ?? written - cacheWrite1hTokens,
      ephemeral_1h_input_tokens: cacheWrite1hTokens,
    },
    output_tokens: usage.completionTokens ?? 0,
    service_tier: 'standard',
    ...nativeMembers(usage),
  };
}
