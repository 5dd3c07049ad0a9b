import type { TSESTree } from '@typescript-eslint/utils';
import { memberPath, wrapped } from '../ast/unwrap.ts';
import type { Value } from './model.ts';

/** What the same values are after `await`. */
export function awaited(sources: readonly Value[]): readonly Value[] {
  return sources.map((source) =>
    source.kind === 'span' || source.kind === 'variable' ? { ...source, awaited: true } : source,
  );
}

/** The method of a call of `Promise.…`. */
export function promiseMethod(call: TSESTree.CallExpression): string | null {
  const path = memberPath(call.callee);
  return path?.root.type === 'Identifier' && path.root.name === 'Promise' ? path.names.join('.') : null;
}

/** `await Promise.all([p, q]);` waits for promises that stay where they are. */
export function isDroppedPromiseAll(call: TSESTree.CallExpression): boolean {
  if (promiseMethod(call) === null) return false;
  const { parent } = wrapped(call);
  return parent?.type === 'AwaitExpression' && wrapped(parent).parent?.type === 'ExpressionStatement';
}
