import type { TSESTree } from '@typescript-eslint/utils';

/** The WhyOps class itself: `WhyOps` of `import { WhyOps } from '@whyops/sdk'`. */
export interface SdkClass {
  kind: 'class';
}

/** The whole module: `import * as whyops`, `require('@whyops/sdk')`. */
export interface SdkModule {
  kind: 'module';
}

/** A WhyOps client. Two expressions with the same `origin` are the same object. */
export interface Client {
  kind: 'client';
  /** `new WhyOps(…)`, the call of a client factory, or the parameter, field or import that is known by its type. */
  origin: TSESTree.Node;
  /** The options of `new WhyOps({…})` when they are written there as an object literal. */
  config: TSESTree.ObjectExpression | null;
}

/** What `client.trace(id)` returns. Two expressions with the same `origin` are the same object. */
export interface Trace {
  kind: 'trace';
  /** `client.trace(id)`, the call of a trace factory, or the parameter or field that is known by its type. */
  origin: TSESTree.Node;
  /** The client it came from, when that is in sight. */
  client: Client | null;
  /** The id as it was written, when the call is in sight. */
  id: TSESTree.Expression | null;
}

export type ProviderName = 'openai' | 'anthropic';

/** A provider client that was patched: `client.openai(x)`. Both the result and `x` itself are it. */
export interface ProviderClient {
  kind: 'provider';
  provider: ProviderName;
  /** The call `client.openai(x)` that patched it. */
  origin: TSESTree.CallExpression;
  client: Client;
  /** `new OpenAI(…)`, when it is in sight. */
  construction: TSESTree.NewExpression | null;
}

export type Thing = SdkClass | SdkModule | Client | Trace | ProviderClient;

/**
 * Where the options of each event method stand. The order of arguments is that of the TypeScript SDK:
 * `toolCallRequest(tool, toolCalls, options?)`, `toolCallResponse(tool, spanId, toolCalls, toolResults, options?)`, …
 */
export const optionsPosition = {
  userMessage: 1,
  llmResponse: 3,
  llmThinking: 1,
  embeddingRequest: 1,
  embeddingResponse: 3,
  toolCallRequest: 2,
  toolCallResponse: 4,
  toolResult: 2,
  error: 1,
} as const;

/** A method of a trace that sends one event. */
export type EventMethod = keyof typeof optionsPosition;

/** One call that sends an event: `trace.toolCallRequest('search', calls)`. */
export interface EventCall {
  node: TSESTree.CallExpression;
  method: EventMethod;
  trace: Trace;
  /** The options object, if it is written there as a literal. */
  options: TSESTree.ObjectExpression | null;
}

/** One model call on a patched client: `openai.chat.completions.create(body, options?)`. */
export interface ModelCall {
  node: TSESTree.CallExpression;
  client: ProviderClient;
  /** `chat.completions.create` */
  path: string;
}
