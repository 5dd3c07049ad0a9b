import { type Mutate, mutationsOf } from './mutation.ts';
import {
  about,
  given,
  onEvent,
  onUncounted,
  PLAIN,
  refused,
  saidIn,
  send,
  TOOLS,
  without,
} from './places.ts';

/** Values that do not fit their member. */
export const eventShape = mutationsOf('event-shape', {
  'null-member': {
    'null-user': onUncounted(['user_message'], (event) => refused(given(event, { externalUserId: null }))),
    'null-metadata': onUncounted(PLAIN, (event) => refused(given(event, { metadata: null }))),
  },
  'too-long': {
    'long-user': onUncounted(['user_message'], (event) =>
      refused({ ...event, externalUserId: 'x'.repeat(256) }),
    ),
    'long-span': onUncounted(PLAIN, (event) => refused({ ...event, spanId: 'x'.repeat(129) })),
  },
  'timestamp-not-utc': {
    'offset-timestamp': onUncounted(PLAIN, (event) =>
      refused({ ...event, timestamp: '2026-01-01T00:00:00+00:00' }),
    ),
    'unix-timestamp': onUncounted(PLAIN, (event) => refused({ ...event, timestamp: '1767225600000' })),
  },
  'tool-missing': {
    'tool-unnamed': unnamedTool({}),
    'tool-unnamed-beside-its-latency': unnamedTool({ metadata: { latencyMs: 3 } }),
  },
  'model-missing': {
    'no-provider': onEvent(['llm_response'], (event) => about(event, { provider: undefined })),
    'no-model-of-an-embedding': onEvent(['embedding_response'], (event) =>
      about(event, { model: undefined }),
    ),
  },
  'latency-not-an-integer': {
    'fractional-latency': onEvent(['llm_response', 'tool_call_response'], (event) =>
      about(event, { latencyMs: 12.5 }),
    ),
    'latency-with-its-unit': onEvent(['llm_response', 'tool_call_response'], (event) =>
      about(event, { latencyMs: '12 ms' }),
    ),
  },
  'arguments-not-an-object': {
    'arguments-as-text': withArguments('{}'),
    'arguments-as-a-list': withArguments(['Berlin']),
  },
  'arguments-not-json-text': {
    'arguments-as-object': onAskedTools((text) => JSON.parse(text) as unknown),
    'arguments-cut-short': onAskedTools((text) => text.slice(0, -1)),
  },
  'unstorable-text': {
    'nul-character': onEvent(PLAIN, (event) => [send({ ...event, content: 'cut\0here' })]),
    'half-a-character': onEvent(PLAIN, (event) => [send({ ...event, content: 'cut \ud83d here' })]),
  },
});

function withArguments(args: unknown): Mutate {
  return onEvent(TOOLS, (event) => [
    send({
      ...event,
      content: {
        ...(event.content as object),
        toolCalls: [{ name: event.metadata?.['tool'], arguments: args }],
      },
    }),
  ]);
}

/** Rewrites the arguments that the model is reported to have written. */
function onAskedTools(rewrite: (text: string) => unknown): Mutate {
  return onEvent(['llm_response'], (event) => {
    const { toolCalls } = saidIn(event);
    if (toolCalls.length === 0) return null;
    const rewritten = toolCalls.map((call) => ({
      ...call,
      function: { ...call.function, arguments: rewrite(call.function.arguments) },
    }));
    return [send({ ...event, content: { ...(event.content as object), toolCalls: rewritten } })];
  });
}

/** A tool beside the others, both of whose events do not say which. */
function unnamedTool(named: object): Mutate {
  return onUncounted(['user_message'], (event) => {
    const tool = {
      ...without(event, 'metadata'),
      ...named,
      spanId: 'unnamed',
      content: { toolCalls: [] },
    };
    return [
      send(event),
      ...refused({ ...tool, eventType: 'tool_call_request', idempotencyKey: 'unnamed' }),
      ...refused({ ...tool, eventType: 'tool_call_response', idempotencyKey: 'unnamed-too' }),
    ];
  });
}
