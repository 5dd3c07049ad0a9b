import OpenAI from 'openai';
import { expect, test } from 'vitest';
import { correctScenes } from '../../src/demo/correct.ts';
import { mistakeScenes } from '../../src/demo/mistakes.ts';
import { perform } from '../../src/demo/perform.ts';

test('correct flows are silent and every mistake is found, and nothing else', async () => {
  const printed: string[] = [];
  const { ok, summary } = await perform(OpenAI, (text) => printed.push(text));
  expect(summary).toBe('5 correct flows, 9 mistakes: the flows are silent, every mistake is found.');
  expect(ok).toBe(true);
  const text = printed.join('\n');
  for (const { title } of [...correctScenes, ...mistakeScenes]) expect(text).toContain(title);
  expect(text).toContain('Trace checkout-8841');
  expect(text).not.toContain('UNEXPECTED');
});

test('a mistake in a correct flow, and a correct flow where a mistake should be, are not ok', async () => {
  const [correct] = correctScenes;
  const mistake = mistakeScenes.find(({ mistake: rule }) => rule === 'span-reuse');
  const scenes = [
    { ...correct!, mistake: 'span-reuse' as const },
    { title: 'wrong on purpose', play: mistake!.play },
  ];
  const { ok, summary } = await perform(OpenAI, () => {}, {}, scenes);
  expect(ok).toBe(false);
  expect(summary).toContain('span-reuse did not find it');
  expect(summary).toContain('wrong on purpose: a correct flow has findings of span-reuse');
});
