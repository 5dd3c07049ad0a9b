import type { RecordedEvent } from '../recording/event.ts';
import type { Exchange } from '../recording/exchange.ts';
import type { Recording } from '../recording/recording.ts';

export type Item = Exchange | RecordedEvent;

export const isEvent = (item: Item): item is RecordedEvent => 'eventType' in item;

/** Tells of a recording that is still growing what has become final: each exchange and each event once. */
export class Completions {
  readonly #recording: Recording;
  readonly #open = new Set<Item>();
  #exchanges = 0;
  #events = 0;

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  /** What has become final since the last call, in order of arrival. */
  take(): Item[] {
    this.#notice();
    const complete = [...this.#open].filter(isComplete);
    for (const item of complete) this.#open.delete(item);
    return complete.sort(bySeq);
  }

  /** What {@link take} has not told, final or not. */
  rest(): Item[] {
    this.#notice();
    return [...this.#open].sort(bySeq);
  }

  #notice(): void {
    const { exchanges, events } = this.#recording;
    for (; this.#exchanges < exchanges.length; this.#exchanges += 1)
      this.#open.add(exchanges[this.#exchanges]!);
    for (; this.#events < events.length; this.#events += 1) this.#open.add(events[this.#events]!);
  }
}

const bySeq = (a: Item, b: Item) => a.seq - b.seq;

function isComplete(item: Item): boolean {
  if (isEvent(item)) return item.outcome.status !== 'queued';
  // A stream is answered when it begins; what it said is known when it is over.
  return item.endSeq !== null && !(item.response === undefined && isStream(item.request));
}

function isStream(request: unknown): boolean {
  return typeof request === 'object' && request !== null && 'stream' in request && request.stream === true;
}
