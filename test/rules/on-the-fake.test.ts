import { afterEach, beforeEach, expect, test } from 'vitest';
import { check } from '../../src/rules/check.ts';
import { createFakeWhyOps, type FakeWhyOps } from '../../src/server/fake.ts';

/* What the fake records of a mistake is judged here: a recording that was made by hand may differ from it. */

let whyops: FakeWhyOps;
const AGENT = 'support';
const TOOL = { name: 'search', description: 'Searches.', inputSchema: '{}', outputSchema: '{}' };

beforeEach(async () => {
  whyops = await createFakeWhyOps({ seed: 7 }).listen();
});
afterEach(() => whyops.close());

async function found(): Promise<string[]> {
  await whyops.settled();
  return check(whyops.recording).findings.map(
    ({ rule, kind, witness }) => `${rule}/${kind} [${witness.join(' ')}]`,
  );
}

async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${whyops.apiKey}`, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }).catch(() => undefined);
  await response?.text().catch(() => undefined);
}

const init = (metadata: object = { systemPrompt: 'You are helpful.', tools: [TOOL] }) =>
  post(`${whyops.analyseBaseUrl}/entities/init`, { agentName: AGENT, metadata });
const ingest = (event: object, headers?: Record<string, string>) =>
  post(
    `${whyops.analyseBaseUrl}/events/ingest`,
    Array.isArray(event) ? event : { traceId: 't1', agentName: AGENT, ...event },
    headers,
  );
const user = { eventType: 'user_message', content: 'hi' };
const chat = (headers: Record<string, string>, path = '/v1/chat/completions') =>
  post(
    `${whyops.proxyBaseUrl}${path}`,
    { model: 'gpt-5', messages: [{ role: 'user', content: 'hi' }] },
    { 'x-agent-name': AGENT, 'x-trace-id': 't1', ...headers },
  );

test('silent on a correct hybrid trace', async () => {
  await init();
  await chat({});
  const metadata = { tool: 'search' };
  const content = { toolCalls: [{ name: 'search', arguments: {} }] };
  await ingest({ eventType: 'tool_call_request', spanId: 's1', content, metadata });
  await ingest({
    eventType: 'tool_call_response',
    spanId: 's1',
    content: { ...content, toolResults: {} },
    metadata,
  });
  expect(await found()).toEqual([]);
});

test('silent on an event that is sent again after each kind of fault', async () => {
  await init();
  const faults = ['drop', 'store-then-drop', 'not-json', 'truncate'] as const;
  for (const kind of faults) {
    whyops.faults.next('ingest', { kind });
    const event = { ...user, content: kind, idempotencyKey: kind };
    await ingest(event);
    await ingest(event);
  }
  whyops.faults.next(
    'ingest',
    { kind: 'status', status: 503 },
    { kind: 'redirect', to: 'http://127.0.0.1:1/' },
  );
  const event = { ...user, content: 'last', idempotencyKey: 'last' };
  await ingest(event);
  await ingest(event);
  await ingest(event);
  expect(await found()).toEqual([]);
});

test('an event that is not sent again after a fault', async () => {
  await init();
  whyops.faults.next('ingest', { kind: 'drop' });
  await ingest(user);
  expect(await found()).toEqual(['event-accepted/never-arrived [e1]']);
});

test.each(['not-json', 'truncate'] as const)('an answer taken for success: %s', async (kind) => {
  await init();
  whyops.faults.next('ingest', { kind });
  await ingest(user);
  expect(await found()).toEqual(['event-accepted/answer-misread [e1]']);
});

test('one unknown key, used for everything', async () => {
  const authorization = 'Bearer whyops_nobody_knows_this_key';
  await post(`${whyops.analyseBaseUrl}/entities/init`, { agentName: AGENT }, { authorization });
  await ingest(user, { authorization });
  expect(await found()).toEqual(['event-accepted/refused [x1]']);
});

test('a proxied call with an unknown key', async () => {
  await init();
  await chat({ authorization: 'Bearer whyops_nobody_knows_this_key' });
  expect(await found()).toEqual(['event-accepted/refused [x2]']);
});

test("a proxied call with the provider's key", async () => {
  await init();
  await chat({ authorization: 'Bearer sk-proj-4fQ9bX2cL7mZ1tR8vK3wJ6nH' });
  expect(await found()).toEqual(['key-safety/provider-key-to-whyops [x2]']);
});

test('a proxied call without X-Agent-Name', async () => {
  await init();
  await chat({ 'x-agent-name': '' });
  expect(await found()).toEqual(['agent-name/missing-header [x2]']);
});

test.each([
  ['/chat/completions', 'missing-v1'],
  ['/v1/v1/chat/completions', 'doubled-v1'],
  ['//v1/chat/completions', 'double-slash'],
])('a proxied call to %s', async (path, kind) => {
  await init();
  await chat({}, path);
  expect(await found()).toEqual([`single-base-url/${kind} [x2]`]);
});

test('an agent name that is too long for the backend', async () => {
  await post(`${whyops.analyseBaseUrl}/entities/init`, {
    agentName: AGENT,
    metadata: { systemPrompt: 'You are helpful.', tools: [] },
  });
  await chat({ 'x-trace-id': 't'.repeat(129) });
  expect(await found()).toEqual(['event-accepted/dead-letter [e1]']);
});

test('another version of the agent while a trace runs', async () => {
  await init();
  await ingest(user);
  await whyops.settled();
  await init({ systemPrompt: 'You are terse.', tools: [] });
  await ingest({ eventType: 'error', content: 'boom' });
  expect(await found()).toEqual(['agent-name/version-changed [e1 e2]']);
});

test('a registration that a fault met, not tried again', async () => {
  whyops.faults.next('init', { kind: 'status', status: 503 });
  await init();
  await ingest(user);
  expect(await found()).toEqual(['agent-init/registration-refused [x1]']);
});

test('a registration with an incomplete tool', async () => {
  await init({ systemPrompt: 'You are helpful.', tools: [{ ...TOOL, outputSchema: undefined }] });
  await ingest(user);
  expect(await found()).toEqual(['agent-init/registration-refused [x1]']);
});

test('null in a batch', async () => {
  await init();
  await ingest([
    { traceId: 't1', agentName: AGENT, ...user },
    { traceId: 't1', agentName: AGENT, eventType: 'error', content: 'boom', spanId: null },
  ]);
  expect(await found()).toEqual(['event-shape/null-member [e2]']);
});

test('a number where text belongs', async () => {
  await init();
  await ingest({ ...user, spanId: 7 });
  expect(await found()).toEqual(['event-accepted/refused [e1]']);
});

test("events with the provider's key", async () => {
  await init();
  await ingest(user, { authorization: 'Bearer sk-proj-4fQ9bX2cL7mZ1tR8vK3wJ6nH' });
  expect(await found()).toEqual(['key-safety/provider-key-to-whyops [x2]']);
});

test('silent on an event that is sent again after a 401', async () => {
  await init();
  whyops.faults.next('ingest', { kind: 'status', status: 401 });
  await ingest(user);
  await ingest(user);
  expect(await found()).toEqual([]);
});

test('a body that is no JSON', async () => {
  await init();
  await post(`${whyops.analyseBaseUrl}/events/ingest`, '{"eventType":');
  expect(await found()).toEqual(['event-accepted/refused [x2]']);
});

test.each([
  ['t1', []],
  ['t2', ['stable-trace-id/tool-loop-in-two-traces [e2 e5]']],
])('a call that t1 asked for and ran, its result told to a model of %s', async (traceId, expected) => {
  await init();
  whyops.model.reply({ toolCalls: [{ id: 'call_1', name: 'search', arguments: {} }] }, 'Found.');
  await chat({});
  const metadata = { tool: 'search' };
  const content = { toolCalls: [{ id: 'call_1', name: 'search', arguments: {} }] };
  const run = { spanId: 's1', metadata };
  await ingest({ ...run, eventType: 'tool_call_request', content });
  await ingest({ ...run, eventType: 'tool_call_response', content: { ...content, toolResults: {} } });
  const asked = { id: 'call_1', type: 'function', function: { name: 'search', arguments: '{}' } };
  const messages = [
    { role: 'user', content: 'hi' },
    { role: 'assistant', content: null, tool_calls: [asked] },
    { role: 'tool', tool_call_id: 'call_1', content: 'A result.' },
  ];
  const headers = { 'x-agent-name': AGENT, 'x-trace-id': traceId };
  await post(`${whyops.proxyBaseUrl}/v1/chat/completions`, { model: 'gpt-5', messages }, headers);
  expect(await found()).toEqual(expected);
});
