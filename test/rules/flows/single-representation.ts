import { trace } from '../../../src/recording/trace-builder.ts';
import type { Flows } from './flows.ts';

export const flows: Flows = {
  good: {
    'a call of one model, and a report of its smaller sister with the same words': () =>
      trace('t1')
        .init()
        .call('hi', 'hello', { model: 'gpt-4o' })
        .llm('hello', { model: 'gpt-4o-mini-2024-07-18' }),
    'a prompt by hand that the backend takes for the one of the call': () =>
      trace('t1')
        .init()
        .call('hi', 'hello')
        .user('hi', { content: [{ role: 'user', content: 'hi' }] }),
  },
  bad: {
    'a proxied turn that is reported under the dated name of its model': () =>
      trace('t1')
        .init()
        .call('hi', 'hello', { model: 'gpt-4o' })
        .llm('hello', { model: 'gpt-4o-2024-08-06' }),
    'a proxied turn that is reported under the name without a date': () =>
      trace('t1')
        .init()
        .call('hi', 'hello', { model: 'claude-sonnet-4-5-20250929', provider: 'anthropic' })
        .llm('hello', { model: 'claude-sonnet-4-5', provider: 'anthropic' }),
  },
};
