import type { RecordedEvent } from '../../src/recording/event.ts';
import type { DeadLetter } from '../../src/server/backend.ts';
import { withKeys } from './keys.ts';
import { isRecent, Mask } from './mask.ts';
import type { Scenario, Step, UpstreamRequest } from './scenario.ts';
import type { Target } from './target.ts';

/** A step as it was recorded and as the fake played it, both masked. */
export interface Played {
  readonly group: string;
  readonly id: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** Plays the steps of a scenario in order. */
export async function play(scenario: Scenario, target: Target): Promise<Played[]> {
  const sent = JSON.stringify(scenario.steps.map(({ request }) => request));
  const masks = { expected: new Mask(sent), actual: new Mask(sent) };
  const played: Played[] = [];
  const given = target.deadLetters.length;
  for (const step of scenario.steps) {
    const actual = await playStep(step, target, given);
    played.push({
      group: scenario.group,
      id: step.id,
      expected: masks.expected.apply(comparable(recorded(step))),
      actual: masks.actual.apply(comparable(actual)),
    });
  }
  return played;
}

/** @param alreadyDead How many dead letters there were before the scenario. */
async function playStep(step: Step, target: Target, alreadyDead: number): Promise<Record<string, unknown>> {
  const upstream: UpstreamRequest[] = [];
  const answers = (step.upstream ?? []).map(({ response }) => response);
  target.upstream((request) => {
    upstream.push(request);
    return answers.shift() ?? { error: 'the recording has no answer for this call' };
  });
  const { request, response } = step;
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
    ...(step.dispatched && { dispatched: emitted.map(asDispatched) }),
    ...(step.stored && { stored: await storedRows(step, target, emitted) }),
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
    headers: JSON.parse(withKeys(JSON.stringify(headers))) as Record<string, string>,
    ...(body !== null && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

function isJson(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('application/json') ?? false;
}

function recorded(step: Step): Record<string, unknown> {
  const { response, upstream, dispatched, stored, dlq } = step;
  return {
    ...response,
    ...(upstream && { upstream: upstream.map(({ request }) => comparableUpstream(request)) }),
    ...(dispatched && { dispatched: dispatched.map(asSummary) }),
    ...(stored && { stored }),
    ...(dlq && { dlq }),
  };
}

/** Rows that were sent with one timestamp come in no defined order: they are compared by step. */
function comparable(step: Record<string, unknown>): unknown {
  const body = step.body as { events?: unknown } | null;
  return {
    ...step,
    ...(Array.isArray(step.stored) && { stored: inOrder(step.stored as EventRow[]) }),
    ...(Array.isArray(body?.events) && { body: { ...body, events: inOrder(body.events as EventRow[]) } }),
  };
}

interface EventRow {
  readonly timestamp: string;
  readonly stepId: number;
}

function inOrder(rows: readonly EventRow[]): EventRow[] {
  return rows
    .map((row, index) => ({ row, index }))
    .sort((a, b) =>
      a.row.timestamp === b.row.timestamp && !isRecent(a.row.timestamp)
        ? a.row.stepId - b.row.stepId
        : a.index - b.index,
    )
    .map(({ row }) => row);
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

async function storedRows(step: Step, target: Target, emitted: readonly RecordedEvent[]): Promise<unknown> {
  const traceId =
    emitted[0]?.traceId ?? step.request.headers['x-trace-id'] ?? step.request.headers['x-thread-id'];
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
  return clean({
    source: representation === 'proxied' ? 'proxy' : 'analyse-http',
    retryCount: attempts,
    lastError: error,
    eventType,
    content,
  });
}

function clean(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}
