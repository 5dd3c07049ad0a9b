import type { Reply } from '../backend.ts';
import type { Engine } from './engine.ts';
import { bounded, included } from './read-events.ts';
import { asRecord } from './record.ts';
import type { StoredEvent } from './stored-event.ts';
import type { Owner } from './tenants.ts';
import type { TraceRow } from './trace-row.ts';

const NOT_FOUND: Reply = { status: 404, body: { success: false, error: 'Thread not found' } };

/** `GET /api/threads…`: traces under their other name, those of the key's tenant. */
export class Threads {
  readonly #engine: Engine;
  /** Threads that were read before: a second read is answered from a cache that kept less. */
  readonly #read = new WeakMap<TraceRow, number>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  list(query: URLSearchParams, owner: Owner): Reply {
    const period: number[] = [];
    for (const name of ['startDate', 'endDate']) {
      const text = query.get(name);
      const time = text === null ? NaN : Date.parse(text);
      if (text && Number.isNaN(time))
        return { status: 400, body: { success: false, error: `Invalid ${name}` } };
      period.push(time);
    }
    const [start = NaN, end = NaN] = period;
    const matching = [...this.#engine.traces.values()]
      .filter((trace) => belongsTo(trace, owner))
      .filter(({ createdAt }) => !(createdAt < start) && !(createdAt > end))
      .filter(({ version: { agent }, externalUserId }) => {
        const wanted = { agentName: agent.name, agentId: agent.id, externalUserId };
        return Object.entries(wanted).every(([name, value]) => !query.get(name) || query.get(name) === value);
      })
      .reverse();
    const count = bounded(query.get('count'), { fallback: 20, min: 1, max: 100 });
    const page = bounded(query.get('page'), { fallback: 1, min: 1, max: Infinity });
    const shown = matching.slice((page - 1) * count, page * count);
    const total = matching.length;
    const totalPages = Math.ceil(total / count);
    return {
      status: 200,
      body: {
        success: true,
        threads: shown.map((trace) => summaryOf(trace, included(query.get('include')))),
        pagination: { total, count, page, totalPages, hasMore: page < totalPages },
      },
    };
  }

  read(id: string, query: URLSearchParams, owner: Owner): Reply {
    const trace = this.#engine.traces.get(id);
    if (!trace || !belongsTo(trace, owner)) return NOT_FOUND;
    const cached = this.#read.get(trace) === trace.events.length;
    this.#read.set(trace, trace.events.length);
    const include = included(query.get('eventInclude'));
    const limit = bounded(query.get('eventLimit'), { fallback: 200, min: 1, max: 1000 });
    const offset = bounded(query.get('eventOffset'), { fallback: 0, min: 0, max: Infinity });
    const events = byStep(trace.events).slice(offset, offset + limit);
    return {
      status: 200,
      body: {
        success: true,
        ...summaryOf(trace, included(query.get('include'))),
        events: events.map((event) => eventOf(event, include, cached)),
      },
    };
  }

  /** Of any tenant. */
  graph(id: string): Reply {
    const trace = this.#engine.traces.get(id);
    if (!trace) return NOT_FOUND;
    const events = byStep(trace.events);
    const stepIds = new Map(events.map(({ row, id }) => [row.stepId as number | undefined, id]));
    return {
      status: 200,
      body: {
        threadId: id,
        graph: {
          nodes: events.map(({ row, id }) => ({
            id,
            type: row.eventType,
            stepId: row.stepId,
            spanId: row.spanId,
          })),
          edges: events.flatMap(({ row, id }) => {
            const parent = stepIds.get(row.parentStepId);
            return parent === undefined ? [] : [{ source: parent, target: id }];
          }),
        },
      },
    };
  }
}

function belongsTo({ version: { agent } }: TraceRow, owner: Owner): boolean {
  return agent.owner.userId === owner.userId && agent.owner.environmentId === owner.environmentId;
}

function byStep(events: readonly StoredEvent[]): StoredEvent[] {
  return [...events].sort((a, b) => a.row.stepId - b.row.stepId);
}

function summaryOf(trace: TraceRow, include: ReadonlySet<string>): Record<string, unknown> {
  const { agent } = trace.version;
  const usages = trace.events.map(({ row }) => asRecord(row.metadata?.usage));
  const models = trace.events
    .map(({ row }) => row.metadata?.model)
    .filter((model) => typeof model === 'string');
  const registered = asRecord(trace.version.metadata);
  return {
    threadId: trace.id,
    agentId: agent.id,
    agentName: agent.name,
    agentVersionId: trace.version.id,
    providerId: trace.providerId,
    externalUserId: trace.externalUserId ?? null,
    sampledOut: false,
    eventCount: trace.events.length,
    totalTokens: usages.reduce((total, usage) => total + tokensOf(usage), 0),
    errorCount: trace.events.filter(({ row }) => row.eventType === 'error').length,
    models: [...new Set(models)],
    createdAt: new Date(trace.createdAt).toISOString(),
    ...(include.has('systemPrompt') && { systemPrompt: registered?.systemPrompt ?? null }),
    ...(include.has('tools') && { tools: registered?.tools ?? [] }),
    ...(include.has('metadata') && { metadata: registered ?? null }),
  };
}

/** Prompt and completion come before a total that a client gives. */
function tokensOf(usage: Readonly<Record<string, unknown>> | undefined): number {
  const prompt = usage?.promptTokens ?? usage?.inputTokens;
  const completion = usage?.completionTokens ?? usage?.outputTokens;
  if (prompt === undefined && completion === undefined) return Number(usage?.totalTokens ?? 0) || 0;
  return (Number(prompt ?? 0) || 0) + (Number(completion ?? 0) || 0);
}

function eventOf(event: StoredEvent, include: ReadonlySet<string>, cached: boolean): Record<string, unknown> {
  const { row, id } = event;
  return {
    id,
    eventType: row.eventType,
    spanId: row.spanId,
    stepId: row.stepId,
    parentStepId: row.parentStepId ?? null,
    timestamp: new Date(row.timestamp).toISOString(),
    ...(include.has('content') && { content: event.content }),
    ...(include.has('metadata') && !cached && { metadata: event.metadata }),
  };
}
