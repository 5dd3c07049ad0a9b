import { trace } from '../../../src/recording/trace-builder.ts';
import type { Flows } from './flows.ts';

const hi = { role: 'user', content: 'hi' };
const asks = { toolCalls: [{ id: 'c1', name: 'transfer_to_billing', arguments: {} }] };
const transferred = { role: 'tool', tool_call_id: 'c1', content: 'done' };

export const flows: Flows = {
  good: {
    'a hand-over to another agent, in a trace of its own': () =>
      trace('t2', 'billing')
        .init()
        .trace('t1', 'support')
        .init()
        .call('hi', asks)
        .trace('t2', 'billing')
        .call([hi, transferred], 'Billing here.'),
    'keys that are counted in each trace': () =>
      trace('t1')
        .init()
        .user('hi', { idempotencyKey: '1' })
        .llm('hello', { idempotencyKey: '2' })
        .trace('t2')
        .user('hi', { idempotencyKey: '1' })
        .llm('hello', { idempotencyKey: '2' }),
  },
  bad: {
    'an event that got no answer, and was sent to another trace with its key': () =>
      trace('t1')
        .init()
        .user('hi', { idempotencyKey: '1', delivery: { fault: 'store-then-drop', stored: true } })
        .trace('t2')
        .user('hi', { idempotencyKey: '1' }),
  },
};
