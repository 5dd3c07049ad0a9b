import type { FlowEvent, Source } from './model.ts';
import {
  awaitedValue,
  clearBit,
  closed,
  escaped,
  hasBit,
  isOfSite,
  isOlder,
  isPromise,
  isSpan,
  none,
  olderValue,
  open,
  otherValue,
  setBit,
  siteIndexOf,
  spanValue,
  unknownValue,
  type Layout,
} from './layout.ts';

/** The values that sources can have in a state. Empty: the place cannot be reached with the variable set. */
export function valuesOf(layout: Layout, state: Int32Array, sources: readonly Source[]): number[] {
  const values: number[] = [];
  const add = (value: number): void => {
    if (!values.includes(value)) values.push(value);
  };
  for (const source of sources) {
    switch (source.kind) {
      case 'span':
        add(spanValue(source.site, source.awaited));
        break;
      case 'other':
        add(otherValue);
        break;
      case 'unknown':
        add(unknownValue);
        break;
      case 'variable':
        for (const { value, bit } of layout.pairs(source.variable)) {
          if (hasBit(state, bit)) add(source.awaited ? awaitedValue(value) : value);
        }
    }
  }
  return values;
}

/** The sites among values, whichever of their spans. */
export function sitesOf(values: Iterable<number>): Set<number> {
  const sites = new Set<number>();
  for (const value of values) if (isOfSite(value)) sites.add(siteIndexOf(value));
  return sites;
}

/** Changes a state by what an event does. */
export function apply(layout: Layout, state: Int32Array, event: FlowEvent): void {
  switch (event.kind) {
    case 'request': {
      const { index } = event.site;
      // From now on the site stands for its newest span.
      for (const { variable, value, bit } of layout.holders(index)) {
        if (isOlder(value) || !hasBit(state, bit)) continue;
        clearBit(state, bit);
        setBit(state, layout.pair(variable, olderValue(event.site))!.bit);
      }
      layout.setObligation(state, index, open);
      if (event.holder) write(layout, state, event.holder, [spanValue(event.site, true)]);
      return;
    }
    case 'write':
      write(layout, state, event.variable, valuesOf(layout, state, event.sources));
      return;
    case 'response': {
      const values = valuesOf(layout, state, event.sources);
      const sites = sitesOf(values.filter(isSpan));
      for (const site of sites) {
        const before = layout.obligation(state, site);
        layout.setObligation(state, site, values.length === 1 ? closed : before | closed);
      }
      // A promise closes nothing; it is a mistake of its own, or a function that awaits it.
      escape(layout, state, values.filter(isPromise));
      return;
    }
    case 'escape':
    case 'return':
      escape(layout, state, valuesOf(layout, state, event.sources));
      for (const source of event.sources) {
        // A made-up id that other code was given may become the id of a span there.
        if (source.kind !== 'variable') continue;
        const other = layout.pair(source.variable, otherValue);
        if (other && hasBit(state, other.bit)) setBit(state, layout.pair(source.variable, unknownValue)!.bit);
      }
      return;
    case 'throw-point':
  }
}

function write(
  layout: Layout,
  state: Int32Array,
  variable: Parameters<Layout['pairs']>[0],
  values: readonly number[],
): void {
  for (const { bit } of layout.pairs(variable)) clearBit(state, bit);
  for (const value of values) {
    const pair = layout.pair(variable, value);
    if (pair) setBit(state, pair.bit);
  }
  if (layout.isCaptured(variable)) escape(layout, state, values);
}

function escape(layout: Layout, state: Int32Array, values: readonly number[]): void {
  for (const value of values) {
    if (!isSpan(value) && !isPromise(value)) continue;
    const before = layout.obligation(state, siteIndexOf(value));
    if (!(before & open)) continue;
    layout.setObligation(
      state,
      siteIndexOf(value),
      values.length === 1 ? (before & ~open) | escaped : before | escaped,
    );
  }
}

/** The state in which a unit begins. */
export function initialState(layout: Layout, sites: readonly { index: number; role: string }[]): Int32Array {
  const state = new Int32Array(layout.words);
  for (const { index, role } of sites) {
    layout.setObligation(state, index, role === 'own' ? none : role === 'parameter' ? open : escaped);
  }
  return state;
}
