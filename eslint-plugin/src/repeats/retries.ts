import type { TSESTree } from '@typescript-eslint/utils';
import { contains, enclosingFunction, enclosingLoop, type FunctionNode } from '../ast/functions.ts';
import { targetOf } from '../ast/together.ts';
import { unwrap, wrapped } from '../ast/unwrap.ts';
import type { Sdk } from '../sdk/index.ts';
import { functionOf } from '../values/returned.ts';

type Node = TSESTree.Node;

/** Code that may run again for the same piece of work. */
export interface Retry {
  kind: 'loop' | 'wrapper' | 'handler';
  /** The loop, or the function that is called again. */
  node: Node;
}

/** Says of the functions of a file whether a retry wrapper or a queue may call them again for the same piece of work. */
export class RepeatedFunctions {
  readonly #sdk: Sdk;
  readonly #around = new Map<FunctionNode, Retry | null>();

  constructor(sdk: Sdk) {
    this.#sdk = sdk;
  }

  /** The nearest of a function and those around it that is called again. */
  around(definition: FunctionNode): Retry | null {
    let retry = this.#around.get(definition);
    if (retry === undefined) {
      const kind = this.#decide(definition);
      const outer = kind ? null : enclosingFunction(definition);
      retry = kind ? { kind, node: definition } : outer && this.around(outer);
      this.#around.set(definition, retry);
    }
    return retry;
  }

  #decide(definition: FunctionNode): Retry['kind'] | null {
    let kind: Retry['kind'] | null = null;
    const uses = this.#namesOf(definition);
    uses.push(definition);
    for (const use of uses) {
      const call = takerOf(use);
      if (!call) continue;
      if (this.#sdk.isQueueHandler(call)) return 'handler';
      // Options beside the function have others that hear of its attempts: `pRetry(run, { onFailedAttempt })`.
      const isAttempt =
        call.arguments.length === 1 || call.arguments.includes(wrapped(use) as TSESTree.Expression);
      if (isAttempt && this.#sdk.isRetryWrapper(call)) kind = 'wrapper';
    }
    return kind;
  }

  /** Where the file names a function that is bound once. */
  #namesOf(definition: FunctionNode): Node[] {
    const { parent } = wrapped(definition);
    const variable =
      definition.type === 'FunctionDeclaration'
        ? this.#sdk.declaredBy(definition)[0]
        : parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier'
          ? this.#sdk.variable(parent.id)
          : null;
    if (!variable) return [];
    const names: Node[] = [];
    for (const { identifier } of variable.references) {
      const name = identifier as Node;
      const isCalled = name.parent?.type === 'CallExpression' && name.parent.callee === name;
      if (!isCalled && takerOf(name) && functionOf(this.#sdk, name) === definition) names.push(name);
    }
    return names;
  }
}

/** The call that is given a value: as an argument, or in an object: `consumer.run({ eachMessage: async () => … })`. */
function takerOf(value: Node): TSESTree.CallExpression | TSESTree.NewExpression | null {
  let given = wrapped(value);
  const member = given.parent;
  if (member?.type === 'Property' && member.value === given && member.parent.type === 'ObjectExpression')
    given = wrapped(member.parent);
  const { parent } = given;
  const isTaken =
    (parent?.type === 'CallExpression' || parent?.type === 'NewExpression') && parent.callee !== given;
  return isTaken ? parent : null;
}

/** The nearest code around `node` that is run again when it fails. */
export function retryAround(node: Node, repeated: RepeatedFunctions): Retry | null {
  for (let loop = enclosingLoop(node); loop; loop = enclosingLoop(loop))
    if (isRetryLoop(loop) && !isInHandler(node, loop)) return { kind: 'loop', node: loop };
  const around = enclosingFunction(node);
  return around && repeated.around(around);
}

/** What stands in a `catch` of the loop comes after a failed attempt: it is no part of one, and another thing each time. */
function isInHandler(node: Node, loop: Node): boolean {
  for (let parent = node.parent; parent && parent !== loop; parent = parent.parent)
    if (parent.type === 'CatchClause') return true;
  return false;
}

/**
 * A retry loop holds a `try`: success certainly leaves the loop, failure stays in it.
 *
 * - `for (…) { try { …; return } catch { … } }`, also with `break`
 * - `for (…) { try { … } catch { …; continue } break; }`
 * - `while (!done) { try { …; done = true } catch { … } }`
 */
function isRetryLoop(loop: Node): boolean {
  let answer = retryLoops.get(loop);
  if (answer === undefined) retryLoops.set(loop, (answer = decide(loop)));
  return answer;
}

const retryLoops = new WeakMap<Node, boolean>();

function decide(loop: Node): boolean {
  const { body } = loop as TSESTree.WhileStatement;
  const statements = body.type === 'BlockStatement' ? body.body : [body];
  for (let index = 0; index < statements.length; index++) {
    const statement = statements[index]!;
    if (statement.type !== 'TryStatement' || !statement.handler) continue;
    if (leaves(statement.handler.body, loop)) continue;
    const rest = statements.slice(index + 1);
    const succeeds =
      returnsFrom(statement.block, loop) ||
      endsTest(statement.block, loop) ||
      (rest.some((next) => leaves(next, loop)) && skipsRest(statement.handler.body, loop));
    if (succeeds) return true;
  }
  return false;
}

/** Whether a block certainly leaves the loop otherwise than by an exception. */
function returnsFrom(block: TSESTree.BlockStatement, loop: Node): boolean {
  const exit = block.body.find((statement) => leaves(statement, loop));
  return !!exit && exit.type !== 'ThrowStatement';
}

/** Whether a statement certainly ends by leaving the loop. */
export function leaves(statement: Node, loop: Node): boolean {
  switch (statement.type) {
    case 'ReturnStatement':
    case 'ThrowStatement':
      return true;
    case 'BreakStatement':
    case 'ContinueStatement': {
      const target = targetOf(statement);
      const stays = statement.type === 'ContinueStatement' && target && isLabelOf(target, loop);
      return !stays && !!target && contains(target, loop);
    }
    case 'BlockStatement':
      return statement.body.some((inner) => leaves(inner, loop));
    case 'IfStatement':
      return !!statement.alternate && leaves(statement.consequent, loop) && leaves(statement.alternate, loop);
    default:
      return false;
  }
}

function isLabelOf(target: Node, loop: Node): boolean {
  return target === loop || (target.type === 'LabeledStatement' && target.body === loop);
}

/** Whether a handler certainly starts the next pass instead of going on below the `try`. */
function skipsRest(handler: TSESTree.BlockStatement, loop: Node): boolean {
  const last = handler.body.at(-1);
  if (last?.type !== 'ContinueStatement') return false;
  const target = targetOf(last);
  return !!target && isLabelOf(target, loop);
}

/** Whether a block sets the variable that the loop's test waits for: `done = true` in `while (!done)`. */
function endsTest(block: TSESTree.BlockStatement, loop: Node): boolean {
  const test = 'test' in loop && (loop.test as Node | null);
  const inner = test && unwrap(test);
  if (!inner || inner.type !== 'UnaryExpression' || inner.operator !== '!') return false;
  const flag = unwrap(inner.argument);
  if (flag.type !== 'Identifier') return false;
  return block.body.some((statement) => {
    const set = statement.type === 'ExpressionStatement' ? statement.expression : null;
    if (set?.type !== 'AssignmentExpression' || set.operator !== '=') return false;
    const { left, right } = set;
    return (
      left.type === 'Identifier' && left.name === flag.name && !(right.type === 'Literal' && !right.value)
    );
  });
}
