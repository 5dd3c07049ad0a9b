import type { EventType } from '../protocol/event-type.ts';
import type { Outcome, RecordedEvent, Representation, SentFields } from '../recording/event.ts';
import { Recording } from '../recording/recording.ts';
import { type Arrival, OpenExchange } from './open-exchange.ts';

/** A recorded event whose fate is still being decided; the recording shows it as it becomes known. */
export type OpenEvent = { -readonly [Key in keyof RecordedEvent]: RecordedEvent[Key] };

export interface ArrivedEvent {
  readonly eventType: EventType;
  readonly traceId: string;
  readonly agentName: string | null;
  readonly sent: SentFields;
  readonly content: unknown;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly externalUserId: string | null;
  readonly representation: Representation;
  /** The exchange that carried it; for proxied events the model call. */
  readonly exchange: OpenExchange | null;
}

/** Writes what the fake sees into a {@link Recording} and tells who waits that something changed. */
export class Recorder {
  readonly recording = new Recording();
  readonly #now: () => number;
  readonly #isKnownKey: (secret: string) => boolean;
  #seq = 0;
  #exchanges = 0;
  #events = 0;
  readonly #listeners = new Set<() => void>();

  constructor(now: () => number, isKnownKey: (secret: string) => boolean) {
    this.#now = now;
    this.#isKnownKey = isKnownKey;
  }

  open(arrival: Arrival): OpenExchange {
    const exchange = new OpenExchange(
      arrival,
      { id: `x${++this.#exchanges}`, seq: ++this.#seq, startedAt: this.#now() },
      this.#isKnownKey,
    );
    this.recording.exchanges.push(exchange);
    return exchange;
  }

  close(exchange: OpenExchange): void {
    exchange.endSeq = ++this.#seq;
    exchange.releaseBody();
    this.changed();
  }

  event(arrived: ArrivedEvent, outcome: Outcome): OpenEvent {
    const event: OpenEvent = {
      id: `e${++this.#events}`,
      seq: ++this.#seq,
      exchangeId: arrived.exchange?.id ?? null,
      representation: arrived.representation,
      eventType: arrived.eventType,
      traceId: arrived.traceId,
      agentName: arrived.agentName,
      sent: arrived.sent,
      spanId: arrived.sent.spanId ?? null,
      stepId: arrived.sent.stepId ?? null,
      parentStepId: arrived.sent.parentStepId ?? null,
      timestamp: arrived.sent.timestamp ?? '',
      content: arrived.content,
      metadata: arrived.metadata,
      externalUserId: arrived.externalUserId,
      outcome,
      scope: arrived.exchange?.scope ?? null,
    };
    this.recording.events.push(event);
    return event;
  }

  /** Wakes everyone who waits for something to arrive or to be decided. */
  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  /** @returns a function that stops the notifications. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  reset(): void {
    this.recording.exchanges.length = 0;
    this.recording.events.length = 0;
    this.#seq = this.#exchanges = this.#events = 0;
    this.changed();
  }
}
