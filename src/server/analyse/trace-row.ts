import { createHash } from 'node:crypto';
import { contentHash, type HashedFields } from '../../protocol/content-hash.ts';
import type { AgentVersion } from './agents.ts';
import type { StoredEvent } from './stored-event.ts';

/** Longer comparison texts are kept as digests, so that a large content is not held twice. */
const LONGEST_KEPT_TEXT = 2048;
const LOOKS_LIKE_A_HASH = /^hash_[0-9a-f]{64}$/;

/** A trace with its events and the indexes that keep every look-up independent of the trace's length. */
export class TraceRow {
  readonly id: string;
  /** The version that was the latest when the first event arrived. Later events must resolve to the same one. */
  readonly version: AgentVersion;
  readonly createdAt: number;
  readonly externalUserId: string | undefined;
  readonly providerId: string;
  readonly events: StoredEvent[] = [];
  #lastProcessed = -Infinity;
  readonly #byKey = new Map<string, StoredEvent>();
  readonly #byContent = new Map<string, StoredEvent>();
  #lastStep: number | undefined;
  /** Distinct steps, ascending, and the first event of each, of the events below `#stepsIndexed`: `tool_call` asks. */
  readonly #steps: number[] = [];
  readonly #byStep = new Map<number, StoredEvent>();
  #stepsIndexed = 0;
  /** Content hashes are only computed once a client sends a key that looks like one. */
  #hashesIndexed = 0;
  readonly #byHash = new Map<string, StoredEvent>();
  #hasHashLikeKey = false;

  constructor(init: {
    id: string;
    version: AgentVersion;
    createdAt: number;
    externalUserId: string | undefined;
    providerId: string;
  }) {
    this.id = init.id;
    this.version = init.version;
    this.createdAt = init.createdAt;
    this.externalUserId = init.externalUserId;
    this.providerId = init.providerId;
  }

  /**
   * The time of processing of the trace's next event. The real backend takes milliseconds for one, so no two events of a
   * trace share a time; here they would.
   */
  processedAt(now: number): number {
    return (this.#lastProcessed = Math.max(now, this.#lastProcessed + 1));
  }

  get lastStep(): number | undefined {
    return this.#lastStep;
  }

  /** The event of the highest step below this one. */
  eventBefore(step: number): StoredEvent | undefined {
    for (; this.#stepsIndexed < this.events.length; this.#stepsIndexed++) {
      this.#indexStep(this.events[this.#stepsIndexed]!);
    }
    const before = this.#steps[lowerBound(this.#steps, step) - 1];
    return before === undefined ? undefined : this.#byStep.get(before);
  }

  /** The first stored event whose key is this text, whoever chose it. */
  findByKey(key: string): StoredEvent | undefined {
    const found = this.#byKey.get(key);
    if (found || !LOOKS_LIKE_A_HASH.test(key)) return found;
    for (; this.#hashesIndexed < this.events.length; this.#hashesIndexed++) {
      const event = this.events[this.#hashesIndexed]!;
      if (event.row.key && 'hashed' in event.row.key) this.#byHash.set(event.key!, event);
    }
    return this.#byHash.get(key);
  }

  /** The stored event of equal content, by the rule of the content hash but without computing it. */
  findByContent({ hashed, text }: { hashed: HashedFields; text: string }): StoredEvent | undefined {
    return (
      this.#byContent.get(text) ?? (this.#hasHashLikeKey ? this.#byKey.get(contentHash(hashed)) : undefined)
    );
  }

  add(event: StoredEvent): void {
    this.events.push(event);
    this.#index(event);
    this.#lastStep = Math.max(this.#lastStep ?? -Infinity, event.row.stepId);
  }

  #indexStep(event: StoredEvent): void {
    const { stepId } = event.row;
    if (this.#byStep.has(stepId)) return;
    this.#byStep.set(stepId, event);
    this.#steps.splice(lowerBound(this.#steps, stepId), 0, stepId);
  }

  #index(event: StoredEvent): void {
    const { key, metadata } = event.row;
    if (key && 'hashed' in key) {
      this.#byContent.set(key.text, event);
      return;
    }
    // A key that a client put into the metadata of a tool event stays there, and is looked up as any other.
    const given = key?.given ?? textOf(metadata?.idempotencyKey);
    if (given === undefined) return;
    if (!this.#byKey.has(given)) this.#byKey.set(given, event);
    this.#hasHashLikeKey ||= LOOKS_LIKE_A_HASH.test(given);
  }
}

/** Equal for two events of a trace if and only if their content hashes are equal. */
export function comparisonText({ eventType, userId, parentStepId, content }: HashedFields): string {
  const text = `${eventType} ${userId} ${parentStepId} ${JSON.stringify(content)}`;
  return text.length <= LONGEST_KEPT_TEXT ? text : createHash('sha256').update(text).digest('base64');
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}

/** The index of the first element that is not below the value. */
function lowerBound(ascending: readonly number[], value: number): number {
  if (ascending.length === 0 || ascending.at(-1)! < value) return ascending.length;
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
