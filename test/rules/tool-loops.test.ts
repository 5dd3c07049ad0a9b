import { describe, expect, test } from 'vitest';
import { trace, type TraceBuilder } from '../../src/recording/trace-builder.ts';
import { found, messages } from './messages.ts';

/* Tool loops that cross traces: stable-trace-id tells of them, or trace-header where the proxy made an id up. */

const stable = (built: TraceBuilder) => found(built, 'stable-trace-id');
const asks = (...ids: string[]) => ({
  toolCalls: ids.map((id) => ({ id, name: 'search', arguments: {} })),
});
const result = (id: string) => ({ role: 'tool', tool_call_id: id, content: 'found' });
const hi = { role: 'user', content: 'hi' };
const asked = (...ids: string[]) => trace('t1').call('hi', asks(...ids));
const calls = (...ids: string[]) => ({
  content: { toolCalls: ids.map((id) => ({ id, name: 'search', arguments: {} })) },
});

test('a result that comes back in the same trace ends the loop', () => {
  expect(stable(asked('c1').call([hi, result('c1')], 'done'))).toEqual([]);
});

test('a result that goes on in another trace', () => {
  expect(
    stable(
      asked('c1')
        .trace('t2')
        .call([hi, result('c1')], 'done'),
    ),
  ).toEqual(['tool-loop-in-two-traces E t2 [e2 e3]']);
});

test('a result in both traces: the call was continued where it belongs', () => {
  expect(
    stable(
      asked('c1')
        .call([hi, result('c1')], 'done')
        .trace('t2')
        .call([hi, result('c1')], 'done'),
    ),
  ).toEqual([]);
});

test('a result that goes on with another agent was handed over to it', () => {
  const handedOver = asked('c1').trace('t2', 'billing');
  expect(stable(handedOver.call([hi, result('c1')], 'done'))).toEqual([]);
  expect(stable(handedOver.trace('t3', 'support').call([hi, result('c1')], 'done'))).toEqual([
    'tool-loop-in-two-traces E t3 [e2 e5]',
  ]);
});

test('a history: results before the last question are no continuation', () => {
  expect(
    stable(
      asked('c1')
        .trace('t2')
        .call([hi, result('c1'), { role: 'user', content: 'and?' }], 'done'),
    ),
  ).toEqual([]);
  expect(
    stable(
      asked('c1')
        .trace('t2')
        .call([hi, result('c9'), { role: 'assistant', content: 'ok' }, result('c1')], 'done'),
    ),
  ).toEqual(['tool-loop-in-two-traces E t2 [e2 e3]']);
});

test('several results at the end of a conversation all count', () => {
  const built = asked('c1')
    .trace('t2')
    .call([hi, result('c1'), result('c7')], 'done');
  expect(stable(built)).toEqual(['tool-loop-in-two-traces E t2 [e2 e3]']);
});

test('an id that two traces asked for belongs to each', () => {
  const built = asked('c1')
    .trace('t2')
    .call('hi', asks('c1'))
    .call([hi, result('c1')], 'done');
  expect(stable(built)).toEqual([]);
});

test('the first trace that asked for an id that comes back in a third', () => {
  const built = asked('c1')
    .trace('t2')
    .call('hi', asks('c1'))
    .trace('t3')
    .call([hi, result('c1')], 'done');
  expect(stable(built)).toEqual(['tool-loop-in-two-traces E t3 [e2 e5]']);
});

test('an answer without an id joins nothing', () => {
  const built = trace('t1').call('hi', { toolCalls: [{ name: 'search', arguments: {} }] });
  expect(stable(built.trace('t2').request('search', 's2').response('search', 's2'))).toEqual([]);
});

describe('the result in each form', () => {
  const answered = (content: unknown) => stable(asked('c1').trace('t2').event('tool_result', { content }));
  const split = ['tool-loop-in-two-traces E t2 [e2 e3]'];

  test.each([
    [{ tool_call_id: 'c1' }, split],
    [[{ toolCallId: 'c1' }], split],
    [[{ tool_use_id: 'c1' }], split],
    [[{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c1' }] }], split],
    [[{ type: 'function_call_output', call_id: 'c1' }], split],
    [[{ type: 'function_call', call_id: 'c1' }], []],
    [[{ type: 'function_call_output', call_id: 7 }], []],
    [[{ tool_call_id: 7 }], []],
    ['c1', []],
    [[null, 'c1'], []],
    [[{ content: 'c1' }], []],
  ])('%j', (content, expected) => expect(answered(content)).toEqual(expected));
});

describe('tool events that name the call', () => {
  test.each(['tool_call_request', 'tool_call_response'] as const)('a %s in another trace', (eventType) => {
    expect(
      stable(
        asked('c1')
          .trace('t2')
          .event(eventType, { ...calls('c1'), metadata: { tool: 'search' } }),
      ),
    ).toEqual(['tool-loop-in-two-traces E t2 [e2 e3]']);
  });

  test('without content, or without ids', () => {
    const built = asked('c1')
      .trace('t2')
      .event('tool_call_request', { content: 'c1' })
      .request('search', 's2');
    expect(stable(built.response('search', 's2'))).toEqual([]);
  });

  test('a call that its own trace ran and another ran again, and whose result a model got', () => {
    const ran = () =>
      asked('c1')
        .event('tool_call_request', { ...calls('c1'), spanId: 's1' })
        .event('tool_call_response', { ...calls('c1'), spanId: 's1' });
    expect(stable(ran().trace('t2').event('tool_call_request', calls('c1')))).toEqual([]);
    expect(
      stable(
        ran()
          .trace('t2')
          .call([hi, result('c1')], 'done'),
      ),
    ).toEqual(['tool-loop-in-two-traces E t2 [e2 e5]']);
  });

  test('an event of another type that looks alike', () => {
    expect(stable(asked('c1').trace('t2').event('error', calls('c1')))).toEqual([]);
    expect(
      stable(
        asked('c1')
          .trace('t2')
          .event('error', { content: { tool_call_id: 'c1' } }),
      ),
    ).toEqual([]);
  });
});

test('one continuation of many calls is one mistake', () => {
  expect(
    stable(
      asked('c1', 'c2')
        .trace('t2')
        .call([hi, result('c1'), result('c2')], 'done'),
    ),
  ).toEqual(['tool-loop-in-two-traces E t2 [e2 e3]']);
});

test('in words', () => {
  expect(
    messages(
      asked('c1')
        .trace('t2')
        .call([hi, result('c1')], 'done'),
      'stable-trace-id',
    ),
  ).toEqual([
    `stable-trace-id/tool-loop-in-two-traces E t2 [e2 e3]
  e2   llm_response        call=c1 trace=t1
  e3   tool_result         call=c1 trace=t2
The model asked for the tool call "c1" in trace "t1"; its result went on in
trace "t2".
Fix: make the trace id once, where the workflow starts, and use "t1" for all of
     it.
Docs: docs/rules/stable-trace-id.md`,
  ]);
});
