import { createRequire } from 'node:module';
import type * as zod from 'zod';
import { EVENT_TYPES } from '../protocol/event-type.ts';
import type { RecordedEvent, Representation } from './event.ts';
import type { Credential, Exchange, Route, Service } from './exchange.ts';
import type { Evidence } from './trace.ts';

type Shapes = Readonly<Record<'event' | 'exchange' | 'header', zod.ZodType>>;
let built: Shapes | undefined;

/** Made when the first line of a recording is read: who checks exports needs neither the shapes nor the library. */
function shapes(): Shapes {
  return (built ??= build());
}

function build(): Shapes {
  const { z } = createRequire(import.meta.url)('zod') as typeof zod;

  /** One of the members of a union; one that is missing here does not compile. */
  const oneOf = <Value extends string>(values: Readonly<Record<Value, 1>>) =>
    z.enum(Object.keys(values) as [Value, ...Value[]]);

  const text = z.string().nullable();
  /** Also numbers that are infinite as doubles: senders write what they like. */
  const number = z.custom<number>((value) => typeof value === 'number', 'Invalid input: expected number');

  /** Any object: its members are somebody's data and stay untouched (also a member called `__proto__`). */
  const anyObject = z.custom<Record<string, unknown>>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    'Invalid input: expected object',
  );

  const outcome = z.discriminatedUnion('status', [
    z.object({ status: z.literal('stored') }),
    z.object({ status: z.literal('skipped'), by: z.enum(['key', 'content']), duplicateOf: text }),
    z.object({ status: z.literal('sampled_out'), message: z.string() }),
    z.object({ status: z.literal('rejected'), httpStatus: number, error: z.string() }),
    z.object({ status: z.literal('dead-letter'), error: z.string() }),
    z.object({ status: z.literal('lost'), fault: z.string() }),
    z.object({ status: z.literal('queued') }),
  ]);

  const source = z.object({ file: z.string(), line: number });

  const sentFields = z.object({
    spanId: z.string().optional(),
    stepId: number.optional(),
    parentStepId: number.optional(),
    timestamp: z.string().optional(),
    idempotencyKey: z.string().optional(),
  });

  const event = z.object({
    id: z.string(),
    seq: number,
    exchangeId: text,
    representation: oneOf<Representation>({ manual: 1, proxied: 1, unknown: 1 }),
    eventType: z.enum(EVENT_TYPES),
    traceId: z.string(),
    agentName: text,
    sent: sentFields.nullable(),
    spanId: text,
    stepId: number.nullable(),
    parentStepId: number.nullable(),
    timestamp: z.string(),
    content: z.unknown().optional(),
    metadata: anyObject.nullable(),
    externalUserId: text,
    outcome,
    scope: text,
    source: source.optional(),
  });

  const exchange = z.object({
    id: z.string(),
    seq: number,
    endSeq: number.nullable(),
    service: oneOf<Service>({ analyse: 1, proxy: 1, provider: 1, elsewhere: 1 }),
    route: oneOf<Route>({
      init: 1,
      ingest: 1,
      events: 1,
      'tool-result': 1,
      read: 1,
      health: 1,
      chat: 1,
      responses: 1,
      embeddings: 1,
      messages: 1,
      models: 1,
    }).nullable(),
    origin: z.string(),
    address: z.enum(['configured', 'hosted', 'other']),
    method: z.string(),
    path: z.string(),
    headers: anyObject,
    credentials: z.array(
      z.object({
        header: z.string(),
        kind: oneOf<Credential['kind']>({ whyops: 1, provider: 1, unknown: 1 }),
        hint: z.string(),
      }),
    ),
    agentName: text,
    traceId: text,
    traceIdSource: oneOf<NonNullable<Exchange['traceIdSource']>>({
      header: 1,
      signature: 1,
      generated: 1,
      body: 1,
    }).nullable(),
    signedTraceId: text,
    scope: text,
    request: z.unknown().optional(),
    status: number.nullable(),
    response: z.unknown().optional(),
    fault: text,
    startedAt: number,
    source: source.optional(),
  });

  const header = z.object({
    recording: z.literal('whyops-testkit'),
    version: z.literal(1),
    evidence: z.object({ exchanges: z.boolean(), sentFields: z.boolean(), registration: z.boolean() }),
  });

  return { event, exchange, header };
}

export function checkEvent(value: unknown, fail: (problem: string) => never): RecordedEvent {
  expectShape(shapes().event, value, 'event', fail);
  const found = value as RecordedEvent;
  // What JSON leaves out is `undefined` again.
  return { ...found, content: found.content };
}

export function checkExchange(value: unknown, fail: (problem: string) => never): Exchange {
  expectShape(shapes().exchange, value, 'exchange', fail);
  const found = value as Exchange;
  return { ...found, request: found.request, response: found.response };
}

export function checkHeader(value: unknown, fail: (problem: string) => never): Evidence {
  const version = (value as { version?: unknown }).version;
  if (typeof version === 'number' && version > 1)
    fail(`A recording of version ${version}, written by a newer whyops-testkit. Update this one.`);
  expectShape(shapes().header, value, '', fail);
  return (value as { evidence: Evidence }).evidence;
}

/** The value itself is kept, not zod's copy of it: a recording loses nothing on the way in. */
function expectShape(
  schema: zod.ZodType,
  value: unknown,
  root: string,
  fail: (problem: string) => never,
): void {
  const result = schema.safeParse(value);
  if (result.success) return;
  const [issue] = result.error.issues;
  const path = [root, ...(issue?.path ?? [])].filter((part) => part !== '').join('.');
  fail(`${path || 'The header'}: ${issue?.message ?? 'not as expected'}`);
}
