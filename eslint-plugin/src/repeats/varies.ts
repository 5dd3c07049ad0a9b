import type { TSESTree } from '@typescript-eslint/utils';
import { forEachChild } from '../ast/children.ts';
import { contains, isFunction } from '../ast/functions.ts';
import { memberPath } from '../ast/unwrap.ts';
import { onlyInit, type Sdk, type Variable } from '../sdk/index.ts';
import { freshPart } from '../values/fresh.ts';

type Node = TSESTree.Node;

/**
 * Whether an expression may have another value in the next pass through `repeated` (a loop or a function): it calls
 * something, or it reads what is declared or written in there.
 */
export function variesWithin(sdk: Sdk, node: Node, repeated: Node): boolean {
  return partsOf(sdk, node).some((part) => {
    if (part.type !== 'Identifier') return true;
    const variable = sdk.variable(part);
    return !!variable && (isDeclaredIn(variable, repeated) || isWrittenIn(sdk, variable, repeated));
  });
}

/** Whether a value is made from time or randomness inside `repeated`, so that each pass has another one. */
export function isMadeAnewWithin(sdk: Sdk, node: Node, repeated: Node, depth = 4): boolean {
  if (contains(repeated, node) && freshPart(sdk, node)) return true;
  return (
    depth > 0 &&
    partsOf(sdk, node).some((part) => {
      const variable = part.type === 'Identifier' ? sdk.variable(part) : null;
      const init = variable && onlyInit(variable);
      return !!init && contains(repeated, init) && isMadeAnewWithin(sdk, init, repeated, depth - 1);
    })
  );
}

export function isDeclaredIn(variable: Variable, repeated: Node): boolean {
  return variable.identifiers.some((identifier) => contains(repeated, identifier as Node));
}

function isWrittenIn(sdk: Sdk, variable: Variable, repeated: Node): boolean {
  if (variable.references.some((use) => use.isWrite() && contains(repeated, use.identifier as Node)))
    return true;
  return sdk.inventory.memberAssignments.some(({ left }) => {
    if (!contains(repeated, left)) return false;
    const root = memberPath(left)?.root;
    return root?.type === 'Identifier' && sdk.variable(root) === variable;
  });
}

/** The variables that an expression reads, and the calls in it: all that can make it differ from pass to pass. */
function partsOf(sdk: Sdk, node: Node): Node[] {
  const parts: Node[] = [];
  const pending: Node[] = [node];
  for (let next = pending.pop(); next; next = pending.pop()) {
    switch (next.type) {
      case 'Identifier':
      case 'CallExpression':
      case 'NewExpression':
      case 'AwaitExpression':
      case 'UpdateExpression':
        parts.push(next);
        continue;
      case 'MemberExpression':
        pending.push(next.object);
        if (next.computed) pending.push(next.property);
        continue;
      case 'Property':
        pending.push(next.value);
        if (next.computed) pending.push(next.key);
        continue;
      default:
        if (isFunction(next)) continue;
        forEachChild(next, sdk.visitorKeys, (child) => pending.push(child));
    }
  }
  return parts;
}
