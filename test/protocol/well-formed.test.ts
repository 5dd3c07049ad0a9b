import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EVENT_TYPES } from '../../src/protocol/event-type.ts';
import { ingestEventSchema } from '../../src/protocol/ingest-event.ts';
import { isWellFormedEvent } from '../../src/protocol/well-formed.ts';

const valid = { eventType: 'user_message', traceId: 't', agentName: 'a' };
const text = (...lengths: number[]) => lengths.map((length) => 'x'.repeat(length));
const foreign = [
  null,
  undefined,
  0,
  1,
  1.5,
  -1,
  2 ** 53,
  Infinity,
  NaN,
  true,
  '',
  'x',
  [],
  [1],
  {},
  { tool: null },
];

/** For each field values on both sides of every border, beside values of every wrong type. */
const BORDERS: Readonly<Record<string, readonly unknown[]>> = {
  eventType: [...EVENT_TYPES, 'system_message', 'USER_MESSAGE'],
  traceId: text(1, 128, 129),
  agentName: text(1, 255, 256),
  spanId: text(128, 129),
  stepId: [2147483648, 0.5],
  parentStepId: [2, 0.5],
  userId: [
    '00000000-0000-0000-0000-000000000000',
    '99999999-9999-4999-8999-99999999999A',
    '99999999-9999-4999-8999-9999',
  ],
  projectId: ['99999999-9999-4999-8999-999999999999', 'abc'],
  environmentId: ['99999999-9999-4999-8999-999999999999\n'],
  providerId: ['{99999999-9999-4999-8999-999999999999}'],
  externalUserId: text(255, 256),
  timestamp: [
    '2024-01-01T00:00:00Z',
    '2024-01-01T00:00Z',
    '2024-01-01T00:00:00.123456789Z',
    '2024-02-29T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '2024-01-31T23:59:59Z',
    '2024-04-31T00:00:00Z',
    '2024-01-01T24:00:00Z',
    '2024-01-01T23:60:00Z',
    '2024-01-01T00:00:00+00:00',
    '2024-01-01T00:00:00z',
    '2024-01-01 00:00:00Z',
    '2024-01-01T00:00:00',
    '0000-01-01T00:00:00Z',
    '2024-00-10T00:00:00Z',
    '2024-01-00T00:00:00Z',
    '2024-01-01T00:00:00.Z',
    '2024-01-01T00:00:00Z\n',
  ],
  content: [null, { a: [1] }],
  metadata: [{ tool: '' }, { tool: 'f' }, { model: 1 }],
  idempotencyKey: text(128, 129),
  extra: [1],
};

const mutated = fc
  .array(
    fc
      .constantFrom(...Object.keys(BORDERS))
      .chain((field) => fc.tuple(fc.constant(field), fc.constantFrom(...BORDERS[field]!, ...foreign))),
    { maxLength: 4 },
  )
  .map((changes) => ({ ...valid, ...Object.fromEntries(changes) }) as Record<string, unknown>);

const passes = (value: unknown) => ingestEventSchema.safeParse(value).success;

describe('the quick look at an event', () => {
  test.each(
    Object.entries(BORDERS).flatMap(([field, values]) =>
      [...values, ...foreign].map((value) => [field, value]),
    ),
  )('lets nothing through that the schema refuses: %s = %j', (field, value) => {
    const event = { ...valid, [field as string]: value };
    if (isWellFormedEvent(event)) expect(passes(event)).toBe(true);
  });

  test('lets nothing through that the schema refuses, several fields at once', () => {
    fc.assert(
      fc.property(fc.oneof(mutated, fc.anything()), (value) => !isWellFormedEvent(value) || passes(value)),
      { numRuns: 5000 },
    );
  });

  test('settles every correct event itself, but the last days of a month and times without seconds', () => {
    const rare = new Set(['2024-02-29T00:00:00Z', '2024-01-31T23:59:59Z', '2024-01-01T00:00Z']);
    fc.assert(
      fc.property(
        mutated,
        (value) => !passes(value) || rare.has(value.timestamp as string) || isWellFormedEvent(value),
      ),
      { numRuns: 5000 },
    );
  });
});
