import type { AnyRule } from '../create-rule.ts';
import { awaitedEvents } from './awaited-events.ts';
import { idempotencyKey } from './idempotency-key.ts';
import { noHeaderMutation } from './no-header-mutation.ts';
import { parentStep } from './parent-step.ts';
import { singleBaseUrl } from './single-base-url.ts';
import { singleRepresentation } from './single-representation.ts';
import { spanReuse } from './span-reuse.ts';
import { stableTraceId } from './stable-trace-id.ts';
import { traceHeader } from './trace-header.ts';
import { usageTotal } from './usage-total.ts';

/** All rules by id. A rule that is not listed here does not exist: a test compares this list with the folder. */
export const rules = {
  'awaited-events': awaitedEvents,
  'idempotency-key': idempotencyKey,
  'no-header-mutation': noHeaderMutation,
  'parent-step': parentStep,
  'single-base-url': singleBaseUrl,
  'single-representation': singleRepresentation,
  'span-reuse': spanReuse,
  'stable-trace-id': stableTraceId,
  'trace-header': traceHeader,
  'usage-total': usageTotal,
} satisfies Record<string, AnyRule>;
