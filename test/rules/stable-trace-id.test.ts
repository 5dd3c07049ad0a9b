import { describe, expect, test } from 'vitest';
import { trace, type TraceBuilder } from '../../src/recording/trace-builder.ts';
import { found, messages } from './messages.ts';

const stable = (built: TraceBuilder) => found(built, 'stable-trace-id');

describe('a span', () => {
  test('in two traces', () => {
    expect(
      messages(trace('t1').request('search', 's1').trace('t2').response('search', 's1'), 'stable-trace-id'),
    ).toEqual([
      `stable-trace-id/span-in-two-traces E t2 [e1 e2]
  e1   tool_call_request   tool=search span=s1 trace=t1
  e2   tool_call_response  tool=search span=s1 trace=t2
The span "s1" of "search" was opened in trace "t1" and closed in trace "t2".
Fix: make the trace id once, where the workflow starts, and use "t1" for all of
     it.
Docs: docs/rules/stable-trace-id.md`,
    ]);
  });

  test('that both traces open and close is two spans', () => {
    const built = trace('t1').request('search', 's1').response('search', 's1');
    expect(stable(built.trace('t2').request('search', 's1').response('search', 's1'))).toEqual([]);
  });

  test('that two traces opened and one other closed', () => {
    const built = trace('t1').request('search', 's1').trace('t2').request('search', 's1');
    expect(stable(built.trace('t3').response('search', 's1').trace('t4').response('search', 's1'))).toEqual([
      'span-in-two-traces E t3 [e1 e3]',
      'span-in-two-traces E t4 [e2 e4]',
    ]);
  });

  test('that was never given joins nothing', () => {
    expect(stable(trace('t1').request('search').trace('t2').response('search'))).toEqual([]);
  });
});

test('two traces are one mistake, in whichever direction and however often; a third is another', () => {
  const built = trace('t1')
    .request('a', 's1')
    .request('b', 's2')
    .trace('t2')
    .request('c', 's3')
    .response('a', 's1');
  built.trace('t2').response('b', 's2').trace('t1').response('c', 's3').request('d', 's4');
  expect(stable(built.trace('t3').response('d', 's4'))).toEqual([
    'span-in-two-traces E t1 [e3 e6]',
    'span-in-two-traces E t3 [e7 e8]',
  ]);
});

