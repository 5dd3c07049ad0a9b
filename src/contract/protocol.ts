/**
 * What the runner and a driver say to each other: one JSON object a line, split on `\n` alone. Method and argument names are
 * those of the TypeScript SDK. A driver calls public SDK methods and nothing else.
 */
export const PROTOCOL_VERSION = 1;

/** The trace methods of an SDK, by the TypeScript SDK's names. */
export const EVENT_METHODS = [
  'userMessage',
  'llmResponse',
  'llmThinking',
  'embeddingRequest',
  'embeddingResponse',
  'toolCallRequest',
  'toolCallResponse',
  'toolResult',
  'error',
] as const;

export type EventMethod = (typeof EVENT_METHODS)[number];

export type Provider = 'openai' | 'anthropic';

/**
 * What an SDK can do. `retry` says that it repeats failed sends, `close` that it can flush, `unserialisable` that the driver
 * turns {@link UNSERIALISABLE} into a value its language cannot write as JSON.
 */
export const CAPABILITIES = ['events', 'openai', 'anthropic', 'retry', 'close', 'unserialisable'] as const;

export type Capability = (typeof CAPABILITIES)[number];

/** Stands in arguments for a value that cannot be written as JSON: a cycle, a function, a set. */
export const UNSERIALISABLE = '$unserialisable';

export interface AgentTool {
  readonly name: string;
  readonly description?: string;
  /** A JSON Schema as a string. */
  readonly inputSchema?: string;
  /** A JSON Schema as a string. */
  readonly outputSchema?: string;
}

/** What a WhyOps client is constructed with. */
export interface SdkConfig {
  readonly apiKey: string;
  readonly agentName: string;
  readonly agentMetadata: {
    readonly systemPrompt: string;
    readonly description?: string;
    readonly tools: readonly AgentTool[];
  };
  /** Root of the proxy, without `/v1`. */
  readonly proxyBaseUrl: string;
  /** Root of the analyse API, with `/api`. */
  readonly analyseBaseUrl: string;
}

/** One call of a trace method. */
export interface EventCall {
  readonly traceId: string;
  readonly method: EventMethod;
  /** The required arguments, by name. */
  readonly args: Readonly<Record<string, unknown>>;
  /** The optional ones: `spanId`, `stepId`, `latencyMs`, `usage`, `idempotencyKey`, … */
  readonly options: Readonly<Record<string, unknown>>;
}

/** One call of a model through the SDK's patched provider client. */
export interface ModelCall {
  readonly provider: Provider;
  readonly traceId: string;
  /** The body of `chat.completions.create` or `messages.create`; with `stream: true` the driver reads the stream to its end. */
  readonly request: Readonly<Record<string, unknown>>;
  /** What the application constructs its provider client with, before the SDK patches it. */
  readonly providerKey: string;
  readonly providerBaseUrl: string;
  /** Make the call through a client derived from the patched one (`withOptions`, `with_options`). */
  readonly derived?: boolean;
}

export type Operation =
  | { readonly op: 'hello'; readonly protocol: number }
  | { readonly op: 'client'; readonly client: string; readonly config: SdkConfig }
  | { readonly op: 'initAgent'; readonly client: string }
  | ({ readonly op: 'event'; readonly client: string } & EventCall)
  | ({ readonly op: 'model'; readonly client: string } & ModelCall)
  | { readonly op: 'close'; readonly client: string }
  | { readonly op: 'exit' };

export type Message = { readonly seq: number } & Operation;

/** What a driver says about itself. */
export interface Hello {
  readonly sdk: string;
  readonly version: string;
  readonly language: string;
  readonly capabilities: readonly Capability[];
}

export type Reply =
  | {
      readonly ok: true;
      /** For `toolCallRequest` the span id that the SDK returned; for `initAgent` what it returned. */
      readonly value?: unknown;
      /** A failure that the SDK returned as a value instead of throwing it. */
      readonly reported?: string;
    }
  /** The SDK threw into the application. */
  | { readonly ok: false; readonly error: { readonly name: string; readonly message: string } }
  /** The SDK has no such method or option. */
  | { readonly unsupported: true };

/** The reply that the runner writes down when a driver kept silent for too long. */
export interface TimedOut {
  readonly timedOutAfterMs: number;
}

export type Answer = Reply | TimedOut;

export function isUnsupported(answer: Answer | undefined): boolean {
  return answer !== undefined && 'unsupported' in answer;
}

export function isTimeout(answer: Answer | undefined): answer is TimedOut {
  return answer !== undefined && 'timedOutAfterMs' in answer;
}

/** Reads a reply as it came over the wire. @returns what is wrong with it, quoting it. */
export function parseReply(value: unknown): { readonly seq: number; readonly reply: Reply } | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'is not a JSON object';
  const reply = value as Record<string, unknown>;
  if (!Number.isSafeInteger(reply['seq']))
    return 'has no integer "seq"; echo the seq of the message it answers';
  const seq = reply['seq'] as number;
  if (reply['unsupported'] === true) return { seq, reply: { unsupported: true } };
  if (reply['ok'] === true) return { seq, reply: reply as unknown as Reply };
  if (reply['ok'] === false) return { seq, reply: { ok: false, error: errorOf(reply['error']) } };
  return 'has neither "ok": true, "ok": false nor "unsupported": true';
}

function errorOf(error: unknown): { name: string; message: string } {
  if (typeof error !== 'object' || error === null) return { name: 'Error', message: String(error ?? '') };
  const { name, message } = error as Record<string, unknown>;
  return { name: String(name ?? 'Error'), message: String(message ?? '') };
}

/** Reads the answer to `hello`. @returns what is wrong with it. */
export function parseHello(reply: Answer): Hello | string {
  if (!('ok' in reply) || !reply.ok) return `answered "hello" with ${JSON.stringify(reply)}`;
  const { sdk, version, language, capabilities } = reply as unknown as Record<string, unknown>;
  for (const [name, value] of Object.entries({ sdk, version, language }))
    if (typeof value !== 'string' || value === '') return `left out "${name}" in its answer to "hello"`;
  if (!Array.isArray(capabilities))
    return 'left out "capabilities" in its answer to "hello"; write a list such as ["events", "retry"]';
  const unknown = capabilities.find((name) => !CAPABILITIES.includes(name as Capability));
  if (unknown !== undefined)
    return `named the capability ${JSON.stringify(unknown)}; known are ${CAPABILITIES.join(', ')}`;
  return {
    sdk: sdk as string,
    version: version as string,
    language: language as string,
    capabilities: capabilities as Capability[],
  };
}
