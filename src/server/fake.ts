import { setTimeout as timer } from 'node:timers/promises';
import type { Recording } from '../recording/recording.ts';
import type { Trace } from '../recording/trace.ts';
import { type BaseUrls, HOSTED, IN_MEMORY, locate, validateBaseUrls } from './addresses.ts';
import { createAnalyse } from './analyse/index.ts';
import type { Backend, DeadLetter } from './backend.ts';
import { type Answer, Edge, MAX_BODY_BYTES } from './edge.ts';
import { Faults } from './faults.ts';
import { createIds } from './ids.ts';
import { JsonReply } from './json-reply.ts';
import { Keys } from './keys.ts';
import { Listener, type ListenOptions } from './listener.ts';
import { Model } from './model/index.ts';
import { RequestHeaders } from './open-exchange.ts';
import type { FakeWhyOpsOptions } from './options.ts';
import { providerService } from './provider.ts';
import { createProxy } from './proxy/index.ts';
import { Recorder } from './recorder.ts';
import { currentScope, inScope, SCOPE_HEADER } from './scope.ts';

const DEFAULT_API_KEY = 'whyops_testkit_key';
const DEFAULT_TIMEOUT_MS = 5000;

export interface WaitOptions {
  /** Milliseconds until the wait fails. Default 5000. */
  readonly timeout?: number;
}

/** The settings a program under test reads to find the fake. */
export interface FakeWhyOpsEnv {
  readonly WHYOPS_PROXY_BASE_URL: string;
  readonly WHYOPS_ANALYSE_BASE_URL: string;
  readonly WHYOPS_API_KEY: string;
}

export interface ListenAddresses {
  readonly host?: string;
  /** Default 0, any free port. */
  readonly proxyPort?: number;
  readonly analysePort?: number;
}

/**
 * An in-memory WhyOps: the ingest API and the proxy, with a scripted model behind it. It records everything it sees and
 * judges nothing; `check` and the matchers do.
 */
export class FakeWhyOps {
  /** The backend whose answers are played. */
  readonly behaviour = '2026-04' as const;
  readonly apiKey: string;
  /** What the model behind the proxy answers, and what it was asked. */
  readonly model: Model;
  /** What goes wrong next, at the edge of WhyOps. */
  readonly faults = new Faults();
  readonly #options: FakeWhyOpsOptions;
  readonly #recorder: Recorder;
  readonly #edge: Edge;
  readonly #analyse: ReturnType<typeof createAnalyse>;
  readonly #proxy: ReturnType<typeof createProxy>;
  #listeners: { readonly proxy: Listener; readonly analyse: Listener } | undefined;
  #expectsNothing = false;
  #scopes = 0;

