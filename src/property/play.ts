import { HEADERS } from '../protocol/headers.ts';
import { isObject, parseJson } from '../protocol/json.ts';
import { bodyOf, type Delivery } from '../recording/build.ts';
import type { Action, Workflow } from './action.ts';
import type { ModelReply } from './dialect.ts';

/** A WhyOps, fake or real, and how to reach it. A `FakeWhyOps` is one: `play(workflow, whyops)`. */
export interface PlayTarget {
  /** Ends in `/api`. */
  readonly analyseBaseUrl: string;
  /** A root without a path. */
  readonly proxyBaseUrl: string;
  readonly apiKey: string;
  /** Carries every request; the global one unless given, which goes over sockets. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** The model behind the proxy, to be told what it answers. Without it the model answers what it likes. */
  readonly model?: { reply(reply: (request: AskedModel) => ModelReply): unknown };
  /** Plays the faults of a workflow. Without it a lost answer is one that the player throws away. */
  readonly faults?: { next(target: 'init' | 'ingest' | 'model', fault: PlayedFault): unknown };
}

/** What the model behind the proxy is asked. */
export interface AskedModel {
  readonly body: unknown;
}

export type PlayedFault =
  | { readonly kind: 'drop' | 'store-then-drop' | 'not-json' | 'truncate' }
  | { readonly kind: 'status' | 'store-then-status'; readonly status: number }
  | { readonly kind: 'redirect'; readonly to: string };

/** A request that was sent, and its answer. */
export interface Played {
  readonly action: Action;
  /** `null`: the answer was lost, as the workflow says. */
  readonly status: number | null;
  /** Parsed JSON, else text. */
  readonly body: unknown;
}

/**
 * Sends the requests of a workflow to a WhyOps, each after the answer to the one before: registrations and events to the
 * ingest API, model calls to the proxy, in the words of OpenAI's or Anthropic's API.
 * @returns the answers, in order. A 202 is no proof that an event was stored: see `assertStored`.
 * @throws Error when an answer is not what the workflow expects (2xx unless it says otherwise), or when a request cannot
 * be sent as the workflow says: to another host, or with an outcome that only the backend decides.
 */
export async function play(workflow: Workflow, target: PlayTarget): Promise<Played[]> {
  const player = new Player(target);
  const played: Played[] = [];
  for (const action of workflow) played.push(await player.send(action));
  return played;
}

/** Plays actions one by one or side by side, on one target. */
export class Player {
  readonly #target: PlayTarget;
  readonly #fetch: NonNullable<PlayTarget['fetch']>;
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(target: PlayTarget) {
    this.#target = target;
    this.#fetch = target.fetch ?? ((url, init) => fetch(url, init));
  }

  /** Sends one request. A fault is played on the next request that arrives, so such a request waits until it is alone. */
  async send(action: Action): Promise<Played> {
    const request = requestOf(action, this.#target);
    const fault = faultOf(action);
    if (!fault) return this.#exchange(action, request);
    await Promise.allSettled(this.#underWay);
    if (this.#target.faults) {
      this.#target.faults.next(faultTarget(action), fault);
      return this.#exchange(action, request);
    }
    if (fault.kind === 'store-then-drop') await this.#exchange({ ...action, delivery: {} }, request);
    else if (fault.kind !== 'drop')
      throw new Error(
        `Only a WhyOps with faults can answer ${nameOf(action)} with "${fault.kind}": play it on createFakeWhyOps().`,
      );
    return { action, status: null, body: undefined };
  }

  async #exchange(action: Action, request: PlannedRequest): Promise<Played> {
    this.#script(action);
    const answer = this.#answer(action, request);
    this.#underWay.add(answer);
    try {
      return await answer;
    } finally {
      this.#underWay.delete(answer);
    }
  }

  async #answer(action: Action, { url, method, headers, body }: PlannedRequest): Promise<Played> {
    const expected = expectedStatus(action.delivery);
    const sent = `${method} ${url} (${nameOf(action)})`;
    let response: Response;
    try {
      response = await this.#fetch(url, {
        method,
        headers,
        redirect: 'manual',
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    } catch (error) {
      if (expected === null) return { action, status: null, body: undefined };
      throw new Error(`${sent} got no answer: is a WhyOps listening there?`, { cause: error });
    }
    const { status } = response;
    // A body that is cut off is lost with its connection.
    const text = await response.text().catch(() => '');
    const isExpected = expected === 'good' ? response.ok : expected === null || expected === status;
    if (!isExpected)
      throw new Error(
        `${sent} was answered ${status} instead of ${expected === 'good' ? '2xx' : expected}: ${text.slice(0, 200)}. ` +
          'analyseBaseUrl ends in /api, proxyBaseUrl is a root without a path, and apiKey is a WhyOps key of this address.',
      );
    return { action, status, body: parseJson(text) ?? text };
  }

