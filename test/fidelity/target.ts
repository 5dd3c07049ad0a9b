import type { RecordedEvent } from '../../src/recording/event.ts';
import { createAnalyse } from '../../src/server/analyse/index.ts';
import type { Backend, DeadLetter } from '../../src/server/backend.ts';
import { createIds } from '../../src/server/ids.ts';
import { Keys } from '../../src/server/keys.ts';
import { Model } from '../../src/server/model/index.ts';
import { RequestHeaders } from '../../src/server/open-exchange.ts';
import { createProxy } from '../../src/server/proxy/index.ts';
import { Recorder } from '../../src/server/recorder.ts';
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
}

/** Long enough for every provider that answers, short for the ones that do not. */
const PROXY_TIMEOUT_MS = 100;

export function createTarget(mode: Scenario['mode']): Target {
  const keys = new Keys(MAIN_KEY, KEYS);
  const recorder = new Recorder(Date.now, (key) => keys.knows(key));
  const options = { ingest: mode, proxyTimeoutMs: PROXY_TIMEOUT_MS };
  const backend: Backend = { options, keys, ids: createIds(), now: Date.now, recorder };
  const analyse = createAnalyse(backend);
  const model = new Model(backend.ids, backend.now);
  const proxy = createProxy(backend, analyse.port, model);
  const services = { analyse: analyse.app, proxy: proxy.app };
  return {
    async fetch(service, path, init) {
      const request = new Request(`http://${service}.test${path}`, init);
      const exchange = recorder.open(service, {
        origin: `http://${service}.test`,
        address: 'configured',
        method: request.method,
        path,
        bodyText: await request.text(),
        headers: RequestHeaders.from(request.headers),
        scope: null,
      });
      return services[service].fetch(request, { exchange });
    },
    upstream(answer) {
      model.upstream(async (request) => respond(answer(await described(request)), request.signal));
    },
    async settled() {
      while (!analyse.idle() || !proxy.idle()) await new Promise((resolve) => setImmediate(resolve));
    },
    events: recorder.recording.events,
    deadLetters: analyse.deadLetters,
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