describe('an idempotency key', () => {
  const key = { idempotencyKey: '0b0e1c52-6d0a-4f3e-9a51-7c2f6a1d8e90' };

  test.each([
    ['that is counted in each trace', 'event-1'],
    ['that is made of the content', '5f70bf18a086007016e948b04aed3b82103a36be'],
    ['that is a UUID made of the content', '74738ff5-5367-5958-9aee-98fffdcd1876'],
    ['that is a number, like the trace', '1'],
  ])('%s: equal events of two traces are two events', (_, idempotencyKey) => {
    expect(stable(trace('1').user('a', { idempotencyKey }).trace('2').user('a', { idempotencyKey }))).toEqual(
      [],
    );
  });

  test('that names what only one event can be about', () => {
    const named = { idempotencyKey: 'charge-8841-request' };
    expect(stable(trace('t1').user('a', named).trace('t2').user('a', named))).toEqual([
      'key-in-two-traces E t2 [e1 e2]',
    ]);
    expect(stable(trace('t1').user('order 8841', named).trace('t2').user('order 8841', named))).toEqual([]);
  });

  test('that names one of the traces', () => {
    const named = { idempotencyKey: 't1:1' };
    expect(stable(trace('t1').user('a', named).trace('t2').user('a', named))).toEqual([
      'key-in-two-traces E t2 [e1 e2]',
    ]);
    expect(stable(trace('t0').user('a', named).trace('t1').user('a', named))).toEqual([
      'key-in-two-traces E t1 [e1 e2]',
    ]);
  });

  test('of an event that got no answer, and was sent to another trace then', () => {
    const counted = { idempotencyKey: '1' };
    const lost = { ...counted, delivery: { fault: 'store-then-drop', stored: true } };
    const moved = ['key-in-two-traces E t2 [e1 e2]'];
    expect(stable(trace('t1').user('a', lost).trace('t2').user('a', counted))).toEqual(moved);
    expect(stable(trace('t1').user('a', lost).user('a', counted).trace('t2').user('a', counted))).toEqual([]);
    expect(stable(trace('t1').user('a', counted).trace('t2').user('a', lost))).toEqual([]);
    expect(
      stable(trace('t1').user('a', lost).trace('t2').user('a', counted).trace('t1').user('a', counted)),
    ).toEqual([]);
    // Its sender goes on trying where it was.
    expect(
      stable(trace('t1').user('a', lost).trace('t2').user('a', counted).trace('t1').user('a', lost)),
    ).toEqual([]);
  });

  test('of one event, in two traces and in a third', () => {
    expect(stable(trace('t1').user('a', key).trace('t2').user('a', key).trace('t3').user('a', key))).toEqual([
      'key-in-two-traces E t2 [e1 e2]',
      'key-in-two-traces E t3 [e1 e3]',
    ]);
  });

  test('of another event, another tool or another type', () => {
    expect(stable(trace('t1').user('a', key).trace('t2').user('b', key))).toEqual([]);
    const content = { toolCalls: [] };
    const tool = (name: string) => ({ ...key, content, metadata: { tool: name } });
    const request = (name: string) =>
      trace('t1').request('x', 's1', tool(name)).response('x', 's1').trace('t2');
    expect(stable(request('a').request('x', 's2', tool('b')).response('x', 's2'))).toEqual([]);
    expect(stable(request('a').event('error', tool('a')))).toEqual([]);
    expect(stable(request('a').request('x', 's2', tool('a')).response('x', 's2'))).toEqual([
      'key-in-two-traces E t2 [e1 e3]',
    ]);
  });

  test('twice in one trace', () => expect(stable(trace('t1').user('a', key).user('a', key))).toEqual([]));
  test('that is empty', () => {
    const none = { idempotencyKey: '' };
    expect(stable(trace('t1').user('a', none).trace('t2').user('a', none))).toEqual([]);
  });
});

describe('a scope', () => {
  const scope = (name: string) => ({ delivery: { scope: name } });

  test('in two traces, by the first event of each', () => {
    const built = trace('t1')
      .user('a')
      .user('b', scope('w'))
      .user('c', scope('w'))
      .trace('t2')
      .user('d', scope('w'));
    expect(messages(built.user('e', scope('w')), 'stable-trace-id')).toEqual([
      `stable-trace-id/scope-in-two-traces E t2 [e2 e4]
  e2   user_message        trace=t1
  e4   user_message        trace=t2
Both were sent from one inOneTrace() block, but to the traces "t1" and "t2".
Fix: make the trace id once, where the workflow starts, and use "t1" for all of
     it.
Docs: docs/rules/stable-trace-id.md`,
    ]);
  });

  test('of its own for each trace, and two in one trace', () => {
    const built = trace('t1')
      .user('a', scope('w1'))
      .user('b', scope('w2'))
      .trace('t2')
      .user('c', scope('w3'));
    expect(stable(built)).toEqual([]);
  });

  test("a trace id that the proxy made up was nobody's choice", () => {
    const header = { traceId: null, delivery: { scope: 'w' } };
    expect(stable(trace('t1').user('a', scope('w')).call('b', 'c', header))).toEqual([]);
    expect(
      stable(
        trace('t1')
          .user('a', scope('w'))
          .call('b', 'c', { ...header, traceId: 't2' }),
      ),
    ).toEqual(['scope-in-two-traces E t2 [e1 e2]']);
  });
});

test('a tool loop that went on in a trace that the proxy made up is told by trace-header', () => {
  const asks = { toolCalls: [{ id: 'c1', name: 'search', arguments: {} }] };
  const result = [{ role: 'tool', tool_call_id: 'c1', content: 'found' }];
  expect(stable(trace('t1').call('hi', asks).call(result, 'done', { traceId: null }))).toEqual([]);
  expect(stable(trace('t1').call('hi', asks, { traceId: null }).call(result, 'done'))).toEqual([]);
});
