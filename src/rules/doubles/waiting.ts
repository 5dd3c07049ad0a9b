/** Those that wait for their copy, by what the copy has in common with them, in their order. */
export function grouped<Item>(
  items: readonly Item[],
  place: (item: Item) => string | null,
): Map<string, Queue<Item>> {
  const groups = new Map<string, Queue<Item>>();
  for (const item of items) {
    const at = place(item);
    if (!at) continue;
    const group = groups.get(at);
    if (group) group.push(item);
    else groups.set(at, new Queue(item));
  }
  return groups;
}

/** First in, first out in constant time, also for a trace of a hundred thousand equal turns. */
class Queue<Item> {
  readonly #items: Item[];
  #next = 0;
  constructor(first: Item) {
    this.#items = [first];
  }
  push(item: Item): void {
    this.#items.push(item);
  }
  shift(): Item | undefined {
    return this.#items[this.#next++];
  }
}
