import type { TSESTree } from '@typescript-eslint/utils';

type Node = TSESTree.Node;

/** Strips what changes a type or an optional chain but not the value: `(x as T)!`, `x satisfies T`, `x?.y`. */
export function unwrap(node: Node): Node {
  let inner = node;
  for (;;) {
    switch (inner.type) {
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
      case 'TSTypeAssertion':
      case 'TSInstantiationExpression':
      case 'ChainExpression':
        inner = inner.expression;
        continue;
      default:
        // espree keeps no node for parentheses; oxlint can.
        if ((inner.type as string) === 'ParenthesizedExpression') {
          inner = (inner as unknown as { expression: Node }).expression;
          continue;
        }
        return inner;
    }
  }
}

/** The outermost node that is still the same value: the inverse of {@link unwrap}. */
export function wrapped(node: Node): Node {
  let outer = node;
  while (outer.parent && unwrap(outer.parent) === unwrap(outer)) outer = outer.parent;
  return outer;
}

/** The name of a member, when it is written down: `a.b`, `a['b']`, `a.#b` (as `#b`). */
export function memberName(node: TSESTree.MemberExpression): string | null {
  const { property } = node;
  if (property.type === 'PrivateIdentifier') return `#${property.name}`;
  if (property.type === 'Identifier') return node.computed ? null : property.name;
  if (property.type === 'Literal' && typeof property.value === 'string') return property.value;
  if (property.type === 'TemplateLiteral' && property.quasis.length === 1)
    return property.quasis[0]!.value.cooked;
  return null;
}

/** The name of a property or class member, when it is written down. */
export function keyName(node: { key: Node; computed: boolean }): string | null {
  const { key } = node;
  if (key.type === 'PrivateIdentifier') return `#${key.name}`;
  if (key.type === 'Identifier' && !node.computed) return key.name;
  if (key.type === 'Literal') return String(key.value);
  return null;
}

/** `openai.chat.completions.create` as root node and names; null when a name is computed. */
export function memberPath(node: Node): { root: Node; names: string[] } | null {
  const names: string[] = [];
  let inner = unwrap(node);
  while (inner.type === 'MemberExpression') {
    const name = memberName(inner);
    if (name === null) return null;
    names.push(name);
    inner = unwrap(inner.object);
  }
  return { root: inner, names: names.reverse() };
}

/** The value of a property of an object literal; `null` if it is not there, `undefined` if a spread may hide it. */
export function propertyValue(object: TSESTree.ObjectExpression, name: string): Node | null | undefined {
  let hidden = false;
  for (let at = object.properties.length - 1; at >= 0; at--) {
    const property = object.properties[at]!;
    if (property.type === 'SpreadElement' || (property.computed && keyName(property) === null)) hidden = true;
    else if (keyName(property) === name) return hidden ? undefined : property.value;
  }
  return hidden ? undefined : null;
}
