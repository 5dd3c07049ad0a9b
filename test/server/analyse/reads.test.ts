import { describe, expect, test } from 'vitest';
import { client, message } from './client.ts';

test('events of one millisecond are told apart by their time and listed newest first', async () => {
  const { ingest, rows } = client({ now: () => Date.parse('2026-01-01T00:00:00Z') });
  await ingest(['a', 'b', 'c'].map((content) => message({ content })));
  expect((await rows('t')).map(({ content, timestamp }) => [content, timestamp])).toEqual([
    ['c', '2026-01-01T00:00:00.002Z'],
    ['b', '2026-01-01T00:00:00.001Z'],
    ['a', '2026-01-01T00:00:00.000Z'],
  ]);
});

test('one event is read by its id; unknown ids and texts that are no id have answers of their own', async () => {
  const { ingest, call } = client();
  const { body } = await ingest(message({ content: 'x' }));
  expect((await call('GET', `/events/${body.id as string}?include=content`)).body).toMatchObject({
    content: 'x',
  });
  expect(await call('GET', '/events/99999999-9999-4999-8999-999999999999')).toEqual({
    status: 404,
    body: { error: 'Event not found' },
  });
  expect(await call('GET', '/events/x')).toEqual({ status: 500, body: { error: 'Failed to fetch event' } });
  expect(await call('GET', '/events?providerId=x')).toEqual({
    status: 500,
    body: { error: 'Failed to fetch events' },
  });
});

test('what the ingest API takes is told to who has a key', async () => {
  const { call } = client();
  expect((await call('GET', '/events/help')).body).toMatchObject({
    required: ['eventType', 'traceId', 'agentName'],
  });
  expect((await call('GET', '/events/help', undefined, { authorization: 'x' })).status).toBe(401);
});

describe('threads', () => {
  const usage = { promptTokens: 3, completionTokens: 4, totalTokens: 100 };
  const reply = message({ eventType: 'llm_response', metadata: { model: 'm', provider: 'p', usage } });

  test('sum up a trace, list its events by step, and keep less of them for the second reader', async () => {
    const { ingest, call } = client();
    await ingest([
      message({ stepId: 2, content: 'b' }),
      message({ eventType: 'error', stepId: 1, content: 'a' }),
    ]);
    await ingest(reply);
    const path = '/threads/t?eventInclude=content,metadata';
    const first = (await call('GET', path)).body;
    expect(first).toMatchObject({
      threadId: 't',
      errorCount: 1,
      totalTokens: 7,
      models: ['m'],
      sampledOut: false,
    });
    const events = first.events as Record<string, unknown>[];
    expect(events.map(({ stepId }) => stepId)).toEqual([1, 2, 3]);
    expect(events[2]).toMatchObject({ metadata: { model: 'm' } });
    const second = (await call('GET', path)).body.events as Record<string, unknown>[];
    expect(second[2]).not.toHaveProperty('metadata');
  });

  test('are those of the tenant of the key', async () => {
    const { ingest, call } = client();
    const theirs = {
      userId: '00000000-0000-4000-8000-000000000004',
      environmentId: '00000000-0000-4000-8000-000000000026',
    };
    await ingest([message(), message({ traceId: 'u', ...theirs })]);
    expect((await call('GET', '/threads')).body).toMatchObject({
      threads: [{ threadId: 't' }],
      pagination: { total: 1, count: 20, page: 1, totalPages: 1, hasMore: false },
    });
    expect(await call('GET', '/threads/u')).toEqual({
      status: 404,
      body: { success: false, error: 'Thread not found' },
    });
    expect(await call('GET', '/threads?startDate=x')).toEqual({
      status: 400,
      body: { success: false, error: 'Invalid startDate' },
    });
  });

  test('have a graph along the parents', async () => {
    const { ingest, call } = client();
    const [first, second] = (await ingest([message({ content: 1 }), message({ content: 2 })]))
      .body as unknown as {
      id: string;
    }[];
    expect((await call('GET', '/threads/t/graph')).body).toMatchObject({
      threadId: 't',
      graph: {
        nodes: [{ id: first?.id }, { id: second?.id }],
        edges: [{ source: first?.id, target: second?.id }],
      },
    });
  });
});
