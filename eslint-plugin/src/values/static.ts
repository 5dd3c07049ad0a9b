import type { TSESTree } from '@typescript-eslint/utils';
import { unwrap } from '../ast/unwrap.ts';
import { onlyInit, type Sdk } from '../sdk/index.ts';

type Node = TSESTree.Node;

/** How many constants may stand between a use and its value; also ends `const a = b, b = a`. */
const longestChain = 8;

/** Follows constants to the expression that gives the value: `const a = 'x'; const b = a;` leads from `b` to `'x'`. */
export function settled(sdk: Sdk, node: Node): Node {
  let inner = unwrap(node);
  for (let step = 0; step < longestChain && inner.type === 'Identifier'; step++) {
    const variable = sdk.variable(inner);
    const init = variable && onlyInit(variable);
    if (!init) return inner;
    inner = unwrap(init);
  }
  return inner;
}

/** The text an expression certainly is: a string, a template without holes, a constant or a sum of those. */
export function staticText(sdk: Sdk, node: Node, depth = longestChain): string | null {
  const inner = settled(sdk, node);
  if (inner.type === 'Literal') return typeof inner.value === 'string' ? inner.value : null;
  if (depth === 0) return null;
  if (inner.type === 'TemplateLiteral') {
    let text = inner.quasis[0]!.value.cooked;
    for (let index = 0; index < inner.expressions.length; index++) {
      const part = staticText(sdk, inner.expressions[index]!, depth - 1);
      if (part === null) return null;
      text += part + inner.quasis[index + 1]!.value.cooked;
    }
    return text;
  }
  if (inner.type === 'BinaryExpression' && inner.operator === '+') {
    const left = staticText(sdk, inner.left, depth - 1);
    const right = left === null ? null : staticText(sdk, inner.right, depth - 1);
    return right === null ? null : left + right;
  }
  return null;
}

/** The number an expression certainly is: a literal, a constant, a sign before one or a sum of those. */
export function staticNumber(sdk: Sdk, node: Node, depth = longestChain): number | null {
  const inner = settled(sdk, node);
  if (inner.type === 'Literal') return typeof inner.value === 'number' ? inner.value : null;
  if (depth === 0) return null;
  if (inner.type === 'UnaryExpression' && (inner.operator === '-' || inner.operator === '+')) {
    const value = staticNumber(sdk, inner.argument, depth - 1);
    return value === null ? null : inner.operator === '-' ? -value : value;
  }
  if (inner.type === 'BinaryExpression') {
    const left = staticNumber(sdk, inner.left, depth - 1);
    const right = left === null ? null : staticNumber(sdk, inner.right, depth - 1);
    if (left === null || right === null) return null;
    if (inner.operator === '+') return left + right;
    if (inner.operator === '-') return left - right;
    if (inner.operator === '*') return left * right;
  }
  return null;
}

/** `undefined`, `null` or `void 0`: a property with this value is not sent. */
export function isNothing(sdk: Sdk, node: Node): boolean {
  const inner = settled(sdk, node);
  if (inner.type === 'Literal') return inner.value === null && inner.raw === 'null';
  if (inner.type === 'UnaryExpression') return inner.operator === 'void';
  return inner.type === 'Identifier' && inner.name === 'undefined' && sdk.variable(inner) === null;
}
