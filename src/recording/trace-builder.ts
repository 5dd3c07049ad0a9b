import type { EventType } from '../protocol/event-type.ts';
import { type Delivery, type ModelCall, RecordingBuilder, type SentEvent } from './build.ts';
import type { Recording } from './recording.ts';
import type { Trace } from './trace.ts';

/** Members of the event that differ from the usual, and how its request went. */
export type EventOptions = Partial<Omit<SentEvent, 'eventType'>> & { readonly delivery?: Delivery };

export interface ToolCall {
  readonly id?: string;
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** What a model says: a text, or more. */
export type ModelReply =
  | string
  | {
      readonly text?: string;
      readonly toolCalls?: readonly ToolCall[];
      readonly usage?: Readonly<Record<string, unknown>>;
      readonly finishReason?: string;
      readonly streamed?: boolean;
    };

/** What differs from a plain successful `chat` call of `gpt-5` with the trace header. */
export type CallOptions = Partial<Omit<ModelCall, 'events' | 'request'>> & {
  readonly model?: string;
  readonly provider?: string;
  readonly delivery?: Delivery;
};

/** A whole conversation, or the text of its only user message. */
export type Prompt = string | readonly Readonly<Record<string, unknown>>[];

const MODEL = 'gpt-5';
const AGENT = 'support';

/**
 * A recording, event by event: `trace('t1').request('search', 's1').response('search', 's1').recording`. One
 * request an event; `.trace('t2')` goes on in another trace of the same recording.
 */
export function trace(id: string, agentName: string = AGENT): TraceBuilder {
  return new TraceBuilder(new RecordingBuilder(), id, agentName);
}

export class TraceBuilder {
  readonly #builder: RecordingBuilder;
  readonly #id: string;
  readonly #agentName: string;

  constructor(builder: RecordingBuilder, id: string, agentName: string) {
    this.#builder = builder;
    this.#id = id;
    this.#agentName = agentName;
  }

  get recording(): Recording {
    return this.#builder.recording;
  }

  /** The trace as seen so far. */
  get seen(): Trace {
    return this.recording.trace(this.#id);
  }

  trace(id: string, agentName: string = this.#agentName): TraceBuilder {
    return new TraceBuilder(this.#builder, id, agentName);
  }

  init(metadata: unknown = { systemPrompt: 'You are helpful.', tools: [] }, delivery?: Delivery): this {
    this.#builder.init(this.#agentName, metadata, delivery);
    return this;
  }

  user(text: string, options?: EventOptions): this {
    return this.event('user_message', {
      content: { messages: [{ role: 'user', content: text }] },
      ...options,
    });
  }

  llm(reply: ModelReply, options: EventOptions & { model?: string; provider?: string } = {}): this {
    const { model = MODEL, provider = 'openai', ...rest } = options;
    const { text, toolCalls, usage, finishReason } = typeof reply === 'string' ? { text: reply } : reply;
    return this.event('llm_response', {
      content: {
        content: text ?? null,
        toolCalls: (toolCalls ?? []).map(asFunctionCall),
        finishReason: finishReason ?? (toolCalls ? 'tool_calls' : 'stop'),
      },
      metadata: { model, provider, ...(usage && { usage }) },
      ...rest,
    });
  }

  thinking(text: string, options?: EventOptions): this {
    return this.event('llm_thinking', { content: { type: 'thinking', thinking: text }, ...options });
  }

  request(
    tool: string,
    spanId?: string,
    { arguments: args = {}, ...options }: EventOptions & { arguments?: ToolCall['arguments'] } = {},
  ): this {
    return this.event('tool_call_request', {
      ...(spanId !== undefined && { spanId }),
      content: { toolCalls: [{ name: tool, arguments: args }] },
      metadata: { tool },
      ...options,
    });
  }

  response(
    tool: string,
    spanId?: string,
    { arguments: args = {}, ...options }: EventOptions & { arguments?: ToolCall['arguments'] } = {},
  ): this {
    return this.event('tool_call_response', {
      ...(spanId !== undefined && { spanId }),
      content: { toolCalls: [{ name: tool, arguments: args }], toolResults: { ok: true } },
      metadata: { tool },
      ...options,
    });
  }

  result(tool: string, options?: EventOptions): this {
    return this.event('tool_result', { content: { toolName: tool, output: { ok: true } }, ...options });
  }

  embed(input: string, options?: EventOptions): this {
    return this.event('embedding_request', { content: { input: [input] }, ...options });
  }

  embedded(options?: EventOptions & { model?: string }): this {
    const { model = 'text-embedding-3-small', ...rest } = options ?? {};
    return this.event('embedding_response', {
      content: { object: 'list', embeddingCount: 1, firstEmbeddingDimensions: 1536, encodingFormat: 'float' },
      metadata: { model, provider: 'openai' },
      ...rest,
    });
  }

  error(message: string, options?: EventOptions): this {
    return this.event('error', { content: { message }, ...options });
  }

  event(eventType: EventType, { delivery, ...members }: EventOptions = {}): this {
    const sent: SentEvent = { eventType, traceId: this.#id, agentName: this.#agentName, ...members };
    this.#builder.ingest([sent], delivery);
    return this;
  }

  /** Several events in one request, also of several traces. */
  ingest(events: readonly SentEvent[], delivery?: Delivery): this {
    this.#builder.ingest(events, delivery);
    return this;
  }

  /** A call through the proxy that the model answers. */
  call(prompt: Prompt, reply: ModelReply, options: CallOptions = {}): this {
    const { model = MODEL, provider = 'openai', delivery, ...call } = options;
    const { text, toolCalls, usage, finishReason, streamed } =
      typeof reply === 'string' ? { text: reply } : reply;
    const messages = typeof prompt === 'string' ? [{ role: 'user', content: prompt }] : prompt;
    const last = messages.findLast((message) => message['role'] !== 'system');
    this.#call(
      { route: provider === 'anthropic' ? 'messages' : 'chat', ...call },
      { model, messages, ...(streamed && { stream: true }) },
      [
        {
          eventType: isToolResult(last) ? 'tool_result' : 'user_message',
          content: messages,
          metadata: { model, provider },
        },
        {
          eventType: 'llm_response',
          content: {
            content: text ?? (streamed ? '' : null),
            ...(toolCalls || streamed ? { toolCalls: (toolCalls ?? []).map(asFunctionCall) } : {}),
            finishReason: finishReason ?? (toolCalls ? 'tool_calls' : 'stop'),
          },
          metadata: { model, provider, ...(usage && { usage }), latencyMs: 12 },
        },
      ],
      delivery,
    );
    return this;
  }

  /** A call through the proxy that the model refused: recorded as an `error` event. */
  failedCall(prompt: string, options: CallOptions = {}): this {
    const { model = MODEL, provider = 'openai', delivery, ...call } = options;
    const messages = [{ role: 'user', content: prompt }];
    this.#call(
      { route: 'chat', ...call },
      { model, messages },
      [
        { eventType: 'user_message', content: messages, metadata: { model, provider } },
        { eventType: 'error', content: { error: { message: 'overloaded' } }, metadata: { latencyMs: 3 } },
      ],
      { status: 503, ...delivery },
    );
    return this;
  }

  /** A streamed call through the proxy whose answer ended too early: of `said` there is no reason to finish, or no event. */
  cutCall(prompt: string, said?: string, options: CallOptions = {}): this {
    const { model = MODEL, provider = 'openai', delivery, ...call } = options;
    const messages = [{ role: 'user', content: prompt }];
    const metadata = { model, provider };
    this.#call(
      { route: 'chat', ...call },
      { model, messages, stream: true },
      [
        { eventType: 'user_message', content: messages, metadata },
        ...(said === undefined
          ? []
          : [{ eventType: 'llm_response' as const, content: { content: said, toolCalls: [] }, metadata }]),
      ],
      delivery,
    );
    return this;
  }

