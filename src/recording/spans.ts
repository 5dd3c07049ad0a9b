import type { RecordedEvent } from './event.ts';
import { perTrace } from './per-trace.ts';
import { sendings } from './sendings.ts';
import type { Trace } from './trace.ts';

/** The requests and responses that carry one span id. */
export interface Span {
  readonly id: string;
  readonly requests: RecordedEvent[];
  readonly responses: RecordedEvent[];
}

export interface Spans {
  /** In order of first arrival. */
  readonly spans: readonly Span[];
  /** Tool events that were sent without a span id: the backend gives each a new one. */
  readonly withoutSpan: readonly RecordedEvent[];
}

/** The tool spans of a trace. Retries count once; the old `tool_call` gets its span from the backend and is left out. */
export const spansOf: (trace: Trace) => Spans = perTrace((trace) => {
  const byId = new Map<string, Span>();
  const withoutSpan: RecordedEvent[] = [];
  for (const event of sendings(trace).events) {
    if (event.eventType !== 'tool_call_request' && event.eventType !== 'tool_call_response') continue;
    const id = spanIdOf(event);
    if (id === null) {
      withoutSpan.push(event);
      continue;
    }
    let span = byId.get(id);
    if (!span) byId.set(id, (span = { id, requests: [], responses: [] }));
    (event.eventType === 'tool_call_request' ? span.requests : span.responses).push(event);
  }
  return { spans: [...byId.values()], withoutSpan };
});

/** The span id that the sender chose; for an exported row the stored one. */
export function spanIdOf(event: RecordedEvent): string | null {
  return (event.sent === null ? event.spanId : event.sent.spanId) || null;
}

/** The tool that an event is about, `''` when it does not say. */
export function toolOf(event: RecordedEvent): string {
  const tool = event.metadata?.['tool'];
  return typeof tool === 'string' ? tool : '';
}
