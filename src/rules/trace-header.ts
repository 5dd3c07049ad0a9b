import type { Exchange } from '../recording/exchange.ts';
import { MODEL_ROUTES } from '../recording/exchange.ts';
import { readToolCalls, turnKey } from '../recording/model-turn.ts';
import { isPlainObject } from '../recording/canonical.ts';
import { sendings } from '../recording/sendings.ts';
import type { Trace } from '../recording/trace.ts';
import { turnOf } from '../recording/turns.ts';
import { digest } from './digest.ts';
import { kind, type Rule } from './rule.ts';
import { line, type Seen, seenEvent, seenExchange } from './seen.ts';
import { quote } from './text.ts';
import { answeredIds, brokenLoops, type LoopEnd, openLoops } from './tool-loops.ts';

type Call = {
  readonly call: Seen;
  readonly landed: string | null;
  readonly source: string | null;
  readonly count: number;
};
type Split = Call & { readonly other: Seen; readonly otherTrace: string; readonly evidence: string };
type Thread = { readonly call: Seen; readonly header: string; readonly thread: string };

type Leftover =
  /** A call whose trace id the proxy made up. */
  | {
      readonly open: 'generated';
      readonly traceId: string;
      readonly scope: string | null;
      readonly seen: Seen;
    }
  /** What would be equal if both belonged to one workflow. */
  | {
      readonly open: 'mark';
      readonly side: 'call' | 'manual';
      readonly mark: string;
      readonly evidence: string;
      readonly traceId: string;
      readonly seen: Seen;
      readonly seq: number;
      /** Of a tool that was asked for: when its result went to the model, and it had to have run. */
      readonly until: number | null;
    }
  | { readonly open: 'loop'; readonly end: LoopEnd };

type Mark = Leftover & { readonly open: 'mark' };

const setHeader =
  'give the header X-Trace-ID to the constructor of the model client or to the call; assigning defaultHeaders afterwards does nothing.';

/** The proxy puts a call in the trace of its header; without one it looks for a signature, then makes an id up. */
export const traceHeader: Rule<Leftover> = {
  id: 'trace-header',
  statement: 'A proxied call carries X-Trace-ID, the id that the manual events of its workflow use.',
  kinds: {
    missing: kind<Call>({
      tier: 'W',
      summary: 'A proxied call carries no X-Trace-ID.',
      explain: ({ call, landed, source, count }) => [
        line(call),
        `${call.id}${count > 1 ? ` and ${count - 1} more` : ''} carried no X-Trace-ID: ${
          landed === null
            ? 'it reached no trace'
            : source === 'signature'
              ? `only the signature in its history led it to trace ${quote(landed)}`
              : `the proxy made up the trace ${quote(landed)}`
        }.`,
      ],
      fix: () => setHeader,
    }),
    'call-in-generated-trace': kind<Split>({
      tier: 'E',
      summary: 'A proxied call without X-Trace-ID was cut off from its workflow.',
      explain: ({ call, landed, other, otherTrace, evidence }) => [
        line(call),
        line(other),
        `${call.id} carried no X-Trace-ID and landed in ${quote(landed)}, but ${evidence} of trace ${quote(otherTrace)}.`,
      ],
      fix: () => setHeader,
    }),
    'other-trace': kind<Split>({
      tier: 'E',
      summary: 'The X-Trace-ID of a proxied call differs from the trace of its manual events.',
      explain: ({ call, landed, other, otherTrace, evidence }) => [
        line(call),
        line(other),
        `${call.id} is in trace ${quote(landed)}, but ${evidence} of trace ${quote(otherTrace)}.`,
      ],
      fix: () => 'pass one trace id to the X-Trace-ID header and to trace().',
    }),
    'thread-differs': kind<Thread>({
      tier: 'E',
      summary: 'X-Thread-ID differs from X-Trace-ID.',
      explain: ({ call, header, thread }) => [
        line(call),
        `X-Trace-ID is ${quote(header)}, but X-Thread-ID is ${quote(thread)}: the thread id is ignored.`,
      ],
      fix: () => 'send the same id in both headers, or X-Trace-ID alone.',
    }),
  },

  applies: (trace) => {
    if (!trace.evidence.exchanges) return 'HTTP requests were not seen';
    return modelCalls(trace).length > 0 || 'no proxied calls';
  },

  check(trace, report) {
    const calls = modelCalls(trace);
    for (const call of calls) {
      const header = call.headers['x-trace-id'];
      const thread = call.headers['x-thread-id'];
      if (!header || !thread || header === thread) continue;
      report({
        kind: 'thread-differs',
        traceId: trace.id,
        witness: [call.id],
        facts: { call: seenExchange(call), header, thread } satisfies Thread,
      });
    }
    const bare = calls.filter(({ headers }) => !headers['x-trace-id'] && !headers['x-thread-id']);
    const [first] = bare;
    const leftovers = this.collect?.(trace) ?? [];
    if (!first) return leftovers;
    if (trace.id !== null && first.traceIdSource === 'generated')
      return [
        ...leftovers,
        { open: 'generated', traceId: trace.id, scope: first.scope, seen: seenExchange(first) },
      ];
    report({
      kind: 'missing',
      traceId: trace.id,
      witness: [first.id],
      facts: {
        call: seenExchange(first),
        landed: trace.id,
        source: first.traceIdSource,
        count: bare.length,
      } satisfies Call,
    });
    return leftovers;
  },

  collect(trace) {
    if (!trace.evidence.exchanges || trace.id === null) return [];
    return [...openLoops(trace).map((end) => ({ open: 'loop' as const, end })), ...marks(trace)];
  },

  join(leftovers, report) {
    const generated = new Map<string, Leftover & { open: 'generated' }>();
    for (const leftover of leftovers)
      if (leftover.open === 'generated') generated.set(leftover.traceId, leftover);
    const told = new Set<string>();
    const tell = (
      found: string,
      traceId: string,
      call: Seen,
      other: Seen,
      otherTrace: string,
      evidence: string,
    ) => {
      if (told.has(traceId)) return;
      told.add(traceId);
      report({
        kind: found,
        traceId,
        witness: [call.id, other.id],
        facts: { call, landed: traceId, source: null, count: 1, other, otherTrace, evidence } satisfies Split,
      });
    };
    for (const { asked, answered } of brokenLoops(
      leftovers.flatMap((l) => (l.open === 'loop' ? [l.end] : [])),
    )) {
      const lost = generated.get(answered.traceId) ?? generated.get(asked.traceId);
      if (!lost) continue;
      const other = lost.traceId === answered.traceId ? asked : answered;
      tell(
        'call-in-generated-trace',
        lost.traceId,
        lost.seen,
        other.seen,
        other.traceId,
        `belongs to a tool loop`,
      );
    }
    const calls = new Calls(leftovers.filter((leftover) => leftover.open === 'mark'));
    for (const leftover of leftovers) {
      if (leftover.open !== 'mark' || leftover.side !== 'manual') continue;
      const call = calls.matching(leftover);
      if (!call) continue;
      const lost = generated.get(call.traceId);
      // Equal answers under two chosen ids may be two answers; an asked-for tool with equal arguments is one.
      if (!lost && leftover.evidence !== TOOL) continue;
      tell(
        lost ? 'call-in-generated-trace' : 'other-trace',
        call.traceId,
        lost?.seen ?? call.seen,
        leftover.seen,
        leftover.traceId,
        leftover.evidence,
      );
    }
    for (const { traceId, seen } of generated.values()) {
      if (told.has(traceId)) continue;
      report({
        kind: 'missing',
        traceId,
        witness: [seen.id],
        facts: { call: seen, landed: traceId, source: 'generated', count: 1 } satisfies Call,
      });
    }
  },
};

