/** What a client is constructed with, once; nothing of it is overridden call by call. */
export interface ClientConfig {
  /** The WhyOps key. It is never written to a log. */
  readonly apiKey: string;
  /** 1 to 255 characters, the same for every event and call. */
  readonly agentName: string;
  readonly agentMetadata: AgentMetadata;
  /** Root of the proxy, without `/v1`. */
  readonly proxyBaseUrl: string;
  /** Root of the analyse API, with `/api`. */
  readonly analyseBaseUrl: string;
  /** Takes the place of the global `fetch`, for instance to send through a proxy or to a server in memory. */
  readonly fetch?: typeof fetch;
  /** Told of everything that could not be delivered. Default: one line to `console.warn`. Must not throw. */
  readonly onProblem?: (problem: string) => void;
}

export interface AgentMetadata {
  /** Not empty. */
  readonly systemPrompt: string;
  readonly description?: string;
  /** The backend refuses the registration unless every field of every tool is a non-empty string. */
  readonly tools: readonly {
    readonly name: string;
    readonly description?: string;
    readonly inputSchema?: string;
    readonly outputSchema?: string;
  }[];
}

/** What the backend answers to a registration. */
export interface AgentInfo {
  readonly agentId: string;
  readonly agentVersionId: string;
  readonly status: 'created' | 'existing';
  readonly versionHash: string;
}
