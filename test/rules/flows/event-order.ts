import { trace } from '../../../src/recording/trace-builder.ts';
import type { Flows } from './flows.ts';

const asks = { toolCalls: [{ id: 'c1', name: 'search', arguments: { q: 'x' } }] };
const args = { arguments: { q: 'x' } };

export const flows: Flows = {
  good: {
    'a tool loop': () =>
      trace('t1')
        .init()
        .user('hi')
        .llm(asks)
        .request('search', 's1', args)
        .response('search', 's1', args)
        .result('search', { spanId: 's1' })
        .llm('here'),
    'parallel tools that end in another order': () =>
      trace('t1').init().request('a', 's1').request('b', 's2').response('b', 's2').response('a', 's1'),
    'a tool that the agent calls by itself, and a model that asks for it later': () =>
      trace('t1')
        .init()
        .request('search', 's1', args)
        .response('search', 's1', args)
        .llm(asks)
        .request('search', 's2', args)
        .response('search', 's2', args),
    'equal times': () =>
      trace('t1')
        .init()
        .request('search', 's1', { timestamp: '2026-01-01T00:00:00Z' })
        .response('search', 's1', { timestamp: '2026-01-01T00:00:00.000Z' }),
    'a request that was retried after its answer was lost': () =>
      trace('t1')
        .init()
        .request('search', 's1', { idempotencyKey: 'k1', delivery: { fault: 'drop' } })
        .request('search', 's1', { idempotencyKey: 'k1' })
        .response('search', 's1', { idempotencyKey: 'k2' }),
  },
  bad: {
    'a response before its request': () =>
      trace('t1').init().response('search', 's1').request('search', 's1'),
    'a result before its response': () =>
      trace('t1').init().request('search', 's1').result('search', { spanId: 's1' }).response('search', 's1'),
    'a model that is reported after its tools': () =>
      trace('t1').init().user('hi').request('search', 's1', args).response('search', 's1', args).llm(asks),
    'a response with an earlier time': () =>
      trace('t1')
        .init()
        .request('search', 's1', { timestamp: '2026-01-01T00:00:02Z' })
        .response('search', 's1', { timestamp: '2026-01-01T00:00:01Z' }),
  },
};
