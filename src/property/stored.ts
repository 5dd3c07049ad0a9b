import { isDeepStrictEqual } from 'node:util';
import type { RecordedEvent } from '../recording/event.ts';
import { type Exchange, MODEL_ROUTES } from '../recording/exchange.ts';
import type { Recording } from '../recording/recording.ts';
import { recordingOf, type Workflow } from './action.ts';

/**
 * Holds what a WhyOps recorded against what the workflows say must be stored: in each trace every event once, in order,
 * with its representation, endpoint, steps, span, content and outcome. Traces may have been written in any order.
 * @throws Error that tells the first difference.
 */
export function assertStored(workflow: Workflow | readonly Workflow[], recording: Recording): void {
  const workflows = (workflow.length > 0 && Array.isArray(workflow[0]) ? workflow : [workflow]) as Workflow[];
  const found = difference(recordingOf(workflows.flat()), recording);
  if (found !== null) throw new Error(found);
}

/** @returns how `actual` differs from `expected`, in words; `null` when it does not. Pure. */
export function difference(expected: Recording, actual: Recording): string | null {
  const ids = new Set([...expected.events, ...actual.events].map(({ traceId }) => traceId));
  // Who plays no faults never sees the requests that got lost on the way.
  const seesLost = actual.exchanges.some(({ fault }) => fault !== null);
  for (const id of ids) {
    const found = inTrace(rowsOf(expected, id, seesLost), rowsOf(actual, id, seesLost));
    if (found !== null) return `Trace ${id}: ${found}`;
  }
  return inRegistrations(expected, actual);
}

type Row = Readonly<Record<string, unknown>> & { readonly eventType: string };

function inTrace(must: readonly Row[], has: readonly Row[]): string | null {
  for (const [index, row] of must.entries()) {
    const found = has[index];
    const number = `event ${index + 1} (${row.eventType})`;
    if (!found) return `${number} is missing; there are ${told(has)}.`;
    const member = Object.keys({ ...row, ...found }).find(
      (name) => !isDeepStrictEqual(row[name], found[name]),
    );
    if (member !== undefined)
      return `${member} of ${number} is ${show(found[member])}, must be ${show(row[member])}; there are ${told(has)}.`;
  }
  const surplus = has[must.length];
  return surplus ? `event ${must.length + 1} (${surplus.eventType}) is one too many.` : null;
}

/** How often each agent was registered with success. */
function inRegistrations(expected: Recording, actual: Recording): string | null {
  const registered = ({ exchanges }: Recording) =>
    exchanges
      .filter(({ route, status }) => route === 'init' && status !== null && status < 300)
      .map(({ agentName }) => agentName)
      .sort();
  const [must, has] = [registered(expected), registered(actual)];
  return isDeepStrictEqual(must, has)
    ? null
    : `The registrations are [${has.join(', ')}], must be [${must.join(', ')}].`;
}

/** The events of a trace, as far as they do not depend on the clock and on generated ids. */
function rowsOf(recording: Recording, traceId: string, seesLost: boolean): Row[] {
  const { attempts: all } = recording.trace(traceId);
  const attempts = seesLost ? all : all.filter(({ outcome }) => outcome.status !== 'lost');
  const numbers = new Map(attempts.map(({ id }, index) => [id, index + 1]));
  return attempts.map((event) => ({
    eventType: event.eventType,
    representation: event.representation,
    agentName: event.agentName,
    outcome: outcomeOf(event, numbers),
    ...(event.outcome.status === 'stored' && { stepId: event.stepId, parentStepId: event.parentStepId }),
    content: asJson(event.content),
    ...(event.representation === 'manual'
      ? {
          sent: asJson(event.sent),
          metadata: asJson(event.metadata ?? {}),
          externalUserId: event.externalUserId,
          endpoint: endpointOf(event, recording),
        }
      : proxiedMembers(event, recording)),
  }));
}

/** By its path: a request that a fault met reached no route. */
function endpointOf({ exchangeId }: RecordedEvent, recording: Recording): string | undefined {
  const carrier = exchangeId === null ? undefined : recording.exchange(exchangeId);
  return carrier?.path.replace(/^.*(?=\/events)/, '');
}

/** The proxy adds what it measures and what the request happens to hold; these are what a program can rely on. */
function proxiedMembers({ metadata, exchangeId, eventType }: RecordedEvent, recording: Recording) {
  const call = exchangeId === null ? undefined : recording.exchange(exchangeId);
  return {
    model: metadata?.['model'],
    provider: metadata?.['provider'],
    // An embedding's usage is the provider's to count.
    ...(eventType === 'llm_response' && { usage: asJson(metadata?.['usage']) }),
    ...(call && callMembers(call)),
  };
}

function callMembers({ route, status, traceIdSource, signedTraceId }: Exchange) {
  return MODEL_ROUTES.has(route) ? { route, status, traceIdSource, signedTraceId } : {};
}

function outcomeOf({ outcome }: RecordedEvent, numbers: ReadonlyMap<string, number>): string {
  if (outcome.status !== 'skipped') return outcome.status;
  const first = outcome.duplicateOf === null ? undefined : numbers.get(outcome.duplicateOf);
  return `skipped by ${outcome.by}, as event ${first ?? '?'}`;
}

function told(rows: readonly Row[]): string {
  return `[${rows.map(({ eventType, outcome }) => `${eventType} ${outcome as string}`).join(', ')}]`;
}

/** Without what a trip over HTTP drops: undefined members, and the order of none. */
function asJson(value: unknown): unknown {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'absent';
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
