import type { AnyRule } from './rule.ts';
import { spanReuse } from './span-reuse.ts';
import { stableTraceId } from './stable-trace-id.ts';

/** Every rule of the catalogue, in the order of reports. */
export const rules: readonly AnyRule[] = [stableTraceId, spanReuse];
