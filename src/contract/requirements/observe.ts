import type { EventType } from '../../protocol/event-type.ts';
import type { RecordedEvent } from '../../recording/event.ts';
import { type Exchange, MODEL_ROUTES } from '../../recording/exchange.ts';
import { type Answer, isTimeout } from '../protocol.ts';
import type { Seen } from '../stage.ts';

/** Views of what was seen, for judging. All pure. */

/** By the path: a request that met a fault reached no route. */
export const inits = (seen: Pick<Seen, 'exchanges'>): Exchange[] =>
  seen.exchanges.filter(({ method, path }) => method === 'POST' && /\/(entities|agents)\/init$/.test(path));

export const succeeded = (exchange: Exchange): boolean =>
  exchange.status !== null && exchange.status >= 200 && exchange.status < 300 && exchange.fault === null;

export const modelCalls = (seen: Pick<Seen, 'exchanges'>): Exchange[] =>
  seen.exchanges.filter((exchange) => MODEL_ROUTES.has(exchange.route));

/** Attempts to send events by hand, stored or not. */
export const manual = (seen: Pick<Seen, 'events'>): RecordedEvent[] =>
  seen.events.filter((event) => event.representation === 'manual');

export const stored = (seen: Pick<Seen, 'events'>): RecordedEvent[] =>
  manual(seen).filter((event) => event.outcome.status === 'stored');

export const storedOf = (seen: Pick<Seen, 'events'>, type: EventType): RecordedEvent[] =>
  stored(seen).filter((event) => event.eventType === type);

/** Nobody decides about them any more. */
export const decided = (count: number) => (seen: Pick<Seen, 'events'>) =>
  manual(seen).filter((event) => event.outcome.status !== 'queued').length >= count;

export const storedAtLeast = (count: number) => (seen: Pick<Seen, 'events'>) => stored(seen).length >= count;

/** The text of a `user_message`, whichever of its two accepted forms it has. */
export function textOf(event: RecordedEvent): string {
  const content = event.content as { messages?: unknown } | unknown[] | null;
  const messages = Array.isArray(content) ? content : content?.messages;
  const first: unknown = Array.isArray(messages) ? messages[0] : undefined;
  return String((first as { content?: unknown } | undefined)?.content ?? '');
}

export const texts = (events: readonly RecordedEvent[]): string[] => events.map(textOf);

/** How the SDK made a failure visible: thrown, returned, or in a line on stderr that fits; `null` when it did not. */
export function reportOf(answer: Answer | undefined): string | null {
  if (answer === undefined || isTimeout(answer) || 'unsupported' in answer) return null;
  if (!answer.ok) return `${answer.error.name}: ${answer.error.message}`;
  return answer.reported ?? null;
}

/** An event as a witness: enough to recognise it. */
export function shown(event: RecordedEvent): Record<string, unknown> {
  const { id, eventType, traceId, sent, spanId, content, metadata, outcome } = event;
  return { id, eventType, traceId, spanId, ...sent, content: clipped(content), metadata, outcome };
}

export function shownExchange(exchange: Exchange): Record<string, unknown> {
  const { id, service, method, path, status, fault, credentials } = exchange;
  return { id, service, method, path, status, fault, credentials };
}

function clipped(content: unknown): unknown {
  const text = JSON.stringify(content) ?? 'undefined';
  return text.length > 500 ? `${text.slice(0, 500)}… (${text.length} characters)` : content;
}

export function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** Requests that carried events. */
export const ingests = (seen: Pick<Seen, 'exchanges'>): Exchange[] =>
  seen.exchanges.filter(
    ({ service, method, path }) => service === 'analyse' && method === 'POST' && /\/events(\/|$)/.test(path),
  );
