import type { TSESTree } from '@typescript-eslint/utils';
import { memberPath, unwrap } from '../ast/unwrap.ts';
import { writtenValues } from '../sdk/bindings.ts';
import { isMemberWritten, type Sdk, type Variable } from '../sdk/index.ts';
import { isNothing } from './static.ts';

type Node = TSESTree.Node;

/**
 * Whether an expression is, wherever it is read, what {@link Sdk.what} takes it for: what a variable or a conditional
 * may hold beside it is nothing, or such a thing as well.
 */
export function isCertain(sdk: Sdk, node: Node, depth = 8): boolean {
  const inner = unwrap(node);
  if (depth === 0) return false;
  switch (inner.type) {
    case 'Identifier': {
      const variable = sdk.variable(inner);
      return !!variable && sdk.what(inner) !== null && holdsOnlyThings(sdk, variable, depth);
    }
    case 'ConditionalExpression':
      return [inner.consequent, inner.alternate].every((arm) => isThingOrNothing(sdk, arm, depth));
    case 'LogicalExpression':
      return [inner.left, inner.right].every((arm) => isThingOrNothing(sdk, arm, depth));
    case 'MemberExpression': {
      if (sdk.what(inner) === null) return false;
      const written = sdk.fieldValues(inner);
      if (written) return areOnlyThings(sdk, written, depth);
      const path = memberPath(inner);
      const variable = path && sdk.variable(path.root);
      return !variable || !isMemberWritten(variable, path.names);
    }
    default:
      return sdk.what(inner) !== null;
  }
}

function isThingOrNothing(sdk: Sdk, node: Node, depth: number): boolean {
  return isNothing(sdk, node) || isCertain(sdk, node, depth - 1);
}

function holdsOnlyThings(sdk: Sdk, variable: Variable, depth: number): boolean {
  const written = writtenValues(variable);
  const writes = variable.references.filter((reference) => reference.isWrite()).length;
  if (writes > written.length) return writes === 1;
  // Instead of its default, a parameter holds what a caller gives.
  if (written.length > 0 && variable.defs.some(({ type }) => type === 'Parameter')) return false;
  return areOnlyThings(sdk, written, depth);
}

function areOnlyThings(sdk: Sdk, written: readonly Node[], depth: number): boolean {
  const values = written.filter((value) => !isNothing(sdk, value));
  const [only, ...others] = values;
  // The client that `whyops.openai(client)` patches is made by something else.
  if (only && others.length === 0 && sdk.what(only) === null) return true;
  return values.every((value) => isCertain(sdk, value, depth - 1));
}
