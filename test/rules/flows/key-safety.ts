import type { Credential } from '../../../src/recording/exchange.ts';
import { trace } from '../../../src/recording/trace-builder.ts';
import type { Flows } from './flows.ts';

const whyops: Credential = { header: 'authorization', kind: 'whyops', hint: 'whyops_…' };
const provider: Credential = { header: 'authorization', kind: 'provider', hint: 'sk-proj…' };
/** No real key: random text behind a well-known prefix. */
const SECRET = 'sk-proj-4fQ9bX2cL7mZ1tR8vK3wJ6nH';
const request = { model: 'gpt-5', messages: [{ role: 'user', content: 'hi' }] };
const elsewhere = {
  service: 'provider',
  address: 'other',
  origin: 'https://api.openai.com',
  request,
} as const;

export const flows: Flows = {
  good: {
    'the WhyOps key on both services': () =>
      trace('t1').init().call('hi', 'hello').request('search', 's1').response('search', 's1'),
    'the provider key at the provider': () =>
      trace('t1')
        .init()
        .user('hi')
        .http('POST', '/v1/chat/completions', { ...elsewhere, status: 200, credentials: [provider] })
        .llm('hello'),
    'words that begin like a key': () =>
      trace('t1')
        .init()
        .user(
          'Why does sk-learn-tutorial-2024-introduction fail, and what is whyops_trace_header_names_in_2025?',
        )
        .llm('Your key begins with sk-… and has 51 characters.'),
  },
  bad: {
    'a provider key at the proxy': () =>
      trace('t1')
        .init()
        .http('POST', '/v1/chat/completions', {
          route: 'chat',
          credentials: [provider],
          status: 401,
          headers: { 'x-agent-name': 'support', 'x-trace-id': 't1' },
          response: { error: 'Unauthorized: Invalid API key format' },
          request,
        }),
    'a WhyOps key at the provider': () =>
      trace('t1')
        .init()
        .http('POST', '/v1/chat/completions', { ...elsewhere, status: 401, credentials: [whyops] }),
    'a key in a tool result': () =>
      trace('t1')
        .init()
        .request('read_env', 's1')
        .response('read_env', 's1', {
          content: {
            toolCalls: [{ name: 'read_env', arguments: {} }],
            toolResults: { env: `OPENAI_API_KEY=${SECRET}` },
          },
        }),
    'a key in metadata': () =>
      trace('t1')
        .init()
        .user('hi', { metadata: { request: { headers: [SECRET] } } }),
  },
};
