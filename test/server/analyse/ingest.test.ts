import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EVENT_TYPES } from '../../../src/protocol/event-type.ts';
import { client, message } from './client.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const USER = '00000000-0000-4000-8000-000000000001';
const OTHER_USER = '00000000-0000-4000-8000-000000000004';

describe('the key of an event', () => {
  test('is the hash of trace, type, user, parent as sent and content when the client gives none', async () => {
    const { ingest, rows } = client();
    await ingest(message({ content: { b: 1, a: 2 }, parentStepId: 7 }));
    const text = `{"traceId":"t","eventType":"user_message","userId":"${USER}","parentStepId":7,"content":{"b":1,"a":2}}`;
    expect((await rows('t'))[0]).toMatchObject({
      parentStepId: null,
      metadata: { idempotencyKey: `hash_${sha256(text)}` },
    });
  });

  test('is found when a client sends the hash of a stored event as its own, and the other way round', async () => {
    const { ingest, outcomes } = client();
    const hash = (content: string) =>
      `hash_${sha256(JSON.stringify({ traceId: 't', eventType: 'user_message', userId: USER, content }))}`;
    await ingest(message({ content: 'x' }));
    await ingest(message({ content: 'anything', idempotencyKey: hash('x') }));
    await ingest(message({ content: 'else', idempotencyKey: hash('y') }));
    await ingest(message({ content: 'y' }));
    expect(outcomes().map(({ status }) => status)).toEqual(['stored', 'skipped', 'stored', 'skipped']);
  });

  test('of long contents is compared as well', async () => {
    const { ingest, outcomes } = client();
    for (const end of ['a', 'b', 'a']) await ingest(message({ content: 'x'.repeat(5000) + end }));
    expect(outcomes()).toEqual([
      { status: 'stored' },
      { status: 'stored' },
      { status: 'skipped', by: 'content', duplicateOf: 'e1' },
    ]);
  });

  test('in the metadata of a tool event is looked up too', async () => {
    const { ingest, outcomes } = client();
    await ingest(message({ eventType: 'tool_call_request', metadata: { tool: 'f', idempotencyKey: 'k' } }));
    await ingest(message({ idempotencyKey: 'k' }));
    expect(outcomes()[1]).toEqual({ status: 'skipped', by: 'key', duplicateOf: 'e1' });
  });

  test('is not burnt by a failed event, but the trace stays', async () => {
    const { ingest, init, outcomes } = client();
    const unknown = '99999999-9999-4999-8999-999999999999';
    expect((await ingest(message({ idempotencyKey: 'k', providerId: unknown }))).status).toBe(500);
    expect((await ingest(message({ idempotencyKey: 'k' }))).body).toMatchObject({
      status: 'saved',
      stepId: 1,
    });
    await init('b', 'p');
    expect((await ingest(message({ agentName: 'b' }))).status).toBe(409);
    expect(outcomes().map(({ status }) => status)).toEqual(['rejected', 'stored', 'rejected']);
  });
});

describe('a batch', () => {
  test('stores what it can and answers with the first failure, one of a missing model before the others', async () => {
    const { ingest, rows, outcomes } = client();
    const reply = await ingest([
      message({ content: 1 }),
      message({ content: 2, metadata: { latencyMs: 0.5 } }),
      message({ eventType: 'llm_response', metadata: { model: 'm' } }),
      message({ content: 3 }),
    ]);
    expect(reply).toEqual({
      status: 400,
      body: { error: 'MISSING_PROVIDER: llm_response events require "provider" in metadata' },
    });
    expect((await rows('t')).map(({ stepId, content }) => [stepId, content])).toEqual([
      [2, 3],
      [1, 1],
    ]);
    expect(outcomes().map(({ status }) => status)).toEqual(['stored', 'rejected', 'rejected', 'stored']);
  });

  test('that does not fit the schema stores nothing and is recorded completely', async () => {
    const { ingest, rows, outcomes } = client();
    await ingest([message(), message({ spanId: 5 }), { nope: 1 }]);
    expect(await rows('t')).toEqual([]);
    expect(outcomes()).toEqual(
      Array(2).fill({ status: 'rejected', httpStatus: 400, error: 'Invalid input' }),
    );
  });
});

describe('what came without a valid key', () => {
  test('is recorded as refused', async () => {
    const { ingest, outcomes, whyops } = client({ keys: { whyops_old: 'expired' } });
    const reply = await ingest(message(), { authorization: 'Bearer whyops_old' });
    expect(reply).toEqual({ status: 401, body: { error: 'Unauthorized: Authentication required' } });
    expect(outcomes()).toEqual([
      { status: 'rejected', httpStatus: 401, error: 'Unauthorized: Authentication required' },
    ]);
    expect(whyops.recording.exchanges[0]).toMatchObject({ route: 'ingest', status: 401, traceId: 't' });
  });
});

