import { isObject, objectsIn, parseJson } from './json.ts';
import type { ToolCall } from './openai-tool-call.ts';
import { decodeSignature, stripSignature } from './signature.ts';
import { type TokenUsage, usageOfChat } from './usage.ts';

/** The text of a message: its string content, or its text parts in a row. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return objectsIn(content)
    .map((part) => (typeof part['text'] === 'string' ? part['text'] : ''))
    .join('');
}

/** The text of the first system or developer message; `undefined` without one. */
export function systemPromptOf(messages: unknown): string | undefined {
  const message = objectsIn(messages).find(({ role }) => role === 'system' || role === 'developer');
  return message && (textOf(message['content']) || undefined);
}

/** Whether the history ends on the result of a tool, so that the model is asked to go on, not to begin. */
export function endsOnToolResult(messages: unknown): boolean {
  const last = objectsIn(messages).findLast(({ role }) => role !== 'system');
  return (
    last?.['role'] === 'tool' || last?.['role'] === 'function' || last?.['type'] === 'function_call_output'
  );
}

/** The trace that the newest signed assistant message names. */
export function signedTraceIn(messages: unknown): string | null {
  if (!Array.isArray(messages)) return null;
  for (let index = messages.length - 1; index >= 0; index--) {
    const message: unknown = messages[index];
    if (!isObject(message) || message['role'] !== 'assistant') continue;
    const traceId = decodeSignature(textOf(message['content']));
    if (traceId) return traceId;
  }
  return null;
}

/** The messages without the signatures in their string contents; the same array when there are none. */
export function stripMessages(messages: unknown): unknown {
  if (!Array.isArray(messages)) return messages;
  let stripped: unknown[] | undefined;
  messages.forEach((message: unknown, index) => {
    if (!isObject(message) || typeof message['content'] !== 'string') return;
    const content = stripSignature(message['content']);
    if (content !== message['content']) (stripped ??= [...messages])[index] = { ...message, content };
  });
  return stripped ?? messages;
}

/** Puts a streamed chat completion together, chunk by chunk. */
export class ChatStreamReader {
  content = '';
  finishReason: unknown;
  usage: TokenUsage | undefined;
  readonly #calls: { id: string; type: 'function'; function: { name: string; arguments: string } }[] = [];

  get toolCalls(): ToolCall[] {
    return this.#calls.filter((call) => call !== undefined);
  }

  /** @param data The data of one server-sent event. */
  read(data: string): void {
    const chunk = parseJson(data);
    if (!isObject(chunk)) return;
    this.usage = usageOfChat(chunk['usage']) ?? this.usage;
    const choice = objectsIn(chunk['choices'])[0];
    if (!choice) return;
    if (choice['finish_reason']) this.finishReason = choice['finish_reason'];
    const delta = choice['delta'];
    if (!isObject(delta)) return;
    if (typeof delta['content'] === 'string') this.content += delta['content'];
    for (const part of objectsIn(delta['tool_calls'])) this.#readCall(part);
  }

  #readCall(part: Record<string, unknown>): void {
    const index = typeof part['index'] === 'number' ? part['index'] : 0;
    const call = (this.#calls[index] ??= { id: '', type: 'function', function: { name: '', arguments: '' } });
    if (typeof part['id'] === 'string') call.id = part['id'];
    const named = part['function'];
    if (!isObject(named)) return;
    if (typeof named['name'] === 'string') call.function.name += named['name'];
    if (typeof named['arguments'] === 'string') call.function.arguments += named['arguments'];
  }
}
