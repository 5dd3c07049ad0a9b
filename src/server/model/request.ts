import { isObject } from '../../protocol/json.ts';
import type { ModelCall } from './call.ts';

/** One request that the proxy sent to the provider. */
export interface ModelRequest extends ModelCall {
  /** The path of `url`. */
  readonly path: string;
  readonly model: string | undefined;
  /** `messages` of chat and messages requests, `input` of responses and embeddings requests. */
  readonly messages: unknown;
  readonly tools: unknown;
  readonly stream: boolean;
}

export function requestOf(call: ModelCall): ModelRequest {
  const body = isObject(call.body) ? call.body : {};
  return {
    ...call,
    path: call.url.slice(call.url.indexOf('/', 'https://'.length)),
    model: typeof body['model'] === 'string' ? body['model'] : undefined,
    messages: body['messages'] ?? body['input'],
    tools: body['tools'],
    stream: Boolean(body['stream']),
  };
}
