/** Which side of WhyOps (or of the world) an HTTP request was addressed to. */
export type Service =
  /** The ingest and read API, `<analyseBaseUrl>/…`. */
  | 'analyse'
  /** The OpenAI/Anthropic-compatible proxy, `<proxyBaseUrl>/v1/…`. */
  | 'proxy'
  /** A model provider's own host: the call bypassed the proxy. */
  | 'provider'
  /** A host that belongs to none of them, seen through the `fetch` or msw door. */
  | 'elsewhere';

/** What an exchange asked for; `null` where no route answers the path. */
export type Route =
  | 'init'
  | 'ingest'
  | 'events'
  | 'tool-result'
  | 'read'
  | 'health'
  | 'chat'
  | 'responses'
  | 'embeddings'
  | 'messages'
  | 'models';

/** The routes on which the proxy calls a model and emits events. */
export const MODEL_ROUTES: ReadonlySet<Route | null> = new Set<Route | null>([
  'chat',
  'responses',
  'embeddings',
  'messages',
]);

export type Address =
  /** The address that the clients were told to use: the listening one, or the configured self-hosted one. */
  | 'configured'
  /** The public hosted service, although the clients were told to use another address. */
  | 'hosted'
  /** A model provider's, or anybody else's. */
  | 'other';

/** A secret seen on a request. The secret itself is never recorded. */
export interface Credential {
  /** Lower-case header name it came in. */
  readonly header: string;
  readonly kind: 'whyops' | 'provider' | 'unknown';
  /** The first characters, enough to recognise the key and not to use it: `whyops_test…`. */
  readonly hint: string;
}

/** One HTTP request and its response, as the fake saw it. */
export interface Exchange {
  /** `x1`, `x2`, … in the order of arrival. */
  readonly id: string;
  /** Position in the recording's order of arrival, shared with events: an event of a larger `seq` came later. */
  readonly seq: number;
  /** The position at which the answer was complete; `null` while it is open. Two exchanges overlap when their ranges do. */
  readonly endSeq: number | null;
  readonly service: Service;
  readonly route: Route | null;
  /** Scheme, host and port as addressed, without a trailing slash: `http://127.0.0.1:4010`. */
  readonly origin: string;
  /** Whose address `origin` is. */
  readonly address: Address;
  readonly method: string;
  /** Path and query as received: `/api/events?traceId=t1`. */
  readonly path: string;
  /** Lower-case names. Values of credential headers are replaced by their kind. */
  readonly headers: Readonly<Record<string, string>>;
  readonly credentials: readonly Credential[];
  /** The agent named by `X-Agent-Name` or by the init body. */
  readonly agentName: string | null;
  /** For proxied calls the trace the call landed in; for ingest calls the trace of its events when they share one. */
  readonly traceId: string | null;
  /** How the proxy found `traceId`. */
  readonly traceIdSource: 'header' | 'signature' | 'generated' | 'body' | null;
  /** The trace that an invisible signature in the message history names, whether or not it was used. */
  readonly signedTraceId: string | null;
  /** The `inOneTrace()` scope that the request was sent from. */
  readonly scope: string | null;
  /** The request body: parsed JSON, else text; `undefined` when there was none. */
  readonly request: unknown;
  /** `null`: the connection ended before an answer. */
  readonly status: number | null;
  /** The reply body: parsed JSON, else text; for a stream the reassembled text. */
  readonly response: unknown;
  /** The kind of fault that was played on this exchange. */
  readonly fault: string | null;
  /** Milliseconds since the epoch, by the fake's clock. */
  readonly startedAt: number;
  /** Where it was read from, for findings in files: `{ file, line }`, 1-based. */
  readonly source?: { readonly file: string; readonly line: number };
}
