import OpenAI6 from 'openai';
import OpenAI4 from 'openai-4';
import OpenAI5 from 'openai-5';
import { describe, expect, test } from 'vitest';
import { stripSignature } from '../../src/protocol/signature.ts';
import { type Door, open, story } from './doors.ts';

const messages = [{ role: 'user' as const, content: 'hi' }];

function settings({ whyops }: Door, defaultHeaders?: Record<string, string>) {
  return {
    apiKey: whyops.apiKey,
    baseURL: `${whyops.proxyBaseUrl}/v1`,
    maxRetries: 0,
    ...(defaultHeaders && { defaultHeaders }),
  };
}

describe.each([
  ['4', OpenAI4],
  ['5', OpenAI5],
  ['6', OpenAI6],
] as const)('openai %s', (major, OpenAI) => {
  test('plain and streamed chat with headers from the constructor', async () => {
    const opened = await open('listen');
    opened.whyops.model.reply('one', 'two');
    const openai = new OpenAI(settings(opened, { 'X-Agent-Name': 'support', 'X-Trace-ID': 't1' })) as OpenAI6;
    const plain = await openai.chat.completions.create({ model: 'gpt-4o', messages });
    expect(stripSignature(plain.choices[0]?.message.content ?? '')).toBe('one');
    let text = '';
    const stream = await openai.chat.completions.create({
      model: 'gpt-4o',
      messages: [...messages, ...messages],
      stream: true,
    });
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    expect(stripSignature(text)).toBe('two');
    expect(await story(opened.whyops, 't1')).toEqual([
      'user_message',
      'llm_response',
      'user_message',
      'llm_response',
    ]);
  });

  test('headers that are assigned afterwards never arrive: version 4 throws, later ones send none', async () => {
    const opened = await open('listen');
    const openai = new OpenAI(settings(opened)) as OpenAI6;
    Object.assign(openai, { defaultHeaders: { 'X-Agent-Name': 'support', 'X-Trace-ID': 't1' } });
    const call = (async () => openai.chat.completions.create({ model: 'gpt-4o', messages }))();
    await expect(call).rejects.toThrow(
      major === '4' ? 'defaultHeaders is not a function' : 'Missing required header: X-Agent-Name',
    );
    expect(opened.whyops.recording.exchanges.map(({ status }) => status)).toEqual(major === '4' ? [] : [400]);
  });
});
