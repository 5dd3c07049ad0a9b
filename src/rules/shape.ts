import { canonical, isPlainObject } from '../recording/canonical.ts';
import type { RecordedEvent, SentFields } from '../recording/event.ts';
import { timeOf } from '../recording/time.ts';
import type { Trace } from '../recording/trace.ts';

/** What is wrong with the shape of one event: a kind of event-shape, the member, and what was found there. */
export interface ShapeProblem {
  readonly kind: string;
  readonly member: string;
  readonly found: string;
}

type Raw = Readonly<Record<string, unknown>>;

/** Longest values that the backend takes, in UTF-16 code units. */
const LONGEST_ID = 128;
const LONGEST_NAME = 255;
const LONGEST: Readonly<Record<string, number>> = {
  traceId: LONGEST_ID,
  spanId: LONGEST_ID,
  idempotencyKey: LONGEST_ID,
  agentName: LONGEST_NAME,
  externalUserId: LONGEST_NAME,
};

/** The form that the backend takes: UTC with a `Z`, seconds optional, any fraction. */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z$/;

/** The event as it stood in the request, where that is known: a refused body shows nulls, a recorded event does not. */
export function wireForm(event: RecordedEvent, trace: Trace): Raw {
  const body = event.outcome.status === 'rejected' ? trace.carrier(event)?.request : undefined;
  const raw = Array.isArray(body) ? elementOf(body, event) : body;
  if (isPlainObject(raw) && (raw['eventType'] ?? event.eventType) === event.eventType) return raw;
  const { eventType, traceId, agentName, content, metadata, externalUserId, sent } = event;
  return {
    eventType,
    traceId,
    agentName: agentName ?? undefined,
    ...sent,
    ...(content !== undefined && { content }),
    ...(metadata !== null && { metadata }),
    ...(externalUserId !== null && { externalUserId }),
  };
}

/** The element of a batch that is this event. */
function elementOf(batch: readonly unknown[], { eventType, traceId, content, sent }: RecordedEvent) {
  const alike = elementsOf(batch).get(placeOf(traceId, sent?.spanId, content));
  return alike?.find((element) => (element['eventType'] ?? eventType) === eventType);
}

const indexed = new WeakMap<readonly unknown[], ReadonlyMap<string, readonly Raw[]>>();

/** Once for each batch: it may be asked for by each of its events, in many traces. */
function elementsOf(batch: readonly unknown[]): ReadonlyMap<string, readonly Raw[]> {
  const known = indexed.get(batch);
  if (known) return known;
  const elements = new Map<string, Raw[]>();
  for (const element of batch.filter(isPlainObject)) {
    const place = placeOf(element['traceId'], element['spanId'], element['content']);
    const alike = elements.get(place);
    if (alike) alike.push(element);
    else elements.set(place, [element]);
  }
  indexed.set(batch, elements);
  return elements;
}

function placeOf(traceId: unknown, spanId: unknown, content: unknown): string {
  return JSON.stringify([traceId, spanId ?? null, canonical(content)]);
}

/**
 * Whether an event certainly has no problem, told without writing it out. `false` says nothing: {@link shapeProblems}
 * of its {@link wireForm} tells.
 */
export function isSound(event: RecordedEvent, { knownTexts }: Trace): boolean {
  const { eventType, sent, content, outcome } = event;
  if (outcome.status === 'rejected' || (sent !== null && !areSound(sent))) return false;
  if (event.traceId.length > LONGEST_ID) return false;
  if ((event.agentName?.length ?? 0) > LONGEST_NAME || (event.externalUserId?.length ?? 0) > LONGEST_NAME)
    return false;
  const metadata = event.metadata ?? NO_METADATA;
  const { latencyMs } = metadata;
  if (latencyMs !== undefined && latencyMs !== null && !isInt32(latencyMs)) return false;
  if (eventType === 'tool_call_request' || eventType === 'tool_call_response') {
    if (isMissing(metadata['tool'])) return false;
  } else if (eventType === 'llm_response' || eventType === 'embedding_response') {
    if (!metadata['model'] || !metadata['provider']) return false;
  }
  if (argumentProblems(eventType, content).length > 0) return false;
  return knownTexts.storable || !hasUnstorableText(content);
}

const NO_METADATA: Raw = {};

