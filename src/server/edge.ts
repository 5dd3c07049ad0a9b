import type { Hono } from 'hono';
import type { Service } from '../recording/exchange.ts';
import { recordUnprocessed } from './analyse/index.ts';
import type { Backend, ServiceEnv } from './backend.ts';
import type { Fault, FaultTarget, Faults } from './faults.ts';
import { JsonReply } from './json-reply.ts';
import type { Arrival, OpenExchange } from './open-exchange.ts';

/** The answer to an arrival: a response, one that is cut after `sent`, or a connection that ends without one. */
export type Answer =
  Response | JsonReply | { readonly sent: string; readonly promisedBytes: number } | 'dropped' | 'never';

export const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** Where requests enter: opens the exchange, plays faults, calls the service, closes the exchange. */
export class Edge {
  readonly #backend: Backend;
  readonly #services: Readonly<Partial<Record<Service, Hono<ServiceEnv>>>>;
  readonly #faults: Faults;
  #open = 0;

  constructor(
    backend: Backend,
    services: Readonly<Partial<Record<Service, Hono<ServiceEnv>>>>,
    faults: Faults,
  ) {
    this.#backend = backend;
    this.#services = services;
    this.#faults = faults;
  }

  /** No request is being served. One that a fault leaves hanging does not count: it will never be answered. */
  idle(): boolean {
    return this.#open === 0;
  }

  /** Answers at once where it can: over a socket, a turn of the event loop per request would cost more than the request. */
  serve(arrival: Arrival): Answer | Promise<Answer> {
    const { recorder } = this.#backend;
    const exchange = recorder.open(arrival);
    this.#open += 1;
    let answer: Answer | Promise<Answer>;
    try {
      answer = this.#answer(exchange, arrival.bodyText === null);
    } catch (error) {
      this.#close(exchange);
      throw error;
    }
    if (!(answer instanceof Promise)) return this.#answered(exchange, answer);
    return answer.then(
      (later) => this.#answered(exchange, later),
      (error: unknown) => {
        this.#close(exchange);
        throw error;
      },
    );
  }

  #answered(exchange: OpenExchange, answer: Answer): Answer {
    if (typeof answer === 'object') exchange.status = 'status' in answer ? answer.status : 200;
    this.#close(exchange);
    return answer;
  }

  #close(exchange: OpenExchange): void {
    this.#open -= 1;
    this.#backend.recorder.close(exchange);
  }

  #answer(exchange: OpenExchange, tooLarge: boolean): Answer | Promise<Answer> {
    if (tooLarge) {
      exchange.response = { error: 'Payload too large' };
      return Response.json(exchange.response, { status: 413 });
    }
    const target = this.#faults.waiting ? faultTarget(exchange) : undefined;
    const fault = target && this.#faults.take(target);
    if (!fault) return this.#service(exchange);
    exchange.fault = fault.kind;
    if (processes(fault)) return this.#processThen(fault, exchange);
    return this.#refuse(fault, target, exchange);
  }

  async #processThen(fault: ProcessingFault, exchange: OpenExchange): Promise<Answer> {
    if (fault.kind === 'delay') {
      await new Promise((resolve) => setTimeout(resolve, fault.ms));
      return this.#service(exchange);
    }
    const response = await this.#service(exchange);
    if (!(response instanceof JsonReply)) await response.text();
    if (fault.kind === 'store-then-drop') return 'dropped';
    return statusResponse(fault, exchange);
  }

  #refuse(fault: RefusingFault, target: FaultTarget, exchange: OpenExchange): Answer {
    exchange.request = parsed(exchange.bodyText);
    exchange.agentName = exchange.rawHeaders.get('x-agent-name');
    if (target === 'model') exchange.traceId = exchange.rawHeaders.get('x-trace-id');
    if (target === 'ingest') {
      const outcome =
        fault.kind === 'status' && fault.status >= 400
          ? { status: 'rejected' as const, httpStatus: fault.status, error: `fault: status ${fault.status}` }
          : { status: 'lost' as const, fault: fault.kind };
      recordUnprocessed(this.#backend.recorder, exchange, outcome);
    }
    switch (fault.kind) {
      case 'status':
        return statusResponse(fault, exchange);
      case 'drop':
        return 'dropped';
      case 'hang':
        return 'never';
      case 'not-json':
        exchange.response = '<html><body>Sign in to the network</body></html>';
        return new Response(exchange.response as string, { headers: { 'content-type': 'text/html' } });
      case 'truncate':
        exchange.response = '{"success":true,"acc';
        return { sent: exchange.response as string, promisedBytes: 60 };
      case 'redirect':
        exchange.response = '';
        return new Response(null, { status: fault.status ?? 302, headers: { location: fault.to } });
    }
  }

  #service(exchange: OpenExchange): Response | JsonReply | Promise<Response | JsonReply> {
    const app = this.#services[exchange.service];
    if (!app) {
      exchange.response = { error: 'Not Found' };
      return Response.json(exchange.response, { status: 404 });
    }
    return app.fetch(new RoutedRequest(exchange) as unknown as Request, { exchange });
  }
}

/** As much of a `Request` as routing needs: the services read body and headers from the exchange, so none is built. */
class RoutedRequest {
  readonly method: string;
  readonly #exchange: OpenExchange;

  constructor(exchange: OpenExchange) {
    this.method = exchange.method;
    this.#exchange = exchange;
  }

  get url(): string {
    return this.#exchange.origin + this.#exchange.path;
  }

  get headers(): Headers {
    return new Headers(this.#exchange.rawHeaders.toRecord());
  }
}

type ProcessingFault = Extract<Fault, { kind: 'delay' | 'store-then-status' | 'store-then-drop' }>;
type RefusingFault = Exclude<Fault, ProcessingFault>;

function processes(fault: Fault): fault is ProcessingFault {
  return fault.kind === 'delay' || fault.kind === 'store-then-status' || fault.kind === 'store-then-drop';
}

/** What a fault on this request would be queued under; undefined for requests that faults leave alone. */
function faultTarget({ service, method, path }: OpenExchange): FaultTarget | undefined {
  if (method !== 'POST') return undefined;
  if (/\/(entities|agents)\/init\/?$/.test(path)) return 'init';
  if (service === 'analyse') return /\/events(\/|$)/.test(path) ? 'ingest' : undefined;
  return /\/(completions|responses|embeddings|messages)(\?|$)/.test(path) ? 'model' : undefined;
}

function statusResponse(
  fault: Extract<Fault, { status: number; body?: unknown }>,
  exchange: OpenExchange,
): Response {
  const body = fault.body ?? { error: `Fault: status ${fault.status}` };
  exchange.response = body;
  const headers = { 'content-type': 'application/json', ...fault.headers };
  // 204, 205 and 304 have no body by definition; `Response` throws if it is given one.
  if ([204, 205, 304].includes(fault.status)) return new Response(null, { status: fault.status, headers });
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return new Response(text, { status: fault.status, headers });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text === '' ? undefined : text;
  }
}
