import { describe, expect, test } from 'vitest';
import { type CallOptions, trace, type TraceBuilder } from '../../src/recording/trace-builder.ts';
import { found, messages } from './messages.ts';

const header = (built: TraceBuilder) => found(built, 'trace-header');
const bare: CallOptions = { traceId: null };
const search = { name: 'search', arguments: { q: 'x' } };

describe('no header', () => {
  test('the proxy made a trace up, once a trace', () => {
    expect(header(trace('t1').call('a', 'b', bare).call('c', 'd', bare))).toEqual([
      'missing W thread_1 [x1]',
      'missing W thread_2 [x2]',
    ]);
  });

  test('the history led it', () => {
    const signed = { ...bare, signedTraceId: 't1' };
    expect(messages(trace('t1').call('a', 'b', signed).call('c', 'd', signed), 'trace-header')).toEqual([
      `trace-header/missing W t1 [x1]
  x1   POST /v1/chat/completions
x1 and 1 more carried no X-Trace-ID: only the signature in its history led it to
trace "t1".
Fix: give the header X-Trace-ID to the constructor of the model client or to the
     call; assigning defaultHeaders afterwards does nothing.
Docs: docs/rules/trace-header.md`,
    ]);
  });

  test('the call reached no trace', () => {
    const built = trace('t1').refusedCall('a', 400, 'no', bare).refusedCall('b', 400, 'no', bare);
    expect(messages(built, 'trace-header')[0]).toContain(
      '\nx1 and 1 more carried no X-Trace-ID: it reached no trace.\n',
    );
  });

  test('X-Thread-ID is enough', () => {
    expect(header(trace('t1').call('a', 'b', { ...bare, threadId: 't1' }))).toEqual([]);
  });

  test('a call that went to its provider is no proxied call', () => {
    const delivery = { service: 'provider' } as const;
    expect(header(trace('t1').refusedCall('a', 200, '', { ...bare, delivery }))).toEqual([]);
  });
});

describe('X-Thread-ID', () => {
  test('differs, at each call', () => {
    const other = { threadId: 't9' };
    expect(header(trace('t1').call('a', 'b', other).call('c', 'd').call('e', 'f', other))).toEqual([
      'thread-differs E t1 [x1]',
      'thread-differs E t1 [x3]',
    ]);
  });
  test('is equal', () => expect(header(trace('t1').call('a', 'b', { threadId: 't1' }))).toEqual([]));
});

describe('a call in a trace that the proxy made up, of a workflow that', () => {
  test('reported its answer by hand', () => {
    expect(messages(trace('t1').call('a', 'the answer', bare).llm('the answer'), 'trace-header')).toEqual([
      `trace-header/call-in-generated-trace E thread_1 [x1 e3]
  x1   POST /v1/chat/completions
  e3   llm_response        trace=t1
x1 carried no X-Trace-ID and landed in "thread_1", but its answer was reported
by hand as one of trace "t1".
Fix: give the header X-Trace-ID to the constructor of the model client or to the
     call; assigning defaultHeaders afterwards does nothing.
Docs: docs/rules/trace-header.md`,
    ]);
  });

  test('ran the tool that the call asked for', () => {
    const built = trace('t1')
      .call('a', { toolCalls: [search] }, bare)
      .request('search', 's1', { arguments: search.arguments });
    expect(header(built)).toEqual(['call-in-generated-trace E thread_1 [x1 e3]']);
  });

  test('went on with its tool loop, in either direction', () => {
    const asks = { toolCalls: [{ ...search, id: 'c1' }] };
    const result = [{ role: 'tool', tool_call_id: 'c1', content: 'found' }];
    expect(header(trace('t1').call('a', asks).call(result, 'b', bare))).toEqual([
      'call-in-generated-trace E thread_1 [x2 e2]',
    ]);
    expect(header(trace('t1').call('a', asks, bare).call(result, 'b'))).toEqual([
      'call-in-generated-trace E thread_1 [x1 e3]',
    ]);
    expect(header(trace('t1').call('a', asks, bare).call(result, 'b', bare))).toEqual([
      'call-in-generated-trace E thread_2 [x2 e2]',
      'missing W thread_1 [x1]',
    ]);
  });

  test('did two of these is told once', () => {
    const built = trace('t1').call('a', { text: 'b', toolCalls: [search] }, bare);
    built.llm({ text: 'b', toolCalls: [search] });
    expect(header(built.trace('t2').request('search', 's1', { arguments: search.arguments }))).toHaveLength(
      1,
    );
  });
});

describe('answers that are equal by chance', () => {
  test('under two chosen ids', () => {
    expect(header(trace('t1').call('a', 'yes').trace('t2').llm('yes'))).toEqual([]);
  });
  test.each([
    ['another model', { model: 'gpt-4' }],
    ['another agent', {}],
  ])('of %s', (name, options) => {
    const built = trace('t1').call('a', 'yes', bare);
    const other = name === 'another agent' ? built.trace('t1', 'billing') : built;
    expect(header(other.llm('yes', options))).toEqual(['missing W thread_1 [x1]']);
  });
  test('because they say nothing', () => {
    expect(header(trace('t1').call('a', '', bare).llm(''))).toEqual(['missing W thread_1 [x1]']);
  });
});

describe('a tool that is run under another chosen id', () => {
  const asks = { toolCalls: [search] };
  const run = { arguments: search.arguments };

  test('than that of the call which asked for it', () => {
    expect(
      messages(trace('t1').call('a', asks).trace('t2').request('search', 's1', run), 'trace-header'),
    ).toEqual([
      `trace-header/other-trace E t1 [e2 e3]
  e2   llm_response        trace=t1
  e3   tool_call_request   trace=t2
e2 is in trace "t1", but the tool it asked for was run as one of trace "t2".
Fix: pass one trace id to the X-Trace-ID header and to trace().
Docs: docs/rules/trace-header.md`,
    ]);
  });

  test.each([
    ['with other arguments', trace('t1').call('a', asks).trace('t2').request('search', 's1')],
    ['in the trace that asked', trace('t1').call('a', asks).request('search', 's1', run)],
    [
      'and in the trace that asked',
      trace('t1').call('a', asks).request('search', 's0', run).trace('t2').request('search', 's1', run),
    ],
    [
      'which has a model of its own',
      trace('t1').call('a', asks).trace('t2').llm(asks).request('search', 's1', run),
    ],
    ['by a response alone', trace('t1').call('a', asks).trace('t2').response('search', 's1', run)],
    [
      'without content',
      trace('t1').call('a', asks).trace('t2').event('tool_call_request', { content: 'search' }),
    ],
    ['that another model by hand asked for', trace('t1').llm(asks).trace('t2').request('search', 's1', run)],
  ])('%s', (_, built) => expect(header(built)).toEqual([]));

  test('where the traces are three', () => {
    const built = trace('t1')
      .call('a', asks)
      .trace('t2')
      .request('search', 's1', run)
      .trace('t3')
      .request('search', 's2', run);
    expect(header(built)).toEqual(['other-trace E t1 [e2 e3]']);
  });
});
