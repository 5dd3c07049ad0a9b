import { stripSignature } from '../protocol/signature.ts';
import { canonical, isPlainObject, mayBeEqual } from './canonical.ts';
import type { RecordedEvent } from './event.ts';

/** What a model answered, in a form in which two reports of one answer are equal. */
export interface ModelTurn {
  readonly event: RecordedEvent;
  /** Without provider prefix and snapshot: `gpt-5` for `openai/gpt-5-2025-08-07`. */
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
  /** Cheaper than comparing `arguments`: `false` when they certainly differ. */
  mayEqual(other: AskedTool): boolean;
}

/** Reads an `llm_response` in any of the shapes that SDKs, the proxy and raw provider replies have. */
export function modelTurn(event: RecordedEvent): ModelTurn {
  return new ReadTurn(event);
}

/** Read as far as somebody asks: most traces show by less that all is well. */
class ReadTurn implements ModelTurn {
  readonly event: RecordedEvent;
  #text: string | undefined;
  #toolCalls: readonly AskedTool[] | undefined;

  constructor(event: RecordedEvent) {
    this.event = event;
  }

  get model(): string {
    return bareModel(this.event.metadata?.['model']);
  }

  get text(): string {
    return (this.#text ??= fold(textOf(messageOf(this.event.content))));
  }

  get toolCalls(): readonly AskedTool[] {
    return (this.#toolCalls ??= toolCallsOf(messageOf(this.event.content)));
  }

  get usage(): ModelTurn['usage'] {
    const usage = this.event.metadata?.['usage'];
    return isPlainObject(usage) ? usage : null;
  }
}

class ReadCall implements AskedTool {
  readonly id: string | null;
  readonly name: string;
  readonly #written: unknown;
  #value: unknown;
  #arguments: string | undefined;

  constructor(id: string | null, name: string, written: unknown) {
    this.id = id;
    this.name = name;
    this.#written = written;
  }

  get arguments(): string {
    return (this.#arguments ??= canonical(this.#read()));
  }

  mayEqual(other: AskedTool): boolean {
    return (
      this.name === other.name && (!(other instanceof ReadCall) || mayBeEqual(this.#read(), other.#read()))
    );
  }

  #read(): unknown {
    return (this.#value ??= readArguments(this.#written));
  }
}

/** Two turns with equal keys say the same; `null` when a turn says nothing that could be compared. */
export function turnKey({ text, toolCalls }: ModelTurn): string | null {
  if (text === '' && toolCalls.length === 0) return null;
  return JSON.stringify([text, toolCalls.map((call) => [call.name, call.arguments])]);
}

/** What providers put behind the name that was asked for: the date of the snapshot, or `latest`. */
const SNAPSHOT = /[-@](\d{4}-\d{2}-\d{2}|\d{8}|latest)$/;

/**
 * The model without a provider prefix, which routers and the proxy write, and without the snapshot that providers answer
 * with: `gpt-4o` for `openai/gpt-4o-2024-08-06`.
 */
export function bareModel(model: unknown): string {
  return typeof model === 'string' ? model.slice(model.lastIndexOf('/') + 1).replace(SNAPSHOT, '') : '';
}

/** Tool calls in the shapes of OpenAI, Anthropic and the SDKs; anything else is passed over. */
export function readToolCalls(value: unknown): readonly AskedTool[] {
  if (!Array.isArray(value) || value.length === 0) return NO_CALLS;
  const calls: ReadCall[] = [];
  for (const call of value as unknown[]) {
    if (!isPlainObject(call)) continue;
    const inner = isPlainObject(call['function']) ? call['function'] : call;
    const name = inner['name'];
    if (typeof name !== 'string') continue;
    const id = call['id'] ?? call['call_id'] ?? call['toolCallId'];
    const written = inner['arguments'] ?? inner['input'] ?? inner['args'];
    calls.push(new ReadCall(typeof id === 'string' && id !== '' ? id : null, name, written));
  }
  return calls;
}

const NO_CALLS: readonly AskedTool[] = [];

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

function toolCallsOf(message: unknown): readonly AskedTool[] {
  if (!isPlainObject(message))
    return Array.isArray(message) ? readToolCalls(message.filter(isToolUse)) : NO_CALLS;
  const calls = readToolCalls(message['toolCalls'] ?? message['tool_calls']);
  if (calls.length > 0 || !Array.isArray(message['content'])) return calls;
  return readToolCalls(message['content'].filter(isToolUse));
}

function isToolUse(block: unknown): boolean {
  return isPlainObject(block) && block['type'] === 'tool_use';
}

/** The proxy adds `_whyops_trace_id` to the arguments it hands out. */
function readArguments(value: unknown): unknown {
  const parsed = typeof value === 'string' ? parse(value) : (value ?? {});
  if (!isPlainObject(parsed) || !('_whyops_trace_id' in parsed)) return parsed ?? {};
  const { _whyops_trace_id: _, ...rest } = parsed;
  return rest;
}

function parse(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
