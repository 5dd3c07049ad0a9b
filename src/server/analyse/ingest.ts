import type { IngestEvent } from '../../protocol/ingest-event.ts';
import { type EventReply, SKIPPED_MESSAGE } from '../../protocol/ingest-reply.ts';
import type { Outcome } from '../../recording/event.ts';
import type { Backend, DeadLetter, Reply, Sender } from '../backend.ts';
import type { OpenEvent } from '../recorder.ts';
import { recordArrival, recordArrivals, type Reading } from './arrivals.ts';
import { Engine, type Processed } from './engine.ts';
import { Queue, TRIES } from './queue.ts';
import { Refused, storageFailure } from './refused.ts';
import { type Validated, validateEvents, validateToolResults } from './validate.ts';

interface Work {
  readonly event: IngestEvent;
  readonly sender: Sender;
  readonly recorded: OpenEvent;
}

/** Takes events in, at once or through the queue, and keeps the recording in step with what becomes of them. */
export class Ingest {
  readonly engine: Engine;
  readonly deadLetters: DeadLetter[] = [];
  readonly #backend: Backend;
  readonly #queue: Queue<Work>;

  constructor(backend: Backend) {
    this.#backend = backend;
    this.engine = new Engine(backend);
    this.#queue = new Queue<Work>({
      perform: (work) => {
        this.#process(work);
      },
      giveUp: (work, error) => {
        this.#giveUp(work, error);
      },
      drained: () => {
        backend.recorder.changed();
      },
    });
  }

  get idle(): boolean {
    return this.#queue.idle;
  }

  reset(): void {
    this.#queue.clear();
    this.engine.reset();
    this.deadLetters.length = 0;
  }

  /** `POST /api/events/ingest`. */
  ingest(body: unknown, sender: Sender): Reply {
    const validated = validateEvents(body);
    if (!validated.ok) return this.#refuse(body, validated.details, sender);
    const { events } = validated;
    if (events.length === 0 || this.#backend.options.ingest !== 'direct') {
      for (const event of events) this.#enqueue(event, sender);
      return accepted(events.length);
    }
    return this.#save(validated, sender);
  }

  /** From the proxy: over the API without a queue, else straight into the queue, where nothing is validated. */
  fromProxy(body: unknown, sender: Sender): Reply {
    if (this.#backend.options.ingest === 'direct') return this.ingest(body, sender);
    this.#enqueue(body as IngestEvent, sender);
    return accepted(1);
  }

  /** `POST /api/events`: always at once. */
  save(body: unknown, sender: Sender): Reply {
    const validated = validateEvents(body);
    return validated.ok ? this.#save(validated, sender) : this.#refuse(body, validated.details, sender);
  }

  /** `POST /api/events/tool-result`: always at once, always a `tool_call_response`. */
  saveToolResults(body: unknown, sender: Sender): Reply {
    const validated = validateToolResults(body);
    if (validated.ok) return this.#save(validated, sender);
    return this.#refuse(body, validated.details, sender, { as: 'tool_call_response' });
  }

  #refuse(
    body: unknown,
    details: (Validated & { ok: false })['details'],
    sender: Sender,
    reading?: Reading,
  ): Reply {
    const error = details.map(({ field, message }) => (field ? `${field}: ${message}` : message)).join('; ');
    recordArrivals(
      this.#backend.recorder,
      body,
      sender,
      { status: 'rejected', httpStatus: 400, error },
      reading,
    );
    return { status: 400, body: { error: 'Validation failed', details } };
  }

  #enqueue(event: IngestEvent, sender: Sender): void {
    const recorded = recordArrival(this.#backend.recorder, event, sender, QUEUED);
    this.#queue.push({ event, sender, recorded });
  }

  /** All elements run; the first failure decides the reply, those of a missing model before the others. */
  #save({ events, isArray }: Validated & { ok: true }, sender: Sender): Reply {
    const replies: EventReply[] = [];
    let failure: Refused | undefined;
    for (const event of events) {
      const recorded = recordArrival(this.#backend.recorder, event, sender, QUEUED);
      try {
        replies.push(replyFor(this.#process({ event, sender, recorded })));
      } catch (error) {
        const refused = asRefused(error);
        recorded.outcome = { status: 'rejected', httpStatus: refused.status, error: refused.reply };
        if (!failure || (refused.status === 400 && failure.status !== 400)) failure = refused;
      }
    }
    this.#backend.recorder.changed();
    if (failure) return { status: failure.status, body: { error: failure.reply } };
    return { status: 201, body: isArray ? replies : replies[0] };
  }

  #process({ event, sender, recorded }: Work): Processed {
    const processed = this.engine.process(event, sender, recorded);
    settle(recorded, processed);
    return processed;
  }

  #giveUp({ event, recorded }: Work, error: unknown): void {
    const { message } = asRefused(error);
    recorded.outcome = { status: 'dead-letter', error: message };
    this.deadLetters.push({ event, error: message, attempts: TRIES, recordedAs: recorded.id });
  }
}

// What nearly every event gets is kept once, not once an event.
const QUEUED: Outcome = Object.freeze({ status: 'queued' });
const STORED: Outcome = Object.freeze({ status: 'stored' });

const ONE_ACCEPTED: Reply = Object.freeze({ status: 202, body: Object.freeze(acceptedBody(1)) });

function accepted(queuedCount: number): Reply {
  return queuedCount === 1 ? ONE_ACCEPTED : { status: 202, body: acceptedBody(queuedCount) };
}

function acceptedBody(queuedCount: number): Record<string, unknown> {
  return { success: true, accepted: true, queuedCount };
}

/** Writes into the recording what became of an event. */
function settle(recorded: OpenEvent, processed: Processed): void {
  if (processed.status === 'sampled_out') {
    recorded.outcome = { status: 'sampled_out', message: processed.message };
    return;
  }
  const { row } = processed.event;
  if (processed.status === 'skipped') {
    recorded.outcome = { status: 'skipped', by: processed.by, duplicateOf: row.recorded.id };
    return;
  }
  recorded.outcome = STORED;
  recorded.spanId = row.spanId;
  recorded.stepId = row.stepId;
  recorded.parentStepId = row.parentStepId ?? null;
  recorded.timestamp = new Date(row.timestamp).toISOString();
}

function replyFor(processed: Processed): EventReply {
  if (processed.status === 'sampled_out') {
    const { status, message, spanId } = processed;
    return { id: null, status, ...(spanId !== undefined && { spanId }), message };
  }
  const { id } = processed.event;
  const { stepId, parentStepId, spanId } = processed.event.row;
  if (processed.status === 'skipped') {
    return {
      id,
      status: 'skipped',
      stepId,
      parentStepId: parentStepId ?? null,
      spanId,
      message: SKIPPED_MESSAGE,
    };
  }
  return { id, status: 'saved', stepId, ...(parentStepId !== undefined && { parentStepId }), spanId };
}

/** Whatever else goes wrong in the database's place (a structure too deep to write down) is a failure to store. */
function asRefused(error: unknown): Refused {
  if (error instanceof Refused) return error;
  return storageFailure(error instanceof Error ? error.message : String(error));
}
