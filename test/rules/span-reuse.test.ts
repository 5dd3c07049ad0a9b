import { describe, expect, test } from 'vitest';
import { trace, type TraceBuilder } from '../../src/recording/trace-builder.ts';
import type { check } from '../../src/rules/check.ts';
import { found, messages } from './messages.ts';

const spanReuse = (built: { recording: Parameters<typeof check>[0] }) => messages(built, 'span-reuse');
const kinds = (built: TraceBuilder) => found(built, 'span-reuse').map((line) => line.replace(/ [EW] t1/, ''));
const again = { idempotencyKey: 'again' };

describe('silent on', () => {
  test('a request and its response', () => {
    expect(spanReuse(trace('t1').request('search', 's1').response('search', 's1'))).toEqual([]);
  });

  test('a span that another trace opened: stable-trace-id tells it', () => {
    expect(spanReuse(trace('t1').request('search', 's1').trace('t2').response('search', 's1'))).toEqual([]);
  });
});

test('a response with a span of its own', () => {
  expect(spanReuse(trace('t1').request('search', 's1').response('search', 's9'))).toEqual([
    `span-reuse/no-such-request E t1 [e1 e2]
  e1   tool_call_request   tool=search span=s1
  e2   tool_call_response  tool=search span=s9
No request of this trace has the span "s9": the response stands alone, and the
request of e1 stays open.
Fix: keep what toolCallRequest("search") returned ("s1") and pass it to
     toolCallResponse.
Docs: docs/rules/span-reuse.md`,
  ]);
});

test('a response to nothing', () => {
  expect(spanReuse(trace('t1').response('search', 's9'))).toEqual([
    `span-reuse/no-such-request E t1 [e1]
  e1   tool_call_response  tool=search span=s9
No request of this trace has the span "s9": the response stands alone.
Fix: keep what toolCallRequest("search") returned and pass it to
     toolCallResponse.
Docs: docs/rules/span-reuse.md`,
  ]);
});

test('a request without a span that stays open', () => {
  expect(spanReuse(trace('t1').request('search'))[0]).toContain(
    'Fix: call toolCallResponse("search", spanId, …) on every path',
  );
});

describe('which request was meant', () => {
  test.each([
    [
      'one of the same tool',
      trace('t1').request('b', 's2').request('a', 's1').response('a', 's9').response('b', 's2'),
      ['no-such-request [e2 e3]'],
    ],
    [
      'one of the same trace',
      trace('t2')
        .request('a', 's2')
        .trace('t1')
        .request('a', 's1')
        .response('a', 's9')
        .trace('t2')
        .response('a', 's2'),
      ['no-such-request [e2 e3]'],
    ],
    [
      'each once, the first one first',
      trace('t1').request('a', 's1').request('a', 's2').response('a', 's8').response('a', 's9'),
      ['no-such-request [e1 e3]', 'no-such-request [e2 e4]'],
    ],
    [
      'one more than there are',
      trace('t1').request('a', 's1').response('a', 's8').response('a', 's9'),
      ['no-such-request [e1 e2]', 'no-such-request [e3]'],
    ],
    ['one that comes later', trace('t1').response('a').request('a', 's1'), ['without-span [e1 e2]']],
    [
      'without a span one that has none either',
      trace('t1').request('a', 's1').request('a').response('a').response('a', 's1'),
      ['without-span [e2 e3]'],
    ],
    [
      'without a span none of another tool',
      trace('t1').request('a').response('b'),
      ['without-span [e2]', 'unanswered [e1]'],
    ],
    [
      'of another tool: one that has a span rather than one without',
      trace('t1').request('a', 's1').request('b').request('b', 's2').response('b', 's1').response('b'),
      ['other-tool [e1 e3 e4]', 'without-span [e2 e5]'],
    ],
    [
      'of another tool: one without a span',
      trace('t1').request('a', 's1').request('b').response('b', 's1'),
      ['other-tool [e1 e2 e3]'],
    ],
    [
      'of a second answer',
      trace('t1').request('a', 's1').response('a', 's1').request('a', 's2').response('a', 's1', again),
      ['answered-twice [e2 e3 e4]'],
    ],
    [
      'of a third answer',
      trace('t1')
        .request('a', 's1')
        .response('a', 's1')
        .response('a', 's1', { idempotencyKey: '2' })
        .response('a', 's1', { idempotencyKey: '3' }),
      ['answered-twice [e2 e3]', 'answered-twice [e2 e4]'],
    ],
  ])('%s', (_, built, expected) => expect(kinds(built)).toEqual(expected));
});

test('two requests on one span are told once, whatever answers them', () => {
  const twice = () => trace('t1').request('a', 's1').request('b', 's1');
  expect(kinds(twice().response('b', 's1'))).toEqual(['requested-twice [e1 e2]']);
  expect(kinds(twice().response('a', 's1').response('a', 's1', again))).toEqual(['requested-twice [e1 e2]']);
});

test('requests that stay open, with and without spans, in the order of arrival', () => {
  expect(kinds(trace('t1').request('b').request('a', 's1').request('b', 's3').request('a'))).toEqual([
    'unanswered [e1]',
    'unanswered [e3]',
    'unanswered [e2]',
    'unanswered [e4]',
  ]);
});

test('a request that is answered neither here nor there, beside one that is', () => {
  const built = trace('t1').request('a', 's1').request('a', 's2').response('a', 's2').request('a', 's3');
  expect(kinds(built.trace('t2').response('a', 's3'))).toEqual(['unanswered [e1]']);
});
