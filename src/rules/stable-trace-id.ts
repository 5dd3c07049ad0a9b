import { idempotencyKeyOf, sendings, wasAnswered } from '../recording/sendings.ts';
import { toolOf } from '../recording/spans.ts';
import type { Trace } from '../recording/trace.ts';
import { digest } from './digest.ts';
import { type OpenEnd, openSpans, pairAcrossTraces } from './open-spans.ts';
import { kind, type Rule } from './rule.ts';
import { line, type Seen, seenEvent } from './seen.ts';
import { quote } from './text.ts';
import { isUniqueKey } from './unique-key.ts';
import { brokenLoops, type LoopEnd, openLoops } from './tool-loops.ts';

type Leftover =
  | { readonly open: 'span'; readonly end: OpenEnd }
  | { readonly open: 'loop'; readonly end: LoopEnd }
  /** Where a scope was seen first in a trace. */
  | { readonly open: 'scope'; readonly scope: string; readonly traceId: string; readonly seen: Seen }
  | {
      readonly open: 'key';
      readonly key: string;
      /** Equal for attempts of one event. */
      readonly event: string;
      readonly traceId: string;
      readonly seen: Seen;
      /** No other event can have the key by right. */
      readonly unique: boolean;
      /** When the event was sent without ever getting a good answer in this trace. */
      readonly unanswered: number | null;
      readonly seq: number;
    };

type KeyLeftover = Leftover & { readonly open: 'key' };

type Split = {
  readonly first: Seen;
  readonly second: Seen;
  readonly firstTrace: string;
  readonly secondTrace: string;
};
type SpanSplit = Split & { readonly tool: string; readonly spanId: string };
type LoopSplit = Split & { readonly tool: string; readonly callId: string };
type KeySplit = Split & { readonly key: string };
type ScopeSplit = Split & { readonly scope: string };

const steps = ({ first, second }: Split) => [line(first), line(second)];

const keepOneId = ({ firstTrace }: Split) =>
  `make the trace id once, where the workflow starts, and use ${quote(firstTrace)} for all of it.`;

/** A trace is what shares a trace id: the backend never joins two of them. */
export const stableTraceId: Rule<Leftover> = {
  id: 'stable-trace-id',
  statement: 'One workflow keeps one trace id.',
  kinds: {
    'span-in-two-traces': kind<SpanSplit>({
      tier: 'E',
      summary: 'A span was opened in one trace and closed in another.',
      explain: (facts) => [
        ...steps(facts),
        `The span ${quote(facts.spanId)} of ${quote(facts.tool)} was opened in trace ${quote(facts.firstTrace)} and closed in trace ${quote(facts.secondTrace)}.`,
      ],
      fix: keepOneId,
    }),
    'tool-loop-in-two-traces': kind<LoopSplit>({
      tier: 'E',
      summary: 'A tool call that a model asked for in one trace was answered in another.',
      explain: (facts) => [
        ...steps(facts),
        `The model asked for the tool call ${quote(facts.callId)} in trace ${quote(facts.firstTrace)}; its result went on in trace ${quote(facts.secondTrace)}.`,
      ],
      fix: keepOneId,
    }),
    'key-in-two-traces': kind<KeySplit>({
      tier: 'E',
      summary: 'One event, with one idempotency key, was sent to two traces.',
      explain: (facts) => [
        ...steps(facts),
        `One event with the idempotency key ${quote(facts.key)} went to the traces ${quote(facts.firstTrace)} and ${quote(facts.secondTrace)}: keys are looked up in one trace only, so both are stored.`,
      ],
      fix: (facts) =>
        `send every attempt of an event with the trace id of the first (${quote(facts.firstTrace)}).`,
    }),
    'scope-in-two-traces': kind<ScopeSplit>({
      tier: 'E',
      summary: 'What was declared one workflow with inOneTrace() used two trace ids.',
      explain: (facts) => [
        ...steps(facts),
        `Both were sent from one inOneTrace() block, but to the traces ${quote(facts.firstTrace)} and ${quote(facts.secondTrace)}.`,
      ],
      fix: keepOneId,
    }),
  },

  applies: (trace) => {
    if (trace.id === null) return 'reached no trace';
    return trace.attempts.length > 0 || trace.exchanges.length > 0 || 'no events';
  },

  check(trace) {
    const leftovers: Leftover[] = [];
    for (const end of openSpans(trace)) leftovers.push({ open: 'span', end });
    for (const end of openLoops(trace)) leftovers.push({ open: 'loop', end });
    leaveKeys(trace, leftovers);
    leaveScopes(trace, leftovers);
    return leftovers;
  },

  mate(leftover) {
    switch (leftover.open) {
      case 'span':
        return null;
      case 'loop':
        return { key: leftover.end.callId, side: leftover.end.side === 'asked' ? 'one' : 'other' };
      case 'scope':
        return { key: `scope ${leftover.scope}`, side: 'any' };
      case 'key':
        return { key: `key ${leftover.event} ${leftover.key}`, side: 'any' };
    }
  },

  join(leftovers, report) {
    // Two traces that should be one are one mistake, however much crosses between them: the strongest evidence tells.
    const told = new Set<string>();
    const tell = (found: string, first: Place, second: Place, facts: Readonly<Record<string, string>>) => {
      const pair = JSON.stringify([first.traceId, second.traceId].sort());
      if (told.has(pair)) return;
      told.add(pair);
      report({
        kind: found,
        traceId: second.traceId,
        witness: [first.seen.id, second.seen.id],
        facts: {
          ...facts,
          first: inTrace(first),
          second: inTrace(second),
          firstTrace: first.traceId,
          secondTrace: second.traceId,
        },
      });
    };

    const spans = leftovers.flatMap((leftover) => (leftover.open === 'span' ? [leftover.end] : []));
    for (const { request, response } of pairAcrossTraces(spans).crossings) {
      tell('span-in-two-traces', request, response, { tool: request.tool, spanId: request.spanId ?? '' });
    }
    const loops = leftovers.flatMap((leftover) => (leftover.open === 'loop' ? [leftover.end] : []));
    for (const { asked, answered } of brokenLoops(loops)) {
      // A generated trace id is a missing header: trace-header tells it.
      if (asked.source === 'generated' || answered.source === 'generated') continue;
      tell('tool-loop-in-two-traces', asked, answered, { tool: asked.tool, callId: asked.callId });
    }
    const keys = new Map<string, KeyLeftover>();
    const scopes = new Map<string, Place>();
    for (const leftover of leftovers) {
      if (leftover.open === 'key') {
        const place = JSON.stringify([leftover.key, leftover.event]);
        const first = keys.get(place);
        if (!first) keys.set(place, leftover);
        else if (first.traceId !== leftover.traceId && isOneEvent(first, leftover))
          tell('key-in-two-traces', first, leftover, { key: leftover.key });
      }
      if (leftover.open === 'scope') {
        const first = scopes.get(leftover.scope);
        if (!first) scopes.set(leftover.scope, leftover);
        else if (first.traceId !== leftover.traceId)
          tell('scope-in-two-traces', first, leftover, { scope: leftover.scope });
      }
    }
  },
};

