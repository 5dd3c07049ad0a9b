import type { Block, Graph } from './model.ts';

const orders = new WeakMap<Graph, Block[]>();

/**
 * The blocks that can be reached, in reverse post-order: a block comes after what leads to it, loops aside, so that
 * solving takes about as many rounds as loops are nested. Sets {@link Block.order}.
 */
export function blocksOf(graph: Graph): readonly Block[] {
  const known = orders.get(graph);
  if (known) return known;
  const seen = new Set<Block>([graph.entry]);
  const finished: Block[] = [];
  // Not recursive: a long function is a deep path.
  const path: { block: Block; next: number }[] = [{ block: graph.entry, next: 0 }];
  for (let top = path.at(-1); top; top = path.at(-1)) {
    const { block } = top;
    const index = top.next++;
    const target =
      index < block.successors.length
        ? block.successors[index]
        : index === block.successors.length
          ? block.handler
          : undefined;
    if (target === undefined) {
      finished.push(block);
      path.pop();
    } else if (target && !seen.has(target)) {
      seen.add(target);
      path.push({ block: target, next: 0 });
    }
  }
  const blocks = finished.reverse();
  blocks.forEach((block, order) => (block.order = order));
  orders.set(graph, blocks);
  return blocks;
}
