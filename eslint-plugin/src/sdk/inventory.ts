import type { TSESLint, TSESTree } from '@typescript-eslint/utils';

/** What one walk over a file finds, in source order. Everything else is decided from these lists. */
export interface Inventory {
  calls: TSESTree.CallExpression[];
  constructions: TSESTree.NewExpression[];
  /** Assignments whose left side is a member: `this.trace = …`, `openai.defaultHeaders = …`. */
  memberAssignments: TSESTree.AssignmentExpression[];
  /** Where control leaves: `return`, `throw`, `break`, `continue`. */
  exits: TSESTree.Node[];
}

export function takeInventory(sourceCode: Readonly<TSESLint.SourceCode>): Inventory {
  const inventory: Inventory = {
    calls: [],
    constructions: [],
    memberAssignments: [],
    exits: [],
  };
  const childKeys = valueKeysOf(sourceCode.visitorKeys);
  const pending: TSESTree.Node[] = [sourceCode.ast];
  for (let node = pending.pop(); node; node = pending.pop()) {
    switch (node.type) {
      case 'CallExpression':
        inventory.calls.push(node);
        break;
      case 'NewExpression':
        inventory.constructions.push(node);
        break;
      case 'AssignmentExpression':
        if (node.left.type !== 'Identifier') inventory.memberAssignments.push(node);
        break;
      case 'ReturnStatement':
      case 'ThrowStatement':
      case 'BreakStatement':
      case 'ContinueStatement':
        inventory.exits.push(node);
        break;
      default:
    }
    const keys = childKeys.get(node.type);
    if (!keys) continue;
    for (let index = keys.length - 1; index >= 0; index--) {
      const child = (node as unknown as Record<string, unknown>)[keys[index]!];
      if (Array.isArray(child)) {
        for (let at = child.length - 1; at >= 0; at--)
          if (child[at]) pending.push(child[at] as TSESTree.Node);
      } else if (child) pending.push(child as TSESTree.Node);
    }
  }
  return inventory;
}

/** Where types are written: nothing runs there. */
const typeKeys = new Set([
  'typeAnnotation',
  'returnType',
  'typeParameters',
  'typeArguments',
  'superTypeArguments',
  'implements',
]);

const known = new WeakMap<object, Map<string, readonly string[]>>();

/** The visitor keys without those of types; the same parser always has the same keys. */
function valueKeysOf(visitorKeys: TSESLint.SourceCode['visitorKeys']): Map<string, readonly string[]> {
  let keys = known.get(visitorKeys);
  if (!keys) {
    keys = new Map();
    for (const [type, all] of Object.entries(visitorKeys)) {
      const values = (all ?? []).filter((key) => !typeKeys.has(key));
      if (values.length > 0) keys.set(type, values);
    }
    known.set(visitorKeys, keys);
  }
  return keys;
}
