import { isPlainObject } from '../recording/canonical.ts';
import type { RecordedEvent } from '../recording/event.ts';
import { type Exchange, MODEL_ROUTES } from '../recording/exchange.ts';
import { perTrace } from '../recording/per-trace.ts';
import { sendings, wasAnswered } from '../recording/sendings.ts';
import type { Trace } from '../recording/trace.ts';
import { kind, type Rule } from './rule.ts';
import { line, type Seen, seenEvent, seenExchange } from './seen.ts';
import { shapeProblems, wireForm } from './shape.ts';
import { isStep } from './step.ts';
import { quote } from './text.ts';

type Lost = {
  readonly event: Seen;
  readonly error: string;
  readonly status: number | null;
  readonly count: number;
};
/** A request whose key was refused; one bad key is one mistake, whatever it was used for. */
interface Denied {
  readonly traceId: string | null;
  readonly seq: number;
  readonly key: string;
  readonly facts: Lost;
}
type Equal = Lost & { readonly first: Seen | null };

/** What the proxy reports of a model's answer. */
const ANSWERS = new Set<string>(['llm_response', 'llm_thinking', 'embedding_response']);

const more = (count: number) => (count > 1 ? ` (${count} events of this trace)` : '');

/** A 202 says that an event was taken, not that it was stored; SDKs swallow the rest. */
export const eventAccepted: Rule<Denied> = {
  id: 'event-accepted',
  statement: 'Every event that was sent is stored.',
  kinds: {
    refused: kind<Lost>({
      tier: 'E',
      summary: 'An event or call was refused with an error status.',
      explain: ({ event, status, error, count }) => [
        line(event),
        `The answer was ${status}${error ? ` ${quote(error, 70)}` : ''}: nothing was stored${count > 1 ? ` (${count} requests)` : ''}.`,
      ],
      fix: ({ status }) =>
        status === 401 || status === 403
          ? 'use a valid WhyOps key, as Authorization: Bearer or X-API-Key.'
          : 'send what the backend takes, and retry 429 and 5xx answers with the same idempotency key.',
    }),
    'dead-letter': kind<Lost>({
      tier: 'E',
      summary: 'An event was accepted with 202 and given up afterwards.',
      explain: ({ event, error, count }) => [
        line(event),
        `Accepted with 202, then given up: ${quote(error, 70)}${more(count)}.`,
      ],
      fix: () => 'test with ingest "direct", where the backend answers with the error.',
    }),
    'sampled-out': kind<Lost>({
      tier: 'E',
      summary: 'A trace was dropped by sampling or by a limit.',
      explain: ({ event, error, count }) => [line(event), `Not stored: ${quote(error, 70)}${more(count)}.`],
      fix: () => "raise the agent's sampling rate (0.2 unless set) or the limit that the message names.",
    }),
    'equal-content': kind<Equal>({
      tier: 'E',
      summary: 'A new event was dropped because an earlier one of the trace has equal content.',
      explain: ({ event, first }) => [
        ...(first ? [line(first)] : []),
        line(event),
        `${event.id} came without a key and says the same as ${first?.id ?? 'an earlier event'}: the backend takes it for a repetition and drops it.`,
      ],
      fix: () => 'send an idempotencyKey of its own with each event.',
    }),
    'equal-call': kind<Equal>({
      tier: 'W',
      summary: 'A proxied call was not recorded because an earlier one of the trace is equal.',
      explain: ({ event, first }) => [
        ...(first ? [line(first)] : []),
        line(event),
        `The prompt of ${event.id} equals ${first?.id ?? 'an earlier one'} of this trace: the backend drops it, and the proxy sends no keys.`,
      ],
      fix: () => 'give a new question a new trace id, or send the conversation so far with it.',
    }),
    'never-arrived': kind<Lost>({
      tier: 'E',
      summary: 'A request got no answer and was not sent again.',
      explain: ({ event, error }) => [
        line(event),
        `The request was lost (${error}) and never repeated: the event is missing.`,
      ],
      fix: () => 'retry requests that get no answer, with the same idempotency key.',
    }),
    'answer-misread': kind<Lost>({
      tier: 'E',
      summary: 'A redirect or an unreadable answer was taken for success.',
      explain: ({ event, error }) => [
        line(event),
        `The answer was no acceptance (${error}), yet the event was not sent again: it is missing.`,
      ],
      fix: () => 'take only a 2xx answer with the JSON of the API for success; do not follow redirects.',
    }),
  },

  applies: (trace) => trace.attempts.length > 0 || trace.exchanges.length > 0 || 'no events',

  check(trace, report) {
    if (trace.exchanges.length === 0 && trace.attempts.every(({ outcome }) => outcome.status === 'stored'))
      return [];
    const once = new Map<string, { event: RecordedEvent; count: number }>();
    let equal: Map<string, RecordedEvent> | undefined;
    const tell = (found: string, event: RecordedEvent, error: string, status: number | null, count = 1) =>
      report({
        kind: found,
        traceId: event.traceId,
        witness: [event.id],
        facts: { event: seenEvent(event), error, status, count } satisfies Lost,
      });
    const denied: Denied[] = [];
    const skippedCalls = new Set<string | null>();

    for (const event of sendings(trace).events) {
      const { outcome } = event;
      switch (outcome.status) {
        case 'rejected': {
          const carrier = trace.carrier(event);
          if (carrier && isUnauthorized(carrier)) {
            if (!hasProviderKey(carrier)) denied.push(denial(carrier));
            break;
          }
          if (isConflict(outcome.error) || explained(event, trace)) break;
          tell('refused', event, outcome.error, outcome.httpStatus);
          break;
        }
        case 'dead-letter':
        case 'sampled_out': {
          const error = outcome.status === 'dead-letter' ? outcome.error : outcome.message;
          if (isConflict(error) || (outcome.status === 'dead-letter' && explained(event, trace))) break;
          const place = `${outcome.status} ${error}`;
          const before = once.get(place);
          if (before) before.count += 1;
          else once.set(place, { event, count: 1 });
          break;
        }
        case 'lost': {
          const misread = ['redirect', 'not-json', 'truncate'].includes(outcome.fault);
          tell(misread ? 'answer-misread' : 'never-arrived', event, outcome.fault, null);
          break;
        }
        case 'skipped': {
          if (outcome.by === 'key') break;
          const first = (equal ??= firstOfContent(trace)).get(contentOf(event));
          const proxied = event.representation === 'proxied';
          // What the proxy and an SDK both reported is one event, and is stored once.
          if (first && proxied !== (first.representation === 'proxied')) break;
          // An answer that happens to be equal is nothing that the app could send otherwise.
          if (proxied && ANSWERS.has(event.eventType)) break;
          if (proxied && (skippedCalls.has(event.exchangeId) || !wasAnsweredWell(first, trace))) break;
          skippedCalls.add(event.exchangeId);
          report({
            kind: proxied ? 'equal-call' : 'equal-content',
            traceId: event.traceId,
            witness: first ? [first.id, event.id] : [event.id],
            facts: {
              event: seenEvent(event),
              first: first ? seenEvent(first) : null,
              error: '',
              status: null,
              count: 1,
            } satisfies Equal,
          });
        }
      }
    }
    for (const { event, count } of once.values()) {
      const error =
        event.outcome.status === 'dead-letter'
          ? event.outcome.error
          : 'message' in event.outcome
            ? event.outcome.message
            : '';
      tell(event.outcome.status === 'dead-letter' ? 'dead-letter' : 'sampled-out', event, error, null, count);
    }

    const refusals = trace.exchanges.filter((exchange) => isRefusal(exchange) && !trace.hasEvents(exchange));
    if (refusals.length === 0) return denied;
    const succeeded = new Set<string>();
    for (const { status, request } of trace.exchanges)
      if (status !== null && status < 300 && request !== undefined) succeeded.add(JSON.stringify(request));
    const alike = new Map<string, { exchange: Exchange; count: number }>();
    for (const exchange of refusals) {
      if (succeeded.has(JSON.stringify(exchange.request))) continue;
      if (isUnauthorized(exchange)) {
        denied.push(denial(exchange));
        continue;
      }
      const place = JSON.stringify([exchange.status, errorOf(exchange), exchange.path]);
      const before = alike.get(place);
      if (before) before.count += 1;
      else alike.set(place, { exchange, count: 1 });
    }
    for (const { exchange, count } of alike.values())
      report({
        kind: 'refused',
        traceId: trace.id,
        witness: [exchange.id],
        facts: {
          event: seenExchange(exchange),
          error: errorOf(exchange),
          status: exchange.status,
          count,
        } satisfies Lost,
      });
    return denied;
  },

  join(denied, report) {
    const first = new Map<string, Denied>();
    const requests = new Map<string, Set<number>>();
    for (const denial of [...denied].sort((a, b) => a.seq - b.seq)) {
      if (!first.has(denial.key)) first.set(denial.key, denial);
      requests.set(denial.key, (requests.get(denial.key) ?? new Set()).add(denial.seq));
    }
    for (const { key, traceId, facts } of first.values())
      report({
        kind: 'refused',
        traceId,
        witness: [facts.event.id],
        facts: { ...facts, count: requests.get(key)?.size ?? 1 },
      });
  },
};

