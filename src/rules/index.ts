import type { Rule } from './rule.ts';

/** Every rule of the catalogue, in the order of reports. */
export const rules: readonly Rule<never>[] = [];
