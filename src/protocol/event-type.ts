/** The ten event types that the ingest API accepts, in the backend's own order. */
export const EVENT_TYPES = [
  'user_message',
  'llm_response',
  'embedding_request',
  'embedding_response',
  'llm_thinking',
  'tool_call',
  'tool_call_request',
  'tool_call_response',
  'tool_result',
  'error',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];
