import fc from 'fast-check';
import { EVENT_TYPES } from '../../src/protocol/event-type.ts';
import type { RecordedEvent } from '../../src/recording/event.ts';
import type { Exchange } from '../../src/recording/exchange.ts';
import { Recording } from '../../src/recording/recording.ts';

/** Plain objects only: JSON.parse makes no other ones. */
const record: typeof fc.record = (model: object, constraints: object = {}) =>
  fc.record(model, { noNullPrototype: true, ...constraints }) as never;

const text = fc.string({ unit: 'binary' });
const textOrNull = fc.option(text, { nil: null });
const integerOrNull = fc.option(fc.integer(), { nil: null });

/** Any value that JSON.parse can produce, with what it is easy to lose: -0, Infinity, lone surrogates, `__proto__`. */
const json: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, -0, Infinity, -Infinity, 'number0:-0', '\u2028', '\ud800', 2 ** 53),
    fc.double({ noNaN: true }),
    text,
    fc.array(tie('value')),
    fc.dictionary(fc.oneof(text, fc.constantFrom('__proto__', 'constructor')), tie('value'), {
      noNullPrototype: true,
    }),
  ),
})).value;

const metadata = fc.option(fc.dictionary(text, json, { noNullPrototype: true }), { nil: null });

const outcome: fc.Arbitrary<RecordedEvent['outcome']> = fc.oneof(
  fc.constant({ status: 'stored' as const }),
  fc.constant({ status: 'queued' as const }),
  record({
    status: fc.constant('skipped' as const),
    by: fc.constantFrom('key' as const, 'content' as const),
    duplicateOf: textOrNull,
  }),
  record({ status: fc.constant('rejected' as const), httpStatus: fc.integer(), error: text }),
  record({ status: fc.constant('dead-letter' as const), error: text }),
);

const sent = record(
  {
    spanId: text,
    stepId: fc.double({ noNaN: true }),
    parentStepId: fc.integer(),
    timestamp: text,
    idempotencyKey: text,
  },
  { requiredKeys: [] },
);

const event = (seq: number): fc.Arbitrary<RecordedEvent> =>
  record({
    id: fc.constant(`e${seq}`),
    seq: fc.constant(seq),
    exchangeId: textOrNull,
    representation: fc.constantFrom('manual' as const, 'proxied' as const, 'unknown' as const),
    eventType: fc.constantFrom(...EVENT_TYPES),
    traceId: text,
    agentName: textOrNull,
    sent: fc.option(sent, { nil: null }),
    spanId: textOrNull,
    stepId: integerOrNull,
    parentStepId: integerOrNull,
    timestamp: text,
    content: fc.oneof(json, fc.constant(undefined)),
    metadata,
    externalUserId: textOrNull,
    outcome,
    scope: textOrNull,
  });

const exchange = (seq: number): fc.Arbitrary<Exchange> =>
  record({
    id: fc.constant(`x${seq}`),
    seq: fc.constant(seq),
    endSeq: integerOrNull,
    service: fc.constantFrom('analyse' as const, 'proxy' as const, 'provider' as const, 'elsewhere' as const),
    route: fc.constantFrom(null, 'ingest' as const, 'chat' as const, 'tool-result' as const),
    origin: text,
    address: fc.constantFrom('configured' as const, 'hosted' as const, 'other' as const),
    method: text,
    path: text,
    headers: fc.dictionary(text, text, { noNullPrototype: true }),
    credentials: fc.array(
      record({ header: text, kind: fc.constantFrom('whyops' as const, 'unknown' as const), hint: text }),
    ),
    agentName: textOrNull,
    traceId: textOrNull,
    traceIdSource: fc.constantFrom(null, 'header' as const, 'generated' as const),
    signedTraceId: textOrNull,
    scope: textOrNull,
    request: fc.oneof(json, fc.constant(undefined)),
    status: integerOrNull,
    response: fc.oneof(json, fc.constant(undefined)),
    fault: textOrNull,
    startedAt: fc.integer(),
  });

/** Recordings of any content, correct or not: for what reads and writes, not for rules. */
export const anyRecording: fc.Arbitrary<Recording> = fc
  .array(fc.boolean(), { maxLength: 8 })
  .chain((kinds) =>
    record({
      items: fc.tuple(
        ...kinds.map((isEvent, index): fc.Arbitrary<RecordedEvent | Exchange> =>
          isEvent ? event(index + 1) : exchange(index + 1),
        ),
      ),
      evidence: record({ exchanges: fc.boolean(), sentFields: fc.boolean(), registration: fc.boolean() }),
    }),
  )
  .map(
    ({ items, evidence }) =>
      new Recording({
        events: items.filter((item): item is RecordedEvent => 'eventType' in item),
        exchanges: items.filter((item): item is Exchange => !('eventType' in item)),
        evidence,
      }),
  );
