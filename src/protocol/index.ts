/** What goes over the wire between programs, WhyOps and model providers. Pure functions and schemas, no I/O. */
export * from './agent-init.ts';
export * from './anthropic-messages.ts';
export * from './content-hash.ts';
export * from './event-type.ts';
export * from './headers.ts';
export * from './ingest-event.ts';
export * from './ingest-reply.ts';
export * from './openai-chat.ts';
export * from './openai-responses.ts';
export * from './openai-tool-call.ts';
export * from './signature.ts';
export * from './sse.ts';
export * from './usage.ts';
export * from './well-formed.ts';
