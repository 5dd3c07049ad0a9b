import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createFakeWhyOps, type FakeWhyOps } from '../../src/server/fake.ts';
import { built } from '../build.ts';
import { bad, good } from './rows.ts';
import { type Ended, whyopsTestkit } from './spawn.ts';

beforeAll(built, 120_000);

const KEY = 'whyops_q7Zk2vT9xLm4Rb8Wc1-nobody-must-see';

/** `check --from`, with the key in the variable that is read without `--api-key-env`. */
async function from(url: string, args: readonly string[], env = { WHYOPS_API_KEY: KEY }): Promise<Ended> {
  const ended = await whyopsTestkit(['check', '--from', url, ...args], { env });
  expect(ended.stdout + ended.stderr).not.toContain('nobody-must-see');
  return ended;
}

const kinds = ({ stdout }: Ended) =>
  JSON.parse(stdout).findings.map(({ rule, kind, traceId }: Record<string, string>) => [traceId, rule, kind]);

describe('check --from the fake', () => {
  let whyops: FakeWhyOps;
  beforeAll(async () => {
    whyops = await createFakeWhyOps({ ingest: 'direct', apiKey: KEY }).listen();
    await register();
    for (let index = 0; index < 430; index += 1)
      await send('long', 'user_message', { content: `Hi ${index}` });
    await call('right', 'span-a', 'span-a');
    await call('wrong', 'span-a', 'span-b');
  });
  afterAll(() => whyops.close());

  function post(path: string, body: unknown) {
    return fetch(`${whyops.analyseBaseUrl}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }
  async function register() {
    const tool = { name: 'search', description: 'Searches.', inputSchema: '{}', outputSchema: '{}' };
    const response = await post('/entities/init', {
      agentName: 'support',
      metadata: { systemPrompt: 'Be helpful.', tools: [tool] },
    });
    expect(response.ok, await response.text()).toBe(true);
  }
  async function send(traceId: string, eventType: string, given: object) {
    const response = await post('/events', { eventType, traceId, agentName: 'support', ...given });
    expect(response.status, await response.text()).toBe(201);
  }
  async function call(traceId: string, opened: string, closed: string) {
    const toolCalls = [{ name: 'search', arguments: {} }];
    const metadata = { tool: 'search' };
    await send(traceId, 'tool_call_request', { spanId: opened, metadata, content: { toolCalls } });
    await send(traceId, 'tool_call_response', {
      spanId: closed,
      metadata,
      content: { toolCalls, toolResults: { hits: 3 } },
    });
  }
  const pagesOf = (traceId: string) =>
    whyops.recording.exchanges.filter(
      ({ method, path }) => method === 'GET' && path.includes(`traceId=${traceId}&`),
    ).length;

  test('reads every page of a trace', async () => {
    const { code, stdout } = await from(whyops.analyseBaseUrl, [
      '--rule',
      'step-order',
      '--trace-id',
      'long',
      '--format',
      'json',
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ traces: 1, events: 430 });
    expect(JSON.parse(stdout)).not.toHaveProperty('unreadable');
    expect(pagesOf('long')).toBe(3);
    expect(code).not.toBe(2);
  });

  test('reads several traces, named at once or one by one, each once', async () => {
    const expected = [['wrong', 'span-reuse', 'no-such-request']];
    for (const args of [
      ['--trace-id', 'right', 'wrong', 'right'],
      ['--trace-id', 'right', '--trace-id', 'wrong'],
    ]) {
      const ended = await from(whyops.analyseBaseUrl, ['--rule', 'span-reuse', '--format', 'json', ...args]);
      expect(kinds(ended)).toEqual(expected);
      expect(JSON.parse(ended.stdout)).toMatchObject({ traces: 2, events: 4 });
      expect(ended.code).toBe(1);
    }
  });

  test('takes a base URL with slashes at its end', async () => {
    const { code } = await from(`${whyops.analyseBaseUrl}//`, [
      '--rule',
      'span-reuse',
      '--trace-id',
      'right',
    ]);
    expect(code).toBe(0);
  });

  test('names a trace that is not there, and checks the others', async () => {
    const { code, stdout } = await from(whyops.analyseBaseUrl, [
      '--trace-id',
      'rihgt',
      'wrong',
      '--rule',
      'span-reuse',
    ]);
    expect(code).toBe(2);
    expect(stdout).toContain('1) span-reuse error no-such-request');
    expect(stdout).toContain('Not everything was checked, for 1 reason:');
    expect(stdout.replaceAll(/\n\s*/g, ' ')).toContain(
      `${whyops.analyseBaseUrl}/events?traceId=rihgt:1: the backend has no events of the trace "rihgt": is the id right?`,
    );
  });

  test('points a code scanner to the address of the trace', async () => {
    const { stdout } = await from(whyops.analyseBaseUrl, [
      '--trace-id',
      'wrong',
      '--rule',
      'span-reuse',
      '--format',
      'sarif',
    ]);
    const [result] = JSON.parse(stdout).runs[0].results;
    expect(result.locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: `${whyops.analyseBaseUrl}/events?traceId=wrong` },
      region: { startLine: 1 },
    });
  });

  test('says that the key was refused, without it', async () => {
    const { code, stdout, stderr } = await from(whyops.analyseBaseUrl, ['--trace-id', 'right'], {
      WHYOPS_API_KEY: 'whyops_wrong-nobody-must-see',
    });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(
      `${whyops.analyseBaseUrl}/events?traceId=right: the backend refused the key (401): `,
    );
  });

  test('reads the key from the variable that --api-key-env names', async () => {
    const args = ['--api-key-env', 'OTHER_KEY', '--trace-id', 'right', '--rule', 'span-reuse'];
    const env = { OTHER_KEY: ` ${KEY}\r\n`, WHYOPS_API_KEY: 'whyops_wrong' };
    expect((await from(whyops.analyseBaseUrl, args, env)).code).toBe(0);
  });
});