function areSound(sent: SentFields): boolean {
  const { spanId, idempotencyKey, timestamp } = sent;
  if ((spanId?.length ?? 0) > LONGEST_ID || (idempotencyKey?.length ?? 0) > LONGEST_ID) return false;
  if (timestamp !== undefined && !isUtc(timestamp)) return false;
  for (const member in sent) if (sent[member as keyof SentFields] === null) return false;
  return true;
}

/** Every way in which an event does not fit its type. An event without one is stored as it was meant. */
export function shapeProblems(event: Raw): ShapeProblem[] {
  const problems: ShapeProblem[] = [];
  const add = (kind: string, member: string, found: string) => problems.push({ kind, member, found });
  const type = event['eventType'];
  const metadata = isPlainObject(event['metadata']) ? event['metadata'] : {};
  for (const [member, value] of Object.entries(event))
    if (value === null && member !== 'content') add('null-member', member, 'null');
  for (const [member, longest] of Object.entries(LONGEST)) {
    const value = event[member];
    if (typeof value === 'string' && value.length > longest)
      add('too-long', member, `${value.length} characters, at most ${longest}`);
  }
  const { timestamp } = event;
  if (typeof timestamp === 'string' && !isUtc(timestamp)) add('timestamp-not-utc', 'timestamp', timestamp);
  if ((type === 'tool_call_request' || type === 'tool_call_response') && isMissing(metadata['tool']))
    add('tool-missing', 'metadata.tool', 'nothing');
  if (type === 'llm_response' || type === 'embedding_response')
    for (const member of ['model', 'provider'])
      if (!metadata[member]) add('model-missing', `metadata.${member}`, 'nothing');
  const { latencyMs } = metadata;
  if (latencyMs !== undefined && latencyMs !== null && !isInt32(latencyMs))
    add('latency-not-an-integer', 'metadata.latencyMs', JSON.stringify(latencyMs));
  problems.push(...argumentProblems(type, event['content']));
  if (hasUnstorableText(event['content']))
    add('unstorable-text', 'content', 'a character U+0000 or half of a surrogate pair');
  return problems;
}

/** Tool events carry their arguments as a value, `llm_response` as JSON text: what the backend's own readers expect. */
function argumentProblems(type: unknown, content: unknown): readonly ShapeProblem[] {
  if (!isPlainObject(content) || !Array.isArray(content['toolCalls'])) return NO_PROBLEMS;
  for (const call of content['toolCalls'] as unknown[]) {
    if (!isPlainObject(call)) continue;
    if (type === 'tool_call_request' || type === 'tool_call_response') {
      if ('arguments' in call && !isPlainObject(call['arguments']))
        return [
          {
            kind: 'arguments-not-an-object',
            member: 'content.toolCalls[].arguments',
            found: shown(call['arguments']),
          },
        ];
    } else if (type === 'llm_response' && isPlainObject(call['function'])) {
      const text = call['function']['arguments'];
      if (text !== undefined && (typeof text !== 'string' || !isJson(text)))
        return [
          {
            kind: 'arguments-not-json-text',
            member: 'content.toolCalls[].function.arguments',
            found: shown(text),
          },
        ];
    }
  }
  return NO_PROBLEMS;
}

const NO_PROBLEMS: readonly ShapeProblem[] = [];

function isUtc(timestamp: string): boolean {
  return TIMESTAMP.test(timestamp) && !Number.isNaN(timeOf(timestamp));
}

/** An empty text is there: the backend takes it. */
function isMissing(value: unknown): boolean {
  return value === undefined || value === null;
}

function isInt32(value: unknown): boolean {
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  return Number.isInteger(number) && Math.abs(number as number) <= 2147483647;
}

function isJson(text: string): boolean {
  if (text === '') return true; // A call without arguments, as some models write it.
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing';
}

// A storage error in the backend: its database takes neither.
const UNSTORABLE = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

function hasUnstorableText(value: unknown): boolean {
  if (typeof value === 'string') return UNSTORABLE.test(value);
  if (Array.isArray(value)) return value.some(hasUnstorableText);
  if (!isPlainObject(value)) return false;
  for (const name in value) if (UNSTORABLE.test(name) || hasUnstorableText(value[name])) return true;
  return false;
}
