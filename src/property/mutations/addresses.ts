import type { Delivery } from '../../recording/build.ts';
import type { Action } from '../action.ts';
import { mutationsOf } from './mutation.ts';
import { atEnd, onCall, onEvent, PLAIN, send } from './places.ts';
import { PROVIDER_KEY, WHYOPS_KEY } from './values.ts';

/** Where requests go, and whose keys they carry. */
export const singleBaseUrl = mutationsOf('single-base-url', {
  'doubled-v1': {
    'doubled-v1-of-openai': toProxy('/v1/v1/chat/completions'),
    'doubled-v1-of-anthropic': toProxy('/v1/v1/messages'),
  },
  'missing-v1': {
    'missing-v1-of-openai': toProxy('/chat/completions'),
    'missing-v1-of-anthropic': toProxy('/messages'),
  },
  'doubled-api': {
    'doubled-api-of-events': toAnalyse('/api/api/events/ingest'),
    'doubled-api-of-registration': toAnalyse('/api/api/entities/init'),
  },
  'missing-api': {
    'missing-api-of-events': toAnalyse('/events/ingest'),
    'missing-api-of-registration': toAnalyse('/entities/init'),
  },
  'wrong-service': {
    'events-to-the-proxy': toProxy('/api/events/ingest'),
    'model-call-to-analyse': toAnalyse('/v1/chat/completions'),
  },
  'double-slash': {
    'double-slash-of-proxy': toProxy('//v1/chat/completions'),
    'double-slash-of-analyse': toAnalyse('/api//events/ingest'),
  },
  'hosted-service': {
    'url-overridden-for-one-call': onCall((action) => [
      { ...action, delivery: { address: 'hosted', origin: 'https://proxy.whyops.com' } },
    ]),
    'url-overridden-for-one-event': onEvent(PLAIN, (event) => [
      send(event, { address: 'hosted', origin: 'https://api.whyops.com' }),
    ]),
  },
  'base-url-changed': {
    'second-base-url': onCall((action, _, workflow) =>
      workflow.filter((other) => other.do === 'call' && other.call.agentName === action.call.agentName)
        .length > 1
        ? [{ ...action, delivery: { origin: 'https://other.example.com' } }]
        : null,
    ),
    'second-base-url-for-events': onEvent(PLAIN, (event) => [
      send(event, { origin: 'https://other.example.com' }),
    ]),
  },
  'straight-to-provider': {
    'call-past-the-proxy': atEnd(toProvider('https://api.openai.com', '/v1/chat/completions')),
    'anthropic-call-past-the-proxy': atEnd(toProvider('https://api.anthropic.com', '/v1/messages')),
  },
});

export const keySafety = mutationsOf('key-safety', {
  'provider-key-to-whyops': {
    'provider-key-beside-an-event': onEvent(PLAIN, (event) => [
      send(event, { credentials: [WHYOPS_KEY, PROVIDER_KEY] }),
    ]),
    'provider-key-beside-a-call': onCall((action) => [
      { ...action, delivery: { credentials: [WHYOPS_KEY, PROVIDER_KEY] } },
    ]),
  },
  'whyops-key-elsewhere': {
    'whyops-key-to-other-host': atEnd(
      http('GET', '/', {
        service: 'elsewhere',
        address: 'other',
        origin: 'https://example.com',
        status: 200,
      }),
    ),
    'whyops-key-to-provider': atEnd(
      http('GET', '/v1/models', {
        service: 'provider',
        address: 'other',
        origin: 'https://api.openai.com',
        status: 401,
      }),
    ),
  },
  'key-inside': {
    'key-in-content': onEvent(PLAIN, (event) => [send({ ...event, content: `use sk-${'a1'.repeat(15)}` })]),
    'key-in-metadata': onEvent(PLAIN, (event) => [
      send({ ...event, metadata: { env: { WHYOPS_API_KEY: `whyops_${'b2'.repeat(15)}` } } }),
    ]),
  },
});

function http(method: string, path: string, delivery: Delivery & { request?: unknown }): Action {
  return { do: 'http', method, path, delivery };
}

function toProxy(path: string) {
  return atEnd(http('POST', path, { service: 'proxy', status: 404 }));
}

function toAnalyse(path: string) {
  return atEnd(http('POST', path, { service: 'analyse', status: 404 }));
}

/** A call that nobody reports, with the key of the provider. */
function toProvider(origin: string, path: string): Action {
  return http('POST', path, {
    service: 'provider',
    address: 'other',
    origin,
    credentials: [],
    status: 200,
    request: { model: 'unreported-1' },
  });
}
