import type { AnalysePort, Backend, Sender } from '../../../src/server/backend.ts';
import { createIds } from '../../../src/server/ids.ts';
import { Keys } from '../../../src/server/keys.ts';
import { Model } from '../../../src/server/model/index.ts';
import { type OpenExchange, RequestHeaders } from '../../../src/server/open-exchange.ts';
import type { FakeWhyOpsOptions } from '../../../src/server/options.ts';
import { createProxy } from '../../../src/server/proxy/index.ts';
import { Recorder } from '../../../src/server/recorder.ts';

export interface SentEvent {
  readonly eventType: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly agentName: string;
  readonly providerId: string;
  readonly externalUserId?: string;
  readonly content?: unknown;
  readonly metadata: Record<string, unknown>;
  readonly timestamp: string;
}

/** The proxy alone: what it sends to the ingest API is kept instead of being processed. */
export function proxyAlone(options: FakeWhyOpsOptions = {}) {
  const now = options.now ?? Date.now;
  const keys = new Keys('whyops_main', options.keys);
  const backend: Backend = {
    options,
    keys,
    ids: createIds(options.seed),
    now,
    recorder: new Recorder(now, (key) => keys.knows(key)),
  };
  const events: SentEvent[] = [];
  const senders: Sender[] = [];
  const inits: unknown[] = [];
  const analyse: AnalysePort = {
    async ingest(event, sender) {
      events.push(structuredClone(event) as SentEvent);
      senders.push(sender);
      return { status: 202, body: { success: true, accepted: true, queuedCount: 1 } };
    },
    async initAgent(body) {
      inits.push(body);
      return { status: 201, body: { success: true } };
    },
  };
  const model = new Model(backend.ids, now);
  const proxy = createProxy(backend, analyse, model);
  let exchange: OpenExchange | undefined;

  async function send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const bodyText = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
    const request = new Request(`http://proxy.test${path}`, {
      method,
      headers: { authorization: 'Bearer whyops_main', 'x-agent-name': 'agent', ...headers },
      ...(bodyText && { body: bodyText }),
    });
    exchange = backend.recorder.open({
      service: 'proxy',
      origin: 'http://proxy.test',
      address: 'configured',
      method,
      path,
      bodyText,
      headers: RequestHeaders.from(request.headers),
      scope: null,
    });
    return proxy.app.fetch(request, { exchange });
  }

  return {
    model,
    proxy,
    events,
    senders,
    inits,
    send,
    post: (path: string, body: unknown, headers?: Record<string, string>) =>
      send('POST', path, body, headers),
    /** The exchange of the last request. */
    get exchange(): OpenExchange {
      if (!exchange) throw new Error('nothing was sent');
      return exchange;
    },
  };
}