describe('sampling', () => {
  const position = (traceId: string) =>
    parseInt(
      sha256(
        JSON.stringify({
          traceId,
          userId: USER,
          environmentId: '00000000-0000-4000-8000-000000000021',
          agentName: 'a',
        }),
      ).slice(0, 8),
      16,
    ) / 0xffffffff;

  test('keeps a trace by its hash, tells the rate, and lets it in once the rate is raised', async () => {
    const { ingest, init, call, outcomes } = client({ sampling: 0.5 });
    const { body: agent } = await init('a', 'p');
    const traces = Array.from({ length: 40 }, (_, index) => `trace-${index}`);
    for (const traceId of traces) await ingest(message({ traceId }));
    expect(outcomes().map(({ status }) => status)).toEqual(
      traces.map((traceId) => (position(traceId) <= 0.5 ? 'stored' : 'sampled_out')),
    );
    const rejected = traces.find((traceId) => position(traceId) > 0.5)!;
    const hash = position(rejected).toFixed(4);
    expect((await ingest(message({ traceId: rejected }))).body).toEqual({
      id: null,
      status: 'sampled_out',
      message: `Trace rejected by sampling (rate: 0.50, hash: ${hash})`,
    });
    const raised = await call('PATCH', `/entities/${agent.agentId as string}/sampling-rate`, {
      samplingRate: 1,
    });
    expect(raised.body).toMatchObject({ success: true, samplingRate: 1, updatedVersions: 1 });
    expect((await ingest(message({ traceId: rejected }))).body).toMatchObject({ status: 'saved', stepId: 1 });
  });

  test('never rejects the first event of an unknown agent', async () => {
    const { ingest } = client({ sampling: 0 });
    expect((await ingest(message())).body).toMatchObject({ status: 'saved' });
    expect((await ingest(message({ traceId: 'u' }))).body).toMatchObject({ status: 'sampled_out' });
  });

  test('refuses rates and agents that cannot be', async () => {
    const { call } = client();
    const uuid = '99999999-9999-4999-8999-999999999999';
    expect(await call('PATCH', `/entities/${uuid}/sampling-rate`, { samplingRate: 0.5 })).toEqual({
      status: 404,
      body: { success: false, error: 'Agent not found' },
    });
    expect((await call('PATCH', '/entities/x/sampling-rate', { samplingRate: 0.5 })).status).toBe(500);
    expect((await call('PATCH', `/entities/${uuid}/sampling-rate`, { samplingRate: 2 })).body).toMatchObject({
      success: false,
      error: { name: 'ZodError', issues: [{ code: 'too_big', path: ['samplingRate'] }] },
    });
  });
});

describe('limits', () => {
  test('count the traces of an agent and of its latest version', async () => {
    const perAgent = client({ limits: { tracesPerAgent: 1 } });
    await perAgent.ingest(message({ traceId: '1' }));
    expect((await perAgent.ingest(message({ traceId: '2' }))).body.message).toBe(
      'Trace rejected by agent limit (1/1)',
    );
    expect((await perAgent.ingest(message({ traceId: '1', content: 2 }))).body.status).toBe('saved');

    const perVersion = client({ limits: { tracesPerVersion: 1 } });
    await perVersion.ingest(message({ traceId: '1' }));
    expect((await perVersion.ingest(message({ traceId: '2' }))).body.message).toBe(
      'Trace rejected by entity limit (1/1)',
    );
    await perVersion.init('a', 'new version');
    expect((await perVersion.ingest(message({ traceId: '2' }))).body.status).toBe('saved');
  });

  test('count distinct spans of an agent for ever, known and absent ones pass', async () => {
    const { ingest } = client({ limits: { spansPerAgent: 2 } });
    await ingest(message({ traceId: '1', spanId: 'a' }));
    await ingest(message({ traceId: '2', spanId: 'b' }));
    expect((await ingest(message({ traceId: '3', spanId: 'c' }))).body).toEqual({
      id: null,
      status: 'sampled_out',
      spanId: 'c',
      message: 'Span rejected by agent limit (2/2)',
    });
    expect((await ingest(message({ traceId: '3', spanId: 'a' }))).body.status).toBe('saved');
    expect((await ingest(message({ traceId: '4' }))).body.status).toBe('saved');
  });

  test('refuse a further agent: 409 to its registration, 500 to its events', async () => {
    const { init, ingest } = client({ limits: { agentsPerAccount: 1 } });
    await init('a', 'p');
    expect(await init('b', 'p')).toEqual({
      status: 409,
      body: {
        success: false,
        error: 'Account agent limit reached (Agent limit reached for account (max: 1))',
      },
    });
    expect(await ingest(message({ agentName: 'b' }))).toEqual({
      status: 500,
      body: { error: 'Failed to save event(s)' },
    });
    expect((await init('a', 'other')).status).toBe(201);
  });
});

