import { keySafety, singleBaseUrl } from './addresses.ts';
import { equalCalls } from './calls.ts';
import { agentInit, agentName, stableTraceId, traceHeader } from './identity.ts';
import { eventAccepted, idempotencyKey } from './keys.ts';
import type { Mutation } from './mutation.ts';
import { singleRepresentation } from './representation.ts';
import { eventShape } from './shape.ts';
import { eventOrder, spanReuse } from './spans.ts';
import { parentStep, stepOrder } from './steps.ts';
import { usageTotal } from './usage.ts';

export type { Mutation } from './mutation.ts';

/** At least two for each kind of finding, in the order of the catalogue. */
export const mutations: readonly Mutation[] = [
  ...stableTraceId,
  ...singleRepresentation,
  ...spanReuse,
  ...singleBaseUrl,
  ...stepOrder,
  ...parentStep,
  ...idempotencyKey,
  ...usageTotal,
  ...traceHeader,
  ...agentName,
  ...agentInit,
  ...eventAccepted,
  ...equalCalls,
  ...eventOrder,
  ...eventShape,
  ...keySafety,
];

/**
 * What a mutation does to a workflow, by its name (`drop-response`), or that of the first one of a kind
 * (`span-reuse/unanswered`).
 * @throws Error that lists all names for one that does not exist.
 */
export function mutate(name: string): Mutation['apply'] {
  const found = mutations.find(
    (mutation) => mutation.name === name || `${mutation.rule}/${mutation.kind}` === name,
  );
  if (!found)
    throw new Error(
      `There is no mutation "${name}". Mutations: ${mutations.map((mutation) => mutation.name).join(', ')}.`,
    );
  return found.apply;
}