function denial(exchange: Exchange): Denied {
  const { status, traceId, seq, credentials } = exchange;
  return {
    traceId,
    seq,
    // The two services word the refusal of one key differently.
    key: JSON.stringify([status, credentials.map(({ hint }) => hint)]),
    facts: { event: seenExchange(exchange), error: errorOf(exchange), status, count: 1 },
  };
}

/** Another agent or version: agent-name tells it. */
function isConflict(error: string): boolean {
  return error.includes('already bound to a different agent');
}

/** Whether another rule tells why the event was refused: its shape, its steps or its token counts. */
function explained(event: RecordedEvent, trace: Trace): boolean {
  // What the proxy emits is nothing that those rules would tell its users.
  if (event.representation === 'proxied') return false;
  if (isFaulty(wireForm(event, trace))) return true;
  const body = trace.carrier(event)?.request;
  return event.outcome.status === 'rejected' && Array.isArray(body) && hasFaultyElement(body);
}

const faulty = new WeakMap<readonly unknown[], boolean>();

/** Looked for once in each batch: one faulty element is enough to have all of them refused. */
function hasFaultyElement(batch: readonly unknown[]): boolean {
  let found = faulty.get(batch);
  if (found === undefined) faulty.set(batch, (found = batch.filter(isPlainObject).some(isFaulty)));
  return found;
}

