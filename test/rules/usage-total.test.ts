import { describe, expect, test } from 'vitest';
import { Recording } from '../../src/recording/recording.ts';
import { trace } from '../../src/recording/trace-builder.ts';
import { found, messages } from './messages.ts';

type Options = Parameters<ReturnType<typeof trace>['llm']>[1];
const reported = (usage: Record<string, unknown>, options: Options = {}) =>
  trace('t1').llm({ text: 'hi', usage }, options);
const kinds = (built: { readonly recording: Recording }) =>
  found(built, 'usage-total').map((line) => line.split(' ')[0]);
const anthropic = { provider: 'anthropic' };
const unknown = { provider: 'groq', model: 'llama-4' };

describe('a name', () => {
  const name = (key: string) => kinds(reported({ [key]: 1 }));

  test.each(['prompt_tokens', 'cachedInputTokens', 'total', 'reasoning_tokens', 'a_b_c_tokens', 'x_tokens'])(
    '%s is not read',
    (key) => expect(name(key)).toEqual(['unknown-name']),
  );

  test.each([
    'promptTokens',
    'cacheWrite1hTokens',
    'reasoningTokens',
    'Reasoning_tokens',
    'r2_tokens',
    'tokens',
    '_tokens',
    'x_tokens_left',
  ])('%s is no mistake', (key) => expect(name(key)).toEqual([]));

  test('that stands for another one, and one that stands for none', () => {
    expect(messages(reported({ input_tokens: 1 }), 'usage-total')).toEqual([
      `usage-total/unknown-name E t1 [e1]
  e1   llm_response        model=gpt-5
The backend does not read usage.input_tokens: the count is lost.
Fix: write promptTokens instead of input_tokens.
Docs: docs/rules/usage-total.md`,
    ]);
    expect(messages(reported({ reasoning_tokens: 1 }), 'usage-total')).toEqual([
      `usage-total/unknown-name E t1 [e1]
  e1   llm_response        model=gpt-5
The backend does not read usage.reasoning_tokens: the count is lost.
Fix: use the names promptTokens, completionTokens, totalTokens, cacheReadTokens,
     cacheCreationTokens instead of "reasoning_tokens".
Docs: docs/rules/usage-total.md`,
    ]);
  });

  test('and a count of one event are two mistakes, and hide the sum', () => {
    const usage = { promptTokens: 1, completionTokens: -1, totalTokens: 9, total: 9 };
    expect(kinds(reported(usage))).toEqual(['unknown-name', 'not-a-count']);
    expect(kinds(reported({ promptTokens: 1, completionTokens: 1, totalTokens: 9, total: 9 }))).toEqual([
      'unknown-name',
    ]);
  });
});

describe('a count', () => {
  test.each([0, 1, null, undefined])('may be %s', (value) => {
    expect(kinds(reported({ promptTokens: value }))).toEqual([]);
  });

  test.each([
    [-1, '-1'],
    [1.5, '1.5'],
    ['12', '"12"'],
    ['say "12"', '"say \\"12\\""'],
    [{ a: 1 }, '{"a":1}'],
  ])('may not be %j', (value, told) => {
    expect(messages(reported({ promptTokens: value }), 'usage-total')[0]).toContain(
      `\nusage.promptTokens is ${told}, not an integer from 0.\n`,
    );
  });
});

