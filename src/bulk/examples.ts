const KEPT = 16;
/** A prime, so that it does not go round with the events of traces. */
const EVERY = 251;

/**
 * Holds on to a few objects of a kind. When a garbage collection finds no object of a form, the engine throws away what it
 * had compiled for that form, and compiles it anew for the next one. They change rarely: what is held for a moment would
 * only be garbage that is hard to collect.
 */
export class Examples<Kind> {
  readonly #kept: Kind[] = [];
  #seen = 0;

  see(example: Kind): void {
    if (this.#kept.length < KEPT) this.#kept.push(example);
    else if (this.#seen % EVERY === 0) this.#kept[(this.#seen / EVERY) % KEPT] = example;
    this.#seen += 1;
  }
}

/** Larger ones are let go, to keep memory low: events of a trace. */
export const EXAMPLE_EVENTS = 64;
/** Characters of a record. */
export const EXAMPLE_LENGTH = 16_384;