  /** A call through the proxy that the proxy itself refused: no event. */
  refusedCall(prompt: string, status: number, error: string, options: CallOptions = {}): this {
    const { model = MODEL, provider: _, delivery, ...call } = options;
    this.#call({ route: 'chat', ...call }, { model, messages: [{ role: 'user', content: prompt }] }, [], {
      status,
      response: { error },
      ...delivery,
    });
    return this;
  }

  /** A proxied call to `/v1/embeddings`. */
  embeddingCall(input: string, options: CallOptions = {}): this {
    const { model = 'text-embedding-3-small', provider = 'openai', delivery, ...call } = options;
    this.#call(
      { route: 'embeddings', ...call },
      { model, input: [input] },
      [
        { eventType: 'embedding_request', content: { input: [input] }, metadata: { model, provider } },
        {
          eventType: 'embedding_response',
          content: { object: 'list', embeddingCount: 1, firstEmbeddingDimensions: 1536 },
          metadata: { model, provider, usage: { prompt_tokens: 3, total_tokens: 3 }, latencyMs: 5 },
        },
      ],
      delivery,
    );
    return this;
  }

  /** Any other request of the client. */
  http(method: string, path: string, delivery?: Delivery & { request?: unknown }): this {
    this.#builder.request(method, path, delivery);
    return this;
  }

  #call(
    call: Partial<ModelCall> & Pick<ModelCall, 'route'>,
    request: ModelCall['request'],
    events: ModelCall['events'],
    delivery: Delivery | undefined,
  ): void {
    this.#builder.call({ agentName: this.#agentName, traceId: this.#id, ...call, request, events }, delivery);
  }
}

/** A tool call as models write it: its arguments as JSON text. */
function asFunctionCall({ id, name, arguments: args }: ToolCall) {
  return { ...(id !== undefined && { id }), function: { name, arguments: JSON.stringify(args) } };
}

function isToolResult(message: Readonly<Record<string, unknown>> | undefined): boolean {
  if (message?.['role'] === 'tool') return true;
  const content = message?.['content'];
  return Array.isArray(content) && content.some((block: { type?: unknown }) => block.type === 'tool_result');
}
