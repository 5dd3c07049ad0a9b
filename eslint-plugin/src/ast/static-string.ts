import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { onlyInit, variableOf } from '../sdk/bindings.ts';
import { unwrap } from './unwrap.ts';

/** The string an expression certainly is: a literal, a template without parts, or a constant that is one of these. */
export function staticString(sourceCode: Readonly<TSESLint.SourceCode>, node: TSESTree.Node): string | null {
  const inner = unwrap(node);
  if (inner.type === 'Literal') return typeof inner.value === 'string' ? inner.value : null;
  if (inner.type === 'TemplateLiteral')
    return inner.expressions.length === 0 ? inner.quasis[0]!.value.cooked : null;
  if (inner.type !== 'Identifier') return null;
  const variable = variableOf(sourceCode, inner);
  const init = variable && onlyInit(variable);
  if (!init || unwrap(init).type === 'Identifier') return null; // one step: a chain of constants could be a circle
  return staticString(sourceCode, init);
}
