import type { RecordedEvent } from './event.ts';
import type { Exchange } from './exchange.ts';
import { type Evidence, FULL_EVIDENCE, Trace } from './trace.ts';

/** What was seen, in order of arrival. Plain data: a live fake appends to it, files are read into it. */
export class Recording {
  readonly exchanges: Exchange[];
  /** Every event that was sent, stored or not. See {@link Trace.events} for what was stored. */
  readonly events: RecordedEvent[];
  readonly evidence: Evidence;
  readonly #exchangesById = new Map<string, Exchange>();
  #indexed = 0;
  readonly #carriers = new Set<string | null>();
  #carried = 0;

  constructor(
    init: {
      exchanges?: Exchange[];
      events?: RecordedEvent[];
      evidence?: Evidence;
    } = {},
  ) {
    this.exchanges = init.exchanges ?? [];
    this.events = init.events ?? [];
    this.evidence = init.evidence ?? FULL_EVIDENCE;
  }

  /** One trace; empty when nothing of it was seen. */
  trace(id: string): Trace {
    return new Trace(
      id,
      this.events.filter((event) => event.traceId === id),
      this.exchanges.filter((exchange) => exchange.traceId === id),
      this.evidence,
      this,
    );
  }

  exchange(id: string): Exchange | undefined {
    // A live recording grows, and `reset()` empties it.
    if (this.exchanges.length < this.#indexed) {
      this.#exchangesById.clear();
      this.#indexed = 0;
    }
    for (; this.#indexed < this.exchanges.length; this.#indexed += 1) {
      const exchange = this.exchanges[this.#indexed];
      if (exchange) this.#exchangesById.set(exchange.id, exchange);
    }
    return this.#exchangesById.get(id);
  }

  /** Whether events were read from an exchange. */
  hasEvents(exchangeId: string): boolean {
    if (this.events.length < this.#carried) {
      this.#carriers.clear();
      this.#carried = 0;
    }
    for (; this.#carried < this.events.length; this.#carried += 1)
      this.#carriers.add(this.events[this.#carried]!.exchangeId);
    return this.#carriers.has(exchangeId);
  }

  /** All traces in order of first arrival; exchanges that reached no trace come last, under the id `null`. */
  get traces(): Trace[] {
    const byId = new Map<string | null, { events: RecordedEvent[]; exchanges: Exchange[] }>();
    const entry = (id: string | null) => {
      let found = byId.get(id);
      if (!found) byId.set(id, (found = { events: [], exchanges: [] }));
      return found;
    };
    const ordered = [...this.exchanges, ...this.events].sort((a, b) => a.seq - b.seq);
    for (const item of ordered) {
      if ('eventType' in item) entry(item.traceId).events.push(item);
      else entry(item.traceId).exchanges.push(item);
    }
    const unattributed = byId.get(null);
    byId.delete(null);
    if (unattributed) byId.set(null, unattributed);
    return [...byId].map(([id, seen]) => new Trace(id, seen.events, seen.exchanges, this.evidence, this));
  }
}
