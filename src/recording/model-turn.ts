import { stripSignature } from '../protocol/signature.ts';
import { canonical, isPlainObject } from './canonical.ts';
import type { RecordedEvent } from './event.ts';

/** What a model answered, in a form in which two reports of one answer are equal. */
export interface ModelTurn {
  readonly event: RecordedEvent;
  /** Without the provider prefix: `gpt-5` for `openai/gpt-5`. */
  readonly model: string;
  /** Without signatures, white space folded. */
  readonly text: string;
  readonly toolCalls: readonly AskedTool[];
  readonly usage: Readonly<Record<string, unknown>> | null;
}

/** A tool call that a model asked for. */
export interface AskedTool {
  readonly id: string | null;
  readonly name: string;
  /** Canonical JSON of the arguments as a value, whether they were written as a value or as JSON text. */
  readonly arguments: string;
}

/** Reads an `llm_response` in any of the shapes that SDKs, the proxy and raw provider replies have. */
export function modelTurn(event: RecordedEvent): ModelTurn {
  const message = messageOf(event.content);
  const usage = event.metadata?.['usage'];
  return {
    event,
    model: bareModel(event.metadata?.['model']),
    text: fold(textOf(message)),
    toolCalls: toolCallsOf(message),
    usage: isPlainObject(usage) ? usage : null,
  };
}

/** Two turns with equal keys say the same; `null` when a turn says nothing that could be compared. */
export function turnKey({ text, toolCalls }: ModelTurn): string | null {
  if (text === '' && toolCalls.length === 0) return null;
  return JSON.stringify([text, toolCalls.map((call) => [call.name, call.arguments])]);
}

/** The model without a provider prefix: routers and the proxy write `provider/model`. */
export function bareModel(model: unknown): string {
  return typeof model === 'string' ? model.slice(model.lastIndexOf('/') + 1) : '';
}

/** Tool calls in the shapes of OpenAI, Anthropic and the SDKs; anything else is passed over. */
export function readToolCalls(value: unknown): AskedTool[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isPlainObject).flatMap((call) => {
    const inner = isPlainObject(call['function']) ? call['function'] : call;
    const name = inner['name'];
    if (typeof name !== 'string') return [];
    const id = call['id'] ?? call['call_id'] ?? call['toolCallId'];
    return [
      {
        id: typeof id === 'string' && id !== '' ? id : null,
        name,
        arguments: readArguments(inner['arguments'] ?? inner['input'] ?? inner['args']),
      },
    ];
  });
}

export function fold(text: string): string {
  return stripSignature(text).replace(/\s+/g, ' ').trim();
}

/** All texts of a message content: a string, or the text parts of an array. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(textOf).filter(Boolean).join(' ');
  if (!isPlainObject(value)) return '';
  return textOf(value['text'] ?? value['content'] ?? '');
}

/** A whole provider reply is unwrapped to its first message. */
function messageOf(content: unknown): unknown {
  if (!isPlainObject(content) || !Array.isArray(content['choices'])) return content;
  const choice: unknown = content['choices'][0];
  return isPlainObject(choice) ? choice['message'] : undefined;
}

function toolCallsOf(message: unknown): AskedTool[] {
  if (!isPlainObject(message)) return Array.isArray(message) ? readToolCalls(message.filter(isToolUse)) : [];
  const calls = readToolCalls(message['toolCalls'] ?? message['tool_calls']);
  if (calls.length > 0 || !Array.isArray(message['content'])) return calls;
  return readToolCalls(message['content'].filter(isToolUse));
}

function isToolUse(block: unknown): boolean {
  return isPlainObject(block) && block['type'] === 'tool_use';
}

/** The proxy adds `_whyops_trace_id` to the arguments it hands out. */
function readArguments(value: unknown): string {
  const parsed = typeof value === 'string' ? parse(value) : value;
  if (!isPlainObject(parsed)) return canonical(parsed ?? {});
  const { _whyops_trace_id: _, ...rest } = parsed;
  return canonical(rest);
}

function parse(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
