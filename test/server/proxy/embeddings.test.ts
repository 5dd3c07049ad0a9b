import { expect, test } from 'vitest';
import { proxyAlone } from './harness.ts';

const path = '/v1/embeddings';
const trace = { 'x-trace-id': 't1' };

test('request and reply are recorded; usage keeps the provider’s names', async () => {
  const whyops = proxyAlone();
  whyops.model.reply({
    embeddings: [
      [0.1, 0.2, 0.3],
      [1, 2, 3],
    ],
  });
  const body = { model: 'e', input: ['a', 'b'], dimensions: 3, encoding_format: 'float', user: 'u' };
  const response = await whyops.post(path, body, trace);
  expect(await response.json()).toEqual({
    object: 'list',
    data: [
      { object: 'embedding', index: 0, embedding: [0.1, 0.2, 0.3] },
      { object: 'embedding', index: 1, embedding: [1, 2, 3] },
    ],
    model: 'e',
    usage: { prompt_tokens: 2, total_tokens: 2 },
  });
  expect(whyops.events).toMatchObject([
    {
      eventType: 'embedding_request',
      content: { input: ['a', 'b'] },
      metadata: {
        model: 'e',
        provider: 'openai',
        params: { dimensions: 3, encodingFormat: 'float', user: 'u' },
      },
    },
    {
      eventType: 'embedding_response',
      content: { object: 'list', embeddingCount: 2, firstEmbeddingDimensions: 3, encodingFormat: 'float' },
      metadata: { model: 'e', provider: 'openai', usage: { prompt_tokens: 2, total_tokens: 2 } },
    },
  ]);
});

test('made-up vectors have the length asked for, are the same for the same input, and differ otherwise', async () => {
  const whyops = proxyAlone();
  const embed = async (input: unknown, dimensions?: number) => {
    const response = await whyops.post(path, { model: 'text-embedding-3-small', input, dimensions }, trace);
    const { data } = (await response.json()) as { data: { embedding: number[] }[] };
    return data.map(({ embedding }) => embedding);
  };
  const [[first], [again], [other]] = [await embed('a', 4), await embed('a', 4), await embed('b', 4)];
  expect(first).toHaveLength(4);
  expect(Math.hypot(...(first ?? []))).toBeCloseTo(1);
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
  expect((await embed('a'))[0]).toHaveLength(1536);
  expect(await embed([1, 2, 3], 2)).toHaveLength(1);
  expect(await embed([[1], [2]], 2)).toHaveLength(2);
});

test('base64 tells no dimensions', async () => {
  const whyops = proxyAlone();
  whyops.model.reply({ embeddings: [[1, 2]] });
  const response = await whyops.post(path, { model: 'e', input: 'x', encoding_format: 'base64' }, trace);
  expect(await response.json()).toMatchObject({ data: [{ embedding: 'AACAPwAAAEA=' }] });
  expect(whyops.events[1]?.content).toEqual({ object: 'list', embeddingCount: 1, encodingFormat: 'base64' });
});

test('a refusal is recorded as text', async () => {
  const whyops = proxyAlone();
  whyops.model.reply({ error: { status: 400, body: { error: 'no' } } });
  const response = await whyops.post(path, { model: 'e', input: 'x' }, trace);
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({ error: 'no' });
  expect(whyops.events[1]).toMatchObject({
    eventType: 'error',
    content: { error: '{"error":"no"}', status: 400 },
  });
});

test('a reply that is meant for a chat stays in the script', async () => {
  const whyops = proxyAlone();
  whyops.model.reply('for the chat');
  await whyops.post(path, { model: 'e', input: 'x' }, trace);
  expect(whyops.model.unused).toEqual(['for the chat']);
});
