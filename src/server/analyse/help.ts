import { EVENT_TYPES } from '../../protocol/event-type.ts';

/** `GET /api/events/help`: what the ingest API takes, for the reader of its error messages. */
export const INGEST_HELP = {
  endpoint: '/api/events/ingest',
  eventTypes: EVENT_TYPES,
  required: ['eventType', 'traceId', 'agentName'],
  optional: [
    'spanId',
    'stepId',
    'parentStepId',
    'externalUserId',
    'timestamp',
    'content',
    'metadata',
    'idempotencyKey',
  ],
  metadata: {
    llm_response: ['model', 'provider'],
    embedding_response: ['model', 'provider'],
    tool_call_request: ['tool'],
    tool_call_response: ['tool'],
  },
} as const;
