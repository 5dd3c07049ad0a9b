import type { Evidence } from '../recording/trace.ts';
import type { Block } from './block.ts';
import type { Part } from './part.ts';
import type { Extent } from './partitions.ts';

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
  | { readonly do: 'rest' };

export type Answer = Part | readonly (readonly Extent[])[] | null;
