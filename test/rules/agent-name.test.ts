import { describe, expect, test } from 'vitest';
import { Recording } from '../../src/recording/recording.ts';
import { trace } from '../../src/recording/trace-builder.ts';
import { flows } from './flows/agent-name.ts';
import { messages } from './messages.ts';

const told = (name: string) => messages(flows.bad[name]!(), 'agent-name');

describe('silent on', () => {
  test.each(Object.entries(flows.good))('%s', (_name, flow) => {
    expect(messages(flow(), 'agent-name')).toEqual([]);
  });
});

test('a proxied call without X-Agent-Name', () => {
  expect(told('a proxied call without X-Agent-Name')).toEqual([
    `agent-name/missing-header E t1 [x2]
  x2   POST /v1/chat/completions
x2 carried no X-Agent-Name: the proxy refuses the call with 400.
Fix: give the header X-Agent-Name to the constructor of the model client or to
     the call; assigning defaultHeaders afterwards does nothing.
Docs: docs/rules/agent-name.md`,
  ]);
});

test('calls without X-Agent-Name and without a trace', () => {
  expect(told('calls without X-Agent-Name and without a trace')).toEqual([
    `agent-name/missing-header E null [x2]
  x2   POST /v1/chat/completions
x2 and 1 more carried no X-Agent-Name: the proxy refuses the call with 400.
Fix: give the header X-Agent-Name to the constructor of the model client or to
     the call; assigning defaultHeaders afterwards does nothing.
Docs: docs/rules/agent-name.md`,
  ]);
});

test('two agents in one trace', () => {
  expect(told('two agents in one trace')).toEqual([
    `agent-name/two-agents E t1 [e1 e2]
  e1   user_message        agent=support
  e2   llm_response        agent=billing
The trace belongs to agent "support"; what "billing" sends to it is refused with
409.
Fix: use one agent name for a trace, and give a sub-agent a trace of its own.
Docs: docs/rules/agent-name.md`,
  ]);
});

test('a new version while a trace runs', () => {
  expect(told('a new version while a trace runs')).toEqual([
    `agent-name/version-changed E t1 [e1 e2]
  e1   user_message        agent=support
  e2   llm_response        agent=support
The trace belongs to the version of "support" that was current at e1; 2 events
came after a new version and are refused with 409.
Fix: register the agent once, before its first event, and start a new trace
     after a change.
Docs: docs/rules/agent-name.md`,
  ]);
});

test('an event that names no agent is no second one', () => {
  const { recording } = trace('t1').user('a').llm('b').error('c');
  const nameless = (...ids: string[]) => {
    const events = recording.events.map((event) =>
      ids.includes(event.id) ? { ...event, agentName: null } : event,
    );
    return messages({ recording: new Recording({ exchanges: recording.exchanges, events }) }, 'agent-name');
  };
  expect(nameless('e2')).toEqual([]);
  expect(nameless('e1')).toEqual([]);
});
