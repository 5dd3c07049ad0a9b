import { idempotencyKey } from './idempotency-key.ts';
import { parentStep } from './parent-step.ts';
import type { AnyRule } from './rule.ts';
import { spanReuse } from './span-reuse.ts';
import { stableTraceId } from './stable-trace-id.ts';
import { stepOrder } from './step-order.ts';
import { usageTotal } from './usage-total.ts';

/** Every rule of the catalogue, in the order of reports. */
export const rules: readonly AnyRule[] = [
  stableTraceId,
  spanReuse,
  stepOrder,
  parentStep,
  idempotencyKey,
  usageTotal,
];
