import type { SentEvent } from '../../../src/recording/build.ts';
import { trace } from '../../../src/recording/trace-builder.ts';
import type { Flows } from './flows.ts';

const lost = { fault: 'drop' } as const;
const kept = { fault: 'store-then-drop', stored: true } as const;

const said = (text: string, idempotencyKey?: string, traceId = 't1'): SentEvent => ({
  eventType: 'llm_thinking',
  traceId,
  agentName: 'support',
  content: { type: 'thinking', thinking: text },
  ...(idempotencyKey !== undefined && { idempotencyKey }),
});
const tool = (spanId: string, idempotencyKey?: string): SentEvent => ({
  eventType: 'tool_call_request',
  traceId: 't1',
  agentName: 'support',
  spanId,
  content: { toolCalls: [{ name: 'search', arguments: {} }] },
  metadata: { tool: 'search' },
  ...(idempotencyKey !== undefined && { idempotencyKey }),
});

export const flows: Flows = {
  good: {
    'a batch with two equal events whose answer was lost': () => {
      const batch = [said('Hm.', 'k1'), said('Hm.', 'k2')];
      return trace('t1').init().ingest(batch, kept).ingest(batch);
    },
    'a batch that was lost and sent again with what came since': () => {
      const batch = [said('Hm.', 'k1'), said('So.', 'k2')];
      return trace('t1')
        .init()
        .ingest(batch, lost)
        .ingest([...batch, said('Hm.', 'k3')]);
    },
    'a batch of two traces that was lost and sent again': () => {
      const batch = [said('Hm.', 'k1'), said('Hm.', 'k1', 't2'), said('Hm.', 'k2')];
      return trace('t1').init().ingest(batch, kept).ingest(batch);
    },
    'equal events, of which the first is sent again after the second': () =>
      trace('t1')
        .init()
        .ingest([said('Hm.', 'k1')], lost)
        .ingest([said('Hm.', 'k2')])
        .ingest([said('Hm.', 'k1')]),
  },
  bad: {
    'a batch that is sent again with new keys': () =>
      trace('t1')
        .init()
        .ingest([said('Hm.', 'k1'), said('So.', 'k2')], kept)
        .ingest([said('Hm.', 'k3'), said('So.', 'k4')]),
    'one key for two events of a batch': () =>
      trace('t1')
        .init()
        .ingest([said('Hm.', 'k1'), said('So.', 'k1')]),
    'a batch with a tool event that is sent again without keys': () => {
      const batch = [tool('s1'), said('Hm.')];
      return trace('t1').init().ingest(batch, kept).ingest(batch).response('search', 's1');
    },
  },
};
