import { agentInit } from './agent-init.ts';
import { agentName } from './agent-name.ts';
import { eventAccepted } from './event-accepted.ts';
import { eventOrder } from './event-order.ts';
import { eventShape } from './event-shape.ts';
import { idempotencyKey } from './idempotency-key.ts';
import { keySafety } from './key-safety.ts';
import { parentStep } from './parent-step.ts';
import type { AnyRule } from './rule.ts';
import { singleBaseUrl } from './single-base-url.ts';
import { singleRepresentation } from './single-representation.ts';
import { spanReuse } from './span-reuse.ts';
import { stableTraceId } from './stable-trace-id.ts';
import { stepOrder } from './step-order.ts';
import { traceHeader } from './trace-header.ts';
import { usageTotal } from './usage-total.ts';

/** Every rule of the catalogue, in the order of reports. */
export const rules: readonly AnyRule[] = [
  stableTraceId,
  singleRepresentation,
  spanReuse,
  singleBaseUrl,
  stepOrder,
  parentStep,
  idempotencyKey,
  usageTotal,
  traceHeader,
  agentName,
  agentInit,
  eventAccepted,
  eventOrder,
  eventShape,
  keySafety,
];