const TURN = 'its answer was reported by hand as one';
const TOOL = 'the tool it asked for was run as one';

/** Of more calls with one mark only the latest before an event are compared. */
const FEW = 8;

/** The marks of calls, in order of arrival. */
class Calls {
  readonly #byMark = new Map<string, Mark[]>();

  constructor(marks: readonly Mark[]) {
    for (const mark of marks.filter(({ side }) => side === 'call').sort((a, b) => a.seq - b.seq)) {
      const others = this.#byMark.get(mark.mark);
      if (others) others.push(mark);
      else this.#byMark.set(mark.mark, [mark]);
    }
  }

  /** The call of another trace that a manual event belongs to. */
  matching(manual: Mark): Mark | undefined {
    const marks = this.#byMark.get(manual.mark) ?? [];
    const earlier = manual.evidence === TOOL ? countBefore(marks, manual.seq) : marks.length;
    return marks
      .slice(Math.max(0, earlier - FEW), earlier)
      .findLast(({ traceId, until }) => traceId !== manual.traceId && (until === null || manual.seq < until));
  }
}

/** How many of the marks, which are in order, came before. */
function countBefore(marks: readonly Mark[], seq: number): number {
  let [low, high] = [0, marks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((marks[middle] as Mark).seq < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

function modelCalls(trace: Trace): Exchange[] {
  return trace.exchanges.filter(({ service, route }) => service === 'proxy' && MODEL_ROUTES.has(route));
}

/** The answers of proxied calls and the tools they asked for, where the trace reports no tool itself, and their manual twins. */
function marks(trace: Trace): Leftover[] {
  const { events } = sendings(trace);
  const hasTools = events.some(({ eventType }) => eventType.startsWith('tool_call'));
  const hasModel = events.some(({ eventType }) => eventType === 'llm_response');
  const found: Leftover[] = [];
  const answered = new Map<string, number>();
  for (const event of hasTools ? [] : events)
    if (event.eventType === 'tool_result') for (const id of answeredIds(event)) answered.set(id, event.seq);
  for (const event of events) {
    const { traceId, agentName, seq } = event;
    const mark = (
      side: 'call' | 'manual',
      what: readonly unknown[],
      evidence: string,
      until: number | null = null,
    ) =>
      found.push({
        open: 'mark',
        side,
        mark: digest(JSON.stringify([agentName, ...what])),
        evidence,
        traceId,
        seen: seenEvent(event, { trace: traceId }),
        seq,
        until,
      });
    if (event.eventType === 'llm_response') {
      const turn = turnOf(trace, event);
      const key = turnKey(turn);
      const proxied = event.representation === 'proxied';
      const generated = trace.carrier(event)?.traceIdSource === 'generated';
      if (key !== null && (!proxied || generated))
        mark(proxied ? 'call' : 'manual', ['turn', turn.model, key], TURN);
      if (proxied && !hasTools)
        for (const { id, name, arguments: args } of turn.toolCalls) {
          const until = answered.get(id ?? '') ?? null;
          // Anybody may call a tool without arguments at some time.
          if (until !== null || args !== '{}') mark('call', ['tool', name, args], TOOL, until);
        }
    } else if (event.eventType === 'tool_call_request' && !hasModel && isPlainObject(event.content)) {
      for (const { name, arguments: args } of readToolCalls(event.content['toolCalls']))
        mark('manual', ['tool', name, args], TOOL);
    }
  }
  return found;
}
