import { describe, expect, test } from 'vitest';
import { RecordingBuilder } from '../../src/recording/build.ts';
import type { Credential, Route } from '../../src/recording/exchange.ts';
import { Recording } from '../../src/recording/recording.ts';
import { trace } from '../../src/recording/trace-builder.ts';
import { flows } from './flows/event-accepted.ts';
import { withOutcome, withRequest } from './flows/flows.ts';
import { found, messages } from './messages.ts';

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

const accepted = (built: { readonly recording: Recording }) => found(built, 'event-accepted');
const user = { eventType: 'user_message', traceId: 't1', agentName: 'support', content: 'hi' } as const;
const provider: Credential = { header: 'authorization', kind: 'provider', hint: 'sk-…' };
const other: Credential = { header: 'authorization', kind: 'whyops', hint: 'whyops_other…' };

const to = (route: Route | null, status: number | null, response?: unknown, request: unknown = user) =>
  ({ service: 'analyse', route, status, response, request }) as const;

describe('an answer without a reason', () => {
  test.each([
    ['no body', undefined],
    ['another form', { error: { message: 'boom' } }],
  ])('%s', (_, response) => {
    const [message] = messages(
      trace('t1').http('POST', '/api/events', to('events', 400, response)),
      'event-accepted',
    );
    expect(message).toContain('The answer was 400: nothing was stored.\n');
  });
});

test.each([
  ['ingest', 400, ['refused E null [x1]']],
  ['events', 400, ['refused E null [x1]']],
  ['tool-result', 500, ['refused E null [x1]']],
  ['ingest', 399, []],
  ['ingest', null, []],
  ['read', 400, []],
  ['init', 400, []],
  [null, 404, []],
] as const)('a request without events to the route %s, answered with %s', (route, status, expected) => {
  expect(accepted(trace('t1').http('POST', '/api/any', to(route, status)))).toEqual(expected);
});

test('a stranger that refuses a request', () => {
  expect(accepted(trace('t1').http('POST', '/x', { ...to('ingest', 400), service: 'elsewhere' }))).toEqual(
    [],
  );
});

test('a body that event-shape explains', () => {
  const long = { ...user, spanId: 's'.repeat(129) };
  expect(accepted(trace('t1').http('POST', '/api/events', to('events', 400, {}, long)))).toEqual([]);
  expect(
    accepted(trace('t1').http('POST', '/api/events', to('events', 400, {}, [user, null, long]))),
  ).toEqual([]);
});

test('refusals: equal ones are counted, different ones told one by one', () => {
  const http = (path: string, status: number, error: string) =>
    ['POST', path, to('events', status, { error })] as const;
  const built = trace('t1')
    .http(...http('/a', 400, 'x'))
    .http(...http('/a', 400, 'x'))
    .http(...http('/b', 400, 'x'));
  built.http(...http('/a', 409, 'x')).http(...http('/a', 400, 'y'));
  expect(accepted(built)).toEqual(['x1', 'x3', 'x4', 'x5'].map((id) => `refused E null [${id}]`));
  expect(messages(built, 'event-accepted')[0]).toContain('(2 requests)');
});

test.each([
  [400, {}, ['refused E t1 [x1]']],
  [499, {}, ['refused E t1 [x1]']],
  [429, {}, []],
  [500, {}, []],
  [400, { fault: 'status' }, []],
  [400, { headers: { 'x-agent-name': undefined } }, []],
] as const)('a proxied call that is refused with %s %o', (status, delivery, expected) => {
  expect(accepted(trace('t1').refusedCall('hi', status, 'no', { delivery }))).toEqual(expected);
});

test.each([
  [200, []],
  [300, ['refused E t1 [x1]']],
  [null, ['refused E t1 [x1]']],
])('a refused call that is made again and answered with %s', (status, expected) => {
  const again = { delivery: { status } };
  expect(accepted(trace('t1').refusedCall('hi', 400, 'no').call('hi', 'hello', again))).toEqual(expected);
});

describe('a key that is refused', () => {
  const denied = (status: number, credentials = [other]) => ({ delivery: { status, credentials } });

  test('is told once, by the first request, whatever it was used for and wherever it landed', () => {
    const built = trace('t1').user('a').trace('t2').user('b', denied(401)).trace('t1').user('c', denied(401));
    expect(accepted(built.refusedCall('d', 401, 'no', denied(401)))).toEqual(['refused E t2 [x2]']);
    expect(messages(built, 'event-accepted')[0]).toContain('(3 requests)');
  });

  test('by each service, in two wordings', () => {
    const built = trace('t1').http('POST', '/a', {
      ...to('events', 401, { error: 'x' }),
      credentials: [other],
    });
    built.http('POST', '/b', { ...to('events', 401, { error: 'y' }), credentials: [other] });
    expect(accepted(built)).toEqual(['refused E null [x1]']);
  });

  test('another key and another status are told too', () => {
    const key = { ...other, hint: 'whyops_third…' };
    const built = trace('t1')
      .user('a', denied(401))
      .user('b', denied(401, [key]))
      .user('c', denied(403));
    expect(accepted(built)).toEqual(['x1', 'x2', 'x3'].map((id) => `refused E t1 [${id}]`));
    expect(messages(built, 'event-accepted')[2]).toContain('Fix: use a valid WhyOps key');
  });

  test("a provider's key is told by key-safety", () => {
    const built = trace('t1')
      .user('a', denied(401, [provider, other]))
      .refusedCall('a', 401, 'b', denied(401, [provider]));
    expect(accepted(built)).toEqual([]);
  });
});

