import type { RecordedEvent } from '../recording/event.ts';
import { spanIdOf, spansOf, toolOf } from '../recording/spans.ts';
import type { Trace } from '../recording/trace.ts';
import { type Seen, seenEvent } from './seen.ts';

/** A tool request that nothing answered in its trace, or a response to nothing in its trace. */
export interface OpenEnd {
  readonly side: 'request' | 'response';
  readonly traceId: string;
  readonly tool: string;
  readonly spanId: string | null;
  readonly seen: Seen;
}

/** A span that was opened in one trace and closed in another. */
export interface Crossing {
  readonly request: OpenEnd;
  readonly response: OpenEnd;
}

export function seenTool(event: RecordedEvent): Seen {
  return seenEvent(event, { tool: toolOf(event), span: spanIdOf(event) });
}

export function openEnd(side: OpenEnd['side'], event: RecordedEvent): OpenEnd {
  return {
    side,
    traceId: event.traceId,
    tool: toolOf(event),
    spanId: spanIdOf(event),
    seen: seenTool(event),
  };
}

/** The spans of a trace that lack one side. */
export function openSpans(trace: Trace): OpenEnd[] {
  const ends: OpenEnd[] = [];
  for (const { requests, responses } of spansOf(trace).spans) {
    const [request] = requests;
    const [response] = responses;
    if (request && !response) ends.push(openEnd('request', request));
    if (response && !request) ends.push(openEnd('response', response));
  }
  return ends;
}

/** Takes out the pairs that belong together across traces; each end is used once. */
export function pairAcrossTraces(ends: readonly OpenEnd[]): {
  crossings: Crossing[];
  rest: OpenEnd[];
} {
  const requests = new Map<string, OpenEnd[]>();
  for (const end of ends) {
    if (end.side !== 'request' || end.spanId === null) continue;
    const waiting = requests.get(end.spanId);
    if (waiting) waiting.push(end);
    else requests.set(end.spanId, [end]);
  }
  const crossings: Crossing[] = [];
  const paired = new Set<OpenEnd>();
  for (const response of ends) {
    if (response.side !== 'response' || response.spanId === null) continue;
    const request = requests.get(response.spanId)?.shift();
    if (!request) continue;
    crossings.push({ request, response });
    paired.add(request).add(response);
  }
  return { crossings, rest: ends.filter((end) => !paired.has(end)) };
}
