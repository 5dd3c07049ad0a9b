/**
 * How many events a second the fake accepts over loopback, one event a request, beside a bare `node:http` server that
 * parses the JSON, keeps it and answers, and beside sentry-testkit's local server. Each server is a process of its own;
 * autocannon loads it with pipelining from this one. Rounds alternate, so that a change in the machine's speed hits all.
 * Every server is warm when its round is counted: a compiler that still learns the code would be measured otherwise.
 */
import { type ChildProcess, fork } from 'node:child_process';
import autocannon from 'autocannon';

const ROUNDS = 5;
const SECONDS = 2;
const WARM_UP_REQUESTS = 15_000;
const CONNECTIONS = 32;
const PIPELINING = 10;

interface Peer {
  readonly name: string;
  readonly file: string;
}

const event = (n: number) =>
  JSON.stringify({
    eventType: 'tool_call_request',
    traceId: `trace-${n % 1000}`,
    agentName: 'bench-agent',
    spanId: `span-${n}`,
    timestamp: '2026-01-01T00:00:00.000Z',
    content: { toolCalls: [{ name: 'search', arguments: { query: 'weather in Berlin', limit: 10 } }] },
    metadata: { tool: 'search', latencyMs: 12 },
  });

// Written once: a loader that builds each request anew would be the limit itself. Tool events without a key are never
// taken for duplicates, so every one is stored although the bodies repeat.
const bodies = Array.from({ length: 2000 }, (_, n) => ({ body: event(n) }));

const PEERS: readonly Peer[] = [
  { name: 'fake', file: 'accept/fake.ts' },
  { name: 'node:http', file: 'accept/bare.ts' },
  { name: 'sentry-testkit', file: 'accept/sentry.ts' },
];

interface Running {
  readonly process: ChildProcess;
  readonly url: string;
  readonly apiKey?: string;
}

function start(file: string): Promise<Running> {
  const child = fork(new URL(file, import.meta.url), {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve({ process: child, ...(message as { url: string }) }));
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code} before it listened`)));
  });
}

async function load(
  { url, apiKey }: Running,
  until: { amount: number } | { duration: number },
): Promise<number> {
  const result = await autocannon({
    url,
    method: 'POST',
    connections: CONNECTIONS,
    pipelining: PIPELINING,
    ...until,
    headers: { 'content-type': 'application/json', ...(apiKey && { authorization: `Bearer ${apiKey}` }) },
    requests: bodies,
  });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${url}: ${result.non2xx} refused, ${result.errors} errors`);
  }
  return result['2xx'] / result.duration;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

const rates = new Map<string, number[]>(PEERS.map(({ name }) => [name, []]));
for (let round = 0; round <= ROUNDS; round++) {
  for (const { name, file } of PEERS) {
    const running = await start(file);
    await load(running, { amount: WARM_UP_REQUESTS });
    const rate = await load(running, { duration: SECONDS });
    running.process.kill();
    if (round > 0) rates.get(name)?.push(rate); // round 0 warms the disk cache and the compiler's cache
  }
}

const fake = rates.get('fake') ?? [];
console.log(`accept: events a second, one a request, median of ${ROUNDS} rounds of ${SECONDS} s`);
for (const { name } of PEERS) {
  const own = rates.get(name) ?? [];
  const ratio = median(fake.map((rate, round) => rate / (own[round] ?? NaN)));
  console.log(
    `  ${name.padEnd(16)}${Math.round(median(own)).toLocaleString('en').padStart(8)}   fake is ${ratio.toFixed(2)} of it`,
  );
}
