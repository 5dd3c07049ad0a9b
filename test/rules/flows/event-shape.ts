import { trace } from '../../../src/recording/trace-builder.ts';
import { type Flows, withRequest } from './flows.ts';

const refused = { status: 400, response: { error: 'Validation failed' } } as const;
const call = (args: unknown) => ({ toolCalls: [{ name: 'search', arguments: args }] });
const asked = (args: unknown) => ({
  content: null,
  toolCalls: [{ id: 'c1', function: { name: 'search', arguments: args } }],
  finishReason: 'tool_calls',
});
const model = { model: 'gpt-5', provider: 'openai' };

export const flows: Flows = {
  good: {
    'every kind of event, as SDKs write them': () =>
      trace('t1')
        .init()
        .user('hi')
        .llm({ toolCalls: [{ id: 'c1', name: 'search', arguments: { q: 'x' } }] })
        .request('search', 's1', { arguments: { q: 'x' } })
        .response('search', 's1', { arguments: { q: 'x' } })
        .result('search')
        .embed('x')
        .embedded()
        .thinking('hm')
        .error('boom'),
    'messages as a plain array': () =>
      trace('t1')
        .init()
        .event('user_message', { content: [{ role: 'user', content: 'hi' }] }),
    'no content at all': () => trace('t1').init().event('user_message').event('error', { content: null }),
    'times with and without fractions of a second': () =>
      trace('t1')
        .init()
        .user('hi', { timestamp: '2026-02-28T23:59Z' })
        .llm('hello', { timestamp: '2026-03-01T00:00:00.123456Z' }),
    'normalised content': () =>
      trace('t1')
        .init()
        .event('user_message', { content: 'search x' })
        .event('llm_response', {
          content: { text: 'sure', toolCalls: [{ id: 'c1', name: 'search', arguments: '{"q":"x"}' }] },
          metadata: model,
        }),
    'a proxied tool loop': () =>
      trace('t1')
        .init()
        .call('search x', { toolCalls: [{ id: 'c1', name: 'search', arguments: { q: 'x' } }] })
        .call(
          [
            { role: 'user', content: 'search x' },
            { role: 'tool', tool_call_id: 'c1', content: 'found' },
          ],
          'here',
        ),
    'a tool call without arguments, written as an empty text': () =>
      trace('t1')
        .init()
        .event('llm_response', { content: asked(''), metadata: model }),
    'emoji and line separators': () => trace('t1').init().user('👩‍🚀 \u2028 ok'),
  },
  bad: {
    'null instead of nothing, in a batch': () =>
      withRequest(
        trace('t1')
          .init()
          .ingest(
            [
              { eventType: 'user_message', traceId: 't1', agentName: 'support', content: 'hi' },
              { eventType: 'error', traceId: 't1', agentName: 'support', content: { message: 'x' } },
            ],
            refused,
          ),
        'x2',
        (batch) =>
          (batch as object[]).map((event, index) => (index === 1 ? { ...event, spanId: null } : event)),
      ),
    'a span id of 129 characters': () =>
      trace('t1')
        .init()
        .thinking('hm', { spanId: 's'.repeat(129), delivery: refused }),
    'a local time': () =>
      trace('t1').init().user('hi', { timestamp: '2026-01-01T10:00:00+01:00', delivery: refused }),
    'tool events without their tool': () =>
      trace('t1')
        .init()
        .request('search', 's1', { metadata: {}, delivery: refused })
        .response('search', 's1', { metadata: {}, delivery: refused }),
    'a response without its provider': () =>
      trace('t1')
        .init()
        .user('hi')
        .event('llm_response', { content: { content: 'hello' }, metadata: { model: 'gpt-5' } }),
    'a fraction of a millisecond': () =>
      trace('t1')
        .init()
        .user('hi')
        .llm('hello', { metadata: { ...model, latencyMs: 12.5 } }),
    'arguments as text in a tool event': () =>
      trace('t1')
        .init()
        .request('search', 's1', { content: call('{"q":"x"}') })
        .response('search', 's1'),
    'arguments as an object in an llm_response': () =>
      trace('t1')
        .init()
        .event('llm_response', { content: asked({ q: 'x' }), metadata: model }),
    'half an emoji': () => trace('t1').init().user('cut \ud83d'),
  },
};