interface Place {
  readonly traceId: string;
  readonly seen: Seen;
}

function inTrace({ seen, traceId }: Place): Seen {
  return { ...seen, with: { ...seen.with, trace: traceId } };
}

/** Every event that was sent with a key, once. */
function leaveKeys(trace: Trace, leftovers: Leftover[]): void {
  const { events, retried } = sendings(trace);
  const lastOf = new Map(
    retried.flatMap((attempts) => attempts.map((attempt) => [attempt, attempts.at(-1)])),
  );
  for (const event of events) {
    const key = idempotencyKeyOf(event);
    if (key === null) continue;
    const last = lastOf.get(event) ?? event;
    const said = JSON.stringify([event.eventType, toolOf(event), event.content]);
    leftovers.push({
      open: 'key',
      key,
      event: digest(said),
      traceId: event.traceId,
      seen: seenEvent(event, { key }),
      unique: isUniqueKey(key, event.traceId, said),
      unanswered: wasAnswered(last, trace.carrier(last)) ? null : last.seq,
      seq: event.seq,
    });
  }
}

/** Keys may be counted in each trace or made from the content: then equal events of two traces share one by right. */
function isOneEvent(first: KeyLeftover, second: KeyLeftover): boolean {
  if (first.unique || second.unique) return true;
  const [earlier, later] = first.seq < second.seq ? [first, second] : [second, first];
  return earlier.unanswered !== null && earlier.unanswered < later.seq;
}

/** The first thing that each scope sent to the trace. A trace id that the proxy made up was nobody's choice. */
function leaveScopes({ attempts, exchanges }: Trace, leftovers: Leftover[]): void {
  if (attempts.every(({ scope }) => scope === null)) return;
  const first = new Map<string, Leftover>();
  const generated = new Set<string>();
  for (const exchange of exchanges) {
    if (exchange.traceIdSource === 'generated') generated.add(exchange.id);
  }
  for (const event of attempts) {
    const { scope, traceId } = event;
    if (scope === null || first.has(scope) || generated.has(event.exchangeId ?? '')) continue;
    first.set(scope, { open: 'scope', scope, traceId, seen: seenEvent(event) });
  }
  for (const leftover of first.values()) leftovers.push(leftover);
}
