import type { Evidence } from '../recording/trace.ts';
import type { Block } from './block.ts';
import type { Mates, Wanted } from './mates.ts';
import type { Part } from './part.ts';
import type { Extents } from './spill-file.ts';

/** What a station is asked to do, one thing after the other. */
export type Task =
  | { readonly do: 'sort'; readonly block: Block }
  | { readonly do: 'spill' }
  | { readonly do: 'check-blocks'; readonly blocks: readonly Block[]; readonly worlds: readonly Evidence[] }
  | {
      readonly do: 'check-partition';
      readonly partition: number;
      readonly worlds: readonly Evidence[];
      /** Without it, the station that is asked has all of it. */
      readonly extents: readonly Extents[] | undefined;
    }
  | { readonly do: 'mates' }
  | { readonly do: 'rest'; readonly wanted: Wanted | 'all' | null };

export type Answer = Part | readonly (Extents | undefined)[] | Mates | null;

/** The blocks that a task is about. */
export function blocksOf(task: Task): readonly Block[] {
  return 'block' in task ? [task.block] : 'blocks' in task ? task.blocks : [];
}

/** An answer with the memory of the blocks, which is used again. */
export interface Answered {
  readonly answer: Answer;
  readonly spent: readonly ArrayBuffer[];
}