describe('check --from a server that', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  async function serve(listener: RequestListener): Promise<string> {
    server = createServer(listener);
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
  }
  const page = (events: object[], pagination: object) => JSON.stringify({ events, pagination });

  test.each<[string, RequestListener, string]>([
    [
      'redirects: the key goes nowhere else',
      (_, response) => response.writeHead(302, { location: '/login?next=%2Fapi' }).end(),
      'the backend redirects (302) to "/login?next=%2Fapi"; give the address that answers itself with --from.',
    ],
    [
      'answers a page for people',
      (_, response) => response.writeHead(200).end('<!doctype html><title>WhyOps</title>'),
      'the answer is not JSON: "<!doctype html><title>WhyOps</title>"; --from must be the analyse base URL, not a web page.',
    ],
    [
      'answers other JSON',
      (_, response) => response.writeHead(200).end('{"status":"ok"}'),
      'the answer has no "events": "{\\"status\\":\\"ok\\"}".',
    ],
    [
      'answers null',
      (_, response) => response.writeHead(200).end('null'),
      'the answer has no "events": "null".',
    ],
    ['is broken', (_, response) => response.writeHead(500).end('oops'), 'the backend answered 500: "oops".'],
    [
      'says what it was sent',
      ({ headers }, response) => response.writeHead(403).end(`no: ${headers.authorization}`),
      'the backend refused the key (403): "no: Bearer <the key>".',
    ],
    ['hangs up', ({ socket }) => socket.destroy(), 'no answer: '],
    [
      'gives empty pages for ever',
      (_, response) => response.end(page([], { total: 3, hasMore: true })),
      'the backend gave an empty page and says that there is more',
    ],
  ])('%s', async (_name, listener, message) => {
    const url = await serve(listener);
    const { code, stdout, stderr } = await from(url, ['--trace-id', 't 1']);
    expect(code).toBe(2);
    expect((stdout + stderr).replaceAll(/\n\s*/g, ' ')).toContain(`${url}/events?traceId=t+1:`);
    expect((stdout + stderr).replaceAll(/\n\s*/g, ' ')).toContain(message);
  });

  test('hangs', async () => {
    const url = await serve(() => undefined);
    const { code, stderr } = await from(url, ['--trace-id', 't', '--timeout', '0.3']);
    expect(code).toBe(2);
    expect(stderr).toContain(`${url}/events?traceId=t: no answer within 0.3 s.`);
  });

  test('is not there', async () => {
    const url = await serve(() => undefined);
    await new Promise((resolve) => server!.close(resolve));
    const { code, stderr } = await from(url, ['--trace-id', 't']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/traceId=t: no answer: .*ECONNREFUSED/);
  });

  test('fails in the middle: what was read is checked, what was not is named', async () => {
    const url = await serve((request, response) => {
      const { searchParams } = new URL(request.url!, 'http://x');
      if (searchParams.get('traceId') === 'broken') response.writeHead(503).end('overloaded');
      else response.end(page(bad('bad'), { total: 2, hasMore: false }));
    });
    const { code, stdout } = await from(url, ['--rule', 'span-reuse', '--trace-id', 'bad', 'broken']);
    expect(code).toBe(2);
    expect(stdout).toContain('1) span-reuse error no-such-request');
    expect(stdout.replaceAll(/\n\s*/g, ' ')).toContain(
      'traceId=broken:1: the backend answered 503: "overloaded"',
    );
  });

  test('loses an event between two pages', async () => {
    const [first, second] = good('t');
    const url = await serve((request, response) => {
      const offset = Number(new URL(request.url!, 'http://x').searchParams.get('offset'));
      response.end(page([offset === 0 ? first! : second!, first!], { total: 4, hasMore: offset === 0 }));
    });
    const { code, stdout } = await from(url, ['--trace-id', 't']);
    expect(code).toBe(2);
    expect(stdout.replaceAll(/\n\s*/g, ' ')).toContain(
      'the trace "t" has 4 events, the pages gave 2 of them',
    );
  });

  test('has the key in an event: the finding is not lost with the key', async () => {
    const leaking = {
      ...good('t')[0]!,
      content: { toolCalls: [{ name: 'search', arguments: { key: KEY } }] },
    };
    const url = await serve((_, response) => response.end(page([leaking], { total: 1, hasMore: false })));
    const ended = await from(url, ['--rule', 'key-safety', '--format', 'json', '--trace-id', 't']);
    expect(kinds(ended)).toHaveLength(1);
  });
});