describe('owners in the body', () => {
  test('write into another tenant, whose trace id is then taken', async () => {
    const { ingest, rows } = client();
    const theirs = { userId: OTHER_USER, environmentId: '00000000-0000-4000-8000-000000000026' };
    expect((await ingest(message({ ...theirs, content: 'x' }))).body).toMatchObject({ status: 'saved' });
    expect((await rows('t'))[0]).toMatchObject({ userId: OTHER_USER });
    expect((await ingest(message({ content: 'y' }))).status).toBe(409);
  });
});

describe('the queue', () => {
  test('tries an event six times, then gives it up; the others are stored in order', async () => {
    const { ingest, whyops, rows, outcomes } = client({ ingest: 'queued' });
    const reply = await ingest([
      message({ content: 1 }),
      message({ eventType: 'llm_response' }),
      message({ content: 2 }),
    ]);
    expect(reply).toEqual({ status: 202, body: { success: true, accepted: true, queuedCount: 3 } });
    await whyops.settled();
    const error = 'MISSING_MODEL: llm_response events require "model" in metadata';
    expect(whyops.deadLetters).toEqual([
      { event: message({ eventType: 'llm_response' }), error, attempts: 6, recordedAs: 'e2' },
    ]);
    expect(outcomes()).toEqual([
      { status: 'stored' },
      { status: 'dead-letter', error },
      { status: 'stored' },
    ]);
    expect((await rows('t')).map(({ content }) => content)).toEqual([2, 1]);
  });
});

describe('malformed input', () => {
  const value = fc.oneof(
    fc.anything(),
    fc.constantFrom('', 'a\u0000b', '\ud800', -1, 0, 1.5, 2147483647, 2 ** 31, 'x'.repeat(300), null, [], {}),
  );
  const field = fc.constantFrom(
    'eventType',
    'traceId',
    'agentName',
    'spanId',
    'stepId',
    'parentStepId',
    'userId',
    'timestamp',
    'content',
    'metadata',
    'idempotencyKey',
    'externalUserId',
  );
  const event = fc
    .tuple(fc.constantFrom(...EVENT_TYPES), fc.array(fc.tuple(field, value), { maxLength: 3 }))
    .map(([eventType, changes]) => ({
      ...message({ eventType, metadata: { tool: 'f', model: 'm', provider: 'p' } }),
      ...Object.fromEntries(changes),
    }));

  test('is answered, recorded once and stored completely or not at all', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { maxLength: 6 }),
        fc.constantFrom('direct' as const, 'queued' as const),
        async (events, mode) => {
          const { ingest, whyops, rows } = client({ ingest: mode });
          const text = JSON.stringify(events);
          const sent = JSON.parse(text) as Record<string, unknown>[];
          const reply = await ingest(text);
          await whyops.settled();
          expect([201, 202, 400, 409, 500]).toContain(reply.status);
          const recognisable = sent.filter(
            (each) => EVENT_TYPES.includes(each.eventType as never) && typeof each.traceId === 'string',
          );
          const { events: recorded } = whyops.recording;
          expect(recorded.map(({ eventType, traceId }) => [eventType, traceId])).toEqual(
            recognisable.map(({ eventType, traceId }) => [eventType, traceId]),
          );
          expect(recorded.filter(({ outcome }) => outcome.status === 'queued')).toEqual([]);
          expect(whyops.deadLetters.length).toBe(
            recorded.filter(({ outcome }) => outcome.status === 'dead-letter').length,
          );
          // Half a surrogate pair cannot be asked for in a URL.
          const askable = recorded.filter((each) => !/\p{Surrogate}/u.test(each.traceId));
          for (const traceId of new Set(askable.map((each) => each.traceId))) {
            const stored = recorded.filter(
              (each) => each.traceId === traceId && each.outcome.status === 'stored',
            );
            const expected = stored.reduce(
              (count, { eventType }) => count + (eventType === 'tool_call' ? 2 : 1),
              0,
            );
            expect(traceId === '' ? 0 : (await rows(traceId)).length).toBe(expected);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test('too deep to be written down is refused, and what follows is not affected', async () => {
    const { ingest, outcomes } = client();
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const reply = await ingest(
      `{"eventType":"user_message","traceId":"t","agentName":"a","content":${deep}}`,
    );
    expect(reply.status).toBe(500);
    expect((await ingest(message())).body).toMatchObject({ status: 'saved', stepId: 1 });
    expect(outcomes().map(({ status }) => status)).toEqual(['rejected', 'stored']);
  });
});

test('a trace of many events costs no more for each than a short one', async () => {
  const { ingest, call } = client();
  const steps = 20_000;
  const batch = Array.from({ length: steps }, (_, index) =>
    message({ content: index, stepId: steps - index }),
  );
  await ingest(batch);
  await ingest(
    batch.map((event, index) => ({
      ...event,
      eventType: 'tool_call_request',
      metadata: { tool: 'f' },
      idempotencyKey: `k${index}`,
    })),
  );
  const { body } = await call('GET', '/events?traceId=t&limit=1');
  expect(body.pagination).toMatchObject({ total: 2 * steps });
});
