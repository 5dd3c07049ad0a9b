/** The state of an API key, as the backend's key table knows it. */
export type KeyState = 'valid' | 'expired' | 'revoked' | 'inactive-project' | 'inactive-environment';

/** Limits of the real service. All off unless given, so that a test never trips over one it did not ask for. */
export interface Limits {
  /** Agents per account; the hosted default is 2. */
  readonly agentsPerAccount?: number;
  /** Traces per agent; the hosted default is 10000. */
  readonly tracesPerAgent?: number;
  /** Traces per agent version; the hosted default is 1000. */
  readonly tracesPerVersion?: number;
  /** Distinct span ids over all traces of an agent; the hosted default is 1000. */
  readonly spansPerAgent?: number;
  /** Proxy requests per key and minute; the hosted default is 100. */
  readonly proxyRequestsPerMinute?: number;
}

export interface FakeWhyOpsOptions {
  /**
   * `queued` answers 202 before an event is looked at, like the hosted service; `direct` answers 201 with what became
   * of it, like a self-hosted service without Redis. Default `queued`.
   */
  readonly ingest?: 'queued' | 'direct';
  /** The valid key that `env` and the clients use. Default `whyops_testkit_key`. */
  readonly apiKey?: string;
  /**
   * Further keys. The main key has an OpenAI provider; so has a further one, unless its name contains `anthropic` or it
   * is used for `/v1/messages`.
   */
  readonly keys?: Readonly<Record<string, KeyState>>;
  /** A self-hosted proxy address that the fake plays through `fetch` and msw: a root without a path. */
  readonly proxyBaseUrl?: string;
  /** A self-hosted analyse address that the fake plays through `fetch` and msw: ends in `/api`. */
  readonly analyseBaseUrl?: string;
  /** Makes generated ids repeatable. */
  readonly seed?: number;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
  /** Share of traces kept, 0 to 1, for agents whose rate was not set through the API. Default 1 (the hosted default is 0.2). */
  readonly sampling?: number;
  readonly limits?: Limits;
  /** Larger request bodies are answered with 413. Bytes; default 64 MiB (the real service has no limit of its own). */
  readonly maxBodyBytes?: number;
  /** How long the proxy waits for the model, in milliseconds. Default 60000, as the hosted service. */
  readonly proxyTimeoutMs?: number;
  /** The backend whose answers are played. Default and only value so far: `2026-04`. */
  readonly behaviour?: '2026-04';
}
