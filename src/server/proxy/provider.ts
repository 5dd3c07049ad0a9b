import type { Route } from '../../recording/exchange.ts';
import { TENANT } from '../keys.ts';
import type { FakeWhyOpsOptions } from '../options.ts';

/** A model provider as it is configured at WhyOps. */
export interface Provider {
  readonly id: string;
  /** Written before a model name (`openai-stub/gpt-4o`) it chooses this provider. */
  readonly slug: string;
  readonly baseUrl: string;
  readonly apiKey: string;
}

/** The hosts do not exist (RFC 6761): nothing that is sent to them can leave by mistake. */
export const OPENAI_PROVIDER: Provider = {
  id: TENANT.providerId,
  slug: 'openai-stub',
  baseUrl: 'https://openai-stub.invalid/v1',
  apiKey: 'stub-upstream-openai-key',
};

export const ANTHROPIC_PROVIDER: Provider = {
  id: '00000000-0000-4000-8000-000000000032',
  slug: 'anthropic-stub',
  baseUrl: 'https://anthropic-stub.invalid/anthropic',
  apiKey: 'stub-upstream-anthropic-key',
};

const PROVIDERS: readonly Provider[] = [OPENAI_PROVIDER, ANTHROPIC_PROVIDER];

/**
 * The provider that belongs to a key: an OpenAI provider for the main one, as everything goes through it by default. A
 * further key whose name says `anthropic` has an Anthropic provider, and so has one that is used for messages.
 */
export function providerOf(options: FakeWhyOpsOptions, key: string, route: Route): Provider {
  if (!options.keys || !Object.hasOwn(options.keys, key) || key === options.apiKey) return OPENAI_PROVIDER;
  return route === 'messages' || key.toLowerCase().includes('anthropic')
    ? ANTHROPIC_PROVIDER
    : OPENAI_PROVIDER;
}

/** What a model name says about the provider. */
export interface ModelName {
  /** Without the part before the first slash. */
  readonly model: unknown;
  /** The part before the first slash, when there is one and it is not empty. */
  readonly slug: string | undefined;
  /** The provider of that slug; `undefined` when no provider has it. */
  readonly provider: Provider | undefined;
}

/** @throws TypeError for a model that is no string, as the proxy does. */
export function resolveModel(model: unknown): ModelName {
  if (!model) return { model, slug: undefined, provider: undefined };
  if (typeof model !== 'string') throw new TypeError('model is not a string');
  const slash = model.indexOf('/');
  if (slash < 0) return { model, slug: undefined, provider: undefined };
  const slug = model.slice(0, slash);
  return {
    model: model.slice(slash + 1),
    slug: slug || undefined,
    provider: PROVIDERS.find((provider) => provider.slug === slug),
  };
}
