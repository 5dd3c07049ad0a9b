import { describe, expect, test } from 'vitest';
import { trace } from '../../src/recording/trace-builder.ts';
import type { check } from '../../src/rules/check.ts';
import { messages } from './messages.ts';

const spanReuse = (built: { recording: Parameters<typeof check>[0] }) => messages(built, 'span-reuse');

describe('silent on', () => {
  test('a request and its response', () => {
    expect(spanReuse(trace('t1').request('search', 's1').response('search', 's1'))).toEqual([]);
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
