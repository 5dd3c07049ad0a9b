import { formatEvent } from '../../protocol/sse.ts';
import { type Draft, nativeMembers, pieces } from './draft.ts';
import type { ScriptedThinking, ScriptedUsage } from './reply.ts';

type Item = Record<string, unknown>;

/** A finished `response` object. */
export function responseObject(draft: Draft, body: Item): Item {
  return frame(draft, body, status(draft), outputItems(draft));
}

/** The same as a stream of events. */
export function* responseEvents(draft: Draft, body: Item): Generator<string> {
  let sequence = 0;
  const event = (type: string, members: Item) =>
    formatEvent(JSON.stringify({ type, sequence_number: sequence++, ...members }), type);
  const items = outputItems(draft);

  yield event('response.created', { response: frame(draft, body, 'in_progress', []) });
  yield event('response.in_progress', { response: frame(draft, body, 'in_progress', []) });
  for (const [index, item] of items.entries()) {
    const at = { output_index: index };
    const inside = { item_id: item['id'], ...at };
    yield event('response.output_item.added', { ...at, item: { ...item, ...begun(item) } });
    if (item['type'] === 'message') {
      const [part] = item['content'] as [
        { type: 'output_text'; text: string } | { type: 'refusal'; refusal: string },
      ];
      const kind = part.type === 'refusal' ? 'refusal' : 'output_text';
      const whole = part.type === 'refusal' ? part.refusal : part.text;
      const member = part.type === 'refusal' ? 'refusal' : 'text';
      const place = { ...inside, content_index: 0 };
      yield event('response.content_part.added', { ...place, part: { ...part, [member]: '' } });
      for (const delta of pieces(whole))
        yield event(`response.${kind}.delta`, { ...place, delta, logprobs: [] });
      yield event(`response.${kind}.done`, { ...place, [member]: whole, logprobs: [] });
      yield event('response.content_part.done', { ...place, part });
    } else if (item['type'] === 'function_call') {
      const json = String(item['arguments']);
      for (const delta of pieces(json))
        yield event('response.function_call_arguments.delta', { ...inside, delta });
      yield event('response.function_call_arguments.done', {
        ...inside,
        name: item['name'],
        arguments: json,
      });
    }
    yield event('response.output_item.done', { ...at, item });
  }
  const end = status(draft);
  yield event(`response.${end}`, { response: frame(draft, body, end, items) });
}

function frame(draft: Draft, body: Item, state: string, output: Item[]): Item {
  const finished = state !== 'in_progress';
  return {
    id: `resp_${draft.id}`,
    object: 'response',
    created_at: draft.created,
    status: state,
    error: null,
    incomplete_details: state === 'incomplete' ? { reason: incompleteReason(draft) } : null,
    instructions: body['instructions'] ?? null,
    max_output_tokens: body['max_output_tokens'] ?? null,
    metadata: body['metadata'] ?? {},
    model: draft.model,
    output,
    parallel_tool_calls: body['parallel_tool_calls'] ?? true,
    previous_response_id: body['previous_response_id'] ?? null,
    temperature: body['temperature'] ?? 1,
    text: body['text'] ?? { format: { type: 'text' } },
    tool_choice: body['tool_choice'] ?? 'auto',
    tools: body['tools'] ?? [],
    top_p: body['top_p'] ?? 1,
    ...(finished && draft.usage ? { usage: responseUsage(draft.usage) } : { usage: null }),
  };
}

function outputItems(draft: Draft): Item[] {
  const part =
    draft.refusal !== undefined
      ? { type: 'refusal', refusal: draft.refusal }
      : draft.text !== undefined
        ? { type: 'output_text', text: draft.text, annotations: [], logprobs: [] }
        : undefined;
  return [
    ...draft.thinking.map((thinking) => ({
      type: 'reasoning',
      id: `rs_${draft.newId()}`,
      ...reasoning(thinking),
    })),
    ...(part
      ? [{ type: 'message', id: `msg_${draft.id}`, status: 'completed', role: 'assistant', content: [part] }]
      : []),
    ...draft.toolCalls.map(({ id, name, arguments: json }) => ({
      type: 'function_call',
      id: `fc_${id.replace(/^call_/, '')}`,
      call_id: id,
      name,
      arguments: json,
      status: 'completed',
    })),
  ];
}

function reasoning(thinking: ScriptedThinking): Item {
  if (typeof thinking === 'object' && 'redacted' in thinking) {
    return { summary: [], encrypted_content: thinking.redacted };
  }
  return {
    summary: [{ type: 'summary_text', text: typeof thinking === 'string' ? thinking : thinking.text }],
  };
}

/** What is not there yet when an item begins. */
function begun(item: Item): Item {
  switch (item['type']) {
    case 'message':
      return { status: 'in_progress', content: [] };
    case 'function_call':
      return { status: 'in_progress', arguments: '' };
    default:
      return { summary: [] };
  }
}

function status(draft: Draft): 'completed' | 'incomplete' | 'failed' {
  switch (draft.finishReason) {
    case 'length':
    case 'max_tokens':
    case 'incomplete':
    case 'content_filter':
      return 'incomplete';
    case 'failed':
      return 'failed';
    default:
      return 'completed';
  }
}

function incompleteReason(draft: Draft): string {
  return draft.finishReason === 'content_filter' ? 'content_filter' : 'max_output_tokens';
}

function responseUsage(usage: ScriptedUsage): Item {
  const { promptTokens = 0, completionTokens = 0, cacheReadTokens = 0, reasoningTokens = 0 } = usage;
  return {
    input_tokens: promptTokens,
    input_tokens_details: { cached_tokens: cacheReadTokens },
    output_tokens: completionTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens },
    total_tokens: usage.totalTokens ?? promptTokens + completionTokens,
    ...nativeMembers(usage),
  };
}