describe('what another rule explains', () => {
  const dead = { status: 'dead-letter', error: 'no' } as const;

  test('an event that was given up', () => {
    const usage = (promptTokens: unknown) => ({
      metadata: { model: 'm', provider: 'p', usage: { promptTokens } },
    });
    const built = trace('t1')
      .llm('a', usage(1.5))
      .llm('b', usage(null))
      .llm('c', usage(2))
      .user('d', { stepId: 0 });
    const outcomes = { e1: dead, e2: { ...dead, error: 'b' }, e3: { ...dead, error: 'c' }, e4: dead };
    expect(accepted(withOutcome(built, outcomes))).toEqual([
      'dead-letter E t1 [e2]',
      'dead-letter E t1 [e3]',
    ]);
  });

  test('sampling takes no look at the event', () => {
    const built = trace('t1').llm('a', { metadata: { model: 'm', provider: 'p', latencyMs: 1.5 } });
    expect(accepted(withOutcome(built, { e1: { status: 'sampled_out', message: 'no' } }))).toEqual([
      'sampled-out E t1 [e1]',
    ]);
    expect(accepted(withOutcome(built, { e1: dead }))).toEqual([]);
  });

  test('one wrong event makes the backend refuse a batch, and no more than that', () => {
    const batch = () =>
      trace('t1').ingest([user, { ...user, content: 'ho', spanId: 's'.repeat(129) }], { status: 400 });
    expect(accepted(batch())).toEqual([]);
    expect(accepted(withOutcome(batch(), { e1: dead, e2: { status: 'stored' } }))).toEqual([
      'dead-letter E t1 [e1]',
    ]);
    const odd = withRequest(batch(), 'x1', (request) => [null, ...(request as unknown[])]);
    expect(accepted(odd)).toEqual([]);
  });

  test('what the proxy emits is explained to nobody', () => {
    const built = trace('t1').call('hi', { text: 'a', usage: { promptTokens: 1.5 } });
    expect(accepted(withOutcome(built, { e2: dead }))).toEqual(['dead-letter E t1 [e2]']);
  });

  test('the second agent of a trace', () => {
    expect(accepted(trace('t1').user('a').trace('t1', 'billing').llm('b'))).toEqual([]);
  });
});

test('losses of several kinds and reasons', () => {
  const built = trace('t1').user('a').user('b').user('c').user('d').user('e');
  const outcomes = {
    e1: { status: 'dead-letter', error: 'x' },
    e2: { status: 'dead-letter', error: 'y' },
    e3: { status: 'sampled_out', message: 'x' },
    e4: { status: 'dead-letter', error: 'x' },
  } as const;
  expect(accepted(withOutcome(built, outcomes))).toEqual([
    'dead-letter E t1 [e1]',
    'dead-letter E t1 [e2]',
    'sampled-out E t1 [e3]',
  ]);
});

test.each([
  ['redirect', 'answer-misread'],
  ['not-json', 'answer-misread'],
  ['truncate', 'answer-misread'],
  ['drop', 'never-arrived'],
])('an event that met the fault %s and was not sent again', (fault, kind) => {
  expect(accepted(trace('t1').user('hi', { delivery: { fault } }))).toEqual([`${kind} E t1 [e1]`]);
});

describe('equal content', () => {
  const skipped = { status: 'skipped', by: 'content', duplicateOf: null } as const;

  test('the first event with that content is named', () => {
    const built = trace('t1')
      .user('a')
      .user('b', { idempotencyKey: '1' })
      .user('b', { idempotencyKey: '2' })
      .user('b');
    expect(accepted(withOutcome(built, { e4: skipped }))).toEqual(['equal-content E t1 [e2 e4]']);
  });

  test('the backend knows of an earlier event that was not seen', () => {
    expect(messages(withOutcome(trace('t1').user('a'), { e1: skipped }), 'event-accepted')[0]).toContain(
      'e1 came without a key and says the same as an earlier event: the backend',
    );
    expect(messages(withOutcome(trace('t1').call('a', 'b'), { e1: skipped }), 'event-accepted')[0]).toContain(
      'The prompt of e1 equals an earlier one of this trace: the backend',
    );
  });

  test("of a key is idempotency-key's", () => {
    const built = trace('t1').user('a', { idempotencyKey: 'k' }).user('b', { idempotencyKey: 'k' });
    expect(accepted(built)).toEqual([]);
  });

  test('thoughts and answers of a model', () => {
    const built = trace('t1').call('a', 'b');
    for (const eventType of ['llm_response', 'llm_thinking'] as const) {
      const events = built.recording.events.map((event) =>
        event.id === 'e2' ? { ...event, eventType } : event,
      );
      const recording = new Recording({ exchanges: built.recording.exchanges, events });
      expect(accepted(withOutcome({ recording }, { e2: skipped }))).toEqual([]);
    }
  });

  test('a retry that was skipped too', () => {
    const lost = { fault: 'drop' } as const;
    const built = trace('t1').user('a').llm('b').user('a', { delivery: lost }).user('a');
    expect(accepted(withOutcome(built, { e3: skipped, e4: skipped }))).toEqual([
      'equal-content E t1 [e1 e3]',
    ]);
  });
});

test('events of a batch for two traces are judged in each', () => {
  const batch = [user, { ...user, traceId: 't2' }];
  expect(accepted(trace('t1').ingest(batch, { status: 503 }))).toEqual([
    'refused E t1 [e1]',
    'refused E t2 [e2]',
  ]);
});
