import type { IngestEvent } from '../../protocol/ingest-event.ts';
import { REFUSALS } from '../../protocol/ingest-reply.ts';
import type { Backend, Sender } from '../backend.ts';
import type { OpenEvent } from '../recorder.ts';
import { type AgentVersion, Agents } from './agents.ts';
import { autoInitMetadata } from './auto-init.ts';
import { assertInteger, assertMetadataColumns, assertText } from './columns.ts';
import { assertStorable } from './jsonb.ts';
import { normaliseContent } from './normalise/index.ts';
import { asRecord } from './record.ts';
import { Refused, storageFailure } from './refused.ts';
import { samplingPosition } from './sampling.ts';
import { StoredEvent, type Row, type StoredKey } from './stored-event.ts';
import { isKnownProvider, type Owner } from './tenants.ts';
import { splitToolCall } from './tool-call.ts';
import { comparisonText, TraceRow } from './trace-row.ts';

/** What became of an event that was not refused. */
export type Processed =
  | { readonly status: 'saved'; readonly event: StoredEvent }
  | { readonly status: 'skipped'; readonly event: StoredEvent; readonly by: 'key' | 'content' }
  | { readonly status: 'sampled_out'; readonly message: string; readonly spanId?: string };

/** The backend's tables, and what it does with one event at a time. */
export class Engine {
  readonly agents: Agents;
  readonly traces = new Map<string, TraceRow>();
  readonly events: StoredEvent[] = [];
  /** The events below `#indexed`: only readers ask for ids, and few tests read. */
  readonly #byId = new Map<string, StoredEvent>();
  #indexed = 0;
  readonly #backend: Backend;
  readonly #spanLimit: number;
  #tieBreak = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
    this.#spanLimit = backend.options.limits?.spansPerAgent ?? Infinity;
    this.agents = new Agents({
      ids: backend.ids,
      now: backend.now,
      perAccount: backend.options.limits?.agentsPerAccount ?? Infinity,
      defaultRate: backend.options.sampling ?? 1,
    });
  }

  event(id: string): StoredEvent | undefined {
    for (; this.#indexed < this.events.length; this.#indexed++) {
      const event = this.events[this.#indexed]!;
      this.#byId.set(event.id, event);
    }
    return this.#byId.get(id.toLowerCase());
  }

  reset(): void {
    this.agents.reset();
    this.traces.clear();
    this.events.length = 0;
    this.#byId.clear();
    this.#indexed = 0;
    this.#tieBreak = 0;
  }

  /**
   * The steps of the backend, in its order: sampling comes before the conflict, the conflict before the look for
   * duplicates, and the row of a trace stays when its event fails.
   * @throws Refused with what a synchronous sender is told.
   */
  process(event: IngestEvent, sender: Sender, recorded: OpenEvent): Processed {
    assertModel(event);
    const owner = ownerOf(event, sender);
    const userId = event.userId ?? sender.identity.userId;
    const known = this.traces.get(event.traceId);
    if (!known) {
      const rejection = this.#judgeNewTrace(event, owner, userId);
      if (rejection) return { status: 'sampled_out', message: rejection };
    }
    const version = this.#resolveAgent(event, owner);
    if (known && known.version !== version)
      throw new Refused(REFUSALS.conflict.status, REFUSALS.conflict.error);
    const externalUserId = event.externalUserId || sender.externalUserId || undefined;
    const providerId = (event.providerId ?? sender.identity.providerId).toLowerCase();
    const trace = known ?? this.#createTrace(event, version, externalUserId, providerId);

    const { agent } = version;
    if (event.spanId && agent.spans.size >= this.#spanLimit && !agent.spans.has(event.spanId)) {
      const message = `Span rejected by agent limit (${agent.spans.size}/${this.#spanLimit})`;
      return { status: 'sampled_out', spanId: event.spanId, message };
    }

    const key = keyOf(event, userId);
    if (key) {
      const by = 'given' in key ? 'key' : 'content';
      const first = 'given' in key ? trace.findByKey(key.given) : trace.findByContent(key);
      if (first) return { status: 'skipped', event: first, by };
    }

    const { stepId, parentStepId } = resolveStep(event, trace);
    const now = trace.processedAt(this.#backend.now());
    const row: Row = {
      traceId: event.traceId,
      spanId: event.spanId || this.#backend.ids.ingestSpan(),
      stepId,
      parentStepId,
      eventType: event.eventType,
      timestamp: event.timestamp === undefined ? now : Date.parse(event.timestamp),
      createdAt: now,
      userId: owner.userId,
      providerId,
      externalUserId,
      content: event.content,
      metadata: event.metadata,
      key,
      tieBreak: ++this.#tieBreak,
      recorded,
    };
    const rows = event.eventType === 'tool_call' ? splitToolCall(row, trace, this.#backend) : [row];
    for (const each of rows) assertRow(each, sender.bodyIsPlain);
    // The two rows of a tool_call leave the typed columns empty.
    if (rows.length === 1) assertTypedColumns(row);
    const stored = rows.map((each) => new StoredEvent(each, this.#backend.ids));
    for (const each of stored) {
      trace.add(each);
      if (this.#spanLimit !== Infinity) agent.spans.add(each.row.spanId);
      this.events.push(each);
    }
    return { status: 'saved', event: stored[0]! };
  }

  /** Why a trace that has no row yet is not let in; `undefined` lets it in. The first event of an agent always is. */
  #judgeNewTrace(event: IngestEvent, owner: Owner, userId: string): string | undefined {
    const agent = this.agents.find(owner, event.agentName);
    if (!agent) return undefined;
    const version = this.agents.latest(agent);
    if (version.samplingRate < 1) {
      const position = samplingPosition({
        traceId: event.traceId,
        userId,
        environmentId: event.environmentId ?? owner.environmentId,
        agentName: event.agentName,
      });
      if (position > version.samplingRate) {
        return `Trace rejected by sampling (rate: ${version.samplingRate.toFixed(2)}, hash: ${position.toFixed(4)})`;
      }
    }
    const { tracesPerVersion = Infinity, tracesPerAgent = Infinity } = this.#backend.options.limits ?? {};
    if (version.traces >= tracesPerVersion) {
      return `Trace rejected by entity limit (${version.traces}/${tracesPerVersion})`;
    }
    if (agent.traces >= tracesPerAgent)
      return `Trace rejected by agent limit (${agent.traces}/${tracesPerAgent})`;
    return undefined;
  }

  #resolveAgent(event: IngestEvent, owner: Owner): AgentVersion {
    const agent = this.agents.find(owner, event.agentName);
    if (agent) return this.agents.latest(agent);
    assertText('name', event.agentName, 255);
    const metadata = autoInitMetadata(event);
    assertStorable(metadata);
    return this.agents.register(owner, event.agentName, metadata).version;
  }

  #createTrace(
    event: IngestEvent,
    version: AgentVersion,
    externalUserId: string | undefined,
    providerId: string,
  ): TraceRow {
    assertText('id', event.traceId, 128);
    assertText('externalUserId', externalUserId, 255);
    assertText('model', event.metadata?.model, 255);
    assertText('systemPrompt', event.metadata?.systemPrompt);
    const trace = new TraceRow({
      id: event.traceId,
      version,
      createdAt: this.#backend.now(),
      externalUserId,
      providerId,
    });
    this.traces.set(trace.id, trace);
    version.traces++;
    version.agent.traces++;
    return trace;
  }
}

function ownerOf(event: IngestEvent, { identity }: Sender): Owner {
  if (!event.userId && !event.projectId && !event.environmentId) return identity;
  return {
    userId: (event.userId ?? identity.userId).toLowerCase(),
    projectId: (event.projectId ?? identity.projectId).toLowerCase(),
    environmentId: (event.environmentId ?? identity.environmentId).toLowerCase(),
  };
}

/** An `llm_response` or `embedding_response` names its model, then its provider. */
function assertModel({ eventType, metadata }: IngestEvent): void {
  if (eventType !== 'llm_response' && eventType !== 'embedding_response') return;
  for (const field of ['model', 'provider']) {
    if (metadata?.[field]) continue;
    throw new Refused(
      400,
      `MISSING_${field.toUpperCase()}: ${eventType} events require "${field}" in metadata`,
    );
  }
}

/** Under which key an event is looked up and stored; tool events have none unless they bring one. */
function keyOf(event: IngestEvent, userId: string): StoredKey | undefined {
  if (event.idempotencyKey) return { given: event.idempotencyKey };
  if (event.eventType === 'tool_call_request' || event.eventType === 'tool_call_response') return undefined;
  const { traceId, eventType, parentStepId, content } = event;
  const hashed = { traceId, eventType, userId, parentStepId, content };
  return { hashed, text: comparisonText(hashed) };
}

/** A step given is used as it is; without one the event follows the highest step, and a parent given is ignored. */
function resolveStep(event: IngestEvent, trace: TraceRow): Pick<Row, 'stepId' | 'parentStepId'> {
  if (event.stepId !== undefined) {
    const before = event.stepId > 1 ? event.stepId - 1 : undefined;
    return { stepId: event.stepId, parentStepId: event.parentStepId ?? before };
  }
  const last = trace.lastStep;
  return { stepId: (last ?? 0) + 1, parentStepId: last };
}

const YEAR_1 = Date.parse('0001-01-01T00:00:00.000Z');

/** @throws Refused when the database would refuse the row. */
function assertRow(row: Row, isPlain: boolean): void {
  assertInteger(row.stepId);
  assertInteger(row.parentStepId);
  assertText('spanId', row.spanId, 128);
  assertText('externalUserId', row.externalUserId, 255);
  if (!isKnownProvider(row.providerId)) {
    throw storageFailure('insert or update on table "trace_events" violates foreign key constraint');
  }
  if (row.timestamp < YEAR_1) throw storageFailure('date/time field value out of range');
  if (row.metadata) assertText('systemPrompt', row.metadata.systemPrompt);
  if (isPlain) return;
  if (row.metadata) assertStorable(row.metadata);
  if (row.key && 'given' in row.key) assertStorable(row.key.given);
  if (typeof row.content === 'string') assertStorable(row.content);
  else if (typeof row.content === 'object') assertStorable(normaliseContent(row));
}

function assertTypedColumns(row: Row): void {
  if (row.metadata) assertMetadataColumns(row.metadata);
  if (typeof row.content !== 'object' || row.content === null) return;
  assertText('finishReason', asRecord(normaliseContent(row))?.finishReason, 100);
}
