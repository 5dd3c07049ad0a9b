import type { EventType } from '../../protocol/event-type.ts';
import type { Route } from '../../recording/exchange.ts';
import type { Provider } from './provider.ts';

/** A call of a model through the proxy, as far as it is understood before the provider is asked. */
export interface ProxyCall {
  readonly body: Record<string, unknown>;
  readonly model: unknown;
  readonly provider: Provider;
  /** The slug before the model name, known or not. */
  readonly slug: string | undefined;
  /** The provider as events name it: `openai`, `anthropic`, or `custom` for one that was chosen by slug. */
  readonly providerName: string;
  readonly traceId: string;
}

/** An event that the proxy will send, without what is the same for all events of a call. */
export interface EventDraft {
  readonly eventType: EventType;
  readonly content: unknown;
  readonly metadata: Record<string, unknown>;
  /** `request`: the span of the request event; otherwise one of its own. */
  readonly span?: 'request';
  /** The event goes without the external user id. */
  readonly withoutUser?: true;
}

/** The part of a route that sees a stream go by. */
export interface StreamTap {
  /** @returns what the client gets for these characters. */
  push(text: string): string;
  /** The provider ended the stream. @returns what is left for the client. */
  end(): string;
  /** What to record once the stream has ended. */
  events(): EventDraft[];
}

/** What differs between the four routes that call a model. */
export interface ModelRoute {
  readonly route: Extract<Route, 'chat' | 'responses' | 'embeddings' | 'messages'>;
  /** How events name the provider unless it was chosen by slug. */
  readonly providerName: 'openai' | 'anthropic';
  readonly url: (provider: Provider) => string;
  readonly headers: (provider: Provider) => Record<string, string>;
  /** Whether a signature in the history names the trace when no header does. */
  readonly readsSignature: boolean;
  /** Where the trace id stands in the headers of the reply; streams always have it. */
  readonly traceHeadersOn: { readonly plain: boolean; readonly error: boolean };
  /** Whether a refusal of the provider is kept and passed on as text even outside of streams. */
  readonly textErrors: boolean;
  /** The history: where signatures are looked for. */
  readonly history: (body: Record<string, unknown>) => unknown;
  /** The event for the request, and the body for the provider. */
  readonly request: (call: ProxyCall) => { event: EventDraft; body: Record<string, unknown> };
  /** Reads the provider's reply, writes the trace id into it, in place, and tells what to record. */
  readonly reply: (call: ProxyCall, reply: unknown) => EventDraft[];
  /** Missing on a route that never streams. */
  readonly tap?: (call: ProxyCall, now: () => number) => StreamTap;
  readonly errorMetadata: (call: ProxyCall) => Record<string, unknown>;
}
