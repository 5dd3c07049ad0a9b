export { WhyOps, type ProviderOptions } from './client.ts';
export type { AgentInfo, AgentMetadata, ClientConfig } from './config.ts';
export type { EventOptions, RequestedToolCall, ToolCall, Usage } from './event.ts';
export type { Trace } from './trace.ts';
