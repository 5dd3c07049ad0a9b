import type { AnyRule } from './rule.ts';
import { spanReuse } from './span-reuse.ts';

/** Every rule of the catalogue, in the order of reports. */
export const rules: readonly AnyRule[] = [spanReuse];
