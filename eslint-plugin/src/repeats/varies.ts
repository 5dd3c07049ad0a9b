import type { TSESTree } from '@typescript-eslint/utils';
import { forEachChild } from '../ast/children.ts';
import { contains, isFunction } from '../ast/functions.ts';
import { isWritten, memberBelow } from '../ast/members.ts';
import { memberName, memberPath, wrapped } from '../ast/unwrap.ts';
import { onlyInit, type Sdk, type Variable } from '../sdk/index.ts';
import { freshPart } from '../values/fresh.ts';

type Node = TSESTree.Node;

/**
 * Whether an expression may have another value in the next pass through `repeated` (a loop or a function): it calls
 * something, or it reads what is declared or written in there.
 */
export function variesWithin(sdk: Sdk, node: Node, repeated: Node): boolean {
  return partsOf(sdk, node).some((part) => {
    if (part.type === 'ThisExpression') return isFieldWrittenIn(sdk, part, repeated);
    if (part.type !== 'Identifier') return true;
    const variable = sdk.variable(part);
    return !!variable && (isDeclaredIn(variable, repeated) || isWrittenIn(variable, repeated));
  });
}

/** Whether it may also vary because a method of what it reads is called there: `counter.next()`, `tried.push(call)`. */
export function mayVaryWithin(sdk: Sdk, node: Node, repeated: Node): boolean {
  return (
    variesWithin(sdk, node, repeated) ||
    partsOf(sdk, node).some((part) => {
      const variable = part.type === 'Identifier' ? sdk.variable(part) : null;
      return !!variable && hasMethodCalledIn(variable, repeated);
    })
  );
}

/** Whether a method is called on what a variable holds, which may change it. */
function hasMethodCalledIn(variable: Variable, code: Node): boolean {
  return variable.references.some(({ identifier }) => {
    const member = memberBelow(identifier as Node);
    const { parent } = member;
    return (
      member.type === 'MemberExpression' &&
      parent?.type === 'CallExpression' &&
      parent.callee === member &&
      contains(code, parent)
    );
  });
}

/** Whether a value is made from time or randomness inside `repeated`, so that each pass has another one. */
export function isMadeAnewWithin(sdk: Sdk, node: Node, repeated: Node, depth = 4): boolean {
  if (contains(repeated, node) && freshPart(sdk, node)) return true;
  return (
    depth > 0 &&
    partsOf(sdk, node, isAlwaysPart).some((part) => {
      const variable = part.type === 'Identifier' ? sdk.variable(part) : null;
      const init = variable && onlyInit(variable);
      return !!init && contains(repeated, init) && isMadeAnewWithin(sdk, init, repeated, depth - 1);
    })
  );
}

/** Not of all that an object holds, nor of each branch, is anything in the value that is read. */
function isAlwaysPart({ type }: Node): boolean {
  return !/^(Object|Array|Logical|Conditional)Expression$/.test(type);
}

export function isDeclaredIn(variable: Variable, repeated: Node): boolean {
  return variable.identifiers.some((identifier) => contains(repeated, identifier as Node));
}

/** Whether a variable, or a member of what it holds, is written there. */
function isWrittenIn(variable: Variable, repeated: Node): boolean {
  return variable.references.some((use) => {
    const identifier = use.identifier as Node;
    return contains(repeated, identifier) && (use.isWrite() || isWritten(memberBelow(identifier)));
  });
}

/** Whether the field that is read of `this` is written there. */
function isFieldWrittenIn(sdk: Sdk, self: TSESTree.ThisExpression, repeated: Node): boolean {
  const field = fieldOf(self);
  return (
    field !== null &&
    sdk.inventory.memberAssignments.some(({ left }) => {
      const root = contains(repeated, left) ? memberPath(left)?.root : null;
      return root?.type === 'ThisExpression' && fieldOf(root) === field;
    })
  );
}

/** The name that is read of `this`. */
function fieldOf(self: TSESTree.ThisExpression): string | null {
  const { parent } = wrapped(self);
  return parent?.type === 'MemberExpression' ? memberName(parent) : null;
}

/** The variables that an expression reads, and the calls in it: all that can make it differ from pass to pass. */
function partsOf(sdk: Sdk, node: Node, isLookedInto: (node: Node) => boolean = () => true): Node[] {
  const parts: Node[] = [];
  const pending: Node[] = [node];
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (!isLookedInto(next)) continue;
    switch (next.type) {
      case 'Identifier':
      case 'ThisExpression':
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
