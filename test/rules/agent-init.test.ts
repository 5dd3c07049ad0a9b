import { describe, expect, test } from 'vitest';
import { Recording } from '../../src/recording/recording.ts';
import { trace } from '../../src/recording/trace-builder.ts';
import { flows } from './flows/agent-init.ts';
import { found, messages } from './messages.ts';

const agentInit = (built: { readonly recording: Recording }) => found(built, 'agent-init');
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

test('a registration that got no answer', () => {
  expect(messages(trace('t1').init({}, { fault: 'drop' }), 'agent-init')).toEqual([
    `agent-init/registration-refused W null [x1]
  x1   POST /api/entities/init
The registration of "support" was answered with nothing: the agent stays
unknown.
Fix: check what initAgent() returns, and try again when it failed.
Docs: docs/rules/agent-init.md`,
  ]);
});

test.each([
  ['a status', { status: 200 }, []],
  ['a redirect', { status: 300 }, ['registration-refused W null [x1]']],
  ['what is no JSON', { status: 200, fault: 'not-json' }, ['registration-refused W null [x1]']],
  ['half an answer', { status: 200, fault: 'truncate' }, ['registration-refused W null [x1]']],
])('a registration that is answered with %s', (_, delivery, expected) => {
  expect(agentInit(trace('t1').init({}, delivery).user('hi'))).toEqual(expected);
});

test.each([
  ['401', { status: 401 }],
  ['403', { status: 403 }],
  ['404', { status: 404 }],
  ['500 by a stranger', { status: 500, service: 'elsewhere' as const }],
])('a registration that is refused with %s is told by another rule', (_, delivery) => {
  expect(agentInit(trace('t1').init({}, delivery).user('hi'))).toEqual([]);
});

test('a registration at the proxy', () => {
  const service = 'proxy';
  const refused = trace('t1').init({}, { service, path: '/v1/agents/init', status: 500 });
  expect(agentInit(refused)).toEqual(['registration-refused W null [x1]']);
  expect(agentInit(trace('t1').init({}, { service, path: '/v1/agents/init' }).user('hi'))).toEqual([]);
});

test.each([
  ['POST', '/entities/init', []],
  ['POST', '/api/entities/init/?v=1', []],
  ['POST', '/api/entities/initial', ['never-registered W t1 [e1]']],
  ['GET', '/api/entities/init', ['never-registered W t1 [e1]']],
])('%s %s', (method, path, expected) => {
  const request = { agentName: 'support' };
  expect(agentInit(trace('t1').http(method, path, { request, status: 404 }).user('hi'))).toEqual(expected);
});

test('a body that names no agent registers none', () => {
  const request = { agentName: 7 };
  expect(agentInit(trace('t1').http('POST', '/entities/init', { request, status: 404 }).user('hi'))).toEqual(
    [],
  );
  expect(agentInit(trace('t1').http('POST', '/entities/init', { request, status: 500 }).user('hi'))).toEqual([
    'registration-refused W null [x1]',
    'never-registered W t1 [e1]',
  ]);
});

test('a key that is refused hides which agent was registered, but no other agent', () => {
  const nobody = trace('t1', '').init({}, { status: 401 });
  expect(agentInit(nobody.trace('t1', 'support').user('hi'))).toEqual([]);
  const billing = trace('t1', 'billing').init({}, { status: 401 });
  expect(agentInit(billing.trace('t1', 'support').user('hi'))).toEqual(['never-registered W t1 [e1]']);
});

test('of several refusals the first is told', () => {
  expect(agentInit(trace('t1').init({}, { status: 500 }).init({}, { status: 500 }))).toEqual([
    'registration-refused W null [x1]',
  ]);
});

test('the first use decides: an event before the registration, a call after it', () => {
  expect(agentInit(trace('t1').user('hi').init().call('hi', 'hello'))).toEqual([
    'registered-late W t1 [e1 x2]',
  ]);
});

test('the first use of all traces decides', () => {
  const built = trace('t1').init().user('hi').trace('t2', 'billing').user('hi').trace('t1').user('ho');
  expect(agentInit(built.trace('t1', 'billing').user('hi').init())).toEqual(['registered-late W t2 [e2 x6]']);
});

test('the first registration decides', () => {
  expect(agentInit(trace('t1').user('hi').init().init())).toEqual(['registered-late W t1 [e1 x2]']);
});

test('an event of a batch for two traces', () => {
  const event = (traceId: string) => ({ eventType: 'error', traceId, agentName: 'support' }) as const;
  expect(agentInit(trace('t1').ingest([event('t1'), event('t2')]))).toEqual(['never-registered W t1 [e1]']);
});

test('an event that was sent while the registration was under way', () => {
  const { exchanges, events } = trace('t1').init().user('hi').recording;
  const slow = exchanges.map((exchange) => (exchange.id === 'x1' ? { ...exchange, endSeq: 99 } : exchange));
  expect(agentInit({ recording: new Recording({ exchanges: slow, events }) })).toEqual([
    'registered-late W t1 [e1 x1]',
  ]);
});

test.each([
  ['a list of models', { route: 'models', path: '/v1/models' } as const],
  ['a call that goes to its provider', { service: 'provider' } as const],
])('%s is no use of the agent', (_, delivery) => {
  expect(agentInit(trace('t1').refusedCall('hi', 500, 'boom', { delivery }))).toEqual([]);
});

test.each(['name', 'description', 'inputSchema', 'outputSchema'])('a tool without %s', (member) => {
  const tool = { name: 'search', description: 'd', inputSchema: '{}', outputSchema: '{}' };
  const tools = [tool, { ...tool, [member]: 7 }];
  const [message] = messages(trace('t1').init({ tools }, { status: 400 }), 'agent-init');
  expect(message).toContain(`has no ${member}: the whole`);
});

test.each([
  ['no body', undefined],
  ['no list', { tools: {} }],
  ['no tool', { tools: ['search'] }],
])('a registration with %s', (_, metadata) => {
  const [message] = messages(trace('t1').init(metadata, { status: 400 }), 'agent-init');
  expect(message).toContain('was answered with 400');
});
