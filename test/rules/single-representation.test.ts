import { describe, expect, test } from 'vitest';
import { trace, type TraceBuilder } from '../../src/recording/trace-builder.ts';
import { found } from './messages.ts';

/** Kind and witness: one trace is enough here. */
const twice = (built: TraceBuilder) =>
  found(built, 'single-representation').map((line) => line.replace(/ [EW] t1/, ''));
const usage = (promptTokens: number) => ({ promptTokens, completionTokens: 5 });
const lost = { delivery: { status: 503 } };
const search = { id: 'c1', name: 'search', arguments: {} };

describe('a proxied answer and a manual one', () => {
  const proxied = () => trace('t1').call('hi', { text: 'hello', usage: usage(3) });

  test.each([
    ['in the same words', 'hello', {}, ['proxied-and-manual [e2 e3]']],
    ['in other words', 'HELLO', {}, ['proxied-and-manual-likely [e2 e3]']],
    [
      'in other words, with its usage',
      { text: 'hey', usage: usage(3) },
      {},
      ['proxied-and-manual-same-usage [e2 e3]'],
    ],
    ['with another usage', { text: 'hey', usage: usage(4) }, {}, ['proxied-and-manual-likely [e2 e3]']],
    ['of another model', 'hello', { model: 'gpt-4' }, []],
    ['without a model', 'hey', { metadata: {} }, []],
    ['without words', '', {}, ['proxied-and-manual-likely [e2 e3]']],
    ['that was not stored', 'hello', lost, []],
  ])('%s', (_, reply, options, expected) => expect(twice(proxied().llm(reply, options))).toEqual(expected));

  test('in another turn: only the same words tell', () => {
    expect(twice(proxied().request('x', 's1').response('x', 's1').llm('hey'))).toEqual([]);
    expect(twice(proxied().result('x').llm('hey'))).toEqual([]);
    expect(twice(proxied().embeddingCall('x').llm('hey'))).toEqual([]);
    expect(twice(proxied().request('x', 's1').llm('hey'))).toEqual(['proxied-and-manual-likely [e2 e4]']);
    expect(twice(proxied().embed('x').llm('hey'))).toEqual(['proxied-and-manual-likely [e2 e4]']);
    expect(twice(proxied().request('x', 's1').response('x', 's1').llm('hello'))).toEqual([
      'proxied-and-manual [e2 e5]',
    ]);
  });

  test('each is matched once, those of one turn first', () => {
    const two = trace('t1').call('a', 'yes').call('b', { text: 'yes', finishReason: 'length' });
    expect(twice(two.llm('yes').llm('yes', { idempotencyKey: 'k' }))).toEqual([
      'proxied-and-manual [e4 e5]',
      'proxied-and-manual [e2 e6]',
    ]);
    expect(twice(trace('t1').call('a', 'yes').llm('yes').llm('yes', { idempotencyKey: 'k' }))).toEqual([
      'proxied-and-manual [e2 e3]',
    ]);
  });

  test('of the second turn, in words that the first used too', () => {
    const built = trace('t1').call('a', { text: 'yes', toolCalls: [search] });
    built.call('b', 'no').llm('no');
    expect(twice(built)).toEqual(['proxied-and-manual [e4 e5]']);
  });

  test('the manual one first', () => {
    expect(twice(trace('t1').llm('hello').call('hi', 'hello'))).toEqual(['proxied-and-manual [e1 e3]']);
  });
});

describe('two manual answers', () => {
  test.each([
    [
      'in the same words',
      trace('t1').llm('yes', { idempotencyKey: '1' }).llm('yes', { idempotencyKey: '2' }),
      ['reported-twice [e1 e2]'],
    ],
    ['in other words', trace('t1').llm('yes').llm('no'), []],
    [
      'with one usage',
      trace('t1')
        .llm({ text: 'yes', usage: usage(3) })
        .llm({ text: 'no', usage: usage(3) }),
      ['reported-twice-likely [e1 e2]'],
    ],
    [
      'with one prompt and two completions',
      trace('t1')
        .llm({ text: 'yes', usage: usage(3) })
        .llm({ text: 'no', usage: { promptTokens: 3, completionTokens: 6 } }),
      [],
    ],
    [
      'with another usage',
      trace('t1')
        .llm({ text: 'yes', usage: usage(3) })
        .llm({ text: 'no', usage: usage(4) }),
      [],
    ],
    [
      'that cost nothing',
      trace('t1')
        .llm({ text: 'yes', usage: usage(0) })
        .llm({ text: 'no', usage: usage(0) }),
      [],
    ],
    [
      'of two models',
      trace('t1')
        .llm({ text: 'yes', usage: usage(3) })
        .llm({ text: 'yes', usage: usage(3) }, { model: 'gpt-4' }),
      [],
    ],
    [
      'in two turns',
      trace('t1')
        .llm({ text: 'yes', usage: usage(3) })
        .user('go on')
        .llm({ text: 'yes', usage: usage(3) }, { idempotencyKey: 'k' }),
      [],
    ],
    ['without words', trace('t1').llm('').llm('', { idempotencyKey: 'k' }), []],
    [
      'with a tool request in between, which end no turn',
      trace('t1').llm('yes', { idempotencyKey: '1' }).request('x', 's1').llm('yes', { idempotencyKey: '2' }),
      ['reported-twice [e1 e3]'],
    ],
  ])('%s', (_, built, expected) => expect(twice(built)).toEqual(expected));

  test('three are two repetitions of the first', () => {
    const built = trace('t1').llm('yes', { idempotencyKey: '1' }).llm('yes', { idempotencyKey: '2' });
    expect(twice(built.llm('yes', { idempotencyKey: '3' }))).toEqual([
      'reported-twice [e1 e2]',
      'reported-twice [e1 e3]',
    ]);
  });

  test('the copy of a proxied answer is no first report', () => {
    expect(twice(trace('t1').call('a', 'yes').llm('yes').llm('no'))).toEqual(['proxied-and-manual [e2 e3]']);
  });
});

