import type { Ids } from './ids.ts';
import type { Identity, Keys } from './keys.ts';
import type { OpenExchange } from './open-exchange.ts';
import type { FakeWhyOpsOptions } from './options.ts';
import type { Recorder } from './recorder.ts';

/** What the two services of one fake share. */
export interface Backend {
  readonly options: FakeWhyOpsOptions;
  readonly keys: Keys;
  readonly ids: Ids;
  readonly now: () => number;
  readonly recorder: Recorder;
}

/** The Hono environment of both services: the edge opens the exchange, routes read its body and fill it in. */
export interface ServiceEnv {
  Bindings: { exchange: OpenExchange };
  Variables: { identity: Identity };
}

/** On whose behalf events are sent. */
export interface Sender {
  readonly identity: Identity;
  /** From `X-External-User-Id`; used where an event names none. */
  readonly externalUserId: string | null;
  readonly representation: 'manual' | 'proxied';
  readonly exchange: OpenExchange | null;
  /** The body cannot hold text or a structure that the database refuses; see `isPlain`. */
  readonly bodyIsPlain: boolean;
}

/** A reply before it is HTTP. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** What the proxy needs of the analyse service. */
export interface AnalysePort {
  /** `POST /api/events/ingest` after authentication. */
  ingest(body: unknown, sender: Sender): Promise<Reply>;
  /** `POST /api/entities/init` after authentication. */
  initAgent(body: unknown, identity: Identity): Promise<Reply>;
}

/** An event that was accepted with 202 and given up by the worker. */
export interface DeadLetter {
  /** The event as it was queued. */
  readonly event: unknown;
  readonly error: string;
  readonly attempts: number;
  /** Its id in the recording (`e…`). */
  readonly recordedAs: string;
}
