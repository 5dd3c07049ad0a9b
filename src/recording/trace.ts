import type { RecordedEvent } from './event.ts';
import type { Exchange } from './exchange.ts';
import type { Recording } from './recording.ts';

/** What a recording is able to tell. A rule that needs more than there is says "not applicable" instead of passing. */
export interface Evidence {
  /** HTTP requests were seen. False for exported events. */
  readonly exchanges: boolean;
  /** It is known which fields the sender set and which attempts failed. False for exported rows. */
  readonly sentFields: boolean;
  /** Registration (agent init) was seen. */
  readonly registration: boolean;
}

export const FULL_EVIDENCE: Evidence = { exchanges: true, sentFields: true, registration: true };
export const STORED_ROWS_ONLY: Evidence = { exchanges: false, sentFields: false, registration: false };

/** What the reader of a file knows of all texts of a trace, so that rules need not look at each of them. */
export interface KnownTexts {
  /** None can be a secret key. */
  readonly withoutKeys: boolean;
  /** None has a character that cannot be stored: U+0000, half of a surrogate pair. */
  readonly storable: boolean;
}

const NOTHING_KNOWN: KnownTexts = { withoutKeys: false, storable: false };

/**
 * Everything that was seen of one trace, in order of arrival. `id: null` collects the exchanges that reached no trace
 * (a proxied call refused for a missing header, an unknown route).
 */
export class Trace {
  readonly id: string | null;
  readonly evidence: Evidence;
  /** Every event that was sent, stored or not. */
  readonly attempts: readonly RecordedEvent[];
  /** Model calls that landed in this trace and ingest calls whose events are all of this trace. */
  readonly exchanges: readonly Exchange[];
  /** The recording it is a view of, when there is one: a trace may also be put together from a file. */
  readonly recording: Recording | undefined;
  readonly knownTexts: KnownTexts;
  /** What was computed from it, see `perTrace`. @internal */
  readonly views: unknown[] = [];
  #events: readonly RecordedEvent[] | undefined;
  #exchangesById: ReadonlyMap<string, Exchange> | undefined;

  constructor(
    id: string | null,
    attempts: readonly RecordedEvent[],
    exchanges: readonly Exchange[],
    evidence: Evidence,
    recording?: Recording,
    knownTexts: KnownTexts = NOTHING_KNOWN,
  ) {
    this.id = id;
    this.attempts = attempts;
    this.exchanges = exchanges;
    this.evidence = evidence;
    this.recording = recording;
    this.knownTexts = knownTexts;
  }

  /** What was stored, in order of arrival. */
  get events(): readonly RecordedEvent[] {
    return (this.#events ??= this.attempts.every(isStored) ? this.attempts : this.attempts.filter(isStored));
  }

  /** The exchange that carried an event of this trace, also when it carried events of other traces too. */
  carrier(event: RecordedEvent): Exchange | undefined {
    if (event.exchangeId === null) return undefined;
    this.#exchangesById ??= new Map(this.exchanges.map((exchange) => [exchange.id, exchange]));
    return this.#exchangesById.get(event.exchangeId) ?? this.recording?.exchange(event.exchangeId);
  }

  /** Whether events were read from an exchange, of this trace or of others. */
  hasEvents({ id }: Exchange): boolean {
    return this.recording?.hasEvents(id) ?? this.attempts.some((event) => event.exchangeId === id);
  }
}

function isStored({ outcome }: RecordedEvent): boolean {
  return outcome.status === 'stored';
}
