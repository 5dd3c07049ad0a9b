import { type Delivery, PROXY_ORIGIN } from '../../../src/recording/build.ts';
import { trace } from '../../../src/recording/trace-builder.ts';
import type { Flows } from './flows.ts';

const request = { model: 'gpt-5', messages: [{ role: 'user', content: 'hi' }] };
const hosted: Delivery = { address: 'hosted', origin: 'https://proxy.whyops.com' };
const provider = {
  service: 'provider',
  address: 'other',
  origin: 'https://api.openai.com',
  credentials: [{ header: 'authorization', kind: 'provider', hint: 'sk-…' }],
  status: 200,
  request,
} as const;

export const flows: Flows = {
  good: {
    'a hybrid trace': () =>
      trace('t1').init().call('hi', 'hello').request('search', 's1').response('search', 's1'),
    'a call to the provider that is reported by hand': () =>
      trace('t1').init().user('hi').http('POST', '/v1/chat/completions', provider).llm('hello'),
    'a call that is reported under the dated name of its model': () =>
      trace('t1')
        .init()
        .user('hi')
        .http('POST', '/v1/chat/completions', provider)
        .llm('hello', { model: 'gpt-5-2025-08-07' }),
    'two names of one machine': () =>
      trace('t1')
        .init()
        .call('hi', 'hello', { delivery: { origin: 'http://localhost:4010' } })
        .call('and?', 'that is all', { delivery: { origin: 'http://127.0.0.1:4010' } }),
    "the app's own requests to other hosts": () =>
      trace('t1')
        .init()
        .user('weather?')
        .http('POST', '/v1/v1/forecast', {
          service: 'elsewhere',
          address: 'other',
          origin: 'https://weather.example.com',
          credentials: [],
        })
        .llm('sunny'),
  },
  bad: {
    'a call to the hosted service': () =>
      trace('t1').init().call('hi', 'hello').call('and?', 'that is all', { delivery: hosted }),
    'a call straight to the provider': () =>
      trace('t1')
        .init()
        .call('hi', 'hello')
        .http('POST', '/v1/chat/completions', { ...provider, request: { ...request, model: 'gpt-5-mini' } }),
    'a second address': () =>
      trace('t1')
        .init()
        .call('hi', 'hello')
        .call('and?', 'that is all', { delivery: { origin: 'http://127.0.0.1:5010' } }),
    'an agent whose events went along in a batch of another one, and then elsewhere': () => {
      const event = { eventType: 'error', traceId: 't1', content: 'a' } as const;
      const batch = [
        { ...event, agentName: 'support' },
        { ...event, traceId: 't2', agentName: 'billing' },
      ];
      return trace('t1')
        .init()
        .trace('t2', 'billing')
        .init(undefined, { service: 'proxy', path: '/v1/agents/init', origin: PROXY_ORIGIN })
        .ingest(batch)
        .error('b', { delivery: { origin: 'http://127.0.0.1:5020' } });
    },
    'events at a second address': () =>
      trace('t1')
        .init()
        .user('hi')
        .llm('hello', { delivery: { origin: 'http://127.0.0.1:5020' } }),
    'v1 twice': () => trace('t1').init().http('POST', '/v1/v1/chat/completions', { request }),
    'no v1': () =>
      trace('t1')
        .init()
        .http('POST', '/chat/completions', { request })
        .http('POST', '/chat/completions', { request }),
    'api twice': () => trace('t1').init().http('POST', '/api/api/events/ingest', { service: 'analyse' }),
    'no api': () => trace('t1').init().http('POST', '/events/ingest', { service: 'analyse' }),
    'events sent to the proxy': () => trace('t1').init().http('POST', '/api/events/ingest'),
    'a model call sent to the analyse service': () =>
      trace('t1')
        .init()
        .http('POST', '/api/chat/completions', { service: 'analyse', origin: 'http://127.0.0.1:4020' }),
    'two slashes': () => trace('t1').init().http('POST', '//v1/chat/completions', { request }),
  },
};
