import type { ZodType, ZodTypeDef } from 'zod/v3';
import type { toolResultEventSchema } from '../../protocol/ingest-event.ts';
import { ingestBodySchema, toolResultBodySchema, type IngestEvent } from '../../protocol/ingest-event.ts';
import type { ValidationDetail } from '../../protocol/ingest-reply.ts';
import { isWellFormedEvent } from '../../protocol/well-formed.ts';

export type Validated =
  | { readonly ok: true; readonly events: readonly IngestEvent[]; readonly isArray: boolean }
  | { readonly ok: false; readonly details: readonly ValidationDetail[] };

/** The body of `/ingest` and `/events`. The schema is only asked when the quick look does not settle it. */
export function validateEvents(body: unknown): Validated {
  const isArray = Array.isArray(body);
  const events: readonly unknown[] = isArray ? body : [body];
  if (events.every(isWellFormedEvent)) return { ok: true, events, isArray };
  return parse(ingestBodySchema, body);
}

/** The body of `/tool-result`, where the type is given and not read. */
export function validateToolResults(body: unknown): Validated {
  return parse(
    toolResultBodySchema.transform((parsed) =>
      Array.isArray(parsed) ? parsed.map(asToolCallResponse) : asToolCallResponse(parsed),
    ),
    body,
  );
}

function asToolCallResponse(event: (typeof toolResultEventSchema)['_output']): IngestEvent {
  return { ...event, eventType: 'tool_call_response' };
}

function parse(schema: ZodType<IngestEvent | IngestEvent[], ZodTypeDef, unknown>, body: unknown): Validated {
  const parsed = schema.safeParse(body);
  if (parsed.success) {
    const isArray = Array.isArray(parsed.data);
    return {
      ok: true,
      events: isArray ? (parsed.data as IngestEvent[]) : [parsed.data as IngestEvent],
      isArray,
    };
  }
  return {
    ok: false,
    details: parsed.error.issues.map(({ path, message, code }) => ({ field: path.join('.'), message, code })),
  };
}
