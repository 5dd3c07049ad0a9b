import type { RecordedEvent } from '../recording/event.ts';
import { type Span, spanIdOf, spansOf, toolOf } from '../recording/spans.ts';
import type { Trace } from '../recording/trace.ts';
import { type OpenEnd, openEnd, pairAcrossTraces, seenTool } from './open-spans.ts';
import { kind, type Rule, type Violation } from './rule.ts';
import { line, type Seen } from './seen.ts';
import { quote } from './text.ts';

type WrongSpan = {
  readonly tool: string;
  readonly spanId: string | null;
  readonly response: Seen;
  /** The request of the same tool that stays unanswered, and so most likely is the one that was meant. */
  readonly meant: Seen | null;
  readonly meantSpanId: string | null;
};

type OtherTool = WrongSpan & {
  readonly request: Seen;
  readonly requestedTool: string;
};

type AnsweredTwice = WrongSpan & {
  readonly first: Seen;
};

type RequestedTwice = {
  readonly tool: string;
  readonly spanId: string;
  readonly first: Seen;
  readonly second: Seen;
};

type Unanswered = {
  readonly tool: string;
  readonly spanId: string | null;
  readonly request: Seen;
};

const lines = (...seen: readonly (Seen | null)[]) => seen.filter((step) => step !== null).map(line);

const passTheSpan = ({ tool, meantSpanId }: WrongSpan) =>
  `keep what toolCallRequest(${quote(tool)}) returned${meantSpanId === null ? '' : ` (${quote(meantSpanId)})`} and pass it to toolCallResponse.`;

/** A tool request and its response are one span: the backend joins them by `spanId` and by nothing else. */
export const spanReuse: Rule<OpenEnd> = {
  id: 'span-reuse',
  statement:
    'Each tool_call_response carries the span id of exactly one request of the same tool in the same trace, and each request is answered once.',
  kinds: {
    'no-such-request': kind<WrongSpan>({
      tier: 'E',
      summary: 'A tool response carries a span id that no request of its trace has.',
      explain: ({ spanId, response, meant }) => [
        ...lines(meant, response),
        `No request of this trace has the span ${quote(spanId)}: the response stands alone${meant ? `, and the request of ${meant.id} stays open` : ''}.`,
      ],
      fix: passTheSpan,
    }),
    'without-span': kind<WrongSpan>({
      tier: 'E',
      summary: 'A tool response was sent without a span id, so nothing joins it to its request.',
      explain: ({ response, meant }) => [
        ...lines(meant, response),
        `${response.id} was sent without a spanId: the backend gives it a new one, which no request has.`,
      ],
      fix: ({ tool }) =>
        `choose one spanId for each call of ${quote(tool)} and send it with the request and with the response.`,
    }),
    'other-tool': kind<OtherTool>({
      tier: 'E',
      summary: 'A tool response carries the span id of a request of another tool.',
      explain: ({ tool, spanId, requestedTool, request, response, meant }) => [
        ...lines(request, meant, response),
        `The span ${quote(spanId)} was opened for ${quote(requestedTool)}, but ${response.id} closes it for ${quote(tool)}.`,
      ],
      fix: passTheSpan,
    }),
    'answered-twice': kind<AnsweredTwice>({
      tier: 'E',
      summary: 'A span has two responses.',
      explain: ({ spanId, first, response, meant }) => [
        ...lines(meant, first, response),
        `The span ${quote(spanId)} was already answered by ${first.id}; ${response.id} answers it again.`,
      ],
      fix: (facts) =>
        facts.meant
          ? passTheSpan(facts)
          : 'send one response for each request; a retry of the tool needs its own.',
    }),
    'requested-twice': kind<RequestedTwice>({
      tier: 'E',
      summary: 'Two tool requests carry one span id.',
      explain: ({ spanId, first, second }) => [
        ...lines(first, second),
        `${first.id} and ${second.id} open the same span ${quote(spanId)}: their responses cannot be told apart.`,
      ],
      fix: () => 'let each call of a tool have its own span, a retry of the tool too.',
    }),
    unanswered: kind<Unanswered>({
      tier: 'W',
      summary: 'A tool request stays without a response.',
      explain: ({ request }) => [
        ...lines(request),
        `No tool_call_response answers ${request.id}: the tool never ends.`,
      ],
      fix: ({ tool, spanId }) =>
        `call toolCallResponse(${quote(tool)}, ${spanId === null ? 'spanId' : quote(spanId)}, …) on every path, with an error result when the tool throws.`,
    }),
  },

  applies: (trace) => {
    const { spans, withoutSpan } = spansOf(trace);
    return spans.length > 0 || withoutSpan.length > 0 || 'no tool events';
  },

  check(trace, report) {
    const { spans, withoutSpan } = spansOf(trace);
    if (withoutSpan.length === 0 && spans.every(isSound)) return [];
    const meant = new UnansweredRequests(trace);
    const ends: OpenEnd[] = [];
    for (const span of spans) checkSpan(span, meant, report);
    for (const response of withoutSpan) {
      if (response.eventType !== 'tool_call_response') continue;
      const request = meant.takeWithoutSpan(toolOf(response));
      report({
        kind: 'without-span',
        traceId: response.traceId,
        witness: inOrder(request, response),
        facts: wrongSpan(response, request) satisfies WrongSpan,
      });
    }
    for (const { requests, responses } of spans) {
      if (requests.length === 0 && responses[0]) ends.push(openEnd('response', responses[0]));
    }
    return [...meant.rest().map((request) => openEnd('request', request)), ...ends];
  },

  join(leftovers, report) {
    // What a request in another trace opened is the business of stable-trace-id.
    const { rest } = pairAcrossTraces(leftovers);
    const waiting = new Map<string, OpenEnd[]>();
    const place = ({ traceId, tool }: OpenEnd) => JSON.stringify([traceId, tool]);
    for (const end of rest) {
      if (end.side !== 'request') continue;
      const others = waiting.get(place(end));
      if (others) others.push(end);
      else waiting.set(place(end), [end]);
    }
    for (const end of rest) {
      if (end.side !== 'response') continue;
      const meant = waiting.get(place(end))?.shift();
      report({
        kind: 'no-such-request',
        traceId: end.traceId,
        witness: meant ? [meant.seen.id, end.seen.id] : [end.seen.id],
        facts: {
          tool: end.tool,
          spanId: end.spanId,
          response: end.seen,
          meant: meant?.seen ?? null,
          meantSpanId: meant?.spanId ?? null,
        } satisfies WrongSpan,
      });
    }
    for (const { tool, spanId, traceId, seen } of [...waiting.values()].flat()) {
      report({
        kind: 'unanswered',
        traceId,
        witness: [seen.id],
        facts: { tool, spanId, request: seen } satisfies Unanswered,
      });
    }
  },
};

