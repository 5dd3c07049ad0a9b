/** How often the worker tries a message before it gives it up. */
export const TRIES = 6;

interface Message<Work> {
  readonly work: Work;
  tries: number;
}

/**
 * The stream between the ingest API and its worker. A message that fails goes to the end of the stream, so later ones
 * overtake it; after {@link TRIES} failures it is given up.
 */
export class Queue<Work> {
  readonly #perform: (work: Work) => void;
  readonly #giveUp: (work: Work, error: unknown) => void;
  readonly #onDrained: () => void;
  #messages: Message<Work>[] = [];
  #scheduled: NodeJS.Immediate | undefined;

  constructor(worker: {
    perform: (work: Work) => void;
    giveUp: (work: Work, error: unknown) => void;
    drained: () => void;
  }) {
    this.#perform = worker.perform;
    this.#giveUp = worker.giveUp;
    this.#onDrained = worker.drained;
  }

  get idle(): boolean {
    return this.#messages.length === 0;
  }

  push(work: Work): void {
    this.#messages.push({ work, tries: 0 });
    // Later than the answer to the request: nobody may count on a 202 meaning that something was done.
    this.#scheduled ??= setImmediate(() => {
      this.#drain();
    });
  }

  clear(): void {
    clearImmediate(this.#scheduled);
    this.#scheduled = undefined;
    this.#messages = [];
  }

  #drain(): void {
    this.#scheduled = undefined;
    // Not shift(): that would move the whole rest for every message of a long stream.
    for (let next = 0; next < this.#messages.length; next++) this.#attempt(this.#messages[next]!);
    this.#messages = [];
    this.#onDrained();
  }

  #attempt(message: Message<Work>): void {
    message.tries++;
    try {
      this.#perform(message.work);
    } catch (error) {
      if (message.tries < TRIES) this.#messages.push(message);
      else this.#giveUp(message.work, error);
    }
  }
}
