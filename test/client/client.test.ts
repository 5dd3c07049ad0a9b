import { afterEach, describe, expect, test, vi } from 'vitest';
import { type EventOptions, WhyOps } from '../../src/client/index.ts';
import type { ClientConfig } from '../../src/client/config.ts';
import { createFakeWhyOps } from '../../src/server/fake.ts';

const fakes: ReturnType<typeof createFakeWhyOps>[] = [];
afterEach(async () => {
  await Promise.all(fakes.splice(0).map((fake) => fake.close()));
});

const TOOL = { name: 'search', description: 'Finds orders.', inputSchema: '{}', outputSchema: '{}' };

/** A fake without a socket and a client on it, with the problems that the client told. */
function connected(change: Partial<ClientConfig> = {}) {
  const backend = createFakeWhyOps();
  fakes.push(backend);
  const problems: string[] = [];
  const whyops = new WhyOps({
    apiKey: backend.apiKey,
    agentName: 'support',
    agentMetadata: { systemPrompt: 'You help.', tools: [TOOL] },
    proxyBaseUrl: backend.proxyBaseUrl,
    analyseBaseUrl: backend.analyseBaseUrl,
    fetch: (input, init) => backend.fetch(new Request(input, init)),
    onProblem: (text) => problems.push(text),
    ...change,
  });
  const delivered = async () => {
    await whyops.close();
    await backend.settled();
    return backend.recording.events;
  };
  return { backend, whyops, problems, delivered };
}

describe('registration', () => {
  test('happens before the first event, once', async () => {
    const { backend, whyops, delivered } = connected();
    void whyops.trace('t1').userMessage([{ role: 'user', content: 'hello' }]);
    void whyops.trace('t2').userMessage([{ role: 'user', content: 'hello' }]);
    await delivered();
    const paths = backend.recording.exchanges.map(({ path }) => path.split('/').at(-1));
    expect(paths).toEqual(['init', 'ingest', 'ingest']);
  });

  test('tells who was registered', async () => {
    const { whyops } = connected();
    expect(await whyops.initAgent()).toMatchObject({ success: true, status: 'created' });
    await whyops.close();
  });

  test('that is refused returns null, and its reason is told once', async () => {
    const { whyops, problems } = connected({
      agentMetadata: { systemPrompt: 'You help.', tools: [{ name: 'search' }] },
    } as Partial<ClientConfig>);
    expect(await whyops.initAgent()).toBeNull();
    expect(await whyops.initAgent()).toBeNull();
    expect(problems).toEqual([
      expect.stringMatching(/^The agent "support" was not registered: HTTP 400 .*inputSchema/),
    ]);
    await whyops.close();
  });

  test('is tried again after an outage, and the events wait for it', async () => {
    const { backend, whyops, delivered } = connected();
    backend.faults.next('init', { kind: 'status', status: 503 });
    await whyops.trace('t1').userMessage([{ role: 'user', content: 'hello' }]);
    await backend.waitFor(({ events }) => events.length === 1);
    await delivered();
    const statuses = backend.recording.exchanges.map(({ path, status }) => [path.split('/').at(-1), status]);
    expect(statuses).toEqual([
      ['init', 503],
      ['init', 201],
      ['ingest', 202],
    ]);
  });
});

