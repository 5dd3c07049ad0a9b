import { describe, expect, test } from 'vitest';
import { RecordingBuilder } from '../../src/recording/build.ts';
import { flows } from './flows/event-accepted.ts';
import { messages } from './messages.ts';

const told = (name: string) => messages(flows.bad[name]!(), 'event-accepted');

describe('silent on', () => {
  test.each(Object.entries(flows.good))('%s', (_name, flow) => {
    expect(messages(flow(), 'event-accepted')).toEqual([]);
  });
});

test('an event that is refused', () => {
  expect(told('an event that is refused')).toEqual([
    `event-accepted/refused E t1 [e1]
  e1   user_message
The answer was 503 "Failed to save event(s)": nothing was stored.
Fix: send what the backend takes, and retry 429 and 5xx answers with the same
     idempotency key.
Docs: docs/rules/event-accepted.md`,
  ]);
});

test('a key that is refused', () => {
  expect(told('a key that is refused')).toEqual([
    `event-accepted/refused E null [x2]
  x2   POST /api/events/ingest
The answer was 401 "Unauthorized: Authentication required": nothing was stored
(2 requests).
Fix: use a valid WhyOps key, as Authorization: Bearer or X-API-Key.
Docs: docs/rules/event-accepted.md`,
  ]);
});

test('a proxied call with an expired key', () => {
  expect(told('a proxied call with an expired key')).toEqual([
    `event-accepted/refused E null [x2]
  x2   POST /v1/chat/completions
The answer was 401 "Unauthorized: API key expired": nothing was stored.
Fix: use a valid WhyOps key, as Authorization: Bearer or X-API-Key.
Docs: docs/rules/event-accepted.md`,
  ]);
});

test('an event that is given up after a 202', () => {
  expect(told('an event that is given up after a 202')).toEqual([
    `event-accepted/dead-letter E t1 [e1]
  e1   user_message
Accepted with 202, then given up: "string violation: systemPrompt cannot be an
array or an object".
Fix: test with ingest "direct", where the backend answers with the error.
Docs: docs/rules/event-accepted.md`,
  ]);
});

test('a trace that is not sampled', () => {
  expect(told('a trace that is not sampled')).toEqual([
    `event-accepted/sampled-out E t1 [e1]
  e1   user_message
Not stored: "Trace rejected by sampling (rate: 0.20, hash: 0.8189)" (2 events of
this trace).
Fix: raise the agent's sampling rate (0.2 unless set) or the limit that the
     message names.
Docs: docs/rules/event-accepted.md`,
  ]);
});

test('the same words again', () => {
  expect(told('the same words again')).toEqual([
    `event-accepted/equal-content E t1 [e1 e3]
  e1   user_message
  e3   user_message
e3 came without a key and says the same as e1: the backend takes it for a
repetition and drops it.
Fix: send an idempotencyKey of its own with each event.
Docs: docs/rules/event-accepted.md`,
  ]);
});

test('a proxied call whose events are refused for its long agent name', () => {
  expect(told('a proxied call whose events are refused for its long agent name')).toEqual([
    `event-accepted/dead-letter E t1 [e1]
  e1   user_message
Accepted with 202, then given up: "value too long for type character
varying(255)" (2 events of this trace).
Fix: test with ingest "direct", where the backend answers with the error.
Docs: docs/rules/event-accepted.md`,
  ]);
});

test('the same proxied question again', () => {
  expect(told('the same proxied question again')).toEqual([
    `event-accepted/equal-call W t1 [e1 e3]
  e1   user_message
  e3   user_message
The prompt of e3 equals e1 of this trace: the backend drops it, and the proxy
sends no keys.
Fix: give a new question a new trace id, or send the conversation so far with
     it.
Docs: docs/rules/event-accepted.md`,
  ]);
});

test('a second embedding whose answer has the same shape is nothing that the app could help', () => {
  const embed = (input: string) => ({
    route: 'embeddings' as const,
    agentName: 'support',
    traceId: 't1',
    request: { input },
    events: [
      { eventType: 'embedding_request' as const, content: { input } },
      { eventType: 'embedding_response' as const, content: { object: 'list', embeddingCount: 1 } },
    ],
  });
  const builder = new RecordingBuilder();
  builder.call(embed('one'));
  const [, response] = builder.call(embed('two'));
  expect(response?.outcome.status).toBe('skipped');
  expect(messages(builder, 'event-accepted')).toEqual([]);
});

test('a request that got no answer', () => {
  expect(told('a request that got no answer')).toEqual([
    `event-accepted/never-arrived E t1 [e2]
  e2   llm_response
The request was lost (drop) and never repeated: the event is missing.
Fix: retry requests that get no answer, with the same idempotency key.
Docs: docs/rules/event-accepted.md`,
  ]);
});

test('a redirect taken for success', () => {
  expect(told('a redirect taken for success')).toEqual([
    `event-accepted/answer-misread E t1 [e2]
  e2   llm_response
The answer was no acceptance (redirect), yet the event was not sent again: it is
missing.
Fix: take only a 2xx answer with the JSON of the API for success; do not follow
     redirects.
Docs: docs/rules/event-accepted.md`,
  ]);
});
