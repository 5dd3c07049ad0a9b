import type { RecordedEvent } from '../recording/event.ts';
import { idempotencyKeyOf, sendings } from '../recording/sendings.ts';
import { toolOf } from '../recording/spans.ts';
import { kind, type Rule } from './rule.ts';
import { line, type Seen, seenEvent } from './seen.ts';
import { quote } from './text.ts';

type Retry = {
  readonly tool: string;
  readonly eventType: string;
  readonly first: Seen;
  readonly second: Seen;
  readonly firstKey: string | null;
  readonly secondKey: string | null;
  readonly storedTwice: boolean;
};
type Shared = { readonly first: Seen; readonly second: Seen; readonly key: string; readonly lost: boolean };

const steps = ({ first, second }: { first: Seen; second: Seen }) => [line(first), line(second)];

/** The backend knows an event again by trace and key, and by nothing else where tools are concerned. */
export const idempotencyKey: Rule = {
  id: 'idempotency-key',
  statement: 'All attempts of one event carry one idempotency key, and different events never share one.',
  kinds: {
    'key-shared': kind<Shared>({
      tier: 'E',
      summary: 'Two different events of a trace carry one idempotency key.',
      explain: (facts) => [
        ...steps(facts),
        `Both carry the key ${quote(facts.key)}: the backend takes ${facts.second.id} for ${facts.first.id} again${facts.lost ? ' and drops it' : ''}.`,
      ],
      fix: () => 'make a new key for each event, once, before its first attempt.',
    }),
    'key-changed': kind<Retry>({
      tier: 'E',
      summary: 'Two attempts of one event carry different idempotency keys.',
      explain: (facts) => [
        ...steps(facts),
        `${facts.second.id} repeats ${facts.first.id}, but ${keyChange(facts)}: ${facts.storedTwice ? 'both are stored' : 'had the first been stored, both would be'}.`,
      ],
      fix: () => 'make the key once for each event and send it with every attempt.',
    }),
    'retry-stored-twice': kind<Retry>({
      tier: 'E',
      summary: 'A tool event was retried without an idempotency key and is stored twice.',
      explain: (facts) => [
        ...steps(facts),
        `${facts.second.id} repeats ${facts.first.id}, whose answer was lost: without a key the backend stores a ${facts.eventType} twice.`,
      ],
      fix: () => 'send one idempotencyKey with every attempt of the event.',
    }),
    'tool-call-stored-twice': kind<Retry>({
      tier: 'E',
      summary: 'A legacy tool_call was retried; the backend never recognises one again.',
      explain: (facts) => [
        ...steps(facts),
        `${facts.second.id} repeats ${facts.first.id}: the backend never recognises a tool_call, even by its key, and stores it twice.`,
      ],
      fix: () => 'send tool_call_request and tool_call_response with keys instead of tool_call.',
    }),
    'retry-without-key': kind<Retry>({
      tier: 'W',
      summary: 'A tool event was retried without an idempotency key; it was stored once only by luck.',
      explain: (facts) => [
        ...steps(facts),
        `${facts.second.id} repeats ${facts.first.id} without a key: had only the answer been lost, it would be stored twice.`,
      ],
      fix: () => 'send one idempotencyKey with every attempt of the event.',
    }),
  },

  applies: (trace) => {
    const { events, retried } = sendings(trace);
    if (events.length > 0 && events.every(({ sent }) => sent === null))
      return 'stored rows do not tell which attempts were made';
    return (
      retried.length > 0 || events.some((event) => event.sent?.idempotencyKey) || 'no keys and no retries'
    );
  },

  check(trace, report) {
    const { events, retried } = sendings(trace);
    for (const attempts of retried) {
      const found = judge(attempts);
      if (!found) continue;
      const { first, second } = found;
      report({
        kind: found.kind,
        traceId: first.traceId,
        witness: [first.id, second.id],
        facts: {
          tool: toolOf(first),
          eventType: first.eventType,
          first: seenAttempt(first),
          second: seenAttempt(second),
          firstKey: idempotencyKeyOf(first),
          secondKey: idempotencyKeyOf(second),
          storedTwice: isStored(first) && isStored(second),
        } satisfies Retry,
      });
    }
    const firstWith = new Map<string, RecordedEvent>();
    for (const event of events) {
      const key = event.sent?.idempotencyKey;
      if (!key) continue;
      const first = firstWith.get(key);
      if (!first) firstWith.set(key, event);
      else
        report({
          kind: 'key-shared',
          traceId: event.traceId,
          witness: [first.id, event.id],
          facts: {
            first: seenEvent(first, { key }),
            second: seenEvent(event, { key }),
            key,
            lost: event.outcome.status === 'skipped',
          } satisfies Shared,
        });
    }
  },
};

interface Judgement {
  readonly kind: string;
  readonly first: RecordedEvent;
  readonly second: RecordedEvent;
}

/** What is wrong with the attempts of one event, shown by two of them. */
function judge(attempts: readonly RecordedEvent[]): Judgement | undefined {
  const [first, second] = attempts as readonly [RecordedEvent, RecordedEvent];
  const [stored, again] = attempts.filter(isStored);
  const key = idempotencyKeyOf(first);
  const other = attempts.find((attempt) => idempotencyKeyOf(attempt) !== key);
  if (other) {
    const twice = stored && again && idempotencyKeyOf(stored) !== idempotencyKeyOf(again);
    return { kind: 'key-changed', first: twice ? stored : first, second: twice ? again : other };
  }
  if (stored && again) {
    const legacy = first.eventType === 'tool_call';
    return { kind: legacy ? 'tool-call-stored-twice' : 'retry-stored-twice', first: stored, second: again };
  }
  // Everything else is recognised by its content.
  const unprotected = key === null && first.eventType.startsWith('tool_call');
  return unprotected ? { kind: 'retry-without-key', first, second } : undefined;
}

function isStored({ outcome }: RecordedEvent): boolean {
  return outcome.status === 'stored';
}

function seenAttempt(event: RecordedEvent): Seen {
  return seenEvent(event, { tool: toolOf(event) || null, key: idempotencyKeyOf(event) });
}

function keyChange({ firstKey, secondKey }: Retry): string {
  if (firstKey === null) return 'only the repetition has a key';
  if (secondKey === null) return 'without its key';
  return `under the key ${quote(secondKey)} instead of ${quote(firstKey)}`;
}