describe('a total', () => {
  const usage = { promptTokens: 10, completionTokens: 5, cacheReadTokens: 4, cacheCreationTokens: 2 };
  const total = (totalTokens: number, options: Options, more: object = {}) =>
    kinds(reported({ ...usage, ...more, totalTokens }, options));

  test.each([
    [anthropic, 21, []],
    [anthropic, 15, ['total-differs']],
    [{ model: 'claude-sonnet-4-5', provider: 'bedrock' }, 15, ['total-differs']],
    [{ model: 'Anthropic/Claude-Opus', provider: 'OpenRouter' }, 15, ['total-differs']],
    [{ model: 'not-claude', provider: 'bedrock' }, 15, []],
    [{ provider: 'Anthropic-Vertex' }, 15, ['total-differs']],
    [{ provider: 'openai' }, 15, []],
    [{ provider: 'openai' }, 21, ['total-differs']],
    [{ provider: 'azure' }, 21, ['total-differs']],
    [unknown, 15, []],
    [unknown, 21, []],
    [unknown, 16, ['total-differs']],
    [{ metadata: { usage: { ...usage, totalTokens: 21 } } }, 0, []],
  ])('of %j: %s', (options, sum, expected) => expect(total(sum, options)).toEqual(expected));

  test.each([
    [{ inputTokens: 10, promptTokens: undefined }, 15, []],
    [{ outputTokens: 5, completionTokens: undefined }, 15, []],
    [{ inputTokens: 10, promptTokens: undefined }, 16, ['total-differs']],
    [{ outputTokens: 5, completionTokens: undefined }, 16, ['total-differs']],
    [{ completionTokens: undefined }, 16, []],
    [{ promptTokens: undefined }, 16, []],
    [{ cacheReadTokens: 10 }, 15, []],
    [{ cacheReadTokens: 11 }, 15, ['cache-exceeds-prompt']],
  ])('of OpenAI with %j: %s', (more, sum, expected) => {
    expect(total(sum, { provider: 'openai' }, more)).toEqual(expected);
  });

  test('that is not there', () => expect(kinds(reported(usage))).toEqual([]));

  test.each([
    [{ cacheWriteTokens: 3 }, 22],
    [{ cacheWrite5mTokens: 3 }, 22],
    [{ cacheWrite1hTokens: 3 }, 22],
    [{ cacheWrite5mTokens: 3, cacheWrite1hTokens: 4 }, 26],
    [{ cacheReadTokens: undefined }, 15],
  ])('with the other names of what is written to a cache: %j', (more, sum) => {
    const given = { ...more, cacheCreationTokens: undefined };
    expect(total(sum, anthropic, given)).toEqual([]);
    expect(total(sum + 1, anthropic, given)).toEqual(['total-differs']);
  });

  test('of an embedding has no completion', () => {
    const embedded = (usage: object) =>
      kinds(trace('t1').embedded({ metadata: { model: 'e', provider: 'openai', usage } }));
    expect(embedded({ promptTokens: 4, totalTokens: 4 })).toEqual([]);
    expect(embedded({ promptTokens: 4, totalTokens: 5 })).toEqual(['total-differs']);
  });

  test('in words', () => {
    const said = (totalTokens: number, options: Options, more = {}) =>
      messages(reported({ ...usage, ...more, totalTokens }, options), 'usage-total')[0]
        ?.split('\n')
        .slice(2, -1)
        .join(' ')
        .replace(/ +/g, ' ');
    const all = '10 prompt + 5 completion + 4 cache read + 2 cache creation = 21';
    expect(said(15, anthropic)).toBe(
      `totalTokens is 15, but ${all}. Fix: send prompt + completion + cacheRead + cacheCreation: the prompt does not include cached tokens.`,
    );
    expect(said(21, { provider: 'openai' })).toBe(
      'totalTokens is 21, but 10 prompt + 5 completion = 15. Fix: send prompt + completion: the prompt already includes the tokens read from the cache.',
    );
    const either =
      'Fix: send prompt + completion when the prompt includes the cached tokens, else the sum of all four.';
    expect(said(16, unknown)).toBe(
      `totalTokens is 16, but 10 prompt + 5 completion = 15, and ${all}. ${either}`,
    );
    expect(said(16, unknown, { cacheReadTokens: 0, cacheCreationTokens: 0 })).toBe(
      `totalTokens is 16, but 10 prompt + 5 completion = 15. ${either}`,
    );
  });
});

describe('who reported it', () => {
  const wrong = { promptTokens: 1, completionTokens: 1, totalTokens: 9, prompt_tokens: 1 };

  test("the proxy: not the sender's to get right", () => {
    expect(kinds(trace('t1').call('hi', { text: 'hello', usage: wrong }))).toEqual([]);
  });

  const row = (
    eventType: 'embedding_response' | 'llm_response',
    representation: 'unknown' | 'manual',
    usage: object,
  ) => {
    const [event] = trace('t1').event(eventType, { metadata: { usage } }).recording.events;
    return { recording: new Recording({ events: [{ ...event!, representation }] }) };
  };

  test('an exported embedding whose usage the provider wrote', () => {
    expect(kinds(row('embedding_response', 'unknown', { prompt_tokens: 1 }))).toEqual([]);
    expect(kinds(row('embedding_response', 'manual', { prompt_tokens: 1 }))).toEqual(['unknown-name']);
    expect(kinds(row('llm_response', 'unknown', { prompt_tokens: 1 }))).toEqual(['unknown-name']);
    expect(kinds(row('embedding_response', 'unknown', { total: 1 }))).toEqual(['unknown-name']);
  });

  test('an event without a model', () => {
    expect(messages(row('llm_response', 'manual', { total: 1 }), 'usage-total')[0]).toContain(
      '\n  e1   llm_response\n',
    );
    expect(kinds(trace('t1').event('llm_response'))).toEqual([]);
  });
});
