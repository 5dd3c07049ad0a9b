import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { stripSignature } from '../../src/protocol/signature.ts';
import { type Door, DOORS, open, story } from './doors.ts';

function client({ whyops, fetch }: Door, headers: Record<string, string> = {}): OpenAI {
  return new OpenAI({
    apiKey: whyops.apiKey,
    baseURL: `${whyops.proxyBaseUrl}/v1`,
    maxRetries: 0,
    defaultHeaders: { 'X-Agent-Name': 'support', 'X-Trace-ID': 't1', ...headers },
    ...(fetch && { fetch }),
  });
}

const messages = [{ role: 'user' as const, content: 'How is the weather in Paris?' }];
const weather = { id: 'call_1', name: 'weather', arguments: { city: 'Paris' } };

describe.each(DOORS)('the openai package over %s', (door) => {
  test('a chat completion', async () => {
    const opened = await open(door);
    opened.whyops.model.reply({ text: 'It is sunny.', usage: { promptTokens: 12, completionTokens: 4 } });
    const completion = await client(opened).chat.completions.create({ model: 'gpt-4o', messages });
    expect(stripSignature(completion.choices[0]?.message.content ?? '')).toBe('It is sunny.');
    expect(completion.choices[0]?.finish_reason).toBe('stop');
    expect(completion.usage).toMatchObject({ prompt_tokens: 12, completion_tokens: 4, total_tokens: 16 });
    expect(await story(opened.whyops, 't1')).toEqual(['user_message', 'llm_response']);
  });

  test('a conversation without a trace header goes on in the trace that its history names', async () => {
    const opened = await open(door);
    const openai = client(opened, { 'X-Trace-ID': '' });
    const first = await openai.chat.completions.create({ model: 'gpt-4o', messages });
    const history = [
      ...messages,
      first.choices[0]?.message ?? messages[0]!,
      { role: 'user' as const, content: 'And Rome?' },
    ];
    await openai.chat.completions.create({ model: 'gpt-4o', messages: history });
    await opened.whyops.settled();
    expect(opened.whyops.recording.exchanges.map(({ traceIdSource }) => traceIdSource)).toEqual([
      'generated',
      'signature',
    ]);
    expect(opened.whyops.recording.traces).toHaveLength(1);
  });

  test('a streamed chat completion', async () => {
    const opened = await open(door);
    opened.whyops.model.reply({
      text: 'It is sunny in Paris.',
      usage: { promptTokens: 12, completionTokens: 4 },
    });
    const { data, response } = await client(opened)
      .chat.completions.create({
        model: 'gpt-4o',
        messages,
        stream: true,
        stream_options: { include_usage: true },
      })
      .withResponse();
    let text = '';
    let usage;
    for await (const chunk of data) {
      text += chunk.choices[0]?.delta.content ?? '';
      usage = chunk.usage ?? usage;
    }
    expect(response.headers.get('x-trace-id')).toBe('t1');
    expect(stripSignature(text)).toBe('It is sunny in Paris.');
    expect(usage).toMatchObject({ total_tokens: 16 });
    expect(await story(opened.whyops, 't1')).toEqual(['user_message', 'llm_response']);
    const { events, exchanges } = opened.whyops.trace('t1');
    expect(events[1]?.metadata).toMatchObject({ usage: { totalTokens: 16 } });
    expect(exchanges[0]?.endSeq).toBeGreaterThan(events[1]?.seq ?? Infinity);
  });

  test('the streaming helper puts text and tool calls together', async () => {
    const opened = await open(door);
    opened.whyops.model.reply({ text: 'Let me look.', toolCalls: [weather] });
    const tools = [{ type: 'function' as const, function: { name: 'weather', parameters: {} } }];
    const stream = client(opened).chat.completions.stream({ model: 'gpt-4o', messages, tools });
    const [message] = (await stream.finalChatCompletion()).choices.map((choice) => choice.message);
    expect(stripSignature(message?.content ?? '')).toBe('Let me look.');
    expect(message?.tool_calls).toMatchObject([
      { id: 'call_1', function: { name: 'weather', arguments: '{"city":"Paris"}' } },
    ]);
  });

  test('runTools plays a tool loop', async () => {
    const opened = await open(door);
    opened.whyops.model.reply({ toolCalls: [weather] }, 'It is 21 degrees.');
    const asked: unknown[] = [];
    const runner = client(opened).chat.completions.runTools({
      model: 'gpt-4o',
      messages,
      tools: [
        {
          type: 'function',
          function: {
            name: 'weather',
            description: 'The weather in a city.',
            parameters: { type: 'object', properties: { city: { type: 'string' } } },
            parse: JSON.parse,
            function: (input: unknown) => {
              asked.push(input);
              return '21C';
            },
          },
        },
      ],
    });
    expect(stripSignature((await runner.finalContent()) ?? '')).toBe('It is 21 degrees.');
    expect(asked).toEqual([{ city: 'Paris', _whyops_trace_id: 't1' }]);
    expect(await story(opened.whyops, 't1')).toEqual([
      'user_message',
      'llm_response',
      'tool_result',
      'llm_response',
    ]);
  });

  test('parallel tool calls', async () => {
    const opened = await open(door);
    const time = { id: 'call_2', name: 'time', arguments: { zone: 'CET' } };
    opened.whyops.model.reply({ toolCalls: [weather, time] });
    const completion = await client(opened).chat.completions.create({ model: 'gpt-4o', messages });
    expect(completion.choices[0]?.message.tool_calls?.map(({ id }) => id)).toEqual(['call_1', 'call_2']);
    expect(completion.choices[0]?.finish_reason).toBe('tool_calls');
  });

  test('responses, plain and streamed', async () => {
    const opened = await open(door);
    opened.whyops.model.reply('It is sunny.', { text: 'It is raining.', thinking: 'Clouds.' });
    const openai = client(opened);
    const response = await openai.responses.create({ model: 'gpt-4o', input: 'How is the weather?' });
    expect(stripSignature(response.output_text)).toBe('It is sunny.');
    const stream = openai.responses.stream({ model: 'gpt-4o', input: 'And tomorrow?' });
    let text = '';
    stream.on('response.output_text.delta', ({ delta }) => (text += delta));
    const final = await stream.finalResponse();
    expect(text).toBe('It is raining.');
    expect(final.output_text).toBe('It is raining.');
    expect(final.output.map(({ type }) => type)).toEqual(['reasoning', 'message']);
    expect(await story(opened.whyops, 't1')).toEqual([
      'user_message',
      'llm_response',
      'user_message',
      'llm_response',
    ]);
  });

  test('a tool loop with responses', async () => {
    const opened = await open(door);
    opened.whyops.model.reply({ toolCalls: [weather] }, 'It is 21 degrees.');
    const openai = client(opened);
    const input = [{ role: 'user' as const, content: 'How is the weather in Paris?' }];
    const first = await openai.responses.create({ model: 'gpt-4o', input });
    const [call] = first.output;
    expect(call).toMatchObject({ type: 'function_call', call_id: 'call_1', name: 'weather' });
    const output = { type: 'function_call_output' as const, call_id: 'call_1', output: '21C' };
    const second = await openai.responses.create({
      model: 'gpt-4o',
      input: [...input, call as OpenAI.Responses.ResponseFunctionToolCall, output],
    });
    expect(stripSignature(second.output_text)).toBe('It is 21 degrees.');
    expect(await story(opened.whyops, 't1')).toEqual([
      'user_message',
      'llm_response',
      'tool_result',
      'llm_response',
    ]);
  });

  test('embeddings come back as numbers, although the package asks for base64', async () => {
    const opened = await open(door);
    opened.whyops.model.reply({
      embeddings: [
        [1, 0.5],
        [0, 1],
      ],
    });
    const list = await client(opened).embeddings.create({
      model: 'text-embedding-3-small',
      input: ['a', 'b'],
    });
    expect(list.data.map(({ embedding }) => embedding)).toEqual([
      [1, 0.5],
      [0, 1],
    ]);
    expect(opened.whyops.model.requests[0]?.body).toMatchObject({ encoding_format: 'base64' });
    expect(await story(opened.whyops, 't1')).toEqual(['embedding_request', 'embedding_response']);
  });

  test('models', async () => {
    const opened = await open(door);
    const models = await client(opened).models.list();
    expect(models.data.map(({ id }) => id)).toEqual(['fake-model']);
  });

  test('errors of the provider have the package’s own types', async () => {
    const opened = await open(door);
    opened.whyops.model.reply({ error: { status: 429 } }, { error: { status: 401 } });
    const openai = client(opened);
    const ask = () => openai.chat.completions.create({ model: 'gpt-4o', messages });
    await expect(ask()).rejects.toBeInstanceOf(OpenAI.RateLimitError);
    await expect(ask()).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    expect(opened.whyops.trace('t1').events.map(({ eventType }) => eventType)).toEqual([
      'user_message',
      'error',
      'error',
    ]);
  });

  test('a base URL without /v1 finds no route', async () => {
    const opened = await open(door);
    const openai = client(opened);
    openai.baseURL = opened.whyops.proxyBaseUrl;
    await expect(openai.chat.completions.create({ model: 'gpt-4o', messages })).rejects.toThrow('404');
    expect(opened.whyops.recording.exchanges).toMatchObject([
      { route: null, path: '/chat/completions', status: 404 },
    ]);
  });

  test('headers that are assigned to the client afterwards never arrive', async () => {
    const opened = await open(door);
    const { whyops, fetch } = opened;
    const openai = new OpenAI({
      apiKey: whyops.apiKey,
      baseURL: `${whyops.proxyBaseUrl}/v1`,
      maxRetries: 0,
      ...(fetch && { fetch }),
    });
    const documented = openai as unknown as { defaultHeaders: Record<string, string> };
    documented.defaultHeaders = {
      ...documented.defaultHeaders,
      'X-Agent-Name': 'support',
      'X-Trace-ID': 't1',
    };
    const call = openai.chat.completions.create({ model: 'gpt-4o', messages });
    await expect(call).rejects.toThrow('400');
    await whyops.settled();
    const [exchange] = whyops.recording.exchanges;
    expect(exchange).toMatchObject({
      route: 'chat',
      status: 400,
      agentName: null,
      traceId: null,
      request: { model: 'gpt-4o', messages },
      response: { error: 'Missing required header: X-Agent-Name' },
    });
    expect(Object.keys(exchange?.headers ?? {})).not.toContain('x-trace-id');
    expect(whyops.recording.events).toEqual([]);
    expect(whyops.model.requests).toEqual([]);
  });
});
