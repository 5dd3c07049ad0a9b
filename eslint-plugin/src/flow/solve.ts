import { Layout } from './layout.ts';
import { apply, initialState } from './machine.ts';
import type { Block, Graph } from './model.ts';
import { blocksOf } from './order.ts';

/**
 * States only grow, so the rounds end by themselves; a round is needed for each level of loops, roughly. This cap is
 * far above what people write: beyond it the function is left alone.
 */
const maximalRounds = 100;

export interface Solution {
  layout: Layout;
  blocks: readonly Block[];
  /** The state at the beginning of a block, by {@link Block.order}; null when no path leads there. */
  before: readonly (Int32Array | null)[];
}

/** For each block the union of the states in which any path reaches it; null when that takes too long. */
export function solve(graph: Graph): Solution | null {
  const layout = new Layout(graph);
  const blocks = blocksOf(graph);
  const before = blocks.map((): Int32Array | null => null);
  const waiting = new Uint8Array(blocks.length);
  let round: 'more' | 'done' = 'more';

  const reach = (target: Block, state: Int32Array): void => {
    const known = before[target.order];
    if (!known) before[target.order] = state.slice();
    else if (!join(known, state)) return;
    waiting[target.order] = 1;
    round = 'more';
  };

  const state = new Int32Array(layout.words);
  reach(graph.entry, initialState(layout, graph.sites));
  for (let rounds = 0; round === 'more'; rounds++) {
    if (rounds === maximalRounds) return null;
    round = 'done';
    for (const block of blocks) {
      if (!waiting[block.order]) continue;
      waiting[block.order] = 0;
      state.set(before[block.order]!);
      for (const event of block.events) {
        if (event.kind === 'throw-point' && block.handler) reach(block.handler, state);
        apply(layout, state, event);
      }
      for (const successor of block.successors) reach(successor, state);
    }
  }
  return { layout, blocks, before };
}

function join(into: Int32Array, from: Int32Array): boolean {
  let changed = false;
  for (let index = 0; index < into.length; index++) {
    const joined = into[index]! | from[index]!;
    if (joined !== into[index]) {
      into[index] = joined;
      changed = true;
    }
  }
  return changed;
}
