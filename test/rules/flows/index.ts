import type { RuleId } from '../../../src/rules/rule-id.ts';
import { flows as agentInit } from './agent-init.ts';
import { flows as agentName } from './agent-name.ts';
import { flows as eventAccepted } from './event-accepted.ts';
import { flows as eventOrder } from './event-order.ts';
import { flows as eventShape } from './event-shape.ts';
import type { Flows } from './flows.ts';
import { flows as idempotencyKey } from './idempotency-key.ts';
import { flows as keySafety } from './key-safety.ts';
import { flows as singleBaseUrl } from './single-base-url.ts';
import { flows as singleRepresentation } from './single-representation.ts';
import { flows as stableTraceId } from './stable-trace-id.ts';
import { flows as traceHeader } from './trace-header.ts';

export const flowsOf: Partial<Record<RuleId, Flows>> = {
  'stable-trace-id': stableTraceId,
  'single-representation': singleRepresentation,
  'single-base-url': singleBaseUrl,
  'trace-header': traceHeader,
  'idempotency-key': idempotencyKey,
  'agent-name': agentName,
  'agent-init': agentInit,
  'event-accepted': eventAccepted,
  'event-order': eventOrder,
  'event-shape': eventShape,
  'key-safety': keySafety,
};
