import { isObject } from './json.ts';

/** A tool call as OpenAI writes it; `arguments` is a JSON text. WhyOps stores the calls of every provider like this. */
export interface ToolCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
}

/** The argument that the proxy adds to the tool calls of plain replies. */
export const TRACE_ARGUMENT = '_whyops_trace_id';

/**
 * Writes the trace id into the arguments of each call, in place. Empty arguments stay as they are, arrays cannot carry
 * it, and the first arguments that are no JSON object or array end it for that call and all after it, as in the proxy.
 */
export function addTraceArgument(calls: Iterable<{ arguments?: unknown }>, traceId: string): void {
  for (const call of calls) {
    if (typeof call.arguments !== 'string' || call.arguments === '') continue;
    let parsed: unknown;
    try {
      parsed = JSON.parse(call.arguments);
    } catch {
      return;
    }
    if (isObject(parsed)) parsed[TRACE_ARGUMENT] = traceId;
    else if (!Array.isArray(parsed)) return;
    call.arguments = JSON.stringify(parsed);
  }
}
