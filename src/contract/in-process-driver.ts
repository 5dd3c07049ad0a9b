import type { Driver } from './driver.ts';
import type { Answer, Operation } from './protocol.ts';
import { answerWith, type SdkDriver } from './sdk-driver.ts';

/** Drives an SDK in this process; what goes in and out is copied, as it would be over a pipe. */
export class InProcessDriver implements Driver {
  readonly stderr = '';
  readonly #answer: (operation: Operation) => Promise<Answer>;

  constructor(sdk: SdkDriver) {
    this.#answer = answerWith(sdk);
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

  onStderr(): () => void {
    return () => {};
  }

  fork(): null {
    return null;
  }

  async exit(limitMs: number): Promise<boolean> {
    return !('timedOutAfterMs' in (await this.send({ op: 'exit' }, limitMs)));
  }
}
