import { describe, expect, test } from 'vitest';
import { flows } from './flows/agent-init.ts';
import { messages } from './messages.ts';

const told = (name: string) => messages(flows.bad[name]!(), 'agent-init');

describe('silent on', () => {
  test.each(Object.entries(flows.good))('%s', (_name, flow) => {
    expect(messages(flow(), 'agent-init')).toEqual([]);
  });
});

test('an agent that is never registered', () => {
  expect(told('an agent that is never registered')).toEqual([
    `agent-init/never-registered W t1 [e1]
  e1   user_message
Agent "support" was never registered: the backend made up a placeholder version
of it.
Fix: call initAgent() and wait for it before the first event.
Docs: docs/rules/agent-init.md`,
  ]);
});

test('a registration after the first event', () => {
  expect(told('a registration after the first event')).toEqual([
    `agent-init/registered-late W t1 [e1 x2]
  e1   user_message
  x2   POST /api/entities/init status=201
Agent "support" was used before it was registered: running traces stay bound to
a placeholder version.
Fix: call initAgent() and wait for it before the first event.
Docs: docs/rules/agent-init.md`,
  ]);
});

test('a call before the registration', () => {
  expect(told('a call before the registration')).toEqual([
    `agent-init/registered-late W t1 [x1 x2]
  x1   POST /v1/chat/completions
  x2   POST /api/entities/init status=201
Agent "support" was used before it was registered: running traces stay bound to
a placeholder version.
Fix: call initAgent() and wait for it before the first event.
Docs: docs/rules/agent-init.md`,
  ]);
});

test('a tool without an output schema', () => {
  expect(told('a tool without an output schema')).toEqual([
    `agent-init/registration-refused W null [x1]
  x1   POST /api/entities/init status=400
The tool "search" of "support" has no outputSchema: the whole registration is
refused.
Fix: give each tool a name, description, inputSchema and outputSchema, all
     non-empty texts.
Docs: docs/rules/agent-init.md`,
  ]);
});

test('a registration that fails', () => {
  expect(told('a registration that fails')).toEqual([
    `agent-init/registration-refused W null [x1]
  x1   POST /api/entities/init status=500
The registration of "support" was answered with 500: the agent stays unknown.
Fix: check what initAgent() returns, and try again when it failed.
Docs: docs/rules/agent-init.md`,
  ]);
});