describe('a prompt and its copy', () => {
  test.each([
    ['before the call', trace('t1').user('hi').call('hi', 'hello'), ['prompt-twice [e1 e2]']],
    [
      'in other words before the call',
      trace('t1').user('ho').call('hi', 'hello'),
      ['prompt-twice-likely [e1 e2]'],
    ],
    ['after the answer', trace('t1').call('hi', 'hello').user('hi'), ['prompt-twice [e1 e3]']],
    ['in other words after the answer: the next question', trace('t1').call('hi', 'hello').user('ho'), []],
    ['of a call that failed', trace('t1').failedCall('hi').user('hi'), ['prompt-twice [e1 e3]']],
    [
      'in other words, of a call that failed',
      trace('t1').failedCall('hi').user('ho'),
      ['prompt-twice-likely [e1 e3]'],
    ],
    [
      'twice',
      trace('t1').user('hi', { idempotencyKey: 'k' }).call('hi', 'hello').user('hi', { idempotencyKey: 'l' }),
      ['prompt-twice [e1 e2]'],
    ],
    [
      'that a manual answer follows is a question of its own',
      trace('t1').call('hi', 'hello').user('hi').llm('again'),
      [],
    ],
    [
      'that the copy of the answer follows',
      trace('t1').call('hi', 'hello').user('hi').llm('hello'),
      ['proxied-and-manual [e2 e4]', 'prompt-twice [e1 e3]'],
    ],
    [
      'that the next call follows',
      trace('t1').call('hi', 'hello').user('hi').call('next', 'one'),
      ['prompt-twice [e1 e3]'],
    ],
    [
      'after a tool result that went to the proxy',
      trace('t1')
        .call('hi', { toolCalls: [search] })
        .call([{ role: 'tool', tool_call_id: 'c1', content: 'x' }], 'ok')
        .user('hi'),
      [],
    ],
    [
      'with an answer between them',
      trace('t1').user('hi').llm('hello').call('hi', 'hey', { model: 'gpt-4' }),
      [],
    ],
    ['that was not stored', trace('t1').user('hi', lost).call('hi', 'hello'), []],
    [
      'after each of two answers',
      trace('t1').call('a', 'b').user('a').call('c', 'd').user('c'),
      ['prompt-twice [e1 e3]', 'prompt-twice [e4 e6]'],
    ],
  ])('%s', (_, built, expected) => expect(twice(built)).toEqual(expected));

  test.each([
    ['a text', 'hi'],
    ['a list', [{ role: 'user', content: 'hi' }]],
    [
      'the last of a list',
      [
        { role: 'user', content: 'ho' },
        { role: 'user', content: [{ type: 'text', text: ' hi ' }] },
        { role: 'assistant', content: 'x' },
      ],
    ],
    ['messages', { messages: [{ role: 'user', content: 'hi' }] }],
    ['a list without a user', [{ role: 'developer', content: 'hi' }]],
    ['a content', { content: 'hi' }],
  ])('as %s', (_, content) => {
    expect(
      twice(trace('t1').event('user_message', { content, idempotencyKey: 'k' }).call('hi', 'hello')),
    ).toEqual(['prompt-twice [e1 e2]']);
  });
});

describe('an embedding and its copy', () => {
  const proxied = () => trace('t1').embeddingCall('x');

  test.each([
    ['request', proxied().embed('x', { idempotencyKey: 'k' }), ['embedding-twice [e1 e3]']],
    [
      'request, its input as a text',
      proxied().event('embedding_request', { content: { input: 'x' } }),
      ['embedding-twice [e1 e3]'],
    ],
    [
      'request and response are one mistake',
      proxied().embed('x', { idempotencyKey: 'k' }).embedded(),
      ['embedding-twice [e1 e3]'],
    ],
    ['response alone', proxied().embedded(), ['embedding-twice [e2 e3]']],
    ['response of another model', proxied().embedded({ model: 'ada' }), []],
    ['response to another request', proxied().embed('y').embedded(), []],
    [
      'response after a response',
      proxied().embed('y').embedded().embedded({ idempotencyKey: 'k' }),
      ['embedding-twice [e2 e5]'],
    ],
    ['request of another input', proxied().embed('y'), []],
    ['without content', proxied().event('embedding_request'), []],
  ])('%s', (_, built, expected) => expect(twice(built)).toEqual(expected));
});
