import { describe, expect, test } from 'vitest';
import { createFakeWhyOps, type Fault, type FakeWhyOps } from '../../src/index.ts';

const event = (n: number, traceId = 't1') => ({
  eventType: 'tool_call_request',
  traceId,
  agentName: 'agent',
  spanId: `s${n}`,
  idempotencyKey: `k${n}`,
  content: { toolCalls: [{ name: 'search', arguments: { n } }] },
  metadata: { tool: 'search' },
});

const doors = ['socket', 'memory'] as const;

describe.each(doors)('faults over the %s door', (door) => {
  async function fake(): Promise<{ whyops: FakeWhyOps; send: (n: number) => Promise<Response> }> {
    const whyops = createFakeWhyOps({ ingest: 'direct' });
    if (door === 'socket') await whyops.listen();
    const call = door === 'socket' ? fetch : whyops.fetch;
    const send = (n: number) =>
      call(`${whyops.analyseBaseUrl}/events/ingest`, {
        method: 'POST',
        redirect: 'manual',
        headers: { authorization: `Bearer ${whyops.apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify(event(n)),
        signal: AbortSignal.timeout(2000),
      });
    return { whyops, send };
  }

  const stored = (whyops: FakeWhyOps) => whyops.trace('t1').events.length;

  test('status answers with status, headers and body, and stores nothing', async () => {
    const { whyops, send } = await fake();
    await using _ = whyops;
    const fault: Fault = {
      kind: 'status',
      status: 429,
      headers: { 'retry-after': '1' },
      body: { error: 'slow' },
    };
    whyops.faults.next('ingest', fault);
    const response = await send(1);
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await response.json()).toEqual({ error: 'slow' });
    expect(stored(whyops)).toBe(0);
    expect(whyops.trace('t1').attempts[0]?.outcome).toEqual({
      status: 'rejected',
      httpStatus: 429,
      error: 'fault: status 429',
    });
    expect((await send(1)).status).toBe(201);
    expect(stored(whyops)).toBe(1);
  });

  test('store-then-status stores and answers with the status', async () => {
    const { whyops, send } = await fake();
    await using _ = whyops;
    whyops.faults.next('ingest', { kind: 'store-then-status', status: 503 });
    expect((await send(1)).status).toBe(503);
    expect(stored(whyops)).toBe(1);
  });

  test('drop closes the connection and stores nothing', async () => {
    const { whyops, send } = await fake();
    await using _ = whyops;
    whyops.faults.next('ingest', { kind: 'drop' });
    await expect(send(1)).rejects.toThrow('fetch failed');
    expect(stored(whyops)).toBe(0);
    expect(whyops.recording.exchanges[0]).toMatchObject({ fault: 'drop', status: null });
  });

  test('store-then-drop closes the connection after storing', async () => {
    const { whyops, send } = await fake();
    await using _ = whyops;
    whyops.faults.next('ingest', { kind: 'store-then-drop' });
    await expect(send(1)).rejects.toThrow('fetch failed');
    expect(stored(whyops)).toBe(1);
  });

  test('hang never answers, and does not keep the fake from settling', async () => {
    const { whyops, send } = await fake();
    await using _ = whyops;
    whyops.faults.next('ingest', { kind: 'hang' });
    const sending = send(1);
    sending.catch(() => undefined);
    await whyops.waitFor(({ exchanges }) => exchanges.length === 1);
    await whyops.settled();
    expect(stored(whyops)).toBe(0);
    await expect(sending).rejects.toThrow();
  });

  test('delay answers as usual, later', async () => {
    const { whyops, send } = await fake();
    await using _ = whyops;
    whyops.faults.next('ingest', { kind: 'delay', ms: 20 });
    expect((await send(1)).status).toBe(201);
    expect(stored(whyops)).toBe(1);
  });

  test('not-json answers 200 with a page and stores nothing', async () => {
    const { whyops, send } = await fake();
    await using _ = whyops;
    whyops.faults.next('ingest', { kind: 'not-json' });
    const response = await send(1);
    expect(response.status).toBe(200);
    await expect(response.json()).rejects.toThrow(SyntaxError);
    expect(stored(whyops)).toBe(0);
  });

  test('truncate breaks off in the body and stores nothing', async () => {
    const { whyops, send } = await fake();
    await using _ = whyops;
    whyops.faults.next('ingest', { kind: 'truncate' });
    const response = await send(1);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('terminated');
    expect(stored(whyops)).toBe(0);
  });

  test('redirect points elsewhere and stores nothing', async () => {
    const { whyops, send } = await fake();
    await using _ = whyops;
    whyops.faults.next('ingest', { kind: 'redirect', to: 'http://127.0.0.1:1/' });
    const response = await send(1);
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe('http://127.0.0.1:1/');
    expect(stored(whyops)).toBe(0);
  });

  test('faults are played in the order given, each once, and the unused ones are listed', async () => {
    const { whyops, send } = await fake();
    await using _ = whyops;
    whyops.faults.next('ingest', { kind: 'status', status: 500 }, { kind: 'status', status: 503 });
    whyops.faults.next('init', { kind: 'drop' });
    expect((await send(1)).status).toBe(500);
    expect((await send(1)).status).toBe(503);
    expect((await send(1)).status).toBe(201);
    expect(whyops.faults.played.map(({ fault }) => fault.kind)).toEqual(['status', 'status']);
    expect(whyops.faults.unused).toEqual([{ target: 'init', fault: { kind: 'drop' } }]);
  });
});

test('a fault that is not known is refused with the list of those that are', () => {
  const { faults } = createFakeWhyOps();
  expect(() => faults.next('ingest', { kind: 'explode' } as never)).toThrow(
    'There is no fault {"kind":"explode"}. Kinds: status, store-then-status, drop, store-then-drop, delay, hang, not-json, truncate, redirect.',
  );
  expect(() => faults.next('ingest', { kind: 'delay' } as never)).toThrow(
    'The fault {"kind":"delay"} needs "ms", a number.',
  );
  expect(() => faults.next('events' as never, { kind: 'drop' })).toThrow(
    'faults.next("events", …): the target is one of init, ingest, model.',
  );
});
