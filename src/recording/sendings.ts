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
 * both answered well are two events, and so are two equal events of one request.
 */
export const sendings: (trace: Trace) => Sendings = perTrace((trace) => {
  if (trace.attempts.every(isOwnSending)) return { events: trace.attempts, retried: NONE };
  const groups: Group[] = [];
  const byKey = new Map<string, Group>();
  const unanswered = new Unanswered(trace.attempts);
  let turn = 0;
  for (const [at, event] of trace.attempts.entries()) {
    if (isOwnSending(event)) {
      groups.push(new Group(event, '', turn));
      continue;
    }
    const key = event.sent?.idempotencyKey || undefined;
    const answered = wasAnswered(event, trace.carrier(event));
    const compares = !answered || unanswered.size > 0 || (key !== undefined && byKey.has(key));
    const content = compares ? fingerprint(event) : '';
    let group = sameKey(byKey.get(key ?? ''), event, content) ?? unanswered.find(content, event, at, turn);
    if (group) {
      group.attempts.push(event);
      unanswered.delete(group);
    } else groups.push((group = new Group(event, content, turn)));
    if (key !== undefined && !byKey.has(key)) byKey.set(key, group);
    if (!answered) unanswered.add(content, group);
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

/** The attempts of one event. */
class Group {
  readonly attempts: RecordedEvent[];
  /** How many turns had been reported when the last attempt was made. */
  turn: number;
  /** Whether the last attempt had a good answer. */
  answered = true;
  /** While it waits for a repetition: the content it waits under, and its place there. */
  content: string;
  place = -1;

  constructor(event: RecordedEvent, content: string, turn: number) {
    this.attempts = [event];
    this.content = content;
    this.turn = turn;
  }

  get last(): RecordedEvent {
    return this.attempts.at(-1) as RecordedEvent;
  }
}

/** Of more events with equal content only these are compared. */
const FEW = 8;

/** The groups whose last attempt had no good answer, by content: first come, first repeated. In constant time each. */
class Unanswered {
  readonly #byContent = new Map<string, { groups: Group[]; first: number }>();
  readonly #attempts: readonly RecordedEvent[];
  #lastWithKey: Map<string | undefined, number> | undefined;
  size = 0;

  constructor(attempts: readonly RecordedEvent[]) {
    this.#attempts = attempts;
  }

  add(content: string, group: Group): void {
    let waiting = this.#byContent.get(content);
    if (!waiting) this.#byContent.set(content, (waiting = { groups: [], first: 0 }));
    group.content = content;
    group.place = waiting.groups.push(group) - 1;
    this.size += 1;
  }

  delete(group: Group): void {
    const waiting = this.#byContent.get(group.content);
    if (group.place < 0 || !waiting) return;
    const front = waiting.groups[waiting.first] as Group;
    waiting.groups[group.place] = front;
    front.place = group.place;
    waiting.first += 1;
    group.place = -1;
    this.size -= 1;
    if (waiting.first === waiting.groups.length) this.#byContent.delete(group.content);
  }

  /** The group that `event`, the attempt number `at`, repeats. */
  find(content: string, event: RecordedEvent, at: number, turn: number): Group | undefined {
    const waiting = this.#byContent.get(content);
    return waiting?.groups
      .slice(waiting.first, waiting.first + FEW)
      .find((group) => this.#repeats(event, group, at, turn));
  }

  #repeats(event: RecordedEvent, group: Group, at: number, turn: number): boolean {
    const { last } = group;
    // Nobody sends an event twice in one request.
    if (last.exchangeId !== null && last.exchangeId === event.exchangeId) return false;
    const [before, now] = [last.sent?.idempotencyKey, event.sent?.idempotencyKey];
    if (before === undefined || now === undefined || before === now) return true;
    // Two keys: the same words again, not the same event, where a turn lies between them or the first is sent again itself.
    return group.turn === turn && !this.#comesAgain(before, at);
  }

  #comesAgain(key: string, at: number): boolean {
    this.#lastWithKey ??= new Map(this.#attempts.map(({ sent }, index) => [sent?.idempotencyKey, index]));
    return (this.#lastWithKey.get(key) ?? -1) > at;
  }
}

/** After an attempt that failed, the same key says that it is the same event, though it was built anew. */
function sameKey(group: Group | undefined, event: RecordedEvent, content: string): Group | undefined {
  const first = group?.attempts[0];
  if (!first || first.eventType !== event.eventType) return undefined;
  return !group.answered || fingerprint(first) === content ? group : undefined;
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
