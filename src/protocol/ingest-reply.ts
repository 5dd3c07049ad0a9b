import { z } from 'zod/v3';

const step = z.number().int();

/** `201`: stored. `parentStepId` is absent when there is none. */
export const savedReplySchema = z.object({
  id: z.string(),
  status: z.literal('saved'),
  stepId: step,
  parentStepId: step.optional(),
  spanId: z.string(),
});

/** `201`: the trace has an event of the same key or content; the ids are the first one's. */
export const skippedReplySchema = z.object({
  id: z.string(),
  status: z.literal('skipped'),
  stepId: step,
  parentStepId: step.nullable(),
  spanId: z.string(),
  message: z.string(),
});

/** `201`: not stored, by sampling or a limit. `spanId` comes with the span limit only. */
export const sampledOutReplySchema = z.object({
  id: z.null(),
  status: z.literal('sampled_out'),
  message: z.string(),
  spanId: z.string().optional(),
});

/** What a synchronous route answers for one event. */
export const eventReplySchema = z.discriminatedUnion('status', [
  savedReplySchema,
  skippedReplySchema,
  sampledOutReplySchema,
]);

/** `202`: accepted, looked at later. */
export const queuedReplySchema = z.object({
  success: z.literal(true),
  accepted: z.literal(true),
  queuedCount: z.number().int(),
});

/** `400`: the body does not fit the schema. */
export const validationErrorSchema = z.object({
  error: z.literal('Validation failed'),
  details: z.array(z.object({ field: z.string(), message: z.string(), code: z.string() })),
});

/** `200` (`existing`) or `201` (`created`) of an agent registration. */
export const agentInitReplySchema = z.object({
  success: z.literal(true),
  agentId: z.string(),
  agentVersionId: z.string(),
  status: z.enum(['created', 'existing']),
  versionHash: z.string(),
});

export type EventReply = z.output<typeof eventReplySchema>;
export type ValidationDetail = z.output<typeof validationErrorSchema>['details'][number];

export const SKIPPED_MESSAGE = 'Event already exists (idempotency check)';

/** The texts of the backend's refusals, each with its status. */
export const REFUSALS = {
  unauthorized: { status: 401, error: 'Unauthorized: Authentication required' },
  notFound: { status: 404, error: 'Not Found' },
  conflict: { status: 409, error: 'Trace is already bound to a different agent/version for this traceId' },
  storage: { status: 500, error: 'Failed to save event(s)' },
  internal: { status: 500, error: 'Internal server error' },
} as const;
