import { parseJson } from '../../protocol/json.ts';
import type { OpenExchange } from '../open-exchange.ts';

/** The body as the recording keeps it: parsed, as text when it is no JSON, `undefined` when there is none. */
export function readBody(text: string): unknown {
  if (text === '') return undefined;
  const parsed = parseJson(text);
  return parsed === undefined ? text : parsed;
}

/** Whether the request that {@link readBody} read was JSON. A JSON string never equals its own text: the quotes are gone. */
export function isJson(exchange: OpenExchange): boolean {
  return exchange.request !== undefined && exchange.request !== exchange.bodyText;
}
