import { Cancellation, type ModelAnswer, type ModelCall } from '../model/call.ts';
import type { Model } from '../model/model.ts';

export const DEFAULT_TIMEOUT_MS = 60_000;

/**
 * Asks the model and reads its answer, both within a time limit.
 * @throws DOMException with Node's words for a timeout.
 */
export async function askWithin<Result>(
  model: Model,
  call: ModelCall,
  limitMs: number,
  read: (answer: ModelAnswer) => Promise<Result>,
): Promise<Result> {
  const cancellation = new Cancellation();
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
      reject(error);
      cancellation.cancel(error);
    }, limitMs);
  });
  try {
    return await Promise.race([model.ask(call, cancellation).then(read), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
