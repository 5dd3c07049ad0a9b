import type { RecordedEvent } from './event.ts';
import type { Exchange } from './exchange.ts';
import { perTrace } from './per-trace.ts';
import type { Trace } from './trace.ts';

/** The events of a trace as its workflow meant them: an event that was sent several times counts once. */
export interface Sendings {
  /** One for each event: the attempt that was stored first, else the first attempt. In order of arrival. */
  readonly events: readonly RecordedEvent[];
  /** The attempts of each event that was sent more than once, in order of arrival. */
  readonly retried: readonly (readonly RecordedEvent[])[];
}

/**
 * Which attempts are attempts of one event? Those with one idempotency key and equal content; and those with equal
 * content whose earlier attempt had no good answer, so that its sender had to try again. Two equal events that were
 * both answered well are two events.
 */
export const sendings: (trace: Trace) => Sendings = perTrace((trace) => {
  if (trace.attempts.every(isOwnSending)) return { events: trace.attempts, retried: NONE };
  const groups: Group[] = [];
  const byKey = new Map<string, Group>();
  const unanswered = new Map<string, Group>();
  let turn = 0;
  for (const event of trace.attempts) {
    if (isOwnSending(event)) {
      groups.push({ attempts: [event], turn, answered: true });
      continue;
    }
    const key = event.sent?.idempotencyKey || undefined;
    const answered = wasAnswered(event, trace.carrier(event));
    const compares = !answered || unanswered.size > 0 || (key !== undefined && byKey.has(key));
    const content = compares ? fingerprint(event) : '';
    let group =
      sameKey(byKey.get(key ?? ''), event, content) ?? sameContent(unanswered.get(content), event, turn);
    if (group) group.attempts.push(event);
    else groups.push((group = { attempts: [event], turn, answered: true }));
    if (key !== undefined && !byKey.has(key)) byKey.set(key, group);
    if (!answered) unanswered.set(content, group);
    else if (compares) unanswered.delete(content);
    group.turn = turn;
    group.answered = answered;
    if (answered && (event.eventType === 'user_message' || event.eventType === 'llm_response')) turn += 1;
  }
  const retried = groups.map(({ attempts }) => attempts).filter((attempts) => attempts.length > 1);
  if (retried.length === 0) return { events: trace.attempts, retried };
  const events = groups.map(({ attempts }) => stored(attempts) ?? (attempts[0] as RecordedEvent));
  return { events: events.sort((a, b) => a.seq - b.seq), retried };
});

const NONE: Sendings['retried'] = [];

/** What the proxy emits, and what was read from a store, is never an attempt of something else. */
function isOwnSending({ representation, sent }: RecordedEvent): boolean {
  return representation === 'proxied' || sent === null;
}

/** False when the sender had to believe that the request failed. */
export function wasAnswered(event: RecordedEvent, carrier: Exchange | undefined): boolean {
  if (!carrier) return event.outcome.status !== 'lost' && event.outcome.status !== 'rejected';
  return isGoodAnswer(carrier);
}

/** Whether a client that looks at its answers took this one for success. */
export function isGoodAnswer({ status, fault }: Exchange): boolean {
  if (status === null || fault === 'not-json' || fault === 'truncate') return false;
  return status >= 200 && status < 300;
}

interface Group {
  readonly attempts: RecordedEvent[];
  /** How many turns had been reported when the last attempt was made. */
  turn: number;
  /** Whether the last attempt had a good answer. */
  answered: boolean;
}

/** After an attempt that failed, the same key says that it is the same event, though it was built anew. */
function sameKey(group: Group | undefined, event: RecordedEvent, content: string): Group | undefined {
  const first = group?.attempts[0];
  if (!first || first.eventType !== event.eventType) return undefined;
  return !group.answered || fingerprint(first) === content ? group : undefined;
}

/** Two keys and a turn in between: the same words again, not the same event. */
function sameContent(group: Group | undefined, event: RecordedEvent, turn: number): Group | undefined {
  const before = group?.attempts.at(-1)?.sent?.idempotencyKey;
  const now = event.sent?.idempotencyKey;
  if (before !== undefined && now !== undefined && before !== now && group?.turn !== turn) return undefined;
  return group;
}

/** What two attempts of one event have in common, and two events have not (unless they are equal). */
export function fingerprint({ eventType, sent, metadata, content }: RecordedEvent): string {
  return JSON.stringify([eventType, sent?.spanId, sent?.stepId, metadata?.['tool'], content]);
}

/** The key that the sender chose. The backend keeps it in the metadata, where it also writes its own content hashes. */
export function idempotencyKeyOf({ sent, metadata }: RecordedEvent): string | null {
  if (sent !== null) return sent.idempotencyKey || null;
  const kept = metadata?.['idempotencyKey'];
  return typeof kept === 'string' && kept !== '' && !kept.startsWith('hash_') ? kept : null;
}

function stored(attempts: readonly RecordedEvent[]): RecordedEvent | undefined {
  return attempts.find((attempt) => attempt.outcome.status === 'stored');
}
