import { Hono, type Context } from 'hono';
import { getPath } from 'hono/utils/url';
import { RegExpRouter } from 'hono/router/reg-exp-router';
import { HEADERS } from '../../protocol/headers.ts';
import { REFUSALS } from '../../protocol/ingest-reply.ts';
import type { AnalysePort, Backend, DeadLetter, Reply, Sender, ServiceEnv } from '../backend.ts';
import { JsonReply } from '../json-reply.ts';
import type { Identity } from '../keys.ts';
import type { OpenExchange } from '../open-exchange.ts';
import type { Route } from '../../recording/exchange.ts';
import { recordUnprocessed, sharedTrace } from './arrivals.ts';
import { INGEST_HELP } from './help.ts';
import { Ingest } from './ingest.ts';
import { isPlain } from './jsonb.ts';
import { parseBody } from './parse-body.ts';
import { listEvents, readEvent } from './read-events.ts';
import { registerAgent, setSamplingRate } from './registration.ts';
import { Threads } from './threads.ts';

/** The ingest and read service, `<analyseBaseUrl>`. */
export interface Analyse {
  readonly app: Hono<ServiceEnv>;
  readonly port: AnalysePort;
  /** Nothing waits in the queue. The recorder tells when that changes. */
  idle(): boolean;
  readonly deadLetters: readonly DeadLetter[];
  reset(): void;
}

const TAKES_EVENTS: ReadonlySet<Route> = new Set<Route>(['ingest', 'events', 'tool-result']);

type Handler = (context: Context<ServiceEnv>, identity: Identity) => Reply;

export function createAnalyse(backend: Backend): Analyse {
  const ingest = new Ingest(backend);
  const { engine } = ingest;
  const app = new Hono<ServiceEnv>({ router: new RegExpRouter(), getPath: pathOf });

  /** Authentication in front of a handler; not a middleware, because those cost a promise chain per request. */
  const authenticated = (route: Route | null, handle: Handler) => (context: Context<ServiceEnv>) => {
    const { exchange } = context.env;
    exchange.route = route;
    const admitted = backend.keys.authenticate(exchange.rawHeaders);
    if (!('identity' in admitted)) {
      if (route && TAKES_EVENTS.has(route)) recordRefused(backend, exchange);
      return answer(exchange, refusal('unauthorized'));
    }
    return answer(exchange, handle(context, admitted.identity));
  };

  /** A handler that reads a JSON body. */
  const withBody = (
    handle: (body: unknown, identity: Identity, exchange: OpenExchange) => Reply,
  ): Handler => {
    return ({ env: { exchange } }, identity) => {
      const body = parseBody(exchange.rawHeaders.get('content-type'), exchange.bodyText);
      if (!body.ok) return refusal('internal');
      exchange.request = body.value;
      return handle(body.value, identity, exchange);
    };
  };

  const events = (route: Route, take: (body: unknown, sender: Sender) => Reply) =>
    authenticated(
      route,
      withBody((body, identity, exchange) => {
        exchange.traceId = sharedTrace(body);
        const externalUserId = exchange.rawHeaders.get(HEADERS.externalUserId);
        const bodyIsPlain = isPlain(exchange.bodyText);
        return take(body, { identity, externalUserId, representation: 'manual', exchange, bodyIsPlain });
      }),
    );

  app.post(
    '/api/events/ingest',
    events('ingest', (body, sender) => ingest.ingest(body, sender)),
  );
  app.post(
    '/api/events',
    events('events', (body, sender) => ingest.save(body, sender)),
  );
  app.post(
    '/api/events/tool-result',
    events('tool-result', (body, sender) => ingest.saveToolResults(body, sender)),
  );
  app.post(
    '/api/entities/init',
    authenticated(
      'init',
      withBody((body, identity, exchange) => {
        const name = (body as { agentName?: unknown } | null)?.agentName;
        exchange.agentName = typeof name === 'string' ? name : null;
        return registerAgent(engine.agents, body, identity);
      }),
    ),
  );
  app.get(
    '/api/events',
    authenticated('read', ({ req }) => listEvents(engine, new URL(req.url).searchParams)),
  );
  const threads = new Threads(engine);
  app.patch(
    '/api/entities/:id/sampling-rate',
    authenticated(null, (context, identity) =>
      withBody((body) =>
        setSamplingRate(engine.agents, context.req.param('id') ?? '', body, identity, backend.now()),
      )(context, identity),
    ),
  );
  app.get(
    '/api/threads',
    authenticated('read', ({ req }, identity) => threads.list(new URL(req.url).searchParams, identity)),
  );
  app.get(
    '/api/threads/:id',
    authenticated('read', ({ req }, identity) =>
      threads.read(req.param('id') ?? '', new URL(req.url).searchParams, identity),
    ),
  );
  app.get(
    '/api/threads/:id/graph',
    authenticated('read', ({ req }) => threads.graph(req.param('id') ?? '')),
  );
  app.get(
    '/api/events/:id',
    authenticated('read', ({ req }) => {
      const id = req.param('id') ?? '';
      // Not a route of its own: the router that finds a path in one look takes no fixed name beside a parameter.
      if (id === 'help') return { status: 200, body: INGEST_HELP };
      return readEvent(engine, id, new URL(req.url).searchParams);
    }),
  );
  app.get('/api/health', ({ env: { exchange } }) => {
    exchange.route = 'health';
    const timestamp = new Date(backend.now()).toISOString();
    const body = {
      status: 'healthy',
      service: 'whyops-analyse',
      version: '1.0.0',
      database: 'connected',
      timestamp,
    };
    return answer(exchange, { status: 200, body });
  });
  app.get('/api/health/ready', ({ env: { exchange } }) => {
    exchange.route = 'health';
    return answer(exchange, { status: 200, body: { status: 'ready' } });
  });
  app.options(
    '*',
    () => new Response(null, { status: 204, headers: { 'content-type': 'text/plain; charset=UTF-8' } }),
  );

  const unknown = authenticated(null, () => refusal('notFound'));
  app.notFound((context) =>
    context.req.path.startsWith('/api/')
      ? unknown(context)
      : answer(context.env.exchange, refusal('notFound')),
  );

  return {
    app,
    port: {
      ingest: (body, sender) => Promise.resolve(ingest.fromProxy(body, sender)),
      initAgent: (body, identity) => Promise.resolve(registerAgent(engine.agents, body, identity)),
    },
    idle: () => ingest.idle,
    deadLetters: ingest.deadLetters,
    reset: () => {
      ingest.reset();
    },
  };
}

/** The path to route by. Nearly all are written plainly; what is not is read by Hono. */
function pathOf(request: Request, options?: { env?: ServiceEnv['Bindings'] }): string {
  const path = options?.env?.exchange.path;
  return path === undefined || /[?%#]/.test(path) ? getPath(request) : path;
}

/** The real backend reads no body without a key; the recording shows what was lost with it. */
function recordRefused({ recorder }: Backend, exchange: OpenExchange): void {
  const body = parseBody('application/json', exchange.bodyText);
  if (!body.ok) return;
  exchange.request = body.value;
  const { status, error } = REFUSALS.unauthorized;
  recordUnprocessed(recorder, exchange, { status: 'rejected', httpStatus: status, error });
}

function refusal(name: keyof typeof REFUSALS): Reply {
  const { status, error } = REFUSALS[name];
  return { status, body: { error } };
}

function answer(exchange: OpenExchange, { status, body }: Reply): Response {
  exchange.response = body;
  return new JsonReply(status, body).asResponse();
}
