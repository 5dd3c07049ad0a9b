import { AsyncLocalStorage } from 'node:async_hooks';
import { format } from 'node:util';
import type { Driver } from './driver.ts';
import type { Answer, Operation } from './protocol.ts';
import { answerWith, type SdkDriver } from './sdk-driver.ts';

/**
 * Drives an SDK in this process; what goes in and out is copied, as it would be over a pipe. What the SDK says through
 * `console.warn` and `console.error` meanwhile stands for the stderr of a driver process.
 */
export class InProcessDriver implements Driver {
  readonly #sdk: SdkDriver;
  readonly #answer: (operation: Operation) => Promise<Answer>;
  readonly #listeners = new Set<() => void>();
  readonly #gone = new AbortController();
  #stderr = '';
  #listening = true;

  constructor(sdk: SdkDriver) {
    this.#sdk = sdk;
    this.#answer = answerWith(sdk, this.#gone.signal);
    listen();
  }

  get stderr(): string {
    return this.#stderr;
  }

  onStderr(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes down what the SDK said. */
  hear(said: string): void {
    this.#stderr += said;
    for (const listener of this.#listeners) listener();
  }

  async send(operation: Operation, limitMs: number): Promise<Answer> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<Answer>((resolve) => {
      timer = setTimeout(() => resolve({ timedOutAfterMs: limitMs }), limitMs);
    });
    const answer = speaking.run(this, () => this.#answer(structuredClone(operation)));
    const first = await Promise.race([answer, limit]);
    clearTimeout(timer);
    return first;
  }

  fork(): InProcessDriver {
    return new InProcessDriver(this.#sdk);
  }

  async exit(limitMs: number): Promise<boolean> {
    const answer = await this.send({ op: 'exit' }, limitMs);
    this.#gone.abort();
    if (this.#listening) stopListening();
    this.#listening = false;
    return !('timedOutAfterMs' in answer);
  }
}

/** Whose SDK is at work: several contracts may run side by side in one process. */
const speaking = new AsyncLocalStorage<InProcessDriver>();
const original = { warn: console.warn, error: console.error };
let drivers = 0;

function listen(): void {
  if (drivers++ > 0) return;
  Object.assign(original, { warn: console.warn, error: console.error });
  for (const level of ['warn', 'error'] as const)
    console[level] = (...said: unknown[]) => {
      const driver = speaking.getStore();
      if (driver) driver.hear(`${format(...said)}\n`);
      else original[level](...said);
    };
}

function stopListening(): void {
  if (--drivers === 0) Object.assign(console, original);
}
