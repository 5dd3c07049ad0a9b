import Anthropic from '@anthropic-ai/sdk';
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema';
import { describe, expect, test } from 'vitest';
import { type Door, DOORS, open, story } from './doors.ts';

function client({ whyops, fetch }: Door): Anthropic {
  return new Anthropic({
    apiKey: whyops.apiKey,
    baseURL: whyops.proxyBaseUrl,
    maxRetries: 0,
    defaultHeaders: { 'X-Agent-Name': 'support', 'X-Trace-ID': 't1' },
    ...(fetch && { fetch }),
  });
}

const hello = {
  model: 'claude-test',
  max_tokens: 100,
  messages: [{ role: 'user' as const, content: 'How is the weather in Paris?' }],
};

describe.each(DOORS)('the @anthropic-ai/sdk package over %s', (door) => {
  test('a message, with cached tokens on top of the prompt', async () => {
    const opened = await open(door);
    opened.whyops.model.reply({
      text: 'It is sunny.',
      usage: { promptTokens: 1200, completionTokens: 240, cacheReadTokens: 8200, cacheCreationTokens: 300 },
    });
    const message = await client(opened).messages.create(hello);
    expect(message.content).toMatchObject([{ type: 'text', text: 'It is sunny.' }]);
    expect(message.usage).toMatchObject({ input_tokens: 1200, cache_read_input_tokens: 8200 });
    expect(await story(opened.whyops, 't1')).toEqual(['user_message', 'llm_response']);
    expect(opened.whyops.trace('t1').events[1]?.metadata).toMatchObject({ usage: { totalTokens: 9940 } });
  });

  test('the streaming helper puts thinking, text and tool use together', async () => {
    const opened = await open(door);
    opened.whyops.model.reply({
      thinking: [{ text: 'Which city?', signature: 'sig' }, { redacted: 'encrypted' }],
      text: 'Let me look.',
      toolCalls: [{ id: 'toolu_1', name: 'weather', arguments: { city: 'New York' } }],
    });
    const message = await client(opened).messages.stream(hello).finalMessage();
    expect(message.content).toMatchObject([
      { type: 'thinking', thinking: 'Which city?', signature: 'sig' },
      { type: 'redacted_thinking', data: 'encrypted' },
      { type: 'text', text: 'Let me look.' },
      { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'New York' } },
    ]);
    expect(message.stop_reason).toBe('tool_use');
    expect(await story(opened.whyops, 't1')).toEqual([
      'user_message',
      'llm_response',
      'llm_thinking',
      'llm_thinking',
    ]);
  });

  test.each([false, true])('the tool runner plays a tool loop (stream: %s)', async (stream) => {
    const opened = await open(door);
    opened.whyops.model.reply(
      { toolCalls: [{ id: 'toolu_1', name: 'weather', arguments: { city: 'Paris' } }] },
      'It is 21 degrees.',
    );
    const asked: unknown[] = [];
    const runner = client(opened).beta.messages.toolRunner({
      ...hello,
      stream,
      tools: [
        betaTool({
          name: 'weather',
          description: 'The weather in a city.',
          inputSchema: { type: 'object', properties: { city: { type: 'string' } } },
          run: (input) => {
            asked.push(input);
            return '21C';
          },
        }),
      ],
    });
    const message = await runner.runUntilDone();
    expect(message.content).toMatchObject([{ type: 'text', text: 'It is 21 degrees.' }]);
    expect(asked).toEqual([{ city: 'Paris' }]);
    expect(await story(opened.whyops, 't1')).toEqual([
      'user_message',
      'llm_response',
      'tool_result',
      'llm_response',
    ]);
  });

  test('errors of the provider have the package’s own types', async () => {
    const opened = await open(door);
    opened.whyops.model.reply({ error: { status: 429 } }, { error: { status: 529 } });
    const anthropic = client(opened);
    await expect(anthropic.messages.create(hello)).rejects.toBeInstanceOf(Anthropic.RateLimitError);
    await expect(anthropic.messages.create(hello)).rejects.toBeInstanceOf(Anthropic.InternalServerError);
  });

  test('headers that are assigned to the client afterwards never arrive', async () => {
    const { whyops, fetch } = await open(door);
    const anthropic = new Anthropic({
      apiKey: whyops.apiKey,
      baseURL: whyops.proxyBaseUrl,
      maxRetries: 0,
      ...(fetch && { fetch }),
    });
    Object.assign(anthropic, { defaultHeaders: { 'X-Agent-Name': 'support', 'X-Trace-ID': 't1' } });
    await expect(anthropic.messages.create(hello)).rejects.toThrow('Missing required header: X-Agent-Name');
    expect(whyops.recording.exchanges).toMatchObject([
      { route: 'messages', status: 400, agentName: null, traceId: null },
    ]);
    expect(whyops.recording.events).toEqual([]);
  });
});