function isFaulty(raw: Readonly<Record<string, unknown>>): boolean {
  const metadata = isPlainObject(raw['metadata']) ? raw['metadata'] : {};
  const usage = isPlainObject(metadata['usage']) ? Object.values(metadata['usage']) : [];
  const steps = [raw['stepId'], raw['parentStepId']].filter((step) => typeof step === 'number');
  return (
    shapeProblems(raw).length > 0 ||
    steps.some((step) => !isStep(step)) ||
    usage.some((value) => value !== null && !Number.isInteger(value))
  );
}

/** A proxied prompt that repeats a call that failed or was cut off is a retry, not a new question. */
function wasAnsweredWell(event: RecordedEvent | undefined, trace: Trace): boolean {
  if (event === undefined) return true;
  if (!wasAnswered(event, trace.carrier(event))) return false;
  // Of a stream that ends too early the proxy reports nothing.
  return event.representation !== 'proxied' || answeredCalls(trace).has(event.exchangeId);
}

/** The proxied calls of which the proxy reported a whole answer, stored or not. */
const answeredCalls: (trace: Trace) => ReadonlySet<string | null> = perTrace(
  ({ attempts }) =>
    new Set(
      attempts
        .filter((event) => event.representation === 'proxied' && isWhole(event))
        .map((event) => event.exchangeId),
    ),
);

/** An answer that was cut off, or ended in an error, says no reason or that one. */
function isWhole({ eventType, content }: RecordedEvent): boolean {
  if (eventType !== 'llm_response') return eventType === 'embedding_response';
  const reason = isPlainObject(content) ? content['finishReason'] : undefined;
  return typeof reason === 'string' && reason !== 'error';
}

/** The first stored event of each content, made only where an event was skipped. */
function firstOfContent(trace: Trace): Map<string, RecordedEvent> {
  const first = new Map<string, RecordedEvent>();
  for (const event of trace.events) if (!first.has(contentOf(event))) first.set(contentOf(event), event);
  return first;
}

function contentOf({ eventType, content }: RecordedEvent): string {
  return JSON.stringify([eventType, content]);
}

/** Refusals that no other rule tells: paths are single-base-url's, the agent header agent-name's, registration agent-init's. */
function isRefusal(exchange: Exchange): boolean {
  const { route, status, service } = exchange;
  if (status === null || status < 400 || (service !== 'proxy' && service !== 'analyse')) return false;
  // A provider's key in the place of ours is key-safety's.
  if (isUnauthorized(exchange)) return !hasProviderKey(exchange);
  if (MODEL_ROUTES.has(route))
    return status < 500 && status !== 429 && exchange.fault === null && isOwnRefusal(exchange);
  if (route !== 'ingest' && route !== 'events' && route !== 'tool-result') return false;
  return ![exchange.request]
    .flat()
    .filter(isPlainObject)
    .some((raw) => shapeProblems(raw).length > 0);
}

/** The proxy refused the call before it asked the model, which would have left an `error` event. */
function isOwnRefusal({ headers }: Exchange): boolean {
  return Boolean(headers['x-agent-name']);
}

function hasProviderKey({ credentials }: Exchange): boolean {
  return credentials.some(({ kind: whose }) => whose === 'provider');
}

function isUnauthorized({ status }: Exchange): boolean {
  return status === 401 || status === 403;
}

function errorOf({ response }: Exchange): string {
  const error = isPlainObject(response) ? response['error'] : response;
  return typeof error === 'string' ? error : '';
}