describe('an event', () => {
  test('is delivered in the background, in the order of the calls', async () => {
    const { backend, whyops, delivered } = connected();
    backend.faults.next('ingest', { kind: 'delay', ms: 20 });
    const trace = whyops.trace('t1');
    for (const content of ['one', 'two', 'three']) await trace.userMessage([{ role: 'user', content }]);
    expect(backend.recording.events).toEqual([]);
    const said = (await delivered()).map(
      ({ content }) => (content as { messages: [{ content: string }] }).messages[0].content,
    );
    expect(said).toEqual(['one', 'two', 'three']);
  });

  test('says what it was given at the call', async () => {
    const { whyops, delivered } = connected();
    const messages = [{ role: 'user', content: 'as it was' }];
    void whyops.trace('t1').userMessage(messages);
    messages[0]!.content = 'changed';
    messages.push({ role: 'user', content: 'added' });
    const [event] = await delivered();
    expect(event?.content).toEqual({ messages: [{ role: 'user', content: 'as it was' }] });
  });

  test('keeps its key, its time and its body over all attempts', async () => {
    const { backend, whyops, delivered } = connected();
    backend.faults.next('ingest', { kind: 'store-then-drop' });
    await whyops.trace('t1').toolCallRequest('search', [{ name: 'search', arguments: {} }]);
    const events = await delivered();
    expect(events.map(({ outcome }) => outcome.status)).toEqual(['stored', 'skipped']);
    const bodies = backend.recording.exchanges
      .filter(({ path }) => path.endsWith('/ingest'))
      .map(({ request }) => request);
    expect(bodies[1]).toEqual(bodies[0]);
  });

  test('is given up after four attempts, and that is told', async () => {
    const { backend, whyops, problems, delivered } = connected();
    backend.faults.next(
      'ingest',
      ...Array.from({ length: 9 }, () => ({ kind: 'status', status: 503 }) as const),
    );
    await whyops.trace('t1').error('boom');
    await delivered();
    expect(backend.faults.unused).toHaveLength(5);
    expect(problems).toEqual([
      expect.stringMatching(/^A error of trace "t1" was not stored after 4 attempt\(s\): HTTP 503/),
    ]);
  });

  test('that is refused is not repeated', async () => {
    const { backend, whyops, problems, delivered } = connected();
    backend.faults.next('ingest', { kind: 'status', status: 400, body: { error: 'Validation failed' } });
    await whyops.trace('t1').error('boom');
    await delivered();
    expect(backend.recording.exchanges).toHaveLength(2);
    expect(problems[0]).toContain('after 1 attempt(s): HTTP 400 {"error":"Validation failed"}');
  });

  test('returns the span id that goes over the wire, and makes one for an empty one', async () => {
    const { whyops, delivered } = connected();
    const trace = whyops.trace('t1');
    const calls = [{ name: 'search', arguments: {} }];
    const made = await trace.toolCallRequest('search', calls, { spanId: '' });
    await trace.toolCallResponse('search', made, calls, { found: 1 });
    expect(made).toMatch(/^span_/);
    expect((await delivered()).map(({ spanId }) => spanId)).toEqual([made, made]);
  });

  test.each([
    [{ stepId: 0 }, 'stepId is 0; it must be an integer from 1.'],
    [{ parentStepId: 1.5 }, 'parentStepId is 1.5; it must be an integer from 1.'],
    [{ idempotencyKey: 'k'.repeat(129) }, 'idempotencyKey has 129 characters; at most 128 are kept.'],
    [{ timestamp: '2026-01-31T12:00:00+01:00' }, 'write it in UTC, such as 2026-01-31T12:00:00.000Z.'],
    [{ idempotencyKeey: 'k' }, 'error has no option "idempotencyKeey". It takes: spanId, stepId,'],
  ])('with %o is not sent, and that is told', async (options, told) => {
    const { whyops, problems, delivered } = connected();
    await whyops.trace('t1').error('boom', options as EventOptions);
    expect(await delivered()).toEqual([]);
    expect(problems).toEqual([expect.stringContaining(told) as string]);
  });

  test.each([
    [
      'a cycle',
      () => {
        const value: Record<string, unknown> = {};
        return (value['self'] = value);
      },
      '[circular]',
    ],
    ['a function', () => ({ self: () => 1 }), '[function]'],
    ['a big integer', () => ({ self: 2n ** 70n }), '1180591620717411303424'],
    ['not a number', () => ({ self: NaN }), 'NaN'],
    [
      'a getter that throws',
      () => ({
        get self() {
          throw new Error('no');
        },
      }),
      undefined,
    ],
    ['NUL and half an emoji', () => ({ self: 'a\u0000\ud83d' }), 'a\ufffd\ufffd'],
    ['a whole emoji', () => ({ self: '\u{1f600}' }), '\u{1f600}'],
    ['a date', () => ({ self: new Date(0) }), '1970-01-01T00:00:00.000Z'],
  ])('carries %s without throwing', async (_name, value, arrived) => {
    const { whyops, delivered } = connected();
    await whyops.trace('t1').error('boom', { metadata: { value: value() } });
    const [event] = await delivered();
    const carried = event?.metadata?.['value'] as { self?: unknown } | string;
    if (arrived === undefined) expect(carried).toBe('[unreadable: Error: no]');
    else expect((carried as { self?: unknown }).self).toBe(arrived);
  });
});

describe('a provider client', () => {
  const own = { apiKey: 'sk-own' };

  test('gets the address, the key and the headers of the proxy', () => {
    const { backend, whyops } = connected();
    const headers = { 'X-Agent-Name': 'support', 'X-Trace-ID': 't1', 'X-Thread-ID': 't1' };
    const shared = { apiKey: backend.apiKey, defaultHeaders: headers };
    expect(whyops.openai('t1', own)).toMatchObject({ ...shared, baseURL: `${backend.proxyBaseUrl}/v1` });
    expect(whyops.anthropic('t1', own)).toMatchObject({ ...shared, baseURL: backend.proxyBaseUrl });
  });

  test('registers before its first call', async () => {
    const { backend, whyops } = connected();
    const { baseURL, apiKey, defaultHeaders, fetch } = whyops.openai('t1');
    const headers = {
      ...defaultHeaders,
      authorization: `Bearer ${apiKey}`,
      'content-type': 'application/json',
    };
    const body = JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hello' }] });
    await fetch(`${baseURL}/chat/completions`, { method: 'POST', headers, body });
    expect(backend.recording.exchanges.map(({ route }) => route)).toEqual(['init', 'chat']);
    await whyops.close();
  });
});

test('a slash at the end of a base URL changes nothing', async () => {
  const { backend } = connected();
  const { whyops, delivered } = connected({
    analyseBaseUrl: `${backend.analyseBaseUrl}/`,
    proxyBaseUrl: `${backend.proxyBaseUrl}//`,
  });
  await whyops.trace('t1').error('boom');
  expect(await delivered()).toHaveLength(1);
  expect(whyops.openai('t1').baseURL).toBe(`${backend.proxyBaseUrl}/v1`);
});

test('a key that no header can carry is told without being named', async () => {
  const { backend, whyops, problems } = connected({ apiKey: 'whyops_se\ncret' });
  await whyops.trace('t1').error('boom');
  await whyops.close();
  expect(backend.recording.exchanges).toEqual([]);
  expect(problems.join()).toContain('the apiKey has characters that no header can carry');
  expect(problems.join()).not.toContain('cret');
});

test('problems go to the console where nobody listens', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const { backend } = connected();
  const { apiKey, proxyBaseUrl, analyseBaseUrl } = backend;
  const agentMetadata = { systemPrompt: 'You help.', tools: [] };
  const whyops = new WhyOps({ apiKey, agentName: 'support', agentMetadata, proxyBaseUrl, analyseBaseUrl });
  await whyops.trace('t1').error('boom', { stepId: 0 });
  expect(warn.mock.calls).toEqual([
    [expect.stringMatching(/^\[whyops\] A error of trace "t1" was not sent/)],
  ]);
  warn.mockRestore();
});
