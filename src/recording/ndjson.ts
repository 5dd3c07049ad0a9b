import type { RecordedEvent } from './event.ts';
import type { Exchange } from './exchange.ts';
import { jsonText } from './json-text.ts';
import { checkEvent, checkExchange, checkHeader } from './ndjson-shape.ts';
import { Recording } from './recording.ts';
import type { Evidence } from './trace.ts';

/**
 * A recording as text: a header line, then one line for each exchange and each event, in order of arrival.
 *
 * ```
 * {"recording":"whyops-testkit","version":1,"evidence":{"exchanges":true,"sentFields":true,"registration":true}}
 * {"exchange":{"id":"x1","seq":1,…}}
 * {"event":{"id":"e1","seq":2,…}}
 * ```
 *
 * Lines end in `\n`. Reading does not depend on the order of the lines: `seq` is the order of arrival.
 */
export function writeRecording(recording: Recording): string {
  const lines = [...recording.exchanges, ...recording.events]
    .sort((a, b) => a.seq - b.seq)
    .map((item) => ('eventType' in item ? eventLine(item) : exchangeLine(item)));
  return [headerLine(recording.evidence), ...lines].map((line) => `${line}\n`).join('');
}

export function headerLine(evidence: Evidence): string {
  const { exchanges, sentFields, registration } = evidence;
  return jsonText({
    recording: 'whyops-testkit',
    version: 1,
    evidence: { exchanges, sentFields, registration },
  });
}

export function eventLine(event: RecordedEvent): string {
  return jsonText({ event: pick(event, EVENT_MEMBERS) });
}

export function exchangeLine(exchange: Exchange): string {
  return jsonText({ exchange: pick(exchange, EXCHANGE_MEMBERS) });
}

/**
 * Reads what {@link writeRecording} wrote.
 *
 * @param file Named in errors and as the `source` of events and exchanges; without it they have none.
 * @throws RecordingError for the first line that is not as described, with the file, the line and what is wrong.
 */
export function readRecording(text: string, file?: string): Recording {
  const exchanges: Exchange[] = [];
  const events: RecordedEvent[] = [];
  let evidence: Evidence | undefined;
  let line = 0;
  for (const lineText of text.split('\n')) {
    line += 1;
    if (lineText.trim() === '') continue;
    const fail = (problem: string): never => {
      throw new RecordingError(problem, line, file);
    };
    const item = readItem(parse(lineText, fail), fail);
    if ('evidence' in item) {
      if (evidence) fail('A second header line: these are two recordings. Read them one by one.');
      evidence = item.evidence;
    } else if (!evidence) {
      fail(`The first line must be the header of a recording: ${headerLine(ALL)}`);
    } else if ('event' in item) {
      events.push(file === undefined ? item.event : { ...item.event, source: { file, line } });
    } else exchanges.push(file === undefined ? item.exchange : { ...item.exchange, source: { file, line } });
  }
  if (!evidence)
    throw new RecordingError('An empty file is no recording; its header line is missing.', 1, file);
  exchanges.sort((a, b) => a.seq - b.seq);
  events.sort((a, b) => a.seq - b.seq);
  return new Recording({ exchanges, events, evidence });
}

const ALL: Evidence = { exchanges: true, sentFields: true, registration: true };

/** A line that could not be read, by number. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
  readonly line: number;
  readonly file: string | undefined;

  constructor(problem: string, line: number, file?: string) {
    super(`${file ?? 'recording'}:${line}: ${problem}`);
    this.line = line;
    this.file = file;
  }
}

export type RecordingItem =
  { readonly evidence: Evidence } | { readonly event: RecordedEvent } | { readonly exchange: Exchange };

/** Whether a parsed line has the form of a line of a recording (as opposed to an exported event). */
export function isRecordingItem(value: object): boolean {
  return 'recording' in value || 'event' in value || 'exchange' in value;
}

/** @param fail Called with what is wrong; must throw. */
export function readItem(value: unknown, fail: (problem: string) => never): RecordingItem {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !isRecordingItem(value))
    fail('A line of a recording is an object with one member: "recording", "exchange" or "event".');
  const line = value as Record<string, unknown>;
  if ('recording' in line) return { evidence: checkHeader(line, fail) };
  if ('event' in line) return { event: checkEvent(line['event'], fail) };
  return { exchange: checkExchange(line['exchange'], fail) };
}

function parse(text: string, fail: (problem: string) => never): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return fail(`Not JSON: ${(error as Error).message}`);
  }
}

// The live objects carry more than what is recorded (raw headers, for one): only these members are written.
const EVENT_MEMBERS: readonly (keyof RecordedEvent)[] = membersOf<RecordedEvent>({
  id: 1,
  seq: 1,
  exchangeId: 1,
  representation: 1,
  eventType: 1,
  traceId: 1,
  agentName: 1,
  sent: 1,
  spanId: 1,
  stepId: 1,
  parentStepId: 1,
  timestamp: 1,
  content: 1,
  metadata: 1,
  externalUserId: 1,
  outcome: 1,
  scope: 1,
  source: 1,
});

const EXCHANGE_MEMBERS: readonly (keyof Exchange)[] = membersOf<Exchange>({
  id: 1,
  seq: 1,
  endSeq: 1,
  service: 1,
  route: 1,
  origin: 1,
  address: 1,
  method: 1,
  path: 1,
  headers: 1,
  credentials: 1,
  agentName: 1,
  traceId: 1,
  traceIdSource: 1,
  signedTraceId: 1,
  scope: 1,
  request: 1,
  status: 1,
  response: 1,
  fault: 1,
  startedAt: 1,
  source: 1,
});

/** All members of a type, in the order of the lines; a member that is missing here does not compile. */
function membersOf<Type>(members: Record<keyof Required<Type>, 1>): readonly (keyof Type)[] {
  return Object.keys(members) as (keyof Type)[];
}

function pick<Type extends object>(value: Type, members: readonly (keyof Type)[]): Partial<Type> {
  const picked: Partial<Type> = {};
  for (const member of members) if (value[member] !== undefined) picked[member] = value[member];
  return picked;
}
