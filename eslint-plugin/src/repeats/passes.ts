import type { TSESTree } from '@typescript-eslint/utils';
import { codeUnitOf, contains, enclosingLoop, isFunction } from '../ast/functions.ts';
import { isUnconditional } from '../ast/together.ts';
import { memberName, unwrap, wrapped } from '../ast/unwrap.ts';
import { leaves } from './retries.ts';

type Node = TSESTree.Node;

const walks = new Set(['map', 'forEach', 'flatMap']);

/**
 * The loop, or the function given to `map`, `forEach` or `flatMap`, in whose every pass `node` runs once; null if it
 * may be left out in a pass, or if the first pass is the last one.
 */
export function everyPassOf(node: Node, exits: readonly Node[]): Node | null {
  const loop = enclosingLoop(node);
  const callback = loop ? null : codeUnitOf(node);
  const repeated = loop ?? (callback && isWalk(callback) ? callback : null);
  if (!repeated || !('body' in repeated)) return null;
  const body = repeated.body as Node;
  if (node !== body && !isUnconditional(node, body)) return null;
  const unit = codeUnitOf(node);
  const skipped = exits.some(
    (exit) => contains(body, exit) && exit.range[0] < node.range[0] && codeUnitOf(exit) === unit,
  );
  if (skipped) return null;
  for (
    let child = node, parent = node.parent;
    loop && parent && contains(body, parent);
    parent = parent.parent
  ) {
    if (parent.type === 'BlockStatement') {
      const after = parent.body.slice(parent.body.indexOf(child as TSESTree.Statement) + 1);
      if (after.some((statement) => leaves(statement, loop))) return null;
    }
    child = parent;
  }
  return repeated;
}

function isWalk(callback: Node): boolean {
  if (!isFunction(callback)) return false;
  const { parent } = wrapped(callback);
  const callee =
    parent?.type === 'CallExpression' && parent.arguments[0] === wrapped(callback) ? parent.callee : null;
  const inner = callee && unwrap(callee);
  return inner?.type === 'MemberExpression' && walks.has(memberName(inner) ?? '');
}
