import type { Answer, Operation } from './protocol.ts';

/** Where the runner sends operations. One is a process on stdin and stdout, the other an object in this process. */
export interface Driver {
  /**
   * Sends one operation.
   *
   * @param limitMs How long to wait for the reply; past it the answer is `{ timedOutAfterMs }`.
   * @throws DriverBroken when the driver is dead or says what is not a reply.
   */
  send(operation: Operation, limitMs: number): Promise<Answer>;
  /** What the driver wrote to stderr so far; in process, what the SDK said through `console.warn` and `console.error`. */
  readonly stderr: string;
  /** Calls back whenever {@link stderr} grew. */
  onStderr(listener: () => void): () => void;
  /** A second, fresh instance, with a stderr of its own. */
  fork(): Driver;
  /** Sends `exit` and waits until it is gone; ends it by force past the limit. @returns whether it went by itself. */
  exit(limitMs: number): Promise<boolean>;
}

/** The driver, not the SDK, is at fault: nothing can be said about the SDK. */
export class DriverBroken extends Error {
  override readonly name = 'DriverBroken';
}
