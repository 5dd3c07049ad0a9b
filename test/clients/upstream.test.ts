import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import OpenAI from 'openai';
import { expect, onTestFinished, test } from 'vitest';
import { stripSignature } from '../../src/protocol/signature.ts';
import { open } from './doors.ts';

/** Another mock of a provider, on a socket of its own. */
async function anotherMock(): Promise<{ url: string; bodies: unknown[] }> {
  const bodies: unknown[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    bodies.push({ path: request.url, key: request.headers.authorization, body: JSON.parse(text) as unknown });
    response.setHeader('content-type', 'application/json');
    const message = { role: 'assistant', content: 'from another mock' };
    response.end(
      JSON.stringify({ object: 'chat.completion', choices: [{ index: 0, message, finish_reason: 'stop' }] }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies };
}

test('another mock can take the provider’s place', async () => {
  const { whyops } = await open('listen');
  const mock = await anotherMock();
  whyops.model.upstream((request) => fetch(new Request(mock.url + new URL(request.url).pathname, request)));
  const openai = new OpenAI({
    apiKey: whyops.apiKey,
    baseURL: `${whyops.proxyBaseUrl}/v1`,
    defaultHeaders: { 'X-Agent-Name': 'support', 'X-Trace-ID': 't1' },
  });
  const messages = [{ role: 'user' as const, content: 'hi' }];
  const completion = await openai.chat.completions.create({ model: 'gpt-4o', messages });
  expect(stripSignature(completion.choices[0]?.message.content ?? '')).toBe('from another mock');
  expect(mock.bodies).toEqual([
    {
      path: '/v1/chat/completions',
      key: 'Bearer stub-upstream-openai-key',
      body: { model: 'gpt-4o', messages },
    },
  ]);
  expect(whyops.trace('t1').events[1]?.content).toEqual({
    content: 'from another mock',
    finishReason: 'stop',
  });
});
