import { format } from 'node:util';
import type { Driver } from './driver.ts';
import type { Answer, Operation } from './protocol.ts';
import { answerWith, type SdkDriver } from './sdk-driver.ts';

/**
 * Drives an SDK in this process; what goes in and out is copied, as it would be over a pipe. What the SDK says through
 * `console.warn` and `console.error` meanwhile stands for the stderr of a driver process.
 */
export class InProcessDriver implements Driver {
  readonly #answer: (operation: Operation) => Promise<Answer>;
  readonly #listeners = new Set<() => void>();
  readonly #console = { warn: console.warn, error: console.error };
  #stderr = '';

  constructor(sdk: SdkDriver) {
    this.#answer = answerWith(sdk);
    console.warn = console.error = (...said: unknown[]) => {
      this.#stderr += `${format(...said)}\n`;
      for (const listener of this.#listeners) listener();
    };
  }

  get stderr(): string {
    return this.#stderr;
  }

  onStderr(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async send(operation: Operation, limitMs: number): Promise<Answer> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<Answer>((resolve) => {
      timer = setTimeout(() => resolve({ timedOutAfterMs: limitMs }), limitMs);
    });
    const answer = await Promise.race([this.#answer(structuredClone(operation)), limit]);
    clearTimeout(timer);
    return answer;
  }

  fork(): null {
    return null;
  }

  async exit(limitMs: number): Promise<boolean> {
    const answer = await this.send({ op: 'exit' }, limitMs);
    Object.assign(console, this.#console);
    return !('timedOutAfterMs' in answer);
  }
}
