import type { Evidence } from '../recording/trace.ts';
import type { Block } from './block.ts';
import type { Mates, Wanted } from './mates.ts';
import type { Part } from './part.ts';
import type { Extent } from './spill-file.ts';

/** What a station is asked to do, one thing after the other. */
export type Task =
  | { readonly do: 'sort'; readonly block: Block }
  | { readonly do: 'spill' }
  | { readonly do: 'check-blocks'; readonly blocks: readonly Block[]; readonly worlds: readonly Evidence[] }
  | {
      readonly do: 'check-partition';
      readonly partition: number;
      readonly worlds: readonly Evidence[];
      readonly extents: readonly Extent[];
    }
  | { readonly do: 'mates' }
  | { readonly do: 'rest'; readonly wanted: Wanted | 'all' | null };

export type Answer = Part | readonly (readonly Extent[])[] | Mates | null;

/** An answer with the memory of the blocks, which is used again. */
export interface Answered {
  readonly answer: Answer;
  readonly spent: readonly ArrayBuffer[];
}
