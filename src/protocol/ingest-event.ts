import { z } from 'zod/v3';
import { EVENT_TYPES } from './event-type.ts';

/*
 * The schema of the ingest API. It is written with the version-3 API of zod because the backend uses that version, and
 * its messages and codes go over the wire: an own text stands only where the backend has one.
 */

const uuid = (name: string) => z.string().uuid(`Invalid ${name} ID format (UUID required)`).optional();

const stepNumber = (name: string) => z.number().int().min(1, `${name} must be a positive integer`).optional();

const TOOL_REQUIRED =
  'metadata.tool is required for tool_call_request and tool_call_response. See /api/events/help.';
const TOOL_RESULT_TOOL_REQUIRED = 'metadata.tool is required for tool_call_response. See /api/events/help.';

// The order of the fields is the order in which problems are listed.
const fields = {
  traceId: z.string().min(1).max(128, 'Trace ID must be between 1 and 128 characters'),
  spanId: z.string().max(128, 'Span ID must be at most 128 characters').optional(),
  stepId: stepNumber('Step ID'),
  parentStepId: stepNumber('Parent Step ID'),
  userId: uuid('User'),
  projectId: uuid('Project'),
  environmentId: uuid('Environment'),
  providerId: uuid('Provider'),
  externalUserId: z.string().max(255).optional(),
  agentName: z.string().min(1, 'agentName is required').max(255),
  timestamp: z.string().datetime('Invalid timestamp format (ISO 8601 required)').optional(),
  content: z.any().optional(),
  metadata: z.record(z.any()).optional(),
  idempotencyKey: z.string().max(128, 'Idempotency Key must be at most 128 characters').optional(),
};

const namesTool = (metadata: Record<string, unknown> | undefined) =>
  metadata?.tool !== undefined && metadata.tool !== null;

/** One event as `POST /api/events/ingest` and `POST /api/events` take it. Unknown keys are dropped. */
export const ingestEventSchema = z
  .object({ eventType: z.enum(EVENT_TYPES), ...fields })
  .superRefine((event, context) => {
    const needsTool = event.eventType === 'tool_call_request' || event.eventType === 'tool_call_response';
    if (needsTool && !namesTool(event.metadata)) {
      context.addIssue({ code: z.ZodIssueCode.custom, path: ['metadata', 'tool'], message: TOOL_REQUIRED });
    }
  });

/** One event as `POST /api/events/tool-result` takes it: always a `tool_call_response`, whatever type it names. */
export const toolResultEventSchema = z.object(fields).superRefine((event, context) => {
  if (!namesTool(event.metadata)) {
    context.addIssue({
      code: z.ZodIssueCode.custom,
      path: ['metadata', 'tool'],
      message: TOOL_RESULT_TOOL_REQUIRED,
    });
  }
});

/** The body of a request: one event or an array of them. */
export const ingestBodySchema = z.union([ingestEventSchema, z.array(ingestEventSchema)]);
export const toolResultBodySchema = z.union([toolResultEventSchema, z.array(toolResultEventSchema)]);

/** An event that passed {@link ingestEventSchema}. */
export type IngestEvent = z.output<typeof ingestEventSchema>;
