import type { Context } from 'hono';
import type { ServiceEnv } from '../backend.ts';
import { askWithin, DEFAULT_TIMEOUT_MS } from './ask.ts';
import type { ProxyParts } from './model-call.ts';
import { providerOf } from './provider.ts';
import { openaiHeaders } from './provider-request.ts';

/** `GET /v1/models`: the provider's list. Needs no agent, belongs to no trace, emits no event. */
export async function listModels({ backend, model }: ProxyParts, c: Context<ServiceEnv>): Promise<Response> {
  const { exchange } = c.env;
  const provider = providerOf(backend.options, c.get('identity').key, 'models');
  try {
    const { status, list } = await askWithin(
      model,
      {
        route: 'models',
        method: 'GET',
        url: `${provider.baseUrl}/models`,
        headers: openaiHeaders(provider),
        body: undefined,
      },
      backend.options.proxyTimeoutMs ?? DEFAULT_TIMEOUT_MS,
      async (answer) => ({ status: answer.status, list: await answer.json() }),
    );
    exchange.response = list;
    return c.json(list as object, status as 200);
  } catch (error) {
    exchange.response = { error: (error as Error).message };
    return c.json(exchange.response as object, 500);
  }
}
