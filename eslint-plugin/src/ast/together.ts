import type { TSESTree } from '@typescript-eslint/utils';
import { codeUnitOf, contains, enclosingLoop, isFunction } from './functions.ts';
import { unwrap } from './unwrap.ts';

type Node = TSESTree.Node;

/**
 * Whether `other` runs in every pass in which `node` runs: both stand in the same function, nothing that may be left
 * out holds `other` alone, and nothing between the two leaves the function. Exceptions that are not written are not
 * counted. When in doubt: no.
 */
export function runsWith(node: Node, other: Node, exits: readonly Node[]): boolean {
  const unit = codeUnitOf(node);
  if (unit !== codeUnitOf(other)) return false;
  const common = commonAncestor(node, other);
  if (!common || !isUnconditional(other, common, node)) return false;
  if (other.range[0] < node.range[0]) return !isLeftByFailure(other, node, exits);
  return !isHandedOut(node, common) && !leavesBetween(node, node.range[1], other.range[0], exits);
}

/** Whether `node` stands in a `return` or `throw` below `ancestor`, so that nothing runs after it. */
function isHandedOut(node: Node, ancestor: Node): boolean {
  for (let parent: Node | undefined = node; parent && parent !== ancestor; parent = parent.parent)
    if (parent.type === 'ReturnStatement' || parent.type === 'ThrowStatement') return true;
  return false;
}

/**
 * Whether `other` stands in a `try` before `node` that leaves when it succeeds: then it failed, perhaps before `other`,
 * if `node` runs at all.
 */
function isLeftByFailure(other: Node, node: Node, exits: readonly Node[]): boolean {
  for (let parent: Node | undefined = other; parent && !contains(parent, node); parent = parent.parent) {
    const around: Node | undefined = parent.parent;
    if (around?.type !== 'TryStatement' || around.block !== parent || !around.handler) continue;
    if (contains(around, node) || around.range[0] > node.range[0]) continue;
    const [start, end] = [other.range[1], parent.range[1]];
    if (isHandedOut(other, around) || leavesBetween(other, start, end, exits)) return true;
  }
  return false;
}

/** Whether `node` runs whenever `ancestor` does, exits aside. `from` is what is known to run as well. */
export function isUnconditional(node: Node, ancestor: Node, from: Node | null = null): boolean {
  let child = node;
  for (let parent = node.parent; parent; child = parent, parent = parent.parent) {
    if (parent === ancestor) return isFunction(parent) || !mayBeLeftOut(child, parent, from);
    if (mayBeLeftOut(child, parent, null)) return false;
  }
  return false;
}

/**
 * Whether two nodes certainly do not run in one call of the function around both: they stand in branches that exclude
 * each other, or the first of them in a branch that returns. In a loop, each may have its pass.
 */
export function excludeEachOther(a: Node, b: Node): boolean {
  const [first, second] = a.range[0] < b.range[0] ? [a, b] : [b, a];
  let child = first;
  let returns = false;
  for (let parent = first.parent; parent; child = parent, parent = parent.parent) {
    // What returns its call out of a `try` may fail there and go on below.
    if (isFunction(parent) || parent.type === 'TryStatement') returns = false;
    if (contains(parent, second)) {
      if (enclosingLoop(child)) return false;
      if (parent.type === 'IfStatement' || parent.type === 'ConditionalExpression')
        return returns || child !== parent.test;
      return returns || (parent.type === 'SwitchStatement' && isLeftAtEnd(child));
    }
    returns ||= parent.type === 'ReturnStatement' || returnsBelow(child, parent);
  }
  return false;
}

/** Whether a block certainly returns after a statement in it. */
function returnsBelow(child: Node, block: Node): boolean {
  if (block.type !== 'BlockStatement') return false;
  return block.body
    .slice(block.body.indexOf(child as TSESTree.Statement) + 1)
    .some(({ type }) => type === 'ReturnStatement');
}

