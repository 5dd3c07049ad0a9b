import { http, type HttpHandler } from 'msw';
import { PROVIDER_HOSTS } from './server/addresses.ts';
import type { FakeWhyOps } from './server/fake.ts';

/**
 * Handlers that hand requests to a fake WhyOps, for applications whose tests use msw already: those for its own base URLs, for
 * the hosted service and for the model providers. A call that goes straight to a provider is answered by the scripted model
 * and recorded with the service `provider`, so that `single-base-url` can tell.
 *
 * @example
 * const server = setupServer(...whyopsHandlers(whyops));
 */
export function whyopsHandlers(whyops: FakeWhyOps): HttpHandler[] {
  const origins = new Set(
    whyops.addresses.flatMap(({ proxyBaseUrl, analyseBaseUrl }) => [
      new URL(proxyBaseUrl).origin,
      new URL(analyseBaseUrl).origin,
    ]),
  );
  for (const host of PROVIDER_HOSTS) origins.add(`https://${host}`);
  return [...origins].map((origin) => http.all(`${origin}/*`, ({ request }) => whyops.fetch(request)));
}
