import type { Variable } from '../sdk/bindings.ts';
import { blocksOf } from './order.ts';
import type { Graph, Site, Source } from './model.ts';

/**
 * A value a variable can hold, as a number: unknown, known not to be a span, or one of three for each site: its newest
 * span, the promise of it, or an older span of the same site (in a loop), of which nothing more is known.
 */
export const unknownValue = 0;
export const otherValue = 1;
const firstSite = 2;
const valuesPerSite = 3;
const valueOf = (site: { index: number }, which: 0 | 1 | 2): number =>
  firstSite + valuesPerSite * site.index + which;
const isWhich = (value: number, which: 0 | 1 | 2): boolean =>
  value >= firstSite && (value - firstSite) % valuesPerSite === which;
export const spanValue = (site: Site, awaited: boolean): number => valueOf(site, awaited ? 0 : 1);
export const olderValue = (site: { index: number }): number => valueOf(site, 2);
export const isSpan = (value: number): boolean => isWhich(value, 0);
export const isPromise = (value: number): boolean => isWhich(value, 1);
export const isOlder = (value: number): boolean => isWhich(value, 2);
export const isOfSite = (value: number): boolean => value >= firstSite;
export const siteIndexOf = (value: number): number => Math.floor((value - firstSite) / valuesPerSite);
/** The value after `await`. */
export const awaitedValue = (value: number): number => (isPromise(value) ? value - 1 : value);

/** What may have become of a site's span; more than one bit where paths meet. */
export const none = 1;
export const open = 2;
export const closed = 4;
export const escaped = 8;
const bitsPerSite = 4;
const sitesPerWord = 32 / bitsPerSite;

/** One possible value of one variable, as a bit of the state. */
export interface Pair {
  variable: Variable;
  value: number;
  bit: number;
}

/**
 * The state of a place in a function as bits: for each variable the values it may hold, for each site what may have
 * become of its span. Paths meet by `or`.
 *
 * Only the pairs that some chain of copies can produce get a bit, so the state grows with the text.
 */
export class Layout {
  readonly words: number;
  readonly #pairs = new Map<Variable, Map<number, Pair>>();
  readonly #holders: Pair[][];
  readonly #obligations: number;
  readonly #captured = new Set<Variable>();

  constructor(graph: Graph) {
    for (const { variable, captured } of graph.variables) if (captured) this.#captured.add(variable);
    const possible = possibleValues(graph);
    let bit = 0;
    this.#holders = graph.sites.map(() => []);
    for (const [variable, values] of possible) {
      const pairs = new Map<number, Pair>();
      for (const value of values) {
        const pair = { variable, value, bit: bit++ };
        pairs.set(value, pair);
        if (isOfSite(value)) this.#holders[siteIndexOf(value)]!.push(pair);
      }
      this.#pairs.set(variable, pairs);
    }
    this.#obligations = Math.ceil(bit / 32);
    this.words = this.#obligations + Math.ceil(graph.sites.length / sitesPerWord);
  }

  /** The pairs of a variable. */
  pairs(variable: Variable): Iterable<Pair> {
    return this.#pairs.get(variable)?.values() ?? [];
  }

  pair(variable: Variable, value: number): Pair | undefined {
    return this.#pairs.get(variable)?.get(value);
  }

  /** The pairs through which any variable holds the span or promise of a site. */
  holders(site: number): readonly Pair[] {
    return this.#holders[site]!;
  }

  isCaptured(variable: Variable): boolean {
    return this.#captured.has(variable);
  }

  obligation(state: Int32Array, site: number): number {
    const word = this.#obligations + ((site / sitesPerWord) | 0);
    return (state[word]! >>> ((site % sitesPerWord) * bitsPerSite)) & 15;
  }

  setObligation(state: Int32Array, site: number, bits: number): void {
    const word = this.#obligations + ((site / sitesPerWord) | 0);
    const shift = (site % sitesPerWord) * bitsPerSite;
    state[word] = (state[word]! & ~(15 << shift)) | (bits << shift);
  }
}

export const hasBit = (state: Int32Array, bit: number): boolean =>
  ((state[bit >> 5]! >>> (bit & 31)) & 1) === 1;
export const setBit = (state: Int32Array, bit: number): void => {
  state[bit >> 5]! |= 1 << (bit & 31);
};
export const clearBit = (state: Int32Array, bit: number): void => {
  state[bit >> 5]! &= ~(1 << (bit & 31));
};

/** For each variable the values that writes and copies can ever bring into it, whatever the path. */
function possibleValues(graph: Graph): Map<Variable, Set<number>> {
  const possible = new Map(
    graph.variables.map(({ variable }): [Variable, Set<number>] => [variable, new Set([unknownValue])]),
  );
  const copies = new Map<Variable, { to: Variable; awaited: boolean }[]>();
  const pending: [Variable, number][] = graph.variables.map(({ variable }) => [variable, unknownValue]);
  const add = (variable: Variable, value: number): void => {
    const values = possible.get(variable);
    if (!values || values.has(value)) return;
    values.add(value);
    pending.push([variable, value]);
    if (isSpan(value) || isPromise(value)) add(variable, olderValue({ index: siteIndexOf(value) }));
  };
  const flow = (to: Variable, source: Source): void => {
    if (source.kind === 'span') add(to, spanValue(source.site, source.awaited));
    else if (source.kind === 'other') add(to, otherValue);
    else if (source.kind === 'variable') {
      const copy = { to, awaited: source.awaited };
      const known = copies.get(source.variable);
      if (known) known.push(copy);
      else copies.set(source.variable, [copy]);
      for (const value of possible.get(source.variable) ?? [])
        add(to, source.awaited ? awaitedValue(value) : value);
    }
  };
  for (const block of blocksOf(graph)) {
    for (const event of block.events) {
      if (event.kind === 'write') for (const source of event.sources) flow(event.variable, source);
      else if (event.kind === 'request' && event.holder) add(event.holder, spanValue(event.site, true));
    }
  }
  for (let next = pending.pop(); next; next = pending.pop()) {
    const [variable, value] = next;
    for (const { to, awaited } of copies.get(variable) ?? []) add(to, awaited ? awaitedValue(value) : value);
  }
  return possible;
}
