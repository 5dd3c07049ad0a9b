/** A tool call that the model asks for. */
export interface ScriptedToolCall {
  /** Made up unless given. */
  readonly id?: string;
  readonly name: string;
  /** An object, or the JSON text as the model wrote it (which may be broken). */
  readonly arguments: unknown;
}

/** Thinking of an Anthropic or OpenAI reasoning model: its text, or encrypted data that nobody can read. */
export type ScriptedThinking =
  string | { readonly text: string; readonly signature?: string } | { readonly redacted: string };

/**
 * Token counts. Camel case is the same for every provider and is written in the provider's own way: OpenAI's cache reads
 * are a part of `promptTokens`, Anthropic's reads and writes are not. Members in the provider's own names (`prompt_tokens`,
 * `input_tokens`, …) are passed on as they are.
 */
export interface ScriptedUsage {
  readonly promptTokens?: number;
  readonly completionTokens?: number;
  readonly totalTokens?: number;
  readonly cacheReadTokens?: number;
  /** Anthropic: all cache writes. Taken for 5-minute writes unless the two below tell otherwise. */
  readonly cacheCreationTokens?: number;
  readonly cacheWrite5mTokens?: number;
  readonly cacheWrite1hTokens?: number;
  /** OpenAI: the part of `completionTokens` that was spent on reasoning. */
  readonly reasoningTokens?: number;
  readonly [native: `${string}_${string}`]: unknown;
}

export interface ScriptedError {
  readonly status: number;
  /** An object, or text (an HTML page of a gateway). Default: the provider's usual error object. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the model answers. Everything is optional; nothing at all is an empty answer. */
export interface ReplyObject {
  readonly text?: string;
  readonly toolCalls?: readonly ScriptedToolCall[];
  readonly thinking?: ScriptedThinking | readonly ScriptedThinking[];
  /** `null`: the provider tells no usage. Default: counted from the lengths of the texts. */
  readonly usage?: ScriptedUsage | null;
  /** In OpenAI's or Anthropic's words: `stop`, `length`, `tool_calls`, `end_turn`, `max_tokens`, … */
  readonly finishReason?: string;
  /** The model declines, in these words. */
  readonly refusal?: string;
  /** For `/v1/embeddings`: one vector for each input. */
  readonly embeddings?: readonly (readonly number[])[];
  /** The provider refuses instead of answering. */
  readonly error?: ScriptedError;
}

const MEMBERS: ReadonlySet<string> = new Set<keyof ReplyObject>([
  'text',
  'toolCalls',
  'thinking',
  'usage',
  'finishReason',
  'refusal',
  'embeddings',
  'error',
]);

/** @throws TypeError that names the wrong member, so that a typo in a script does not become an empty answer. */
export function checkReply(reply: unknown): ReplyObject {
  if (typeof reply === 'string') return { text: reply };
  if (typeof reply !== 'object' || reply === null || Array.isArray(reply)) {
    throw new TypeError(`model.reply() takes a string, an object or a function, not ${show(reply)}.`);
  }
  for (const key of Object.keys(reply)) {
    if (MEMBERS.has(key)) continue;
    throw new TypeError(
      `model.reply() does not know ${JSON.stringify(key)} in ${show(reply)}. A reply has: ${[...MEMBERS].join(', ')}.`,
    );
  }
  return reply;
}

function show(value: unknown): string {
  const text = typeof value === 'function' ? 'a function' : (JSON.stringify(value) ?? String(value));
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
