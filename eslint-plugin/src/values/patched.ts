import type { TSESTree } from '@typescript-eslint/utils';
import { codeUnitOf, isFunction } from '../ast/functions.ts';
import { isUnconditional } from '../ast/together.ts';
import type { ProviderClient, Sdk } from '../sdk/index.ts';

const known = new WeakMap<TSESTree.Node, boolean>();

/** Whether a provider client is patched whatever happens, and not only under a condition or after an early return. */
export function isSurelyPatched(sdk: Sdk, { origin }: ProviderClient): boolean {
  let sure = known.get(origin);
  if (sure === undefined) known.set(origin, (sure = decide(sdk, origin)));
  return sure;
}

function decide(sdk: Sdk, origin: TSESTree.Node): boolean {
  const unit = codeUnitOf(origin);
  if (!isUnconditional(origin, unit)) return false;
  return (
    !isFunction(unit) ||
    !sdk.inventory.exits.some(
      (exit) => exit.range[0] > unit.range[0] && exit.range[1] < origin.range[0] && codeUnitOf(exit) === unit,
    )
  );
}
