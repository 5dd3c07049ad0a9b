import { EVENT_TYPES, type EventType } from '../../protocol/event-type.ts';
import type { Outcome, RecordedEvent, Representation } from '../event.ts';
import { epochMs } from './epoch.ts';
import { quote, UnreadableError } from './unreadable.ts';

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** An exported event whose place in the order of arrival is still to be found. */
export interface Row {
  readonly event: Writable<RecordedEvent>;
  /** When the backend stored it, in milliseconds since the epoch; NaN where the export does not say. */
  readonly storedAt: number;
  /** Whether the export has an id for it; else it is called by its line, on which others may stand. */
  readonly hasId: boolean;
}

const TYPES: ReadonlySet<unknown> = new Set(EVENT_TYPES);
const STORED: Outcome = { status: 'stored' };

/**
 * Reads one stored event: as `GET /api/events?include=content,metadata` returns it (camelCase), or as a row of the
 * table `trace_events` (snake_case, from `row_to_json` or CSV). Further members are ignored.
 *
 * @throws UnreadableError that says which member is wrong, quotes it and says what it must be.
 */
export function readRow(row: Readonly<Record<string, unknown>>, file: string, line: number): Row {
  return typeof row['traceId'] === 'string' || 'eventType' in row
    ? build(
        row,
        file,
        line,
        row['traceId'],
        row['spanId'],
        row['stepId'],
        row['parentStepId'],
        row['eventType'],
        row['agentName'],
        row['externalUserId'],
        row['createdAt'],
      )
    : build(
        row,
        file,
        line,
        row['trace_id'],
        row['span_id'],
        row['step_id'],
        row['parent_step_id'],
        row['event_type'],
        row['agent_name'],
        row['external_user_id'],
        row['created_at'],
      );
}

function build(
  row: Readonly<Record<string, unknown>>,
  file: string,
  line: number,
  traceId: unknown,
  spanId: unknown,
  stepId: unknown,
  parentStepId: unknown,
  eventType: unknown,
  agentName: unknown,
  externalUserId: unknown,
  createdAt: unknown,
): Row {
  if (typeof traceId !== 'string' || traceId === '') throw notAnEvent(row);
  if (!TYPES.has(eventType))
    throw new UnreadableError(`the event type ${quote(eventType)} is none of ${EVENT_TYPES.join(', ')}`);
  const content = row['content'];
  const metadata = row['metadata'];
  if (content === undefined || metadata === undefined) throw withoutContent(content === undefined);
  if (typeof metadata !== 'object' || Array.isArray(metadata))
    throw new UnreadableError(`"metadata" is ${quote(metadata)}; it must be an object or null`);
  const timestamp = text(row['timestamp'], 'timestamp') ?? '';
  const storedAt = typeof createdAt === 'string' ? epochMs(createdAt) : NaN;
  const span = text(spanId, 'spanId');
  const id = row['id'];
  const hasId = typeof id === 'string' || typeof id === 'number';
  return {
    storedAt: Number.isNaN(storedAt) ? epochMs(timestamp) : storedAt,
    hasId,
    event: {
      id: hasId ? String(id) : `line-${line}`,
      seq: 0,
      exchangeId: null,
      representation: representationOf(span, eventType as EventType),
      eventType: eventType as EventType,
      traceId,
      agentName: text(agentName, 'agentName'),
      sent: null,
      spanId: span,
      stepId: integer(stepId, 'stepId'),
      parentStepId: integer(parentStepId, 'parentStepId'),
      timestamp: utc(timestamp),
      content,
      metadata: metadata as Record<string, unknown> | null,
      externalUserId: text(externalUserId, 'externalUserId'),
      outcome: STORED,
      scope: null,
      source: { file, line },
    },
  };
}

/** What only the ingest API stores; the proxy emits the other types as well. */
const TOOL_TYPES: ReadonlySet<EventType> = new Set<EventType>([
  'tool_call',
  'tool_call_request',
  'tool_call_response',
]);

/**
 * Who sent a stored event shows in its span id: the proxy makes up `span_` and 16 characters for each of its events,
 * the ingest API `span_` and 21 where an SDK sent none; every other span id was sent by an SDK.
 */
function representationOf(spanId: string | null, eventType: EventType): Representation {
  if (spanId === null) return 'unknown';
  const fromProxy = spanId.length === 21 && spanId.startsWith('span_') && !TOOL_TYPES.has(eventType);
  return fromProxy ? 'proxied' : 'manual';
}

function text(value: unknown, name: string): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return value;
  throw new UnreadableError(`"${name}" is ${quote(value)}; it must be a text or null`);
}

function integer(value: unknown, name: string): number | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number') return value;
  // CSV knows texts only, and drivers hand out 64-bit integers as texts.
  if (typeof value === 'string' && /^-?\d+$/.test(value)) return Number(value);
  throw new UnreadableError(`"${name}" is ${quote(value)}; it must be an integer or null`);
}

/** The backend's own form, also where PostgreSQL wrote another one. */
function utc(timestamp: string): string {
  if (timestamp === '' || timestamp.endsWith('Z')) return timestamp;
  const ms = epochMs(timestamp);
  return Number.isNaN(ms) ? timestamp : new Date(ms).toISOString();
}

function notAnEvent(row: Readonly<Record<string, unknown>>): UnreadableError {
  const members = Object.keys(row)
    .slice(0, 5)
    .map((name) => quote(name));
  return new UnreadableError(
    `no event: it needs "traceId" (or "trace_id") with a text; found ${members.length > 0 ? members.join(', ') : 'an empty object'}`,
  );
}

function withoutContent(content: boolean): UnreadableError {
  return new UnreadableError(
    `the event was exported without its ${content ? 'content' : 'metadata'}, so it cannot be checked; ` +
      'read it with ?include=content,metadata, or select the columns content and metadata',
  );
}
