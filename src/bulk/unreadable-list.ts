import type { Unreadable } from '../recording/read/unreadable.ts';

/** More are counted, but no longer named one by one. */
const NAMED = 1000;

/** What could not be read: all of it counted, the first ones named. */
export class UnreadableList {
  count = 0;
  #first: Unreadable[] = [];

  add(unreadable: Unreadable): void {
    this.count += 1;
    this.#first.push(unreadable);
    // Trimmed now and then: the first in the input, not the first to arrive, are kept.
    if (this.#first.length >= 2 * NAMED) this.#first = this.first;
  }

  merge({ count, first }: { readonly count: number; readonly first: readonly Unreadable[] }): void {
    for (const unreadable of first) this.add(unreadable);
    this.count += count - first.length;
  }

  /** In order of file and line. */
  get first(): Unreadable[] {
    return [...this.#first]
      .sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1))
      .slice(0, NAMED);
  }
}
