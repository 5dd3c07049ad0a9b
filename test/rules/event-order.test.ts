import { describe, expect, test } from 'vitest';
import { flows } from './flows/event-order.ts';
import { messages } from './messages.ts';

const told = (name: string) => messages(flows.bad[name]!(), 'event-order');

describe('silent on', () => {
  test.each(Object.entries(flows.good))('%s', (_name, flow) => {
    expect(messages(flow(), 'event-order')).toEqual([]);
  });
});

test('a response before its request', () => {
  expect(told('a response before its request')).toEqual([
    `event-order/response-before-request E t1 [e1 e2]
  e1   tool_call_response  tool=search span=s1
  e2   tool_call_request   tool=search span=s1
The response of "search" arrived before its request.
Fix: await each trace call, so that events arrive in the order in which they
     happened.
Docs: docs/rules/event-order.md`,
  ]);
});

test('a result before its response', () => {
  expect(told('a result before its response')).toEqual([
    `event-order/result-before-response W t1 [e2 e3]
  e2   tool_result         span=s1
  e3   tool_call_response  tool=search span=s1
The result of "search" went to the model before the tool ended.
Fix: send toolCallResponse when the tool ends, and toolResult after it.
Docs: docs/rules/event-order.md`,
  ]);
});

test('a model that is reported after its tools', () => {
  expect(told('a model that is reported after its tools')).toEqual([
    `event-order/model-after-its-tools W t1 [e2 e4]
  e2   tool_call_request   tool=search span=s1
  e4   llm_response
The model asked for "search" only after the tool had been called.
Fix: report the llm_response before running the tools it asks for, and await it.
Docs: docs/rules/event-order.md`,
  ]);
});

test('a response with an earlier time', () => {
  expect(told('a response with an earlier time')).toEqual([
    `event-order/ends-before-it-starts E t1 [e1 e2]
  e1   tool_call_request   tool=search span=s1 at=2026-01-01T00:00:02Z
  e2   tool_call_response  tool=search span=s1 at=2026-01-01T00:00:01Z
By its times, "search" ended before it started: its duration is negative.
Fix: take both times from one clock, when the tool starts and when it ends.
Docs: docs/rules/event-order.md`,
  ]);
});
