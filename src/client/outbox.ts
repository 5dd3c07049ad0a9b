import { setTimeout as pause } from 'node:timers/promises';
import type { ClientConfig } from './config.ts';
import type { Decisions } from './decisions.ts';
import type { WireEvent } from './event.ts';
import type { Registration } from './registration.ts';
import { describe, post } from './transport.ts';

/** Sends events in the background: those of one trace one after the other, traces side by side. */
export class Outbox {
  readonly #config: ClientConfig;
  readonly #decisions: Decisions;
  readonly #registration: Registration;
  readonly #report: (problem: string) => void;
  readonly #lanes = new Map<string, Promise<void>>();

  constructor(
    config: ClientConfig,
    decisions: Decisions,
    registration: Registration,
    report: (problem: string) => void,
  ) {
    this.#config = config;
    this.#decisions = decisions;
    this.#registration = registration;
    this.#report = report;
  }

  /** @returns when the event is delivered or given up; it never rejects. */
  add(event: WireEvent): Promise<void> {
    const lane = this.#decisions.lane(event.traceId);
    const before = this.#lanes.get(lane) ?? Promise.resolve();
    const sent = before.then(() => this.#deliver(event));
    this.#lanes.set(lane, sent);
    void sent.then(() => {
      if (this.#lanes.get(lane) === sent) this.#lanes.delete(lane);
    });
    return sent;
  }

  /** Waits until nothing is left to send. */
  async flush(): Promise<void> {
    while (this.#lanes.size > 0) await Promise.all(this.#lanes.values());
  }

  async #deliver(event: WireEvent): Promise<void> {
    try {
      await this.#registration.standingWithin(this.#decisions.registrationLimit.events);
      for (let attempts = 1; ; attempts++) {
        const attempt = await post(
          this.#config,
          this.#decisions,
          '/events/ingest',
          this.#decisions.onTheWire(event),
        );
        if (this.#decisions.delivered(attempt)) return;
        const wait = this.#decisions.retryIn(attempt, attempts);
        if (wait === null) {
          this.#report(
            `A ${event.eventType} of trace "${event.traceId}" was not stored after ${attempts} attempt(s): ${describe(attempt)}`,
          );
          return;
        }
        await pause(wait);
      }
    } catch (error) {
      this.#report(`A ${event.eventType} of trace "${event.traceId}" was not stored: ${String(error)}`);
    }
  }
}