  /** The model is asked when the call comes through, in whatever order calls do; each finds its own reply. */
  #script(action: Action): void {
    const { model } = this.#target;
    if (action.do !== 'call' || !action.reply || !model) return;
    const replies = repliesOf(model);
    replies.set(askedKey(action.call.request), action.reply);
    model.reply(({ body }) => {
      const reply = replies.get(askedKey(body));
      if (!reply) throw new Error(`No workflow asks the model this: ${JSON.stringify(body)}`);
      return reply;
    });
  }
}

/** What each model was told by all players that use it. */
const scripts = new WeakMap<object, Map<string, ModelReply>>();

function repliesOf(model: object): Map<string, ModelReply> {
  const known = scripts.get(model);
  if (known) return known;
  const replies = new Map<string, ModelReply>();
  scripts.set(model, replies);
  return replies;
}

interface PlannedRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const EVENT_PATHS = {
  ingest: '/events/ingest',
  events: '/events',
  'tool-result': '/events/tool-result',
} as const;

const MODEL_PATHS = {
  chat: '/v1/chat/completions',
  responses: '/v1/responses',
  embeddings: '/v1/embeddings',
  messages: '/v1/messages',
} as const;

function requestOf(action: Action, { analyseBaseUrl, proxyBaseUrl, apiKey }: PlayTarget): PlannedRequest {
  refuseUnplayable(action);
  const post = {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
  };
  switch (action.do) {
    case 'init': {
      const { agentName, metadata } = action;
      return { ...post, url: `${analyseBaseUrl}/entities/init`, body: { agentName, metadata } };
    }
    case 'send': {
      const { events, to = 'ingest' } = action;
      return { ...post, url: `${analyseBaseUrl}${EVENT_PATHS[to]}`, body: bodyOf(events, to) };
    }
    case 'call': {
      const { route, agentName, traceId, threadId, request } = action.call;
      return {
        ...post,
        url: `${proxyBaseUrl}${MODEL_PATHS[route]}`,
        headers: {
          ...post.headers,
          ...(agentName !== null && { [HEADERS.agentName]: agentName }),
          ...(traceId !== null && { [HEADERS.traceId]: traceId }),
          ...(threadId !== undefined && { [HEADERS.threadId]: threadId }),
        },
        body: request,
      };
    }
    case 'http': {
      const { method, path, delivery } = action;
      const { origin } = new URL(delivery?.service === 'analyse' ? analyseBaseUrl : proxyBaseUrl);
      const body = method === 'GET' ? undefined : (delivery?.request ?? {});
      return { ...post, method, url: `${origin}${path}`, body };
    }
  }
}

/** What the sender does not choose, or what leads away from the WhyOps that was named. */
function refuseUnplayable(action: Action): void {
  const { delivery } = action;
  if (!delivery) return;
  const { service } = delivery;
  const member = (['outcome', 'credentials', 'origin', 'address', 'path', 'headers', 'scope'] as const).find(
    (name) => delivery[name] !== undefined,
  );
  const elsewhere = service !== undefined && service !== 'proxy' && service !== 'analyse';
  if (member === undefined && !elsewhere) return;
  const what = elsewhere ? `goes to ${service}` : `says "${member}" of its delivery`;
  throw new Error(
    `The ${nameOf(action)} ${what}, which a player cannot bring about: take recordingOf(workflow) instead.`,
  );
}

function faultTarget(action: Action): 'init' | 'ingest' | 'model' {
  return action.do === 'init' ? 'init' : action.do === 'call' ? 'model' : 'ingest';
}

function faultOf(action: Action): PlayedFault | undefined {
  const { fault, status } = action.delivery ?? {};
  switch (fault) {
    case undefined:
    case 'drop':
    case 'store-then-drop':
    case 'not-json':
    case 'truncate':
      return fault && { kind: fault };
    case 'status':
    case 'store-then-status':
      return { kind: fault, status: status ?? 503 };
    case 'redirect':
      return { kind: fault, to: 'http://127.0.0.1:9/' };
    default:
      throw new Error(
        `The ${nameOf(action)} meets the fault "${fault}", which a player would wait for without end: take recordingOf(workflow) instead.`,
      );
  }
}

/** `good`: any 2xx. `null`: no answer, or none that could be read. */
function expectedStatus(delivery: Delivery = {}): number | null | 'good' {
  if (delivery.status !== undefined) return delivery.status;
  return delivery.fault === undefined ? 'good' : null;
}

/** The two things that tell the calls of all programs apart: whose they are, and how long their history is. */
function askedKey(body: unknown): string {
  if (!isObject(body)) return '';
  const history = body['messages'] ?? body['input'];
  const about = isObject(body['metadata']) ? body['metadata']['user_id'] : body['user'];
  return JSON.stringify([about, Array.isArray(history) ? history.length : history]);
}

/** A request in words: `tool_call_request in trace-1`. */
export function nameOf(action: Action): string {
  switch (action.do) {
    case 'init':
      return `registration of ${action.agentName}`;
    case 'send':
      return `${action.events.map(({ eventType }) => eventType).join(', ')} in ${action.events[0]?.traceId ?? 'no trace'}`;
    case 'call':
      return `${action.call.route} call in ${action.call.traceId ?? 'no trace'}`;
    case 'http':
      return `${action.method} ${action.path}`;
  }
}