  constructor(options: FakeWhyOpsOptions = {}) {
    validateOptions(options);
    this.#options = options;
    this.apiKey = options.apiKey ?? DEFAULT_API_KEY;
    const now = options.now ?? Date.now;
    const keys = new Keys(this.apiKey, options.keys);
    this.#recorder = new Recorder(now, (key) => keys.knows(key));
    const backend: Backend = { options, keys, ids: createIds(options.seed), now, recorder: this.#recorder };
    this.model = new Model(backend.ids, now);
    this.#analyse = createAnalyse(backend);
    this.#proxy = createProxy(backend, this.#analyse.port, this.model);
    const services = {
      analyse: this.#analyse.app,
      proxy: this.#proxy.app,
      provider: providerService(this.model),
    };
    this.#edge = new Edge(backend, services, this.faults);
  }

  /** Where provider clients go: a root without a path. OpenAI clients add `/v1`. */
  get proxyBaseUrl(): string {
    return this.#baseUrls().proxyBaseUrl;
  }

  /** Where SDKs send events: ends in `/api`. */
  get analyseBaseUrl(): string {
    return this.#baseUrls().analyseBaseUrl;
  }

  get env(): FakeWhyOpsEnv {
    return {
      WHYOPS_PROXY_BASE_URL: this.proxyBaseUrl,
      WHYOPS_ANALYSE_BASE_URL: this.analyseBaseUrl,
      WHYOPS_API_KEY: this.apiKey,
    };
  }

  /** What was seen so far; grows while the fake runs. */
  get recording(): Recording {
    return this.#recorder.recording;
  }

  /** What was seen of one trace so far. */
  trace(id: string): Trace {
    return this.recording.trace(id);
  }

  /** Events that were accepted with 202 and then given up: their senders never learn of it. */
  get deadLetters(): readonly DeadLetter[] {
    return this.#analyse.deadLetters;
  }

  /** Whether {@link expectNothing} was called. */
  get expectsNothing(): boolean {
    return this.#expectsNothing;
  }

  /** Says that this test sends nothing on purpose; otherwise a test in which nothing arrives fails. */
  expectNothing(): void {
    this.#expectsNothing = true;
  }

  /**
   * Opens two sockets, one for each service, because they are two hosts in production and a client that mixes them up
   * must fail here too.
   */
  async listen({ host, proxyPort, analysePort }: ListenAddresses = {}): Promise<this> {
    if (this.#listeners)
      throw new Error(`This fake already listens on ${this.proxyBaseUrl}: call close() first.`);
    const maxBodyBytes = this.#options.maxBodyBytes ?? MAX_BODY_BYTES;
    const open = (service: 'proxy' | 'analyse', port: number | undefined) =>
      Listener.open(this.#edge, service, maxBodyBytes, { ...definedOnly({ host, port }) });
    const [proxy, analyse] = await Promise.allSettled([
      open('proxy', proxyPort),
      open('analyse', analysePort),
    ]);
    if (proxy.status === 'fulfilled' && analyse.status === 'fulfilled') {
      this.#listeners = { proxy: proxy.value, analyse: analyse.value };
      return this;
    }
    for (const half of [proxy, analyse]) if (half.status === 'fulfilled') await half.value.close();
    throw proxy.status === 'rejected' ? proxy.reason : (analyse as PromiseRejectedResult).reason;
  }

  /** Closes the sockets and every connection. The recording stays readable. */
  async close(): Promise<void> {
    const listeners = this.#listeners;
    this.#listeners = undefined;
    await Promise.all([listeners?.proxy.close(), listeners?.analyse.close()]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Forgets everything it saw, was told and stored; keeps listening. */
  reset(): void {
    this.#recorder.reset();
    this.#analyse.reset();
    this.#proxy.reset();
    this.model.reset();
    this.faults.reset();
    this.#expectsNothing = false;
  }

  /**
   * Answers a request in memory, without a socket: pass it to clients as their `fetch`. It knows its own addresses, the
   * hosted service's and the model providers'; everything else is answered 404 and recorded. Nothing is ever sent on.
   */
  readonly fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const { service, address } = locate(url, this.#ownAddresses(), this.#hostedIsOwn());
    const bytes = Buffer.from(await request.arrayBuffer());
    const tooLarge = bytes.length > (this.#options.maxBodyBytes ?? MAX_BODY_BYTES);
    const { [SCOPE_HEADER]: marked, ...headers } = Object.fromEntries(request.headers);
    const scope = currentScope() ?? marked ?? null;
    const answer = this.#edge.serve({
      service,
      origin: url.origin,
      address,
      method: request.method,
      path: url.pathname + url.search,
      headers: new RequestHeaders(headers),
      bodyText: tooLarge ? null : bytes.toString('utf8'),
      scope,
    });
    return toResponse(await answer, request);
  };

  /**
   * Runs `work` as one workflow: everything it sends must share one trace id, and `stable-trace-id` says so when it does
   * not. Follows async calls, over `fetch` and `node:http` in the same process.
   */
  inOneTrace<T>(work: () => T): T {
    return inScope(`scope-${++this.#scopes}`, work);
  }

  /** Whether {@link settled} would return at once. */
  get isSettled(): boolean {
    return this.#edge.idle() && this.#analyse.idle() && this.#proxy.idle();
  }

  /** No request open, queue drained, everything the proxy had to report reported. */
  async settled(options: WaitOptions = {}): Promise<void> {
    await this.#until(() => this.isSettled, options, 'The fake did not settle');
  }

  /**
   * Waits until `predicate` returns something truthy and returns it. Looked at whenever something arrives or is decided.
   * @throws Error after `timeout`, with what did arrive.
   */
  async waitFor<T>(predicate: (recording: Recording) => T, options: WaitOptions = {}): Promise<T> {
    return this.#until(() => predicate(this.recording), options, 'What was waited for did not arrive');
  }

  /**
   * Calls `listener` whenever something arrives or is decided. It must not throw.
   * @returns a function that ends this.
   */
  onChange(listener: () => void): () => void {
    return this.#recorder.onChange(listener);
  }

  async #until<T>(
    probe: () => T,
    { timeout = DEFAULT_TIMEOUT_MS }: WaitOptions,
    complaint: string,
  ): Promise<T> {
    const first = probe();
    if (first) return first;
    const giveUp = new AbortController();
    let stop: (() => void) | undefined;
    try {
      const arrival = new Promise<T>((resolve, reject) => {
        stop = this.#recorder.onChange(() => {
          try {
            const result = probe();
            if (result) resolve(result);
          } catch (error) {
            reject(error);
          }
        });
      });
      const limit = timer(timeout, undefined, { signal: giveUp.signal }).then((): never => {
        throw new Error(`${complaint} within ${timeout} ms. ${this.#arrivals()}`);
      });
      return await Promise.race([arrival, limit]);
    } finally {
      stop?.();
      giveUp.abort();
    }
  }

  #arrivals(): string {
    const { exchanges, events } = this.recording;
    if (exchanges.length === 0) return 'Nothing arrived.';
    const lines = exchanges.slice(-10).map(({ id, method, origin, path, status }) => {
      return `  ${id} ${method} ${origin}${path} → ${status ?? 'no answer'}`;
    });
    return [
      `Arrived: ${exchanges.length} requests, ${events.length} events; the last of them:`,
      ...lines,
    ].join('\n');
  }

