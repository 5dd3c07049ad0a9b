import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Ctrl+C and its like, from now until {@link Interruption.over} or the end: they do not end this process, so that what
 * was seen until then is written and reported.
 */
export class Interruption {
  #first: NodeJS.Signals | null = null;
  #wake: (signal: NodeJS.Signals) => void = () => undefined;
  /** Told each signal. */
  react: (signal: NodeJS.Signals) => void = () => undefined;

  constructor() {
    for (const signal of SIGNALS) process.on(signal, this.#receive);
  }

  /** What a shell gives for a command that a signal ended; `null` when none came. */
  get exitCode(): number | null {
    return this.#first === null ? null : 128 + constants.signals[this.#first];
  }

  /** Resolves with the next signal. */
  next(): Promise<NodeJS.Signals> {
    return new Promise((resolve) => (this.#wake = resolve));
  }

  /** From here on a signal ends this process at once. */
  over(): void {
    for (const signal of SIGNALS) process.off(signal, this.#receive);
  }

  readonly #receive = (signal: NodeJS.Signals): void => {
    this.#first ??= signal;
    this.#wake(signal);
    this.react(signal);
  };
}
