import { type Context, Hono } from 'hono';
import { isObject } from '../../protocol/json.ts';
import type { Route } from '../../recording/exchange.ts';
import type { AnalysePort, Backend, ServiceEnv } from '../backend.ts';
import type { Model } from '../model/model.ts';
import { chat } from './chat.ts';
import { embeddings } from './embeddings.ts';
import { ItemCache } from './item-cache.ts';
import { messages } from './messages.ts';
import { listModels } from './models.ts';
import { responses } from './responses.ts';
import { isJson, readBody } from './body.ts';
import { callModel, type ProxyParts } from './model-call.ts';
import { RateLimit } from './rate-limit.ts';

export interface Proxy {
  readonly app: Hono<ServiceEnv>;
  /** Whether every stream has ended and every event has been handed on. */
  idle(): boolean;
  reset(): void;
}

const PATHS = {
  chat: '/v1/chat/completions',
  responses: '/v1/responses',
  embeddings: '/v1/embeddings',
  messages: '/v1/messages',
} as const;

const ROUTES: Readonly<Record<string, Route>> = {
  [`POST ${PATHS.chat}`]: 'chat',
  [`POST ${PATHS.responses}`]: 'responses',
  [`POST ${PATHS.embeddings}`]: 'embeddings',
  [`POST ${PATHS.messages}`]: 'messages',
  'POST /v1/agents/init': 'init',
  'GET /v1/models': 'models',
  'GET /health': 'health',
  'GET /health/ready': 'health',
};

/** The OpenAI- and Anthropic-compatible proxy. */
export function createProxy(backend: Backend, analyse: AnalysePort, model: Model): Proxy {
  const parts: ProxyParts = { backend, analyse, model, streams: new Set() };
  const rateLimit = new RateLimit(backend.options.limits?.proxyRequestsPerMinute);
  const items = new ItemCache();
  const app = new Hono<ServiceEnv>();

  app.use(async (c, next) => {
    const started = performance.now();
    const { exchange } = c.env;
    exchange.route = ROUTES[`${c.req.method} ${c.req.path}`] ?? null;
    exchange.request = readBody(exchange.bodyText);
    c.header('X-Request-Id', backend.ids.uuid());
    if (c.req.method === 'OPTIONS')
      c.res = c.body(null, 204, { 'content-type': 'text/plain; charset=UTF-8' });
    else await next();
    c.header('X-Response-Time', `${Math.round(performance.now() - started)}ms`);
  });

  app.get('/health', (c) =>
    answer(c, {
      status: 'healthy',
      service: 'whyops-proxy',
      version: '1.0.0',
      timestamp: new Date(backend.now()).toISOString(),
    }),
  );
  app.get('/health/ready', (c) => answer(c, { status: 'ready' }));

  app.use('/v1/*', async (c, next) => {
    const found = backend.keys.authenticate(c.env.exchange.rawHeaders);
    if (!('identity' in found)) {
      return answer(c, { error: `Unauthorized: ${found.refusal ?? 'Authentication required'}` }, 401);
    }
    c.set('identity', found.identity);
    const window = rateLimit.take(found.identity.key, backend.now());
    for (const [name, value] of Object.entries(window.headers)) c.header(name, value);
    if (!window.allowed) {
      return answer(
        c,
        {
          error: 'Rate limit exceeded',
          message: `Too many requests. Limit: ${window.headers['X-RateLimit-Limit']} requests per 60 seconds`,
          retryAfter: window.resetAt,
        },
        429,
      );
    }
    return next();
  });

  for (const route of [chat, responses(items), embeddings, messages]) {
    app.post(PATHS[route.route], (c) => callModel(parts, route, c));
  }
  app.get('/v1/models', (c) => listModels(parts, c));
  app.post('/v1/agents/init', async (c) => {
    const { exchange } = c.env;
    if (!isJson(exchange)) return answer(c, { error: 'Invalid JSON body' }, 400);
    const body = exchange.request;
    if (isObject(body) && typeof body['agentName'] === 'string') exchange.agentName = body['agentName'];
    const reply = await analyse.initAgent(body, c.get('identity'));
    return answer(c, reply.body, reply.status);
  });

  app.notFound((c) => answer(c, { error: 'Not Found' }, 404));

  return {
    app,
    idle: () => parts.streams.size === 0,
    reset() {
      parts.streams.clear();
      rateLimit.reset();
      items.reset();
    },
  };
}

function answer(c: Context<ServiceEnv>, body: unknown, status = 200): Response {
  c.env.exchange.response = body;
  return c.json(body as object, status as 200);
}