describe('check --from refuses', () => {
  const args = ['--trace-id', 't'];

  test.each([
    [
      ['--from', 'analyse.example.com/api', ...args],
      '--from "analyse.example.com/api": give a URL, for instance',
    ],
    [['--from', 'ftp://x.example/api', ...args], '--from "ftp://x.example/api": give a URL'],
    [
      ['--from', 'https://x.example', ...args],
      'the analyse base URL ends in /api; write https://x.example/api.',
    ],
    [
      ['--from', 'https://x.example/api?debug=1', ...args],
      '--from "https://x.example/api?debug=1": give the base URL alone: https://x.example/api.',
    ],
    [
      ['--from', 'https://me:nobody-must-see@x.example/api', ...args],
      '--from: the URL holds a user name or password',
    ],
    [['--from', 'https://x.example/api'], '--from needs the traces to read: --trace-id ID [ID…].'],
    [['--from', 'https://x.example/api', '--trace-id', ''], '--from needs the traces to read'],
    [['--from', 'https://x.example/api', ...args, '--timeout', 'soon'], '--timeout "soon": give seconds'],
    [
      ['--from', 'https://x.example/api', '--trace-id=t', 'a.ndjson'],
      'Either files or --from, not both: "a.ndjson".',
    ],
    [['--trace-id', 't'], '--trace-id needs --from'],
  ])('%j', async (given, message) => {
    const { code, stdout, stderr } = await whyopsTestkit(['check', ...given], {
      env: { WHYOPS_API_KEY: KEY },
    });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('nobody-must-see');
  });

  test.each([
    ['', 'The environment variable WHYOPS_API_KEY is not set'],
    ['whyops nobody-must-see', 'The environment variable WHYOPS_API_KEY holds no key'],
    ['whyops_ü-nobody-must-see', 'The environment variable WHYOPS_API_KEY holds no key'],
  ])('the key %j', async (key, message) => {
    const { code, stderr } = await from('https://x.example/api', args, { WHYOPS_API_KEY: key });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
