import { trace } from '../../../src/recording/trace-builder.ts';
import type { Flows } from './flows.ts';

const tool = { name: 'search', description: 'Searches.', inputSchema: '{}', outputSchema: '{}' };
const metadata = { systemPrompt: 'You are helpful.', tools: [tool] };

export const flows: Flows = {
  good: {
    'an agent that is registered first': () => trace('t1').init(metadata).user('hi').llm('hello'),
    'a registration that fails and is tried again': () =>
      trace('t1').init(metadata, { status: 503 }).init(metadata).user('hi').llm('hello'),
    'one registration for many traces': () =>
      trace('t1').init(metadata).user('hi').llm('hello').trace('t2').user('hi').llm('hello'),
    'registrations by two processes': () => trace('t1').init(metadata).init(metadata).user('hi').llm('hello'),
  },
  bad: {
    'an agent that is never registered': () => trace('t1').user('hi').llm('hello'),
    'a registration after the first event': () => trace('t1').user('hi').init(metadata).llm('hello'),
    'a call before the registration': () => trace('t1').call('hi', 'hello').init(metadata),
    'an event before the registration and a call after it': () =>
      trace('t1').thinking('hm').init(metadata).call('hi', 'hello'),
    'a tool without an output schema': () =>
      trace('t1')
        .init({ ...metadata, tools: [{ ...tool, outputSchema: '' }] }, { status: 400 })
        .user('hi')
        .llm('hello'),
    'a registration that fails': () =>
      trace('t1').init(metadata, { fault: 'status', status: 500 }).user('hi').llm('hello'),
  },
};
