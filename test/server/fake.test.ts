import { request as httpRequest } from 'node:http';
import { expect, test } from 'vitest';
import { createFakeWhyOps, type FakeWhyOps } from '../../src/index.ts';

const event = (traceId: string, n = 1) => ({
  eventType: 'user_message',
  traceId,
  agentName: 'agent',
  content: [{ role: 'user', content: `message ${n}` }],
});

function send(whyops: FakeWhyOps, body: unknown, call: typeof fetch = fetch): Promise<Response> {
  return call(`${whyops.analyseBaseUrl}/events/ingest`, {
    method: 'POST',
    headers: { authorization: `Bearer ${whyops.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

test('it listens on the loopback address and a free port, one for each service', async () => {
  await using whyops = await createFakeWhyOps().listen();
  expect(whyops.proxyBaseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(whyops.analyseBaseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api$/);
  expect(new URL(whyops.proxyBaseUrl).port).not.toBe(new URL(whyops.analyseBaseUrl).port);
  expect(whyops.env).toEqual({
    WHYOPS_PROXY_BASE_URL: whyops.proxyBaseUrl,
    WHYOPS_ANALYSE_BASE_URL: whyops.analyseBaseUrl,
    WHYOPS_API_KEY: whyops.apiKey,
  });
});

test('a second listen() is refused, and a closed fake can listen again', async () => {
  await using whyops = await createFakeWhyOps().listen();
  await expect(whyops.listen()).rejects.toThrow('already listens');
  await whyops.close();
  await whyops.listen();
  expect((await send(whyops, event('t1'))).status).toBe(202);
});

test('a port that is taken is an error, and the other half does not stay open', async () => {
  await using first = await createFakeWhyOps().listen();
  const taken = Number(new URL(first.analyseBaseUrl).port);
  const second = createFakeWhyOps();
  await expect(second.listen({ analysePort: taken })).rejects.toThrow('EADDRINUSE');
  await second.listen();
  await second.close();
});

test('two fakes side by side never meet', async () => {
  await using one = await createFakeWhyOps().listen();
  await using other = await createFakeWhyOps().listen();
  await Promise.all([
    send(one, event('shared')),
    send(other, event('shared', 2)),
    send(other, event('shared', 3)),
  ]);
  await Promise.all([one.settled(), other.settled()]);
  expect(one.trace('shared').events).toHaveLength(1);
  expect(other.trace('shared').events).toHaveLength(2);
});

test('the same seed makes the same ids', async () => {
  const ids = async (seed: number) => {
    const whyops = createFakeWhyOps({ seed });
    await send(whyops, [event('t1'), event('t2')], whyops.fetch as typeof fetch);
    await whyops.settled();
    return whyops.recording.events.map(({ spanId }) => spanId);
  };
  expect(await ids(7)).toEqual(await ids(7));
  expect(await ids(7)).not.toEqual(await ids(8));
});

test('waitFor returns what its predicate returned, and on time-out says what did arrive', async () => {
  const whyops = createFakeWhyOps();
  const waiting = whyops.waitFor(({ events }) => events.find(({ traceId }) => traceId === 't2'));
  await send(whyops, [event('t1'), event('t2')], whyops.fetch as typeof fetch);
  expect((await waiting)?.traceId).toBe('t2');
  await expect(whyops.waitFor(() => false, { timeout: 1 })).rejects.toThrow(
    /did not arrive within 1 ms\. Arrived: 1 requests, 2 events; the last of them:\n {2}x1 POST https:.*events\/ingest → 202/,
  );
});

test('reset forgets what was seen, stored and scripted', async () => {
  const whyops = createFakeWhyOps({ ingest: 'direct' });
  const door = whyops.fetch as typeof fetch;
  whyops.faults.next('init', { kind: 'drop' });
  whyops.model.reply('left over');
  await send(whyops, event('t1'), door);
  whyops.reset();
  expect(whyops.recording.exchanges).toEqual([]);
  expect(whyops.recording.events).toEqual([]);
  expect(whyops.faults.unused).toEqual([]);
  expect(whyops.model.unused).toEqual([]);
  const again = await send(whyops, event('t1'), door);
  expect(await again.json()).toMatchObject({ status: 'saved', stepId: 1 });
});

test('a body over the limit is answered 413 and nothing of it is stored', async () => {
  const whyops = createFakeWhyOps({ maxBodyBytes: 1000 });
  const big = { ...event('t1'), content: 'x'.repeat(2000) };
  expect((await send(whyops, big, whyops.fetch as typeof fetch)).status).toBe(413);
  await whyops.listen();
  expect((await send(whyops, big)).status).toBe(413);
  await whyops.close();
  expect(whyops.recording.events).toEqual([]);
});

test('secrets never stand in the recording, only their kind', async () => {
  const whyops = createFakeWhyOps();
  await whyops.fetch(`${whyops.proxyBaseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${whyops.apiKey}`,
      'x-api-key': 'sk-ant-secret-secret',
      'x-agent-name': 'a',
    },
    body: JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] }),
  });
  await whyops.settled();
  const text = JSON.stringify(whyops.recording);
  expect(text).not.toContain('sk-ant-secret-secret');
  expect(text).not.toContain(whyops.apiKey);
  expect(whyops.recording.exchanges[0]?.credentials.map(({ header, kind }) => [header, kind])).toEqual([
    ['authorization', 'whyops'],
    ['x-api-key', 'provider'],
  ]);
});

test('the fetch door plays configured addresses and never calls out', async () => {
  const whyops = createFakeWhyOps({
    proxyBaseUrl: 'https://proxy.internal.example.com',
    analyseBaseUrl: 'https://analyse.internal.example.com/api',
  });
  expect((await whyops.fetch('https://analyse.internal.example.com/api/health')).status).toBe(200);
  expect((await whyops.fetch('https://proxy.internal.example.com/health')).status).toBe(200);
  expect((await whyops.fetch('https://somewhere.invalid/page')).status).toBe(404);
  await whyops.fetch('https://proxy.whyops.com/v1/models');
  expect(whyops.recording.exchanges.map(({ service, address }) => [service, address])).toEqual([
    ['analyse', 'configured'],
    ['proxy', 'configured'],
    ['elsewhere', 'other'],
    ['proxy', 'hosted'],
  ]);
});

test.each([
  [
    { proxyBaseUrl: 'https://proxy.example.com/v1' },
    'has a path: write the root, "https://proxy.example.com"',
  ],
  [{ proxyBaseUrl: 'https://proxy.example.com/' }, 'has a path: write the root, "https://proxy.example.com"'],
  [
    { analyseBaseUrl: 'https://analyse.example.com' },
    'does not end in /api: write "https://analyse.example.com/api"',
  ],
  [{ analyseBaseUrl: 'analyse' }, 'analyseBaseUrl "analyse" is not a URL'],
  [{ ingest: 'fast' }, `ingest: "fast" is not known: write 'queued' or 'direct'.`],
  [{ sampling: 2 }, 'sampling: 2 is not a share: write a number from 0 to 1.'],
  [{ apiKey: 'secret' }, 'start it with "whyops_" or "YOPS-"'],
  [{ ingets: 'direct' }, 'createFakeWhyOps has no option "ingets".'],
])('options that cannot work are refused: %j', (options, message) => {
  expect(() => createFakeWhyOps(options as never)).toThrow(message);
});

test('inOneTrace marks what is sent from it, over fetch and node:http, and nothing else', async () => {
  await using whyops = await createFakeWhyOps().listen();
  const viaHttp = () =>
    new Promise<void>((resolve, reject) => {
      const url = new URL(`${whyops.analyseBaseUrl}/events/ingest`);
      const headers = { authorization: `Bearer ${whyops.apiKey}`, 'content-type': 'application/json' };
      const outgoing = httpRequest(url, { method: 'POST', headers }, (response) => {
        response.resume().on('end', resolve);
      });
      outgoing.on('error', reject).end(JSON.stringify(event('by-http')));
    });
  await Promise.all([
    whyops.inOneTrace(async () => {
      await send(whyops, event('by-fetch'));
      await viaHttp();
      await send(whyops, event('in-memory'), whyops.fetch as typeof fetch);
    }),
    whyops.inOneTrace(() => send(whyops, event('other-scope'))),
    send(whyops, event('no-scope')),
  ]);
  await whyops.settled();
  const scopes = Object.fromEntries(whyops.recording.events.map(({ traceId, scope }) => [traceId, scope]));
  expect(scopes).toEqual({
    'by-fetch': 'scope-1',
    'by-http': 'scope-1',
    'in-memory': 'scope-1',
    'other-scope': 'scope-2',
    'no-scope': null,
  });
  expect(JSON.stringify(whyops.recording)).not.toContain('x-whyops-testkit-scope');
});
