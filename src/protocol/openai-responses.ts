import { isObject, objectsIn, parseJson } from './json.ts';
import type { ToolCall } from './openai-tool-call.ts';
import { stripSignature } from './signature.ts';
import { type TokenUsage, usageOfResponses } from './usage.ts';

type Item = Record<string, unknown>;

/** The parts of the messages among the output items. */
export function messageParts(output: unknown): Item[] {
  return objectsIn(output)
    .filter(({ type }) => type === 'message')
    .flatMap((message) => objectsIn(message['content']));
}

/** The function calls among the output items. */
export function functionCalls(output: unknown): Item[] {
  return objectsIn(output).filter(({ type }) => type === 'function_call');
}

/** A function call in the shape of chat completions, which is how WhyOps stores it. */
export function toToolCall(item: Item): ToolCall {
  return {
    id: String(item['call_id'] ?? item['id'] ?? ''),
    type: 'function',
    function: { name: String(item['name'] ?? ''), arguments: String(item['arguments'] ?? '') },
  };
}

/**
 * The input as the proxy sends it to the provider: without signatures in the assistant's texts, references to earlier
 * items replaced by the items (or dropped when unknown), and tool messages in the style of chat completions rewritten.
 * @param recall Finds an output item of an earlier reply in the same trace.
 */
export function normaliseInput(input: unknown, recall: (id: string) => Item | undefined): unknown {
  if (typeof input === 'string') return stripSignature(input);
  if (!Array.isArray(input)) return input;
  return input.flatMap((given: unknown) => {
    if (!isObject(given)) return [given];
    const item = given['type'] === 'item_reference' ? recall(String(given['id'])) : given;
    if (!item) return [];
    if (item['role'] === 'tool' || item['type'] === 'function_call_output') return [functionOutput(item)];
    if (item['type'] === 'function_call' && !item['call_id'] && item['id']) {
      return [{ ...item, call_id: item['id'] }];
    }
    return item['role'] === 'assistant' ? [stripItem(item)] : [item];
  });
}

function functionOutput(item: Item): Item {
  if (item['type'] === 'function_call_output' && item['call_id'] && item['output'] !== undefined) return item;
  const output = item['output'] ?? item['content'] ?? '';
  return {
    type: 'function_call_output',
    call_id: item['call_id'] ?? item['tool_call_id'] ?? item['id'],
    output: typeof output === 'string' ? output : JSON.stringify(output),
  };
}

function stripItem(item: Item): Item {
  const content = item['content'];
  if (typeof content === 'string') return { ...item, content: stripSignature(content) };
  if (!Array.isArray(content)) return item;
  return {
    ...item,
    content: content.map((part: unknown) =>
      isObject(part) && typeof part['text'] === 'string'
        ? { ...part, text: stripSignature(part['text']) }
        : part,
    ),
  };
}

/** Puts a streamed response together, event by event. */
export class ResponseStreamReader {
  content = '';
  finishReason: unknown;
  usage: TokenUsage | undefined;
  /** Finished output items. */
  readonly items: Item[] = [];

  get toolCalls(): ToolCall[] {
    return functionCalls(this.items).map(toToolCall);
  }

  /** @param data The data of one server-sent event. */
  read(data: string): void {
    const event = parseJson(data);
    if (!isObject(event)) return;
    switch (event['type']) {
      case 'response.output_text.delta':
        if (typeof event['delta'] === 'string') this.content += event['delta'];
        return;
      case 'response.output_item.done':
        if (isObject(event['item'])) this.items.push(event['item']);
        return;
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed': {
        const response = event['response'];
        if (!isObject(response)) return;
        this.finishReason = response['status'];
        this.usage = usageOfResponses(response['usage']);
      }
    }
  }
}
