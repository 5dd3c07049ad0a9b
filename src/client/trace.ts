import type { Decisions } from './decisions.ts';
import type { EventOptions, EventParts, RequestedToolCall, ToolCall, Usage, WireEvent } from './event.ts';

/** Takes a finished event; resolves when the caller may go on. */
export type Accept = (event: WireEvent) => Promise<void>;

/**
 * The events of one trace. Every method copies what it was given before it returns, never throws, and does not wait for the
 * backend; what could not be sent is told to `onProblem`.
 */
export class Trace {
  readonly id: string;
  readonly #agentName: string;
  readonly #decisions: Decisions;
  readonly #accept: Accept;
  readonly #report: (problem: string) => void;

  constructor(
    id: string,
    agentName: string,
    decisions: Decisions,
    accept: Accept,
    report: (problem: string) => void,
  ) {
    this.id = id;
    this.#agentName = agentName;
    this.#decisions = decisions;
    this.#accept = accept;
    this.#report = report;
  }

  userMessage(
    messages: readonly { role: string; content: unknown }[],
    options: EventOptions = {},
  ): Promise<void> {
    return this.#emit({ eventType: 'user_message', content: { messages }, options });
  }

  llmResponse(
    model: string,
    provider: string,
    content: string | null,
    options: EventOptions & {
      readonly toolCalls?: readonly RequestedToolCall[];
      readonly finishReason?: string;
      readonly usage?: Usage;
    } = {},
  ): Promise<void> {
    const { toolCalls, finishReason, usage } = options;
    return this.#emit({
      eventType: 'llm_response',
      content: {
        content,
        ...(toolCalls === undefined ? {} : { toolCalls }),
        ...(finishReason === undefined ? {} : { finishReason }),
      },
      metadata: { model, provider, ...(usage === undefined ? {} : { usage }) },
      options,
    });
  }

  llmThinking(thinking: string, options: EventOptions & { readonly signature?: string } = {}): Promise<void> {
    const { signature } = options;
    return this.#emit({
      eventType: 'llm_thinking',
      content: { type: 'thinking', thinking, ...(signature === undefined ? {} : { signature }) },
      options,
    });
  }

  embeddingRequest(inputs: readonly string[], options: EventOptions = {}): Promise<void> {
    return this.#emit({ eventType: 'embedding_request', content: { input: inputs }, options });
  }

  embeddingResponse(
    model: string,
    provider: string,
    embeddingCount: number,
    firstEmbeddingDimensions: number,
    options: EventOptions & { readonly totalTokens?: number } = {},
  ): Promise<void> {
    const { totalTokens } = options;
    return this.#emit({
      eventType: 'embedding_response',
      content: { object: 'list', embeddingCount, firstEmbeddingDimensions, encodingFormat: 'float' },
      metadata: { model, provider, ...(totalTokens === undefined ? {} : { usage: { totalTokens } }) },
      options,
    });
  }

  /** @returns the span id to give to {@link toolCallResponse}. */
  async toolCallRequest(
    tool: string,
    toolCalls: readonly ToolCall[],
    options: EventOptions & { readonly requestedAt?: string } = {},
  ): Promise<string> {
    const spanId = this.#decisions.spanId(options.spanId);
    const { requestedAt } = options;
    await this.#emit({
      eventType: 'tool_call_request',
      content: { toolCalls, ...(requestedAt === undefined ? {} : { requestedAt }) },
      metadata: { tool },
      options: { ...options, spanId },
    });
    return spanId;
  }

  toolCallResponse(
    tool: string,
    spanId: string,
    toolCalls: readonly ToolCall[],
    toolResults: Readonly<Record<string, unknown>>,
    options: EventOptions & { readonly respondedAt?: string } = {},
  ): Promise<void> {
    const { respondedAt } = options;
    return this.#emit({
      eventType: 'tool_call_response',
      content: { toolCalls, toolResults, ...(respondedAt === undefined ? {} : { respondedAt }) },
      metadata: { tool },
      options: { ...options, spanId },
    });
  }

  toolResult(
    toolName: string,
    output: Readonly<Record<string, unknown>>,
    options: EventOptions = {},
  ): Promise<void> {
    return this.#emit({ eventType: 'tool_result', content: { toolName, output }, options });
  }

  error(
    message: string,
    options: EventOptions & { readonly status?: number; readonly stack?: string } = {},
  ): Promise<void> {
    const { status, stack } = options;
    return this.#emit({
      eventType: 'error',
      content: {
        message,
        ...(status === undefined ? {} : { status }),
        ...(stack === undefined ? {} : { stack }),
      },
      options,
    });
  }

  /** Builds the event at once, before the caller gets control back. */
  #emit(parts: EventParts): Promise<void> {
    const refused = this.#decisions.refuse(parts);
    if (refused !== null) {
      this.#report(`A ${parts.eventType} of trace "${this.id}" was not sent: ${refused}`);
      return Promise.resolve();
    }
    return this.#accept(this.#wireEvent(parts));
  }

  #wireEvent(parts: EventParts): WireEvent {
    const decide = this.#decisions;
    const { options } = parts;
    const latencyMs = decide.latencyMs(options.latencyMs);
    const metadata = {
      ...options.metadata,
      ...decide.metadataOf(parts),
      ...(latencyMs === undefined ? {} : { latencyMs }),
    };
    return {
      eventType: parts.eventType,
      traceId: this.id,
      agentName: this.#agentName,
      ...(options.spanId ? { spanId: options.spanId } : {}),
      ...(options.stepId === undefined ? {} : { stepId: options.stepId }),
      ...(options.parentStepId === undefined ? {} : { parentStepId: options.parentStepId }),
      timestamp: decide.timestamp(options.timestamp),
      idempotencyKey: decide.idempotencyKey(options.idempotencyKey),
      ...(options.externalUserId === undefined ? {} : { externalUserId: options.externalUserId }),
      content: decide.snapshot(decide.contentOf(parts)),
      ...(Object.keys(metadata).length === 0
        ? {}
        : { metadata: decide.snapshot(metadata) as Record<string, unknown> }),
    };
  }
}
