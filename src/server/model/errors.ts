import type { ModelCall } from './call.ts';
import type { ScriptedError } from './reply.ts';

const TYPES: Readonly<Record<number, readonly [openai: string, anthropic: string]>> = {
  400: ['invalid_request_error', 'invalid_request_error'],
  401: ['invalid_request_error', 'authentication_error'],
  403: ['invalid_request_error', 'permission_error'],
  404: ['invalid_request_error', 'not_found_error'],
  413: ['invalid_request_error', 'request_too_large'],
  429: ['rate_limit_exceeded', 'rate_limit_error'],
  529: ['server_error', 'overloaded_error'],
};

/** The body of a scripted error: the given one, or what the provider usually sends with that status. */
export function errorBody({ status, body }: ScriptedError, route: ModelCall['route']): unknown {
  if (body !== undefined) return body;
  const [openai, anthropic] = TYPES[status] ?? ['server_error', 'api_error'];
  const message = `The scripted model refuses with ${status}.`;
  return route === 'messages'
    ? { type: 'error', error: { type: anthropic, message } }
    : { error: { message, type: openai, param: null, code: null } };
}
