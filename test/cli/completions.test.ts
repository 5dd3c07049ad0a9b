import { describe, expect, test } from 'vitest';
import { Completions } from '../../src/cli/completions.ts';
import { createFakeWhyOps } from '../../src/server/fake.ts';

const ids = (items: readonly { readonly id: string }[]) => items.map(({ id }) => id);

describe('what is final in a growing recording', () => {
  test('is told once, when it is', async () => {
    const whyops = createFakeWhyOps();
    const completions = new Completions(whyops.recording);
    const told: string[][] = [];
    whyops.onChange(() => told.push(ids(completions.take())));
    whyops.faults.next('ingest', { kind: 'hang' });
    const headers = { authorization: `Bearer ${whyops.apiKey}`, 'content-type': 'application/json' };
    const ingest = (body: object, signal?: AbortSignal) =>
      whyops.fetch(`${whyops.analyseBaseUrl}/events/ingest`, {
        method: 'POST',
        headers,
        body: JSON.stringify({
          agentName: 'a',
          traceId: 't',
          eventType: 'user_message',
          content: 'Hi',
          ...body,
        }),
        ...(signal ? { signal } : {}),
      });
    void ingest({}, AbortSignal.abort()).catch(() => undefined);
    await ingest({ content: 'there' });
    await whyops.settled();
    expect(told.flat().sort()).toEqual(['e1', 'e2', 'x1', 'x2'].sort());
    expect(completions.rest()).toEqual([]);
  });

  test('waits for the end of a stream', async () => {
    const whyops = createFakeWhyOps();
    const completions = new Completions(whyops.recording);
    whyops.model.reply('It is sunny.');
    const response = await whyops.fetch(`${whyops.proxyBaseUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${whyops.apiKey}`,
        'content-type': 'application/json',
        'x-agent-name': 'a',
        'x-trace-id': 't',
      },
      body: JSON.stringify({ model: 'gpt-4o', stream: true, messages: [{ role: 'user', content: 'Hi' }] }),
    });
    expect(ids(completions.take())).not.toContain('x1');
    await response.text();
    await whyops.settled();
    const [call] = completions.take().filter(({ id }) => id === 'x1');
    expect(call).toMatchObject({ status: 200, response: expect.stringContaining('data: ') });
  });
});
