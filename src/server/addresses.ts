import type { Address, Service } from '../recording/exchange.ts';

/** Where the hosted service lives. Source: the public documentation of the SDKs. */
export const HOSTED = {
  proxyBaseUrl: 'https://proxy.whyops.com',
  analyseBaseUrl: 'https://a.whyops.com/api',
} as const;

/**
 * The names by which a fake that neither listens nor plays a configured address is reached through `fetch`. The
 * top-level domain is reserved (RFC 2606): a client that is not wired to the fake fails instead of reaching a real host.
 */
export const IN_MEMORY = {
  proxyBaseUrl: 'https://proxy.whyops.test',
  analyseBaseUrl: 'https://analyse.whyops.test/api',
} as const;

/** Hosts of model providers that the proxy stands in front of: a call to one of them bypassed the proxy. */
export const PROVIDER_HOSTS: readonly string[] = ['api.openai.com', 'api.anthropic.com'];

/** The two addresses of one WhyOps. */
export interface BaseUrls {
  /** A root, no path, no trailing slash. */
  readonly proxyBaseUrl: string;
  /** Ends in `/api`. */
  readonly analyseBaseUrl: string;
}

/** @throws Error that quotes an address that cannot work and says what to write. */
export function validateBaseUrls({ proxyBaseUrl, analyseBaseUrl }: Partial<BaseUrls>): void {
  if (proxyBaseUrl !== undefined) {
    const url = parse('proxyBaseUrl', proxyBaseUrl);
    if (url.pathname !== '/' || proxyBaseUrl.endsWith('/')) {
      throw new Error(
        `proxyBaseUrl "${proxyBaseUrl}" has a path: write the root, "${url.origin}". Clients add /v1 themselves.`,
      );
    }
  }
  if (analyseBaseUrl !== undefined) {
    const url = parse('analyseBaseUrl', analyseBaseUrl);
    if (!url.pathname.endsWith('/api')) {
      throw new Error(`analyseBaseUrl "${analyseBaseUrl}" does not end in /api: write "${url.origin}/api".`);
    }
  }
}

function parse(name: string, value: string): URL {
  if (!URL.canParse(value))
    throw new Error(`${name} "${value}" is not a URL: write for instance "http://localhost:4000".`);
  return new URL(value);
}

/** Which service a URL addresses, and whose address that is. */
export function locate(
  url: URL,
  own: readonly BaseUrls[],
  hostedIsOwn: boolean,
): { readonly service: Service; readonly address: Address } {
  for (const urls of own) {
    const service = serviceAt(url, urls);
    if (service) return { service, address: 'configured' };
  }
  const hosted = serviceAt(url, HOSTED);
  if (hosted) return { service: hosted, address: hostedIsOwn ? 'configured' : 'hosted' };
  return { service: PROVIDER_HOSTS.includes(url.hostname) ? 'provider' : 'elsewhere', address: 'other' };
}

function serviceAt(url: URL, { proxyBaseUrl, analyseBaseUrl }: BaseUrls): 'analyse' | 'proxy' | undefined {
  const analyse = new URL(analyseBaseUrl);
  const proxy = new URL(proxyBaseUrl);
  // Self-hosted services often share a host; then the path tells them apart.
  if (analyse.origin === proxy.origin && url.origin === proxy.origin) {
    return url.pathname.startsWith(analyse.pathname) ? 'analyse' : 'proxy';
  }
  if (url.origin === analyse.origin) return 'analyse';
  return url.origin === proxy.origin ? 'proxy' : undefined;
}
