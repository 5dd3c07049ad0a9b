import type { RecordedEvent } from '../../src/recording/event.ts';
import type { DeadLetter } from '../../src/server/backend.ts';
import { createFakeWhyOps } from '../../src/server/fake.ts';
import { KEYS, MAIN_KEY } from './keys.ts';
import type { Scenario, UpstreamRequest, UpstreamResponse } from './scenario.ts';

/** What the harness needs of a fake. */
export interface Target {
  fetch(service: 'analyse' | 'proxy', path: string, init: RequestInit): Promise<Response>;
  /** Takes the model provider's place. */
  upstream(answer: (request: UpstreamRequest) => UpstreamResponse): void;
  /** No stream open, queue drained. */
  settled(): Promise<void>;
  readonly events: readonly RecordedEvent[];
  readonly deadLetters: readonly DeadLetter[];
  close(): Promise<void>;
}

/** How the requests get there: through the fake's own `fetch`, or over its sockets. */
export type Transport = 'memory' | 'sockets';

/** Long enough for every provider that answers, short for the ones that do not. */
const PROXY_TIMEOUT_MS = 100;

export async function createTarget(mode: Scenario['mode'], transport: Transport): Promise<Target> {
  const whyops = createFakeWhyOps({
    ingest: mode,
    apiKey: MAIN_KEY,
    keys: KEYS,
    proxyTimeoutMs: PROXY_TIMEOUT_MS,
  });
  if (transport === 'sockets') await whyops.listen();
  const send = transport === 'sockets' ? fetch : whyops.fetch;
  const roots = { proxy: whyops.proxyBaseUrl, analyse: new URL(whyops.analyseBaseUrl).origin };
  return {
    fetch: (service, path, init) => send(roots[service] + path, init),
    upstream(answer) {
      whyops.model.upstream(async (request) => respond(answer(await described(request)), request.signal));
    },
    settled: () => whyops.settled(),
    events: whyops.recording.events,
    deadLetters: whyops.deadLetters,
    close: () => whyops.close(),
  };
}

async function described(request: Request): Promise<UpstreamRequest> {
  const text = await request.text();
  return {
    method: request.method,
    path: new URL(request.url).pathname,
    headers: Object.fromEntries(request.headers),
    body: text === '' ? null : (JSON.parse(text) as unknown),
  };
}

/** Plays the provider: its answer, a closed connection, or none until the proxy gives up. */
function respond(answer: UpstreamResponse, signal: AbortSignal): Response | Promise<Response> {
  if ('error' in answer) {
    if (answer.error === 'connection closed') return Response.error();
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error);
      });
    });
  }
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
  const body = answer.cut ? cutAfter(text) : text;
  return new Response(body, { status: answer.status, headers: answer.headers });
}

function cutAfter(text: string): ReadableStream<Uint8Array> {
  const chunks = [new TextEncoder().encode(text)];
  return new ReadableStream({
    pull(controller) {
      const chunk = chunks.shift();
      if (chunk) controller.enqueue(chunk);
      else controller.error(new Error('connection closed'));
    },
  });
}
