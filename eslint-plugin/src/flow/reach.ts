/**
 * Where control can get to, by the shape of the code alone: no paths are laid. When in doubt, the answer is no.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { contains } from '../ast/functions.ts';

type Node = TSESTree.Node;

/** Whether some path leads from a declaration to a response in the same block, or deeper. */
export function isReached(
  response: Node,
  declaration: TSESTree.VariableDeclaration,
  responses: readonly Node[],
): boolean {
  const block = declaration.parent;
  let child = response;
  for (let parent = response.parent; parent; child = parent, parent = parent.parent) {
    switch (parent.type) {
      case 'BlockStatement':
      case 'Program': {
        const statements: readonly Node[] = parent.body;
        const start = parent === block ? indexOf(statements, declaration) + 1 : 0;
        const end = indexOf(statements, child);
        // The response stands before the declaration, or with it.
        if (end < start) return false;
        for (let at = start; at < end; at++) if (!passes(statements[at]!)) return false;
        if (parent === block) return true;
        continue;
      }
      case 'CatchClause': {
        const statement: TSESTree.TryStatement = parent.parent;
        // What fails just before another response is sent ends up here.
        return responses.some((other) => isProtectedBy(statement, other));
      }
      case 'TryStatement':
        if (child !== parent.block) return false;
        continue;
      case 'ForStatement':
      case 'ForInStatement':
      case 'ForOfStatement':
      case 'WhileStatement':
      case 'DoWhileStatement':
        if (child !== parent.body) return false;
        continue;
      case 'ExpressionStatement':
      case 'IfStatement':
      case 'ReturnStatement':
      case 'ThrowStatement':
      case 'VariableDeclaration':
      case 'VariableDeclarator':
      case 'ArrayExpression':
      case 'AwaitExpression':
      case 'CallExpression':
      case 'ChainExpression':
      case 'ConditionalExpression':
      case 'LogicalExpression':
      case 'MemberExpression':
      case 'UnaryExpression':
        continue;
      default:
        return false;
    }
  }
  return false;
}

/** Where a statement stands among others; a function may have hundreds of them. */
function indexOf(statements: readonly Node[], statement: Node): number {
  let low = 0;
  for (let high = statements.length; low < high;) {
    const middle = (low + high) >> 1;
    if (statements[middle]!.range[0] < statement.range[0]) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether exceptions at a node go to the `catch` of a statement, and to no other one before. */
function isProtectedBy(statement: TSESTree.TryStatement, node: Node): boolean {
  let child = node;
  for (let parent = node.parent; parent; child = parent, parent = parent.parent)
    if (parent.type === 'TryStatement') return parent === statement && child === parent.block;
  return false;
}

/** Whether control can get past a statement. */
function passes(statement: Node): boolean {
  switch (statement.type) {
    case 'ExpressionStatement':
    case 'VariableDeclaration':
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
    case 'ImportDeclaration':
    case 'TSTypeAliasDeclaration':
    case 'TSInterfaceDeclaration':
    case 'EmptyStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
      return true;
    case 'ForStatement':
    case 'WhileStatement':
      return !!statement.test && statement.test.type !== 'Literal';
    case 'BlockStatement':
      return statement.body.every(passes);
    case 'IfStatement':
      return !statement.alternate || passes(statement.consequent) || passes(statement.alternate);
    case 'TryStatement':
      return passes(statement.block) && (!statement.finalizer || passes(statement.finalizer));
    default:
      return false;
  }
}

/** Whether two nodes stand in two ways of which only one is gone at a time, or the second when the first fails. */
export function areApart(a: Node, b: Node): boolean {
  let child = a;
  let parent = a.parent;
  for (; parent && !contains(parent, b); child = parent, parent = parent.parent);
  if (parent?.type === 'IfStatement' || parent?.type === 'ConditionalExpression')
    return child !== parent.test && !contains(parent.test, b);
  if (parent?.type !== 'TryStatement' || !parent.handler) return false;
  const inBlock = child === parent.block && contains(parent.handler, b);
  return inBlock || (child === parent.handler && contains(parent.block, b));
}
