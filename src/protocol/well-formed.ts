import { EVENT_TYPES } from './event-type.ts';
import type { IngestEvent } from './ingest-event.ts';

const TYPES: ReadonlySet<unknown> = new Set(EVENT_TYPES);
// The same languages as zod's uuid() and datetime(); `test/protocol/well-formed.test.ts` holds them together.
const UUID = /^[0-9a-f]{8}\b-[0-9a-f]{4}\b-[0-9a-f]{4}\b-[0-9a-f]{4}\b-[0-9a-f]{12}$/i;
const COMMON_TIMESTAMP =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?Z$/;

/**
 * A quick look whether `ingestEventSchema` would let this value through.
 * `false` means "ask the schema": it does for rare correct values too (the 29th to 31st of a month).
 */
export function isWellFormedEvent(value: unknown): value is IngestEvent {
  if (!isPlainRecord(value)) return false;
  const { metadata } = value;
  return (
    TYPES.has(value.eventType) &&
    hasFittingFields(value) &&
    ((value.eventType !== 'tool_call_request' && value.eventType !== 'tool_call_response') ||
      (isPlainRecord(metadata) && metadata.tool !== undefined && metadata.tool !== null))
  );
}

function hasFittingFields(value: Readonly<Record<string, unknown>>): boolean {
  return (
    isText(value.traceId, 1, 128) &&
    isText(value.agentName, 1, 255) &&
    isOptionalText(value.spanId, 128) &&
    isOptionalStep(value.stepId) &&
    isOptionalStep(value.parentStepId) &&
    isOptionalUuid(value.userId) &&
    isOptionalUuid(value.projectId) &&
    isOptionalUuid(value.environmentId) &&
    isOptionalUuid(value.providerId) &&
    isOptionalText(value.externalUserId, 255) &&
    (value.timestamp === undefined ||
      (typeof value.timestamp === 'string' && COMMON_TIMESTAMP.test(value.timestamp))) &&
    (value.metadata === undefined || isPlainRecord(value.metadata)) &&
    isOptionalText(value.idempotencyKey, 128)
  );
}

function isPlainRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown, min: number, max: number): boolean {
  return typeof value === 'string' && value.length >= min && value.length <= max;
}

function isOptionalText(value: unknown, max: number): boolean {
  return value === undefined || isText(value, 0, max);
}

function isOptionalStep(value: unknown): boolean {
  return value === undefined || (Number.isInteger(value) && (value as number) >= 1);
}

function isOptionalUuid(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && UUID.test(value));
}
