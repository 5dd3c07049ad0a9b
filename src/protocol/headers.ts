/** Lower-case names of the headers that mean something to WhyOps. */
export const HEADERS = {
  /** `Bearer <key>`; wins over {@link HEADERS.apiKey}, and a bad one is not retried with it. */
  authorization: 'authorization',
  apiKey: 'x-api-key',
  /** Required on every proxied call. */
  agentName: 'x-agent-name',
  /** The trace of a proxied call; wins over {@link HEADERS.threadId} and over a signature. */
  traceId: 'x-trace-id',
  threadId: 'x-thread-id',
  /** The app's own user, 1 to 255 characters; for events that name none themselves. */
  externalUserId: 'x-external-user-id',
} as const;
