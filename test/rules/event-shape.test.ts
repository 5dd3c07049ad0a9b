import { describe, expect, test } from 'vitest';
import { flows } from './flows/event-shape.ts';
import { messages } from './messages.ts';

const told = (name: string) => messages(flows.bad[name]!(), 'event-shape');

describe('silent on', () => {
  test.each(Object.entries(flows.good))('%s', (_name, flow) => {
    expect(messages(flow(), 'event-shape')).toEqual([]);
  });
});

test('null instead of nothing, in a batch', () => {
  expect(told('null instead of nothing, in a batch')).toEqual([
    `event-shape/null-member E t1 [e2]
  e2   error
spanId is null: the backend refuses the whole request with 400.
Fix: leave out what is not known.
Docs: docs/rules/event-shape.md`,
  ]);
});

test('a span id of 129 characters', () => {
  expect(told('a span id of 129 characters')).toEqual([
    `event-shape/too-long E t1 [e1]
  e1   llm_thinking
spanId has 129 characters, at most 128: the event is refused.
Fix: use a shorter value, for instance a hash of it.
Docs: docs/rules/event-shape.md`,
  ]);
});

test('a local time', () => {
  expect(told('a local time')).toEqual([
    `event-shape/timestamp-not-utc E t1 [e1]
  e1   user_message
The timestamp "2026-01-01T10:00:00+01:00" does not end in Z, or is no date: the
event is refused.
Fix: write new Date().toISOString() or its like: 2026-01-31T12:00:00.000Z.
Docs: docs/rules/event-shape.md`,
  ]);
});

test('tool events without their tool', () => {
  expect(told('tool events without their tool')).toEqual([
    `event-shape/tool-missing E t1 [e1]
  e1   tool_call_request
metadata.tool is missing: the event is refused.
Fix: name the tool in metadata.tool of the request and of the response.
Docs: docs/rules/event-shape.md`,
    `event-shape/tool-missing E t1 [e2]
  e2   tool_call_response
metadata.tool is missing: the event is refused.
Fix: name the tool in metadata.tool of the request and of the response.
Docs: docs/rules/event-shape.md`,
  ]);
});

test('a response without its provider', () => {
  expect(told('a response without its provider')).toEqual([
    `event-shape/model-missing E t1 [e2]
  e2   llm_response
metadata.provider is missing: the event is given up, after a 202 where ingestion
is queued.
Fix: send metadata.model and metadata.provider with every response.
Docs: docs/rules/event-shape.md`,
  ]);
});

test('a fraction of a millisecond', () => {
  expect(told('a fraction of a millisecond')).toEqual([
    `event-shape/latency-not-an-integer E t1 [e2]
  e2   llm_response
metadata.latencyMs is 12.5: the backend cannot store it and gives the event up.
Fix: round: Math.round(performance.now() - started).
Docs: docs/rules/event-shape.md`,
  ]);
});

test('arguments as text in a tool event', () => {
  expect(told('arguments as text in a tool event')).toEqual([
    `event-shape/arguments-not-an-object E t1 [e1]
  e1   tool_call_request
The arguments are "{\\"q\\":\\"x\\"}": tool events carry them as an object.
Fix: parse the JSON text that the model wrote and send the object.
Docs: docs/rules/event-shape.md`,
  ]);
});

test('arguments as an object in an llm_response', () => {
  expect(told('arguments as an object in an llm_response')).toEqual([
    `event-shape/arguments-not-json-text E t1 [e1]
  e1   llm_response
The arguments are {"q":"x"}: an llm_response carries them as JSON text.
Fix: send the text as the model wrote it, or JSON.stringify the object.
Docs: docs/rules/event-shape.md`,
  ]);
});

test('half an emoji', () => {
  expect(told('half an emoji')).toEqual([
    `event-shape/unstorable-text E t1 [e1]
  e1   user_message
content has a character U+0000 or half of a surrogate pair: the backend cannot
store it and gives the event up.
Fix: encode binary output (base64), and do not cut text inside a character.
Docs: docs/rules/event-shape.md`,
  ]);
});
