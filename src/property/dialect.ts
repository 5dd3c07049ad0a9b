import { TRACE_ARGUMENT } from '../protocol/openai-tool-call.ts';
import { encodeSignature } from '../protocol/signature.ts';
import type { EventType } from '../protocol/event-type.ts';

/** A tool call that the model asks for. */
export interface AskedCall {
  readonly id: string;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** What the model behind the proxy answers. */
export interface ModelReply {
  readonly text?: string;
  readonly toolCalls: readonly {
    readonly id: string;
    readonly name: string;
    readonly arguments: Readonly<Record<string, unknown>>;
  }[];
  readonly usage: Readonly<Record<string, number>>;
}

/** How a program calls its model through the proxy. */
export interface Manner {
  readonly traceId: string;
  readonly streams: boolean;
  /** The program sends the model's answers back as it got them, with the signature and the argument of the proxy in them. */
  readonly keepsSignatures: boolean;
}

/** How the API of a provider writes a conversation, and what the proxy stores of it. */
export interface Dialect {
  readonly route: 'chat' | 'responses' | 'messages';
  readonly provider: 'openai' | 'anthropic';
  readonly model: string;
  /** The member of the request body that holds the history. */
  readonly member: 'messages' | 'input';
  /** Members of the body that every call has; the trace id stands where the API keeps the end user. */
  body(manner: Manner): Readonly<Record<string, unknown>>;
  question(text: string): unknown;
  results(calls: readonly AskedCall[]): readonly unknown[];
  /** What the program appends to its history; `signature` is empty when the proxy did not write one or it was not kept. */
  answer(text: string | null, calls: readonly AskedCall[], signature: string): readonly unknown[];
  /** Whether the proxy signs an answer. */
  signs(manner: Manner): boolean;
  /** Whether the proxy writes the trace id into the arguments of tool calls. */
  marksCalls(manner: Manner): boolean;
  /** The content of the `llm_response` that the proxy stores. */
  stored(
    text: string | null,
    calls: readonly AskedCall[],
    streams: boolean,
  ): Readonly<Record<string, unknown>>;
  /** The token counts that the proxy stores. */
  usage(tokens: Tokens): Readonly<Record<string, number>>;
}

export type Tokens = readonly [prompt: number, completion: number, cacheRead: number, cacheCreation: number];

/** Which event a history becomes: the proxy looks at its end. */
export function promptType(toolsAnswered: boolean): EventType {
  return toolsAnswered ? 'tool_result' : 'user_message';
}

/** The call as the program gets it from the proxy. */
export function received(dialect: Dialect, manner: Manner, call: AskedCall): AskedCall {
  return dialect.marksCalls(manner)
    ? { ...call, args: { ...call.args, [TRACE_ARGUMENT]: manner.traceId } }
    : call;
}

export function signatureOf(dialect: Dialect, manner: Manner): string {
  return dialect.signs(manner) && manner.keepsSignatures ? encodeSignature(manner.traceId) : '';
}

const functionCall = ({ id, name, args }: AskedCall) => ({
  id,
  type: 'function',
  function: { name, arguments: JSON.stringify(args) },
});

/** Cache reads are a part of the prompt. */
const openaiUsage = ([prompt, completion, read]: Tokens) => ({
  promptTokens: prompt + read,
  completionTokens: completion,
  totalTokens: prompt + read + completion,
  cacheReadTokens: read,
});

const chat: Dialect = {
  route: 'chat',
  provider: 'openai',
  model: 'gpt-5',
  member: 'messages',
  body: ({ traceId, streams }) => ({
    user: traceId,
    ...(streams && { stream: true, stream_options: { include_usage: true } }),
  }),
  question: (content) => ({ role: 'user', content }),
  results: (calls) => calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: 'ok' })),
  answer: (text, calls, signature) => [
    {
      role: 'assistant',
      content: text === null ? null : text + signature,
      ...(calls.length > 0 && { tool_calls: calls.map(functionCall) }),
    },
  ],
  signs: () => true,
  marksCalls: ({ streams }) => !streams,
  stored: (text, calls, streams) => ({
    ...(streams ? { content: text ?? '' } : text !== null && { content: text }),
    ...((streams || calls.length > 0) && { toolCalls: calls.map(functionCall) }),
    finishReason: calls.length > 0 ? 'tool_calls' : 'stop',
  }),
  usage: openaiUsage,
};

const responses: Dialect = {
  route: 'responses',
  provider: 'openai',
  model: 'gpt-5',
  member: 'input',
  body: ({ traceId, streams }) => ({ user: traceId, ...(streams && { stream: true }) }),
  question: (content) => ({ role: 'user', content }),
  results: (calls) => calls.map(({ id }) => ({ type: 'function_call_output', call_id: id, output: 'ok' })),
  answer: (text, calls, signature) => [
    ...(text === null
      ? []
      : [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: text + signature }] }]),
    ...calls.map(({ id, name, args }) => ({
      type: 'function_call',
      call_id: id,
      name,
      arguments: JSON.stringify(args),
    })),
  ],
  signs: ({ streams }) => !streams,
  marksCalls: ({ streams }) => !streams,
  stored: (text, calls, streams) => ({
    ...(streams ? { content: text ?? '' } : text !== null && { content: text }),
    ...((streams || calls.length > 0) && { toolCalls: calls.map(functionCall) }),
    finishReason: 'completed',
  }),
  usage: openaiUsage,
};

/** Anthropic's API: nothing is signed, and cache reads and writes come on top of the prompt. */
const messages: Dialect = {
  route: 'messages',
  provider: 'anthropic',
  model: 'claude-sonnet-4-5',
  member: 'messages',
  body: ({ traceId, streams }) => ({
    max_tokens: 1024,
    metadata: { user_id: traceId },
    ...(streams && { stream: true }),
  }),
  question: (content) => ({ role: 'user', content }),
  results: (calls) => [
    {
      role: 'user',
      content: calls.map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content: 'ok' })),
    },
  ],
  answer: (text, calls) => [
    {
      role: 'assistant',
      content: [
        ...(text === null ? [] : [{ type: 'text', text }]),
        ...calls.map(({ id, name, args }) => ({ type: 'tool_use', id, name, input: args })),
      ],
    },
  ],
  signs: () => false,
  marksCalls: () => false,
  stored: (text, calls, streams) => ({
    ...(streams ? { content: text ?? '' } : text !== null && { content: text }),
    finishReason: calls.length > 0 ? 'tool_use' : 'end_turn',
    ...(calls.length > 0 && { toolCalls: calls.map(functionCall) }),
  }),
  usage: ([promptTokens, completionTokens, cacheReadTokens, cacheCreationTokens]) => ({
    promptTokens,
    completionTokens,
    totalTokens: promptTokens + completionTokens + cacheReadTokens + cacheCreationTokens,
    cacheWrite5mTokens: cacheCreationTokens,
    cacheWrite1hTokens: 0,
    cacheCreationTokens,
    cacheReadTokens,
  }),
};

export const DIALECTS = { chat, responses, messages } as const;
export type DialectName = keyof typeof DIALECTS;