/** One request and one response of one tool, as nearly all spans are. */
function isSound({ requests, responses }: Span): boolean {
  const [request] = requests;
  const [response] = responses;
  if (!request || !response || requests.length > 1 || responses.length > 1) return false;
  return toolOf(request) === toolOf(response);
}

function checkSpan(
  { id, requests, responses }: Span,
  meant: UnansweredRequests,
  report: (violation: Violation) => void,
): void {
  const [opening] = requests;
  if (!opening) return; // Perhaps another trace has the request.
  const requestedTool = toolOf(opening);
  const [, second] = requests;
  if (second) {
    report({
      kind: 'requested-twice',
      traceId: second.traceId,
      witness: [opening.id, second.id],
      facts: {
        tool: requestedTool,
        spanId: id,
        first: seenTool(opening),
        second: seenTool(second),
      } satisfies RequestedTwice,
    });
  }
  const answers: RecordedEvent[] = [];
  for (const response of responses) {
    const tool = toolOf(response);
    // Two requests on one span are reported once, above; their tools and answers are not counted against each other.
    if (second) continue;
    if (tool !== requestedTool) {
      const request = meant.take(tool);
      report({
        kind: 'other-tool',
        traceId: response.traceId,
        witness: inOrder(opening, request, response),
        facts: {
          ...wrongSpan(response, request),
          request: seenTool(opening),
          requestedTool,
        } satisfies OtherTool,
      });
      continue;
    }
    answers.push(response);
    const [first] = answers;
    if (first === undefined || first === response) continue;
    const request = meant.take(tool);
    report({
      kind: 'answered-twice',
      traceId: response.traceId,
      witness: inOrder(first, request, response),
      facts: { ...wrongSpan(response, request), first: seenTool(first) } satisfies AnsweredTwice,
    });
  }
}

function wrongSpan(response: RecordedEvent, meant: RecordedEvent | undefined): WrongSpan {
  return {
    tool: toolOf(response),
    spanId: spanIdOf(response),
    response: seenTool(response),
    meant: meant ? seenTool(meant) : null,
    meantSpanId: meant ? spanIdOf(meant) : null,
  };
}

function inOrder(...events: readonly (RecordedEvent | undefined)[]): string[] {
  return events
    .filter((event) => event !== undefined)
    .sort((a, b) => a.seq - b.seq)
    .map((event) => event.id);
}

/** The requests of a trace that no response answers, by tool: each is what one wrong response meant. */
class UnansweredRequests {
  readonly #withSpan = new Map<string, Set<RecordedEvent>>();
  readonly #withoutSpan = new Map<string, Set<RecordedEvent>>();

  constructor(trace: Trace) {
    const { spans, withoutSpan } = spansOf(trace);
    for (const { requests, responses } of spans) {
      if (requests[0] && responses.length === 0) add(this.#withSpan, requests[0]);
    }
    for (const event of withoutSpan)
      if (event.eventType === 'tool_call_request') add(this.#withoutSpan, event);
  }

  /** The first one that is left for a tool; one without a span rather than one with. */
  takeWithoutSpan(tool: string): RecordedEvent | undefined {
    return take(this.#withoutSpan, tool) ?? take(this.#withSpan, tool);
  }

  take(tool: string): RecordedEvent | undefined {
    return take(this.#withSpan, tool) ?? take(this.#withoutSpan, tool);
  }

  rest(): RecordedEvent[] {
    return [...this.#withSpan.values(), ...this.#withoutSpan.values()]
      .flatMap((waiting) => [...waiting])
      .sort((a, b) => a.seq - b.seq);
  }
}

type ByTool = Map<string, Set<RecordedEvent>>;

function add(byTool: ByTool, request: RecordedEvent): void {
  const waiting = byTool.get(toolOf(request));
  if (waiting) waiting.add(request);
  else byTool.set(toolOf(request), new Set([request]));
}

function take(byTool: ByTool, tool: string): RecordedEvent | undefined {
  const waiting = byTool.get(tool);
  if (!waiting) return undefined;
  const [request] = waiting;
  if (request) waiting.delete(request);
  return request;
}