  #baseUrls(): BaseUrls {
    if (this.#listeners) {
      return {
        proxyBaseUrl: this.#listeners.proxy.origin,
        analyseBaseUrl: `${this.#listeners.analyse.origin}/api`,
      };
    }
    return this.#configured() ?? IN_MEMORY;
  }

  #configured(): BaseUrls | undefined {
    const { proxyBaseUrl, analyseBaseUrl } = this.#options;
    if (proxyBaseUrl === undefined && analyseBaseUrl === undefined) return undefined;
    return {
      proxyBaseUrl: proxyBaseUrl ?? IN_MEMORY.proxyBaseUrl,
      analyseBaseUrl: analyseBaseUrl ?? IN_MEMORY.analyseBaseUrl,
    };
  }

  #ownAddresses(): BaseUrls[] {
    return [this.#baseUrls(), ...definedList(this.#configured()), IN_MEMORY];
  }

  /** Nobody was told of another address, so a client that uses the hosted one is right. */
  #hostedIsOwn(): boolean {
    return !this.#listeners && !this.#configured();
  }

  /** The base URLs that clients may use; for the msw door. */
  get addresses(): readonly BaseUrls[] {
    return [...this.#ownAddresses(), HOSTED];
  }
}

/** @throws Error that quotes an option that cannot work. */
export function createFakeWhyOps(options: FakeWhyOpsOptions = {}): FakeWhyOps {
  return new FakeWhyOps(options);
}

const KNOWN_OPTIONS: Readonly<Record<keyof FakeWhyOpsOptions, true>> = {
  ingest: true,
  apiKey: true,
  keys: true,
  proxyBaseUrl: true,
  analyseBaseUrl: true,
  seed: true,
  now: true,
  sampling: true,
  limits: true,
  maxBodyBytes: true,
  proxyTimeoutMs: true,
  behaviour: true,
};

function validateOptions(options: FakeWhyOpsOptions): void {
  for (const name of Object.keys(options)) {
    if (!(name in KNOWN_OPTIONS)) {
      throw new Error(
        `createFakeWhyOps has no option "${name}". Options: ${Object.keys(KNOWN_OPTIONS).join(', ')}.`,
      );
    }
  }
  const { ingest, behaviour, sampling, apiKey } = options;
  if (ingest !== undefined && ingest !== 'queued' && ingest !== 'direct') {
    throw new Error(`ingest: "${String(ingest)}" is not known: write 'queued' or 'direct'.`);
  }
  if (behaviour !== undefined && behaviour !== '2026-04') {
    throw new Error(`behaviour: "${String(behaviour)}" is not known: the only one so far is '2026-04'.`);
  }
  if (sampling !== undefined && !(sampling >= 0 && sampling <= 1)) {
    throw new Error(`sampling: ${sampling} is not a share: write a number from 0 to 1.`);
  }
  if (apiKey !== undefined && !/^(whyops_|YOPS-)/.test(apiKey)) {
    throw new Error(
      `apiKey: "${apiKey}" would be refused by the real service: start it with "whyops_" or "YOPS-".`,
    );
  }
  validateBaseUrls(options);
}

const unanswered = new Set<Request>();

async function toResponse(answer: Answer, request: Request): Promise<Response> {
  if (answer instanceof Response) return answer;
  if (answer instanceof JsonReply) return answer.toResponse();
  if (answer === 'never') {
    // Nothing else refers to the request, and a request that is collected never passes its caller's abort on.
    unanswered.add(request);
    return new Promise((_, reject) => {
      const abort = () => {
        unanswered.delete(request);
        reject(request.signal.reason as Error);
      };
      request.signal.addEventListener('abort', abort, { once: true });
      if (request.signal.aborted) abort();
    });
  }
  if (answer === 'dropped') throw new TypeError('fetch failed', { cause: new Error('other side closed') });
  return new Response(cutStream(answer.sent), { headers: { 'content-type': 'application/json' } });
}

/** A body that breaks off, as `fetch` shows it when the connection ends early. */
function cutStream(text: string): ReadableStream {
  let sent = false;
  return new ReadableStream({
    pull(controller) {
      if (sent) controller.error(new TypeError('terminated'));
      else controller.enqueue(new TextEncoder().encode(text));
      sent = true;
    },
  });
}

function definedOnly(options: { host: string | undefined; port: number | undefined }): ListenOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function definedList<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}
