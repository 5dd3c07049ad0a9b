import { describe, expect, test } from 'vitest';
import type { SentEvent } from '../../src/recording/build.ts';
import type { Recording } from '../../src/recording/recording.ts';
import { trace } from '../../src/recording/trace-builder.ts';
import { shapeProblems } from '../../src/rules/shape.ts';
import { flows } from './flows/event-shape.ts';
import { withRequest } from './flows/flows.ts';
import { found, messages } from './messages.ts';

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

const eventShape = (built: { readonly recording: Recording }) => found(built, 'event-shape');
const refused = { status: 400 };
const named = { model: 'm', provider: 'p' };
const problems = (members: Record<string, unknown>) =>
  shapeProblems({ traceId: 't1', agentName: 'a', ...members }).map(({ kind, member, found }) => [
    kind,
    member,
    found,
  ]);

test.each([
  [{ spanId: null }, [['null-member', 'spanId', 'null']]],
  [{ content: null }, []],
  [{ spanId: 's'.repeat(128), agentName: 'a'.repeat(255), externalUserId: 'u'.repeat(255) }, []],
  [{ idempotencyKey: 'k'.repeat(129) }, [['too-long', 'idempotencyKey', '129 characters, at most 128']]],
  [{ agentName: 'a'.repeat(256) }, [['too-long', 'agentName', '256 characters, at most 255']]],
  [{ timestamp: '2026-13-01T00:00:00Z' }, [['timestamp-not-utc', 'timestamp', '2026-13-01T00:00:00Z']]],
  [{ timestamp: '2026-01-01T00:00:00.5Z' }, []],
  [{ timestamp: '2026-01-01T00:00:00' }, [['timestamp-not-utc', 'timestamp', '2026-01-01T00:00:00']]],
  [{ timestamp: 'on 2026-01-01T00:00Z' }, [['timestamp-not-utc', 'timestamp', 'on 2026-01-01T00:00Z']]],
  [{ timestamp: '2026-01-01T00:00Z!' }, [['timestamp-not-utc', 'timestamp', '2026-01-01T00:00Z!']]],
  [{ timestamp: 7 }, []],
] as const)('ids and times: %j', (members, expected) => {
  expect(problems({ eventType: 'user_message', ...members })).toEqual(expected);
});

test.each([
  ['tool_call_request', undefined],
  ['tool_call_response', null],
])('the tool of a %s may not be %s', (eventType, tool) => {
  expect(problems({ eventType, metadata: { tool } })).toEqual([['tool-missing', 'metadata.tool', 'nothing']]);
});

test('an empty tool is a tool: the backend stores it', () => {
  expect(problems({ eventType: 'tool_call_response', metadata: { tool: '' } })).toEqual([]);
});

test.each(['user_message', 'tool_result', 'tool_call', 'llm_thinking'])(
  'a %s names no tool and no model',
  (eventType) => {
    expect(problems({ eventType })).toEqual([]);
  },
);

test.each(['llm_response', 'embedding_response'])('an %s names its model and its provider', (eventType) => {
  expect(problems({ eventType, metadata: { model: 'm', provider: '' } })).toEqual([
    ['model-missing', 'metadata.provider', 'nothing'],
  ]);
  expect(problems({ eventType, metadata: 'none' })).toEqual([
    ['model-missing', 'metadata.model', 'nothing'],
    ['model-missing', 'metadata.provider', 'nothing'],
  ]);
  expect(problems({ eventType, metadata: named })).toEqual([]);
});

test.each([
  [null, true],
  [0, true],
  [-3, true],
  ['12', true],
  ['-12', true],
  [2147483647, true],
  [2147483648, false],
  [-2147483648, false],
  [0.5, false],
  ['12.5', false],
  ['12ms', false],
  ['about 12', false],
  [[12], false],
])('a latency of %j', (latencyMs, whole) => {
  expect(problems({ eventType: 'error', metadata: { latencyMs } })).toEqual(
    whole ? [] : [['latency-not-an-integer', 'metadata.latencyMs', JSON.stringify(latencyMs)]],
  );
});

const calls = (call: unknown) => ({ toolCalls: ['odd', call] });

test.each(['tool_call_request', 'tool_call_response'])('the arguments in a %s', (eventType) => {
  const of = (call: unknown) => problems({ eventType, content: calls(call), metadata: { tool: 'search' } });
  const wrong = (found: string) => [['arguments-not-an-object', 'content.toolCalls[].arguments', found]];
  expect(of({ arguments: '{}' })).toEqual(wrong('"{}"'));
  expect(of({ arguments: undefined })).toEqual(wrong('nothing'));
  expect(of({ arguments: {} })).toEqual([]);
  expect(of({ function: { arguments: {} } })).toEqual([]);
  expect(of({})).toEqual([]);
});

