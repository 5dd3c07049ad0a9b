import { createHash } from 'node:crypto';

/** What the backend compares when an event comes without an idempotency key. */
export interface HashedFields {
  readonly traceId: string;
  readonly eventType: string;
  readonly userId: string;
  /** As sent, also where the backend replaces it. */
  readonly parentStepId: number | undefined;
  /** As sent. `undefined` (absent) differs from `null`. */
  readonly content: unknown;
}

/** `hash_` and 64 hexadecimal digits: the key under which an event without an idempotency key is stored. */
export function contentHash({ traceId, eventType, userId, parentStepId, content }: HashedFields): string {
  const text = JSON.stringify({ traceId, eventType, userId, parentStepId, content });
  return `hash_${createHash('sha256').update(text).digest('hex')}`;
}
