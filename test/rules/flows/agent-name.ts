import { trace } from '../../../src/recording/trace-builder.ts';
import { type Flows, withOutcome } from './flows.ts';

const MISSING = 'Missing required header: X-Agent-Name';
const CONFLICT = 'Trace is already bound to a different agent/version for this traceId';
/** The proxy looks for the agent before it looks for the trace, so a refused call lands in none. */
const NEITHER = { agentName: null, traceId: null, delivery: { headers: { 'x-trace-id': 't1' } } };

export const flows: Flows = {
  good: {
    'one agent': () =>
      trace('t1').init().call('hi', 'hello').request('search', 's1').response('search', 's1'),
    'a sub-agent in a trace of its own': () =>
      trace('t1').init().user('hi').llm('hello').trace('t2', 'researcher').init().user('look').llm('found'),
    'a registration with equal metadata while a trace runs': () =>
      trace('t1').init().user('hi').init().llm('hello'),
  },
  bad: {
    'a proxied call without X-Agent-Name': () =>
      trace('t1').init().refusedCall('hi', 400, MISSING, { agentName: null }),
    'calls without X-Agent-Name and without a trace': () =>
      trace('t1').init().refusedCall('hi', 400, MISSING, NEITHER).refusedCall('hi', 400, MISSING, NEITHER),
    'two agents in one trace': () =>
      trace('t1')
        .init()
        .trace('t2', 'billing')
        .init()
        .trace('t1', 'support')
        .user('hi')
        .trace('t1', 'billing')
        .llm('hello'),
    'a new version while a trace runs': () =>
      withOutcome(
        trace('t1')
          .init()
          .user('hi')
          .init({ systemPrompt: 'You are terse.', tools: [] })
          .llm('hello')
          .llm('bye'),
        {
          e2: { status: 'dead-letter', error: CONFLICT },
          e3: { status: 'dead-letter', error: CONFLICT },
        },
      ),
  },
};
