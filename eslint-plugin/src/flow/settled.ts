import type { TSESTree } from '@typescript-eslint/utils';
import { contains } from '../ast/functions.ts';
import { wrapped } from '../ast/unwrap.ts';
import type { EventCall } from '../sdk/index.ts';
import type { SpanFile } from './file.ts';

type Node = TSESTree.Node;

/**
 * The calls of spans that their shape alone shows to be right, so that no path need be followed for them: most spans
 * of most code.
 *
 * ```ts
 * const span = await trace.toolCallRequest('search', calls);
 * try { … await trace.toolCallResponse('search', span, calls, result); }
 * catch (error) { await trace.toolCallResponse('search', span, calls, { error }); }
 * ```
 *
 * Such a span stands in a constant that nothing else reads, and each response can be reached without another one
 * before it. So each is sent with the id of its own request, on some path for the first time, and there is one. Whether
 * there is one on *every* path is another question: `missingOnPath` needs all spans.
 */
export function settledCalls(file: SpanFile): Set<Node> {
  const settled = new Set<Node>();
  for (const request of file.requests.values()) {
    const responses = responsesOf(file, request);
    if (!responses) continue;
    settled.add(request.node);
    for (const { node } of responses) settled.add(node);
  }
  return settled;
}

/** More responses than the branches of a function have; comparing all with all would be quadratic. */
const mostResponses = 8;

/** The responses for a request when all is well with them; null when that takes a closer look. */
function responsesOf(file: SpanFile, request: EventCall): EventCall[] | null {
  const declarator = constantOf(request.node);
  const block = declarator?.parent.parent;
  if (!declarator || (block?.type !== 'BlockStatement' && block?.type !== 'Program')) return null;
  if (file.chosenId(request).kind !== 'none') return null;
  const [variable] = file.sdk.declaredBy(declarator);
  if (!variable || variable.defs.length !== 1 || variable.references.length > mostResponses + 1) return null;

  const responses: EventCall[] = [];
  for (const { identifier, from } of variable.references) {
    if (identifier === declarator.id) continue;
    if (from.variableScope !== variable.scope.variableScope) return null;
    const given = wrapped(identifier as Node);
    const response = given.parent && file.responses.get(given.parent);
    if (!response || response.node.arguments[1] !== given) return null;
    if (response.node.arguments[0]!.type === 'SpreadElement') return null;
    responses.push(response);
  }
  if (responses.length === 0) return null;

  const tool = file.tool(request);
  const calls = responses.map(({ node }) => node);
  for (const response of responses) {
    const answered = file.tool(response);
    if (tool !== null && answered !== null && tool !== answered) return null;
    if (!isReached(response.node, declarator.parent, calls)) return null;
    if (calls.some((other) => other !== response.node && !areApart(response.node, other))) return null;
  }
  return responses;
}

/** `const span = await request`: the declarator. */
function constantOf(request: Node): TSESTree.VariableDeclarator | null {
  const awaits = wrapped(request).parent;
  if (awaits?.type !== 'AwaitExpression') return null;
  const init = wrapped(awaits);
  const declarator = init.parent;
  return declarator?.type === 'VariableDeclarator' &&
    declarator.init === init &&
    declarator.id.type === 'Identifier' &&
    declarator.parent.kind === 'const'
    ? declarator
    : null;
}

/** Whether some path leads from a declaration to a response in the same block, or deeper. */
function isReached(
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
        const start = parent === block ? statements.indexOf(declaration) + 1 : 0;
        const end = statements.indexOf(child);
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

/** Whether exceptions at a node go to the `catch` of a statement, and to no other one before. */
function isProtectedBy(statement: TSESTree.TryStatement, node: Node): boolean {
  let child = node;
  for (let parent = node.parent; parent; child = parent, parent = parent.parent)
    if (parent.type === 'TryStatement') return parent === statement && child === parent.block;
  return false;
}

/** Whether control can get past a statement. When in doubt: no. */
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
function areApart(a: Node, b: Node): boolean {
  let child = a;
  let parent = a.parent;
  for (; parent && !contains(parent, b); child = parent, parent = parent.parent);
  if (parent?.type === 'IfStatement' || parent?.type === 'ConditionalExpression')
    return child !== parent.test && !contains(parent.test, b);
  if (parent?.type !== 'TryStatement' || !parent.handler) return false;
  const inBlock = child === parent.block && contains(parent.handler, b);
  return inBlock || (child === parent.handler && contains(parent.block, b));
}
