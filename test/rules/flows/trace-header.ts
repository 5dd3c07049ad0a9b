import { trace } from '../../../src/recording/trace-builder.ts';
import type { Flows } from './flows.ts';

const hi = { role: 'user', content: 'hi' };
const result = { role: 'tool', tool_call_id: 'c1', content: 'found' };
const asks = (args: Readonly<Record<string, string>>) => ({
  toolCalls: [{ id: 'c1', name: 'search', arguments: args }],
});

export const flows: Flows = {
  good: {
    'a job that runs a tool by itself after a model got its result of that tool': () =>
      trace('chat')
        .init()
        .call('hi', asks({ q: 'news' }))
        .call([hi, result], 'done')
        .trace('job')
        .request('search', 's1', { arguments: { q: 'news' } })
        .response('search', 's1'),
    'a job that runs a tool without arguments which a model asked for in a chat that was left': () =>
      trace('chat').init().call('hi', asks({})).trace('job').request('search', 's1').response('search', 's1'),
    'a job that runs a tool before a model asks for it': () =>
      trace('job')
        .init()
        .request('search', 's1', { arguments: { q: 'news' } })
        .response('search', 's1')
        .trace('chat')
        .call('hi', asks({ q: 'news' }))
        .call([hi, result], 'done'),
  },
  bad: {
    'a tool without arguments that runs under another id while the model waits': () =>
      trace('chat')
        .init()
        .call('hi', asks({}))
        .trace('tools')
        .request('search', 's1')
        .response('search', 's1')
        .trace('chat')
        .call([hi, result], 'done'),
  },
};
