import { trace } from '../../../src/recording/trace-builder.ts';
import { type Flows, withOutcome } from './flows.ts';

const keyless = { credentials: [{ header: 'authorization', kind: 'unknown', hint: 'abc…' }] } as const;
const unauthorized = {
  ...keyless,
  status: 401,
  response: { error: 'Unauthorized: Authentication required' },
} as const;

export const flows: Flows = {
  good: {
    'an event that was refused and sent again with its key': () =>
      trace('t1')
        .init()
        .user('hi', { idempotencyKey: 'k1', delivery: { status: 503, response: { error: 'busy' } } })
        .user('hi', { idempotencyKey: 'k1' }),
    'an event without a key whose answer was lost, sent again': () =>
      trace('t1')
        .init()
        .user('hi', { delivery: { fault: 'store-then-drop', stored: true } })
        .user('hi'),
    'an event that met a redirect and was sent again': () =>
      trace('t1')
        .init()
        .user('hi', { idempotencyKey: 'k1', delivery: { fault: 'redirect', status: 302 } })
        .user('hi', { idempotencyKey: 'k1' }),
    'an event that the backend knows by its key': () =>
      trace('t1')
        .init()
        .user('hi', { idempotencyKey: 'k1', delivery: { fault: 'store-then-drop', stored: true } })
        .user('hi', { idempotencyKey: 'k1' }),
    'equal answers with keys of their own': () =>
      trace('t1')
        .init()
        .user('go on?', { idempotencyKey: 'k1' })
        .llm('yes', { idempotencyKey: 'k2' })
        .user('go on?', { idempotencyKey: 'k3' })
        .llm('yes', { idempotencyKey: 'k4' }),
    'equal answers to different proxied questions': () =>
      trace('t1').init().call('ready?', 'yes').call('steady?', 'yes'),
    'a proxied call whose stream was cut off, and that was made again': () =>
      trace('t1')
        .init()
        .cutCall('hi')
        .call('hi', 'hello')
        .trace('t2')
        .cutCall('hi', 'hel')
        .call('hi', 'hello'),
    'a proxied call whose stream ended in an error, and that was made again': () =>
      trace('t1').init().call('hi', { text: 'hel', finishReason: 'error' }).call('hi', 'hello'),
    'a failed model call that is recorded as an error': () =>
      trace('t1').init().failedCall('hi').call('hi', 'hello'),
  },
  bad: {
    'an event that is refused': () =>
      trace('t1')
        .init()
        .user('hi', { delivery: { status: 503, response: { error: 'Failed to save event(s)' } } })
        .llm('hello'),
    'a batch for two traces that is refused': () =>
      trace('t1')
        .init()
        .ingest(
          ['t1', 't2'].map((traceId) => ({ eventType: 'error', traceId, agentName: 'support' }) as const),
          { status: 503 },
        ),
    'a key that is refused': () =>
      trace('t1')
        .init()
        .http('POST', '/api/events/ingest', { service: 'analyse', route: 'ingest', ...unauthorized })
        .http('POST', '/api/events/ingest', { service: 'analyse', route: 'ingest', ...unauthorized })
        .http('GET', '/api/events?traceId=t1', { service: 'analyse', route: 'read', status: 200 }),
    'a proxied call with an expired key': () =>
      trace('t1')
        .init()
        .http('POST', '/v1/chat/completions', {
          service: 'proxy',
          route: 'chat',
          status: 401,
          response: { error: 'Unauthorized: API key expired' },
          headers: { 'x-agent-name': 'support', 'x-trace-id': 't1' },
        }),
    'an event that is given up after a 202': () =>
      withOutcome(
        trace('t1')
          .init()
          .user('hi', { metadata: { systemPrompt: ['You are helpful.'] } })
          .llm('hello'),
        {
          e1: {
            status: 'dead-letter',
            error: 'string violation: systemPrompt cannot be an array or an object',
          },
        },
      ),
    'a trace that is not sampled': () =>
      withOutcome(trace('t1').init().user('hi').llm('hello'), {
        e1: { status: 'sampled_out', message: 'Trace rejected by sampling (rate: 0.20, hash: 0.8189)' },
        e2: { status: 'sampled_out', message: 'Trace rejected by sampling (rate: 0.20, hash: 0.8189)' },
      }),
    'the same words again': () =>
      trace('t1').init().user('yes').llm('Shall I go on?').user('yes').llm('Done.'),
    'a proxied call whose events are refused for its long agent name': () =>
      withOutcome(trace('t1', 'a'.repeat(256)).init().call('hi', 'hello'), {
        e1: { status: 'dead-letter', error: 'value too long for type character varying(255)' },
        e2: { status: 'dead-letter', error: 'value too long for type character varying(255)' },
      }),
    'the same proxied question again': () => trace('t1').init().call('hi', 'hello').call('hi', 'hello again'),
    'a request that got no answer': () =>
      trace('t1')
        .init()
        .user('hi')
        .llm('hello', { delivery: { fault: 'drop' } }),
    'a redirect taken for success': () =>
      trace('t1')
        .init()
        .user('hi')
        .llm('hello', { delivery: { fault: 'redirect', status: 302 } }),
  },
};
