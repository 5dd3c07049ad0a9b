import type { TSESTree } from '@typescript-eslint/utils';
import { unwrap, wrapped } from '../ast/unwrap.ts';
import { argument, onlyInit, type EventCall, type Variable } from '../sdk/index.ts';
import type { SpanFile } from './file.ts';
import { promiseMethod } from './promises.ts';
import { areApart, isReached } from './reach.ts';

type Node = TSESTree.Node;

/**
 * The calls about which the paths have nothing to say, as their shape alone shows: most calls of most code.
 *
 * ```ts
 * const span = await trace.toolCallRequest('search', calls);
 * try { … await trace.toolCallResponse('search', span, calls, result); }
 * catch (error) { await trace.toolCallResponse('search', span, calls, { error }); }
 * ```
 *
 * Such a span stands in a constant that nothing else reads, and each response can be reached without another one
 * before it. So each is sent with the id of its own request, on some path for the first time, and there is one. Whether
 * there is one on *every* path is another question: for `missingOnPath` all spans are followed.
 */
export function settledCalls(file: SpanFile): Set<Node> {
  const settled = new Set<Node>();
  for (const request of file.requests.values()) {
    const responses = isHandedOver(file, request.node) ? [] : responsesOf(file, request);
    if (!responses || file.chosenId(request).kind !== 'none') continue;
    settled.add(request.node);
    for (const { node } of responses) settled.add(node);
  }
  for (const { node } of file.responses.values())
    if (!settled.has(node) && isFromElsewhere(file, node)) settled.add(node);
  return settled;
}

/** `spans.set(id, await request)`: someone else may send the response. */
function isHandedOver(file: SpanFile, request: Node): boolean {
  const awaits = wrapped(request).parent;
  const given = awaits?.type === 'AwaitExpression' ? wrapped(awaits) : null;
  const call = given?.parent;
  return call?.type === 'CallExpression' && call.callee !== given && isOtherMethod(file, call);
}

/** A response with what another method gave: `const span = spans.get(id)`. Nothing is known of such a value. */
function isFromElsewhere(file: SpanFile, response: TSESTree.CallExpression): boolean {
  const given = argument(response, 1);
  const inner = given && unwrap(given);
  const variable = inner?.type === 'Identifier' ? file.sdk.variable(inner) : null;
  const [definition] = variable?.defs ?? [];
  if (definition?.type !== 'Variable' || definition.parent.kind !== 'const') return false;
  const init = onlyInit(variable!);
  const whole = init && unwrap(init);
  const value = whole?.type === 'AwaitExpression' ? unwrap(whole.argument) : whole;
  return value?.type === 'CallExpression' && isOtherMethod(file, value) && !file.isOther(value);
}

/** A call of some method that is neither the SDK's nor one that only prints or waits. */
function isOtherMethod(file: SpanFile, call: TSESTree.CallExpression): boolean {
  const callee = unwrap(call.callee);
  if (callee.type !== 'MemberExpression' || file.isEvent(call) || file.isPrinting(call)) return false;
  const object = unwrap(callee.object);
  return object.type !== 'Identifier' || object.name !== 'Promise';
}

/** More responses than the branches of a function have; comparing all with all would be quadratic. */
const mostResponses = 8;

/** The responses for a request when all is well with them; null when that takes a closer look. */
function responsesOf(file: SpanFile, request: EventCall): EventCall[] | null {
  const found = constantOf(file, request.node);
  if (!found || found.variable.references.length > mostResponses + 1) return null;
  const { variable, name, declaration } = found;
  const home = variable.scope.variableScope;
  const tool = file.tool(request);
  const responses: EventCall[] = [];
  const here: Node[] = [];
  const units = new Set<object>([home]);
  for (const { identifier, from } of variable.references) {
    if (identifier === name) continue;
    const given = wrapped(identifier as Node);
    const response = given.parent && file.responses.get(given.parent);
    if (!response || argument(response.node, 1) !== given) return null;
    const answered = file.tool(response);
    if (tool !== null && answered !== null && tool !== answered) return null;
    responses.push(response);
    if (from.variableScope === home) here.push(response.node);
    else if (units.has(from.variableScope)) return null;
    // A nested function that sends one: whether it runs cannot be told, so nothing is missing.
    units.add(from.variableScope);
  }
  const isSound = here.every(
    (call) =>
      isReached(call, declaration, here) && here.every((other) => other === call || areApart(call, other)),
  );
  return responses.length > 0 && isSound ? responses : null;
}

interface Constant {
  variable: Variable;
  name: Node;
  declaration: TSESTree.VariableDeclaration;
}

/** The constant that is given the span of a request: `const span = await …`, `const [span] = await Promise.all([…])`. */
function constantOf(file: SpanFile, request: Node): Constant | null {
  const element = wrapped(request);
  const list = element.parent?.type === 'ArrayExpression' ? element.parent : null;
  const waits = (list ? promiseOfAll(list) : element)?.parent;
  if (waits?.type !== 'AwaitExpression') return null;
  const init = wrapped(waits);
  const declarator = init.parent;
  if (declarator?.type !== 'VariableDeclarator' || declarator.init !== init) return null;
  const declaration = declarator.parent;
  const isInBlock = declaration.parent.type === 'BlockStatement' || declaration.parent.type === 'Program';
  if (declaration.kind !== 'const' || !isInBlock) return null;
  const { id } = declarator;
  const name = !list
    ? id
    : id.type === 'ArrayPattern'
      ? id.elements[list.elements.indexOf(element as never)]
      : null;
  if (name?.type !== 'Identifier') return null;
  const variable = file.sdk.declaredBy(declarator).find(({ identifiers }) => identifiers[0] === name);
  return variable?.defs.length === 1 ? { variable, name, declaration } : null;
}

/** `Promise.all([…])` around a list whose places are known. */
function promiseOfAll(list: TSESTree.ArrayExpression): Node | null {
  const given = wrapped(list);
  const call = given.parent;
  if (call?.type !== 'CallExpression' || call.arguments.length !== 1 || call.arguments[0] !== given)
    return null;
  if (list.elements.some((element) => element?.type === 'SpreadElement')) return null;
  return promiseMethod(call) === 'all' ? wrapped(call) : null;
}
