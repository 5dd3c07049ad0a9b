import { describe, expect, test } from 'vitest';
import { trace, type TraceBuilder } from '../../src/recording/trace-builder.ts';
import { found, messages } from './messages.ts';

const keys = (built: TraceBuilder) => found(built, 'idempotency-key').map((line) => line.replace(' t1', ''));
const key = (idempotencyKey: string) => ({ idempotencyKey });
const lost = { delivery: { fault: 'drop' } } as const;
const kept = { delivery: { fault: 'store-then-drop', stored: true } } as const;
const busy = { delivery: { status: 503 } } as const;
const said = (built: TraceBuilder) => messages(built, 'idempotency-key')[0]?.replace(/\n +|\n/g, ' ');

describe('attempts of one event', () => {
  const tool = (...attempts: object[]) =>
    attempts.reduce((built: TraceBuilder, attempt) => built.request('a', 's1', attempt), trace('t1'));

  test.each([
    ['with one key', tool({ ...key('k'), ...kept }, key('k')), []],
    ['without a key, stored twice', tool(kept, {}), ['retry-stored-twice E [e1 e2]']],
    ['without a key, stored at the end', tool(busy, {}), ['retry-without-key W [e1 e2]']],
    ['without a key, three times', tool(lost, kept, {}), ['retry-stored-twice E [e2 e3]']],
    ['with a new key', tool({ ...key('k'), ...kept }, key('l')), ['key-changed E [e1 e2]']],
    [
      'with a new key after two of which none was stored',
      tool({ ...key('k'), ...lost }, { ...key('k'), ...lost }, key('l')),
      ['key-changed E [e1 e3]'],
    ],
    [
      'with a new key, the last two stored',
      tool({ ...key('k'), ...lost }, { ...key('k'), ...kept }, key('l')),
      ['key-changed E [e2 e3]'],
    ],
    [
      'with two keys by turns, those stored under one',
      tool({ ...key('k'), ...lost }, { ...key('l'), ...kept }, key('l')),
      ['key-changed E [e1 e2]'],
    ],
  ])('%s', (_, built, expected) => expect(keys(built)).toEqual(expected));

  test('of a message are known by their content', () => {
    expect(keys(trace('t1').user('a', kept).user('a'))).toEqual([]);
  });

  test('of the old tool_call', () => {
    const call = (more: object) => ({ content: { toolCalls: [] }, ...more });
    const built = trace('t1').event('tool_call', call(kept)).event('tool_call', call({}));
    expect(keys(built)).toEqual(['tool-call-stored-twice E [e1 e2]']);
  });

  test.each([
    [
      tool({ ...key('k'), ...kept }, key('l')),
      'e2 repeats e1, but under the key "l" instead of "k": both are stored.',
    ],
    [
      tool({ ...key('k'), ...lost }, key('l')),
      'under the key "l" instead of "k": had the first been stored, both would be.',
    ],
    [tool(kept, key('l')), 'e2 repeats e1, but only the repetition has a key: both are stored.'],
    [tool({ ...key('k'), ...kept }, {}), 'e2 repeats e1, but without its key: both are stored.'],
  ])('in words %#', (built, expected) => expect(said(built)).toContain(expected));
});

describe('a key of two events', () => {
  test('the second of which was dropped, or stored', () => {
    expect(said(trace('t1').user('a', key('k')).user('b', key('k')))).toContain(
      'takes e2 for e1 again and drops it. Fix',
    );
    expect(
      said(
        trace('t1')
          .user('a', { ...key('k'), ...busy })
          .thinking('b', key('k')),
      ),
    ).toContain('takes e2 for e1 again. Fix');
  });

  test('of three', () => {
    expect(keys(trace('t1').user('a', key('k')).user('b', key('k')).user('c', key('k')))).toEqual([
      'key-shared E [e1 e2]',
      'key-shared E [e1 e3]',
    ]);
  });

  test('that is empty, or of one event alone', () => {
    expect(keys(trace('t1').user('a', key('')).user('b', key('')).user('c', key('k')))).toEqual([]);
  });
});

test('a call beside events with keys', () => {
  expect(keys(trace('t1').user('a', key('k')).call('b', 'c').user('d'))).toEqual([]);
});

describe('equal events of one request', () => {
  const thought = (idempotencyKey?: string) => ({
    eventType: 'llm_thinking' as const,
    traceId: 't1',
    agentName: 'support',
    content: 'Hm.',
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  });

  test('are two events, whatever became of the request', () => {
    const batch = [thought('k1'), thought('k2')];
    expect(keys(trace('t1').ingest(batch, lost.delivery).ingest(batch))).toEqual([]);
    expect(keys(trace('t1').ingest(batch, kept.delivery).ingest(batch))).toEqual([]);
  });

  test('are repeated one each by the next request, also in another order', () => {
    const first = [thought('k1'), thought('k2'), thought('k3')];
    const built = trace('t1')
      .ingest(first, lost.delivery)
      .ingest([thought('k2')], lost.delivery)
      .ingest([thought('k3'), thought('k1'), thought('k2')]);
    expect(keys(built)).toEqual([]);
    expect(built.seen.attempts).toHaveLength(7);
    const renamed = trace('t1')
      .ingest(first, lost.delivery)
      .ingest([thought('a'), thought('b')]);
    expect(keys(renamed)).toEqual(['key-changed E [e1 e4]', 'key-changed E [e2 e5]']);
  });

  test('of which one is sent again under its own key, later', () => {
    const again = trace('t1').thinking('Hm.', { ...key('k1'), ...lost });
    expect(keys(again.thinking('Hm.', key('k2')))).toEqual(['key-changed E [e1 e2]']);
    expect(keys(again.thinking('Hm.', key('k1')))).toEqual([]);
  });
});