test('the arguments in an llm_response', () => {
  const of = (call: unknown) =>
    problems({ eventType: 'llm_response', content: calls(call), metadata: named });
  const wrong = (found: string) => [
    ['arguments-not-json-text', 'content.toolCalls[].function.arguments', found],
  ];
  expect(of({ function: { arguments: {} } })).toEqual(wrong('{}'));
  expect(of({ function: { arguments: null } })).toEqual(wrong('null'));
  expect(of({ function: { arguments: '{"q":' } })).toEqual(wrong('"{\\"q\\":"'));
  expect(of({ function: { arguments: '{}' } })).toEqual([]);
  expect(of({ function: {} })).toEqual([]);
  expect(of({ function: 'search' })).toEqual([]);
  expect(of({ arguments: {} })).toEqual([]);
  expect(problems({ eventType: 'error', content: calls({ function: { arguments: {} } }) })).toEqual([]);
});

test.each([
  ['a\0b', 1],
  ['\ud83d\ude00', 0],
  ['\ud83d', 1],
  ['\ude00', 1],
  ['\ude00\ud83d', 1],
  [['a', ['\0']], 1],
  [{ a: { b: '\0' } }, 1],
  [{ 'a\0': 1 }, 1],
  [7, 0],
  [null, 0],
])('text that cannot be stored: %j', (content, count) => {
  expect(problems({ eventType: 'error', content })).toHaveLength(count);
});

describe('the event as it stood in the request', () => {
  const user = { eventType: 'user_message', traceId: 't1', agentName: 'support', content: 'hi' } as const;
  const nulled = (events: readonly SentEvent[], where: number) =>
    withRequest(trace('t1').ingest(events, refused), 'x1', (body) =>
      [body]
        .flat()
        .map((event, index) => (index === where ? { ...(event as object), parentStepId: null } : event)),
    );

  test.each([
    ['by its type', { eventType: 'error' }],
    ['by its content', { content: 'ho' }],
    ['by its span', { spanId: 's1' }],
    ['by its trace', { traceId: 't2' }],
  ] as const)('is found in a batch %s', (_, more) => {
    const other = { ...user, ...more };
    const where = 'traceId' in more ? 't2' : 't1';
    expect(eventShape(nulled([user, other], 1))).toEqual([`null-member E ${where} [e2]`]);
    expect(eventShape(nulled([other, user], 0))).toEqual([`null-member E ${where} [e1]`]);
  });

  test('is not looked for when it was taken', () => {
    const built = withRequest(trace('t1').user('hi'), 'x1', () => ({ ...user, spanId: null }));
    expect(eventShape(built)).toEqual([]);
  });

  test('need not name its type on the route for tool results', () => {
    const built = trace('t1').response('search', 's1', { delivery: { ...refused, route: 'tool-result' } });
    const without = withRequest(built, 'x1', (body) => ({
      ...(body as object),
      eventType: undefined,
      spanId: null,
    }));
    expect(eventShape(without)).toEqual(['null-member E t1 [e1]']);
    const other = withRequest(built, 'x1', () => ({ ...user, spanId: null }));
    expect(eventShape(other)).toEqual([]);
  });

  test('may be no event at all', () => {
    expect(
      eventShape(withRequest(trace('t1').user('hi', { delivery: refused }), 'x1', () => ['odd', null])),
    ).toEqual([]);
  });

  test('a user id that is too long, of an event that was taken', () => {
    expect(eventShape(trace('t1').user('hi', { externalUserId: 'u'.repeat(256) }))).toEqual([
      'too-long E t1 [e1]',
    ]);
  });
});

describe('a request whose events nobody could read', () => {
  const post = (request: unknown, more: object = {}) =>
    trace('t1').http('POST', '/api/events/ingest', {
      service: 'analyse',
      route: 'ingest',
      status: 400,
      request,
      ...more,
    });
  const bad = { eventType: 'error', traceId: 7, spanId: null };

  test('is judged as a whole', () => {
    expect(messages(post(['odd', { eventType: 'error' }, bad]), 'event-shape')).toEqual([
      `event-shape/null-member E null [x1]
  x1   POST /api/events/ingest status=400
spanId is null: the backend refuses the whole request with 400.
Fix: leave out what is not known.
Docs: docs/rules/event-shape.md`,
    ]);
    expect(eventShape(post(bad, { route: 'events' }))).toEqual(['null-member E null [x1]']);
    expect(eventShape(post(bad, { route: 'tool-result' }))).toEqual(['null-member E null [x1]']);
  });

  test.each([
    ['nothing is wrong with it', { eventType: 'error' }, {}],
    ['it was taken', bad, { status: 202 }],
    ['it was refused for something else', bad, { status: 503 }],
    ['it is a registration', bad, { route: 'init' }],
  ])('silent where %s', (_, request, more) => expect(eventShape(post(request, more))).toEqual([]));

  test('a batch for two traces is judged event by event', () => {
    const event = (traceId: string) =>
      ({ eventType: 'error', traceId, agentName: 'a', spanId: 's'.repeat(129) }) as const;
    expect(eventShape(trace('t1').ingest([event('t1'), event('t2')], refused))).toEqual([
      'too-long E t1 [e1]',
      'too-long E t2 [e2]',
    ]);
  });
});
