import type { Outcome, RecordedEvent, Representation } from '../recording/event.ts';
import type { Exchange } from '../recording/exchange.ts';
import type { Trace } from '../recording/trace.ts';
import { plainLine } from './plain-text.ts';
import { summarise } from './summary.ts';

/** A trace as a report shows it: one step a line. Plain JSON, small whatever the trace contained. */
export interface Timeline {
  /** `null`: exchanges that reached no trace. */
  readonly traceId: string | null;
  readonly agentName: string | null;
  readonly steps: readonly Step[];
  /** How many events the trace has; more than there are steps where only the steps that matter were kept. */
  readonly events: number;
}

/** One event or one exchange, ready to be shown. */
export interface Step {
  /** The id that findings name as their witness. */
  readonly id: string;
  readonly seq: number;
  /** The event type, or method and path of an exchange. */
  readonly what: string;
  readonly kind: 'event' | 'exchange';
  readonly representation: Representation | null;
  readonly stepId: number | null;
  readonly parentStepId: number | null;
  readonly spanId: string | null;
  /** What it says, in one line. */
  readonly summary: string;
  /** What became of it, where that is not "stored" or a 2xx. */
  readonly trouble: string | null;
  /** ISO 8601; empty where unknown. */
  readonly time: string;
  readonly source?: { readonly file: string; readonly line: number };
}

/** The file that a trace was read from, the first one where there are several. */
export function fileOf({ steps }: Timeline): string | undefined {
  return steps.find(({ source }) => source)?.source?.file;
}

export function timelineOf(trace: Trace): Timeline {
  return partOfTimeline(trace, () => true);
}

/** @param isShown Asked for each event and exchange, with its place in the order of arrival. */
export function partOfTimeline(trace: Trace, isShown: (id: string, index: number) => boolean): Timeline {
  const seen: (RecordedEvent | Exchange)[] = [...trace.attempts, ...trace.exchanges];
  seen.sort((a, b) => a.seq - b.seq);
  const named = trace.attempts.find((event) => event.agentName !== null);
  return {
    traceId: trace.id,
    agentName: named?.agentName ?? null,
    steps: seen
      .filter(({ id }, index) => isShown(id, index))
      .map((item) => ('eventType' in item ? eventStep(item) : exchangeStep(item))),
    events: trace.attempts.length,
  };
}

export function eventStep(event: RecordedEvent): Step {
  return {
    id: event.id,
    seq: event.seq,
    what: event.eventType,
    kind: 'event',
    representation: event.representation,
    stepId: event.stepId,
    parentStepId: event.parentStepId,
    spanId: event.spanId,
    summary: summarise(event),
    trouble: troubleOf(event.outcome),
    time: event.timestamp,
    ...(event.source ? { source: event.source } : {}),
  };
}

function exchangeStep(exchange: Exchange): Step {
  const host = exchange.service === 'provider' || exchange.service === 'elsewhere' ? exchange.origin : '';
  const refused = exchange.status === null || exchange.status >= 300 || exchange.fault !== null;
  const status = exchange.status === null ? 'no answer' : `answered ${exchange.status}`;
  return {
    id: exchange.id,
    seq: exchange.seq,
    what: `${exchange.method} ${host}${exchange.path}`,
    kind: 'exchange',
    representation: null,
    stepId: null,
    parentStepId: null,
    spanId: null,
    summary: exchange.fault === null ? status : `${status} (fault: ${plainLine(exchange.fault)})`,
    trouble: refused ? status : null,
    time: new Date(exchange.startedAt).toISOString(),
    ...(exchange.source ? { source: exchange.source } : {}),
  };
}

function troubleOf(outcome: Outcome): string | null {
  switch (outcome.status) {
    case 'stored':
      return null;
    case 'skipped':
      return `skipped as a duplicate${outcome.duplicateOf === null ? '' : ` of ${outcome.duplicateOf}`}, by ${outcome.by}`;
    case 'sampled_out':
      return `sampled out: ${outcome.message}`;
    case 'rejected':
      return `refused with ${outcome.httpStatus}: ${outcome.error}`;
    case 'dead-letter':
      return `accepted, then given up: ${outcome.error}`;
    case 'lost':
      return `lost (fault: ${outcome.fault})`;
    case 'queued':
      return 'still queued';
  }
}
