import type { IngestEvent } from '../../protocol/ingest-event.ts';
import { asRecord } from './record.ts';
import { storageFailure } from './refused.ts';

/*
 * The event table has typed columns beside the JSON ones, filled from metadata and content. The schema of the API does
 * not know their types, so a wrong value passes it and fails here. The texts are the database's.
 */

const INT32 = { min: -2147483648, max: 2147483647 };
const INTEGER_TEXT = /^\s*[+-]?\d+\s*$/;

/** @throws Refused unless the value fits an integer column. Absent and `null` fit; so do strings of integers. */
export function assertInteger(value: unknown): void {
  if (value === undefined || value === null) return;
  if (typeof value === 'number' && Number.isInteger(value) && value >= INT32.min && value <= INT32.max)
    return;
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  if (!INTEGER_TEXT.test(text)) throw storageFailure(`invalid input syntax for type integer: "${text}"`);
  const number = Number(text);
  if (number < INT32.min || number > INT32.max) {
    throw storageFailure(`value "${text}" is out of range for type integer`);
  }
}

/** @throws Refused unless the value fits a text column of this many characters. Numbers and booleans fit. */
export function assertText(column: string, value: unknown, maxLength = Infinity): void {
  if (value === undefined || value === null) return;
  if (typeof value === 'object')
    throw storageFailure(`string violation: ${column} cannot be an array or an object`);
  const text = String(value);
  if (text.includes('\u0000')) throw storageFailure('invalid byte sequence for encoding "UTF8": 0x00');
  // The database counts characters, not UTF-16 units, and lets blanks at the end fall off.
  if (text.length > maxLength && [...text.trimEnd()].length > maxLength) {
    throw storageFailure(`value too long for type character varying(${maxLength})`);
  }
}

type Metadata = NonNullable<IngestEvent['metadata']>;

/** The typed columns that are filled from metadata. */
export function assertMetadataColumns(metadata: Metadata): void {
  assertInteger(metadata.latencyMs);
  assertText('model', metadata.model, 200);
  const usage = asRecord(metadata.usage);
  if (!usage) return;
  assertInteger(usage.promptTokens ?? usage.inputTokens);
  assertInteger(usage.completionTokens ?? usage.outputTokens);
  assertInteger(usage.cacheReadTokens);
  assertInteger(usage.cacheWrite5mTokens ?? usage.cacheCreationTokens ?? usage.cacheWriteTokens);
}
