import type { RecordedEvent } from '../../src/recording/event.ts';
import type { DeadLetter } from '../../src/server/backend.ts';
import type { Aliases } from './aliases.ts';
import { withKeys } from './keys.ts';
import { Mask } from './mask.ts';
import type { RecordedProvider } from './provider.ts';
import type { Scenario, Step, UpstreamRequest } from './scenario.ts';
import type { Target } from './target.ts';

/** A step as it was recorded and as the fake played it, both masked. */
export interface Played {
  readonly group: string;
  readonly id: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** What steps of different scenarios share: the provider, and the ids that earlier ones brought up. */
export interface Stage {
  readonly target: Target;
  readonly provider: RecordedProvider;
  readonly aliases: Aliases;
}

/** Plays the steps of a scenario in order. */
export async function play(scenario: Scenario, stage: Stage): Promise<Played[]> {
  const { target, aliases } = stage;
  const given = target.deadLetters.length;
  const sent = JSON.stringify(scenario.steps.map(({ request }) => request));
  const masks = { expected: new Mask(sent), actual: new Mask(aliases.translate(sent)) };
  const played: Played[] = [];
  for (const step of scenario.steps) {
    const actual = await playStep(step, stage, given);
    played.push({
      group: scenario.group,
      id: step.id,
      expected: masks.expected.apply(comparable(recorded(step), hasTies(step))),
      actual: masks.actual.apply(comparable(actual, hasTies(step))),
    });
  }
  aliases.learn(masks.expected.marks, masks.actual.marks);
  return played;
}

/** @param alreadyDead How many dead letters there were before the scenario. */
async function playStep(
  step: Step,
  { target, provider, aliases }: Stage,
  alreadyDead: number,
): Promise<Record<string, unknown>> {
  const upstream: UpstreamRequest[] = [];
  const answerOf = provider.answersFor(step);
  target.upstream((request) => {
    upstream.push(request);
    return answerOf(request);
  });
  const { response } = step;
  const request = JSON.parse(aliases.translate(JSON.stringify(step.request))) as Step['request'];
  const before = target.events.length;
  const answer = await send(request, target);
  const text = await answer.text();
  await target.settled();
  const emitted = target.events.slice(before);
  return {
    status: answer.status,
    headers: Object.fromEntries(
      Object.keys(response.headers).map((name) => [name, answer.headers.get(name)]),
    ),
    body: isJson(answer) ? JSON.parse(text) : text,
    ...(step.upstream && { upstream: upstream.map(comparableUpstream) }),
    ...(showsDispatch(step) && { dispatched: emitted.map(asDispatched) }),
    ...(step.stored && { stored: await storedRows(request, target, emitted) }),
    ...(step.dlq && {
      dlq: target.deadLetters.slice(alreadyDead).map((letter) => asGivenUp(letter, target)),
    }),
  };
}

export function send(
  { service, method, path, headers, body }: Step['request'],
  target: Target,
): Promise<Response> {
  return target.fetch(service, withKeys(path), {
    method,
    headers: asBytes(JSON.parse(withKeys(JSON.stringify(headers))) as Record<string, string>),
    ...(body !== null && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

/** The recorded client wrote header values as UTF-8; here every character stands for a byte. */
function asBytes(headers: Readonly<Record<string, string>>): Record<string, string> {
  const bytes = (value: string) => Buffer.from(value, 'utf8').toString('latin1');
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, bytes(value)]));
}

function isJson(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('application/json') ?? false;
}

/** A registration that the proxy hands on is no event; its reply is the proxy's own. */
function showsDispatch({ dispatched, request }: Step): boolean {
  return dispatched !== undefined && !request.path.endsWith('/agents/init');
}

function recorded(step: Step): Record<string, unknown> {
  const { response, upstream, dispatched, stored, dlq } = step;
  return {
    ...response,
    ...(upstream && { upstream: upstream.map(({ request }) => comparableUpstream(request)) }),
    ...(showsDispatch(step) && { dispatched: dispatched?.map(asSummary) }),
    ...(stored && { stored }),
    ...(dlq && { dlq }),
  };
}

/** Rows of one timestamp come in no defined order: where the recording has such rows, they are compared by step. */
function comparable(step: Record<string, unknown>, hasTies: boolean): unknown {
  if (!hasTies) return step;
  const body = step.body as { events?: unknown } | null;
  return {
    ...step,
    ...(Array.isArray(step.stored) && { stored: byStep(step.stored as EventRow[]) }),
    ...(Array.isArray(body?.events) && { body: { ...body, events: byStep(body.events as EventRow[]) } }),
  };
}

function hasTies({ stored, response }: Step): boolean {
  const rows = stored ?? (response.body as { events?: unknown } | null)?.events ?? [];
  const times = (rows as EventRow[]).map(({ timestamp }) => timestamp);
  return new Set(times).size < times.length;
}

interface EventRow {
  readonly timestamp: string;
  readonly stepId: number;
}

function byStep(rows: readonly EventRow[]): EventRow[] {
  return [...rows].sort((a, b) => a.stepId - b.stepId);
}

/** The provider's own address and key are not the fake's: its path counts from `/v1`, of a key the header. */
function comparableUpstream({ method, path, headers, body }: UpstreamRequest): unknown {
  const { authorization, 'x-api-key': apiKey, ...rest } = headers;
  const compared = [
    'anthropic-version',
    'content-type',
    'user-agent',
    'anthropic-beta',
    'openai-organization',
  ];
  return {
    method,
    path: path.replace(/^.*?(?=\/v1\/)/, ''),
    headers: Object.fromEntries(Object.entries(rest).filter(([name]) => compared.includes(name))),
    credential: authorization ? 'authorization' : apiKey ? 'x-api-key' : null,
    body,
  };
}

/** What the proxy sent to the ingest API and what came of it, as far as a recording tells. */
function asDispatched(event: RecordedEvent): unknown {
  const { traceId, eventType, agentName, sent, content, metadata, externalUserId, outcome } = event;
  return {
    body: clean({
      traceId,
      eventType,
      agentName,
      ...sent,
      content,
      metadata,
      externalUserId: externalUserId ?? undefined,
    }),
    outcome:
      outcome.status === 'stored'
        ? { status: 'saved', stepId: event.stepId, parentStepId: event.parentStepId }
        : outcome.status === 'rejected'
          ? { status: outcome.httpStatus, error: outcome.error }
          : { status: outcome.status },
  };
}

/** The same of a recorded dispatch. */
function asSummary({ body, status, reply }: NonNullable<Step['dispatched']>[number]): unknown {
  const { providerId: _, ...sent } = body as Record<string, unknown>;
  const answer = reply as Record<string, unknown>;
  if (status >= 400) return { body: sent, outcome: { status, error: refusalText(answer) } };
  const { status: outcome, stepId, parentStepId = null } = answer;
  return {
    body: sent,
    outcome: outcome === 'saved' ? { status: outcome, stepId, parentStepId } : { status: outcome },
  };
}

function refusalText({ error, details }: Record<string, unknown>): unknown {
  if (!Array.isArray(details)) return error;
  return (details as { field: string; message: string }[])
    .map(({ field, message }) => (field ? `${field}: ${message}` : message))
    .join('; ');
}

async function storedRows(
  request: Step['request'],
  target: Target,
  emitted: readonly RecordedEvent[],
): Promise<unknown> {
  const traceId = emitted[0]?.traceId ?? request.headers['x-trace-id'] ?? request.headers['x-thread-id'];
  if (traceId === undefined) return [];
  const path = `/api/events?traceId=${encodeURIComponent(traceId)}&include=content,metadata`;
  const answer = await target.fetch('analyse', path, {
    headers: { authorization: withKeys('Bearer <KEY:main>') },
  });
  return ((await answer.json()) as { events: unknown }).events;
}

function asGivenUp({ event, error, attempts, recordedAs }: DeadLetter, { events }: Target): unknown {
  const representation = events.find(({ id }) => id === recordedAs)?.representation;
  const { eventType, content } = event as Record<string, unknown>;
  const given = { retryCount: attempts, lastError: error, eventType };
  // The recordings show the content of what came over the API only.
  return representation === 'proxied'
    ? { source: 'proxy', ...given }
    : clean({ source: 'analyse-http', ...given, content });
}

function clean(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}