/** Whether a case of a switch ends in a jump, so that the next one is not entered. */
function isLeftAtEnd(part: Node): boolean {
  const last = part.type === 'SwitchCase' ? part.consequent.at(-1) : null;
  const end = last?.type === 'BlockStatement' ? last.body.at(-1) : last;
  return /^(Break|Return|Throw|Continue)Statement$/.test(end?.type ?? '');
}

function commonAncestor(a: Node, b: Node): Node | null {
  let ancestor: Node | undefined = a;
  while (ancestor && !contains(ancestor, b)) ancestor = ancestor.parent;
  // `b` inside `a` or the same node: then the pass of `a` is looked at from above.
  return ancestor === a ? (a.parent ?? null) : (ancestor ?? null);
}

/** Whether `parent` can run without its `child`. At the common ancestor, `from` runs in another child of it. */
function mayBeLeftOut(child: Node, parent: Node, from: Node | null): boolean {
  switch (parent.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
      return child !== parent.test;
    case 'LogicalExpression':
      return child === parent.right;
    case 'AssignmentExpression':
      return child === parent.right && /^(\?\?|\|\||&&)=$/.test(parent.operator);
    case 'AssignmentPattern':
      return child === parent.right;
    case 'SwitchStatement':
      return child !== parent.discriminant;
    case 'TryStatement': {
      if (child === parent.handler) return true;
      // From the handler, the end of the block was not reached.
      const handler = parent.handler;
      return child === parent.block && !!from && !!handler && contains(handler, from);
    }
    case 'WhileStatement':
      return child === parent.body && !isAlwaysTrue(parent.test);
    case 'ForStatement':
      if (child === parent.update) return true;
      return child === parent.body && !!parent.test && !isAlwaysTrue(parent.test) && !startsTrue(parent);
    case 'ForOfStatement':
    case 'ForInStatement':
      return child !== parent.right;
    default:
      return isFunction(parent);
  }
}

function isAlwaysTrue(test: Node): boolean {
  const inner = unwrap(test);
  return inner.type === 'Literal' && !!inner.value;
}

/** `for (let i = 0; i < 5; i++)`: the first pass is certain. */
function startsTrue({ init, test }: TSESTree.ForStatement): boolean {
  if (init?.type !== 'VariableDeclaration' || test?.type !== 'BinaryExpression') return false;
  const { id, init: from } = init.declarations[0]!;
  if (id.type !== 'Identifier' || test.left.type !== 'Identifier' || test.left.name !== id.name) return false;
  const numbers = [from, test.right].map((node) => (node?.type === 'Literal' ? Number(node.value) : NaN));
  const [first, limit] = numbers as [number, number];
  return test.operator === '<' ? first < limit : test.operator === '<=' && first <= limit;
}

/** Whether a `return`, `throw` or jump of the same function leads out of what stands between two positions. */
function leavesBetween(node: Node, start: number, end: number, exits: readonly Node[]): boolean {
  const unit = codeUnitOf(node);
  for (let at = firstFrom(exits, start); at < exits.length && exits[at]!.range[0] < end; at++) {
    const exit = exits[at]!;
    if (codeUnitOf(exit) !== unit) continue;
    const target = targetOf(exit);
    if (!target || target.range[0] < start || end < target.range[1]) return true;
  }
  return false;
}

/** The statement that a jump leaves or starts again; null when it leaves the function. */
export function targetOf(exit: Node): Node | null {
  if (exit.type !== 'BreakStatement' && exit.type !== 'ContinueStatement') return null;
  for (let parent: Node | undefined = exit.parent; parent; parent = parent.parent) {
    if (exit.label) {
      if (parent.type === 'LabeledStatement' && parent.label.name === exit.label.name) return parent;
    } else if (/^(For|ForOf|ForIn|While|DoWhile)Statement$/.test(parent.type)) return parent;
    else if (exit.type === 'BreakStatement' && parent.type === 'SwitchStatement') return parent;
  }
  return null;
}

function firstFrom(nodes: readonly Node[], position: number): number {
  let low = 0;
  let high = nodes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (nodes[middle]!.range[0] < position) low = middle + 1;
    else high = middle;
  }
  return low;
}
