import type { TSESTree } from '@typescript-eslint/utils';
import { enclosingFunction, isFunction, type FunctionNode } from '../ast/functions.ts';
import { unwrap } from '../ast/unwrap.ts';
import { isReassigned, onlyInit, type Sdk } from '../sdk/index.ts';

type Node = TSESTree.Node;

/** The function that an expression certainly is: written in place, or a name of this file that is bound once. */
export function functionOf(sdk: Sdk, node: Node): FunctionNode | null {
  const inner = unwrap(node);
  if (isFunction(inner)) return inner;
  const variable = inner.type === 'Identifier' ? sdk.variable(inner) : null;
  if (!variable || isReassigned(variable)) return null;
  const declared = variable.defs.length === 1 ? (variable.defs[0]!.node as Node) : null;
  if (declared && variable.defs[0]!.type === 'FunctionName' && isFunction(declared)) return declared;
  const init = onlyInit(variable);
  const value = init && unwrap(init);
  return value && isFunction(value) ? value : null;
}

/** What a function of this file returns, when that is all it does. */
export function returnedBy(sdk: Sdk, callee: TSESTree.Identifier): Node | null {
  const variable = sdk.variable(callee);
  if (!variable || isReassigned(variable)) return null;
  const declared = variable.defs.length === 1 ? (variable.defs[0]!.node as Node) : null;
  const init = onlyInit(variable);
  const definition = declared && isFunction(declared) ? declared : init && unwrap(init);
  if (!definition || !isFunction(definition) || enclosingFunction(callee) === definition) return null;
  if (definition.body.type !== 'BlockStatement') return definition.body;
  const { body } = definition.body;
  const [only] = body;
  return body.length === 1 && only?.type === 'ReturnStatement' ? only.argument : null;
}
