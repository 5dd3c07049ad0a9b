import type { RecordedEvent } from '../recording/event.ts';
import { type AskedTool, readToolCalls } from '../recording/model-turn.ts';
import { isPlainObject } from '../recording/canonical.ts';
import { sendings } from '../recording/sendings.ts';
import { spanIdOf, spansOf, toolOf } from '../recording/spans.ts';
import type { Trace } from '../recording/trace.ts';
import { turnOf } from '../recording/turns.ts';
import { kind, type Rule, type Violation } from './rule.ts';
import { line, type Seen, seenEvent } from './seen.ts';
import { quote } from './text.ts';

type Pair = { readonly first: Seen; readonly second: Seen; readonly tool: string };

const steps = ({ first, second }: Pair) => [line(first), line(second)];
const awaitEach = 'await each trace call, so that events arrive in the order in which they happened.';

/** The backend numbers events as they arrive: order of arrival is the order of the story. */
export const eventOrder: Rule = {
  id: 'event-order',
  statement: 'Events arrive in the order of cause and effect, and their times agree with it.',
  kinds: {
    'response-before-request': kind<Pair>({
      tier: 'E',
      summary: 'A tool response arrived before its request.',
      explain: (facts) => [
        ...steps(facts),
        `The response of ${quote(facts.tool)} arrived before its request.`,
      ],
      fix: () => awaitEach,
    }),
    'result-before-response': kind<Pair>({
      tier: 'W',
      summary: 'A tool_result arrived before the tool_call_response that it passes on.',
      explain: (facts) => [
        ...steps(facts),
        `The result of ${quote(facts.tool)} went to the model before the tool ended.`,
      ],
      fix: () => 'send toolCallResponse when the tool ends, and toolResult after it.',
    }),
    'model-after-its-tools': kind<Pair>({
      tier: 'W',
      summary: 'An llm_response arrived after the tool that it asked for.',
      explain: (facts) => [
        ...steps(facts),
        `The model asked for ${quote(facts.tool)} only after the tool had been called.`,
      ],
      fix: () => 'report the llm_response before running the tools it asks for, and await it.',
    }),
    'ends-before-it-starts': kind<Pair>({
      tier: 'E',
      summary: 'A tool response has an earlier time than its request.',
      explain: (facts) => [
        ...steps(facts),
        `By its times, ${quote(facts.tool)} ended before it started: its duration is negative.`,
      ],
      fix: () => 'take both times from one clock, when the tool starts and when it ends.',
    }),
  },

  applies: (trace) => {
    const { spans, withoutSpan } = spansOf(trace);
    return spans.length > 0 || withoutSpan.length > 0 || 'no tool events';
  },

  check(trace, report) {
    const tell = (found: string, first: RecordedEvent, second: RecordedEvent, tool: string, times = false) =>
      report(violation(found, first, second, tool, times));
    const responses = new Map<string, RecordedEvent>();
    for (const { id, requests, responses: answers } of spansOf(trace).spans) {
      const [request] = requests;
      const [response] = answers;
      if (!response) continue;
      responses.set(id, response);
      if (!request || requests.length > 1 || answers.length > 1 || toolOf(request) !== toolOf(response))
        continue;
      if (response.seq < request.seq) tell('response-before-request', response, request, toolOf(request));
      else if (bySender(request) > bySender(response))
        tell('ends-before-it-starts', request, response, toolOf(request), true);
    }
    for (const result of sendings(trace).events) {
      const span = result.eventType === 'tool_result' ? spanIdOf(result) : null;
      const response = span === null ? undefined : responses.get(span);
      if (response && result.seq < response.seq)
        tell('result-before-response', result, response, toolOf(response));
    }
    for (const [request, turn, tool] of lateTurns(trace)) tell('model-after-its-tools', request, turn, tool);
  },
};

/** Milliseconds of the time that the sender chose; NaN, which compares as nothing, where it left the time to the backend. */
function bySender({ sent }: RecordedEvent): number {
  return sent?.timestamp === undefined ? NaN : Date.parse(sent.timestamp);
}

/** Turns that ask for a tool call that was already made, where no earlier turn asked for it and no later call answers it. */
function lateTurns(trace: Trace): [RecordedEvent, RecordedEvent, string][] {
  const late = toolsAskedForAfterwards(trace);
  if (late.size === 0) return [];
  const unasked = new Map<string, RecordedEvent[]>();
  const asked = new Map<string, RecordedEvent[]>();
  for (const event of sendings(trace).events) {
    for (const { name, arguments: args } of requestedBy(event)) {
      if (!late.has(name)) continue;
      const call = JSON.stringify([name, args]);
      if (asked.get(call)?.pop() === undefined) push(unasked, call, event);
    }
    if (event.eventType === 'llm_response')
      for (const { name, arguments: args } of turnOf(trace, event).toolCalls)
        if (late.has(name)) push(asked, JSON.stringify([name, args]), event);
  }
  return [...asked].flatMap(([call, turns]) => {
    const requests = unasked.get(call) ?? [];
    const [name] = JSON.parse(call) as [string];
    return turns
      .slice(0, requests.length)
      .flatMap((turn, index): [RecordedEvent, RecordedEvent, string][] => {
        const request = requests[index];
        return request && request.seq < turn.seq ? [[request, turn, name]] : [];
      });
  });
}

/** More requests of one tool are compared by their text. */
const FEW = 8;

/** The tools that a turn asked for after a request that may be the same call: only those are compared in full. */
function toolsAskedForAfterwards(trace: Trace): ReadonlySet<string> {
  const requested = new Map<string, AskedTool[]>();
  const late = new Set<string>();
  for (const event of sendings(trace).events) {
    for (const call of requestedBy(event)) push(requested, call.name, call);
    if (event.eventType !== 'llm_response' || requested.size === 0) continue;
    for (const call of turnOf(trace, event).toolCalls) {
      const before = requested.get(call.name);
      if (before && (before.length > FEW || before.some((request) => request.mayEqual(call))))
        late.add(call.name);
    }
  }
  return late;
}

function requestedBy({ eventType, content }: RecordedEvent): readonly AskedTool[] {
  return eventType === 'tool_call_request' && isPlainObject(content)
    ? readToolCalls(content['toolCalls'])
    : [];
}

function push<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}

function violation(
  found: string,
  first: RecordedEvent,
  second: RecordedEvent,
  tool: string,
  times: boolean,
): Violation {
  const seen = (event: RecordedEvent) =>
    seenEvent(event, {
      tool: toolOf(event) || null,
      span: spanIdOf(event),
      at: times ? event.timestamp : null,
    });
  return {
    kind: found,
    traceId: second.traceId,
    witness: [first.id, second.id],
    facts: { first: seen(first), second: seen(second), tool } satisfies Pair,
  };
}
