import { present } from '../../protocol/json.ts';
import type { ProxyCall } from './model-route.ts';
import type { Provider } from './provider.ts';

const USER_AGENT = 'WhyOps-Proxy/1.0';

/** The headers of a request to an OpenAI provider. None of the client's is passed on. */
export function openaiHeaders(provider: Provider): Record<string, string> {
  return {
    authorization: `Bearer ${provider.apiKey}`,
    'content-type': 'application/json',
    'user-agent': USER_AGENT,
  };
}

/** The headers of a request to an Anthropic provider; the client's `anthropic-beta` is lost. */
export function anthropicHeaders(provider: Provider): Record<string, string> {
  return {
    'x-api-key': provider.apiKey,
    'anthropic-version': '2023-06-01',
    'content-type': 'application/json',
    'user-agent': USER_AGENT,
  };
}

/** What every event of an OpenAI route says about the model. */
export function openaiMetadata(call: ProxyCall): Record<string, unknown> {
  return present({ model: call.model, provider: call.providerName, providerSlug: call.slug });
}
