import { contentHash, type HashedFields } from '../../protocol/content-hash.ts';
import type { EventType } from '../../protocol/event-type.ts';
import type { Ids } from '../ids.ts';
import type { OpenEvent } from '../recorder.ts';
import { asJsonb } from './jsonb.ts';
import { normaliseContent } from './normalise/index.ts';

/** Under which key an event is found again: the client's, or the hash of its content, made when somebody asks. */
export type StoredKey =
  | { readonly given: string }
  /** `text` stands for the fields when events are compared: see {@link comparisonText}. */
  | { readonly hashed: HashedFields; readonly text: string };

export interface Row {
  readonly traceId: string;
  readonly spanId: string;
  readonly stepId: number;
  readonly parentStepId: number | undefined;
  readonly eventType: EventType;
  /** Milliseconds since the epoch: sent, or the time of processing. */
  readonly timestamp: number;
  readonly createdAt: number;
  readonly userId: string;
  readonly providerId: string;
  readonly externalUserId: string | undefined;
  /** As sent. */
  readonly content: unknown;
  /** As sent. */
  readonly metadata: Readonly<Record<string, unknown>> | undefined;
  readonly key: StoredKey | undefined;
  /**
   * Rows of one timestamp are listed by this number, larger first: the database has no order for them, but what takes it
   * some milliseconds happens here within one.
   */
  readonly tieBreak: number;
  readonly recorded: OpenEvent;
}

/** A row of the backend's event table. What costs something to derive is derived when it is read. */
export class StoredEvent {
  readonly row: Row;
  readonly #ids: Ids;
  #id: string | undefined;
  #hash: string | undefined;

  constructor(row: Row, ids: Ids) {
    this.row = row;
    this.#ids = ids;
  }

  get id(): string {
    return (this.#id ??= this.#ids.uuid());
  }

  /** Normalised, keys in the database's order; `null` where none was sent. */
  get content(): unknown {
    return this.row.content === undefined ? null : asJsonb(normaliseContent(this.row));
  }

  get metadata(): unknown {
    const key = this.key;
    if (key === undefined) return this.row.metadata === undefined ? null : asJsonb(this.row.metadata);
    return asJsonb({ ...this.row.metadata, idempotencyKey: key });
  }

  /** The key that the backend stores over the client's; `undefined` for tool events without one. */
  get key(): string | undefined {
    const { key } = this.row;
    if (!key) return undefined;
    return 'given' in key ? key.given : (this.#hash ??= contentHash(key.hashed));
  }
}
