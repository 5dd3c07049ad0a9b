import { request as httpRequest, Agent } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { createFakeWhyOps } from '../../src/index.ts';

// Equal heads of one connection are kept once; a head that differs in one character must not pass for the one before.
test('every request on one connection is judged and recorded by its own headers', async () => {
  await using whyops = await createFakeWhyOps().listen();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => {
    agent.destroy();
  });
  const send = (key: string, user: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const body = JSON.stringify({ eventType: 'user_message', traceId: 't', agentName: 'a', content: user });
      const headers = {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'x-external-user-id': user,
      };
      const request = httpRequest(`${whyops.analyseBaseUrl}/events/ingest`, {
        method: 'POST',
        agent,
        headers,
      });
      request.on('response', (response) => {
        response.resume().on('end', () => {
          resolve(response.statusCode);
        });
      });
      request.on('error', reject).end(body);
    });

  const good = whyops.apiKey;
  const bad = `${good.slice(0, -1)}!`;
  expect([
    await send(good, 'u1'),
    await send(good, 'u1'),
    await send(bad, 'u1'),
    await send(good, 'u2'),
  ]).toEqual([202, 202, 401, 202]);
  expect(whyops.recording.events.map((event) => event.externalUserId)).toEqual(['u1', 'u1', 'u1', 'u2']);
  expect(whyops.recording.exchanges.map(({ headers }) => headers['x-external-user-id'])).toEqual([
    'u1',
    'u1',
    'u1',
    'u2',
  ]);
});
