import { type Context, Hono } from 'hono';
import type { ServiceEnv } from './backend.ts';
import type { Model, ModelCall } from './model/index.ts';

const ROUTES: readonly (readonly [path: string, route: ModelCall['route']])[] = [
  ['/v1/chat/completions', 'chat'],
  ['/v1/responses', 'responses'],
  ['/v1/embeddings', 'embeddings'],
  ['/v1/messages', 'messages'],
];

/**
 * A model provider's own host, seen through the `fetch` or msw door: the call bypassed the proxy. The model answers, so
 * that the program under test goes on and the mistake shows as a finding rather than as a network error.
 */
export function providerService(model: Model): Hono<ServiceEnv> {
  const app = new Hono<ServiceEnv>();
  for (const [path, route] of ROUTES) app.post(path, (context) => answer(context, route, model));
  app.notFound((context) => {
    context.env.exchange.response = { error: { message: 'Not Found' } };
    return context.json(context.env.exchange.response as object, 404);
  });
  return app;
}

async function answer(
  context: Context<ServiceEnv>,
  route: ModelCall['route'],
  model: Model,
): Promise<Response> {
  const { exchange } = context.env;
  exchange.route = route;
  try {
    exchange.request = JSON.parse(exchange.bodyText);
  } catch {
    exchange.request = exchange.bodyText;
    exchange.response = { error: { message: 'The body is not JSON.' } };
    return context.json(exchange.response as object, 400);
  }
  const call: ModelCall = {
    route,
    method: 'POST',
    url: exchange.origin + exchange.path,
    headers: exchange.rawHeaders.toRecord(),
    body: exchange.request,
  };
  const reply = await model.ask(call);
  const text = await reply.text();
  exchange.response = reply.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text;
  return new Response(text, { status: reply.status, headers: reply.headers });
}
