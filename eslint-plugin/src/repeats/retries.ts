import type { TSESTree } from '@typescript-eslint/utils';
import { contains, enclosingLoop, isFunction, type FunctionNode } from '../ast/functions.ts';
import { targetOf } from '../ast/together.ts';
import { unwrap } from '../ast/unwrap.ts';
import type { Sdk } from '../sdk/index.ts';
import { functionOf } from '../values/returned.ts';

type Node = TSESTree.Node;

/** Code that may run again for the same piece of work. */
export interface Retry {
  kind: 'loop' | 'wrapper' | 'handler';
  /** The loop, or the function that is called again. */
  node: Node;
}

/** The functions of a file that a retry wrapper or a queue may call again for the same piece of work. */
export function repeatedFunctions(sdk: Sdk): Map<FunctionNode, Retry['kind']> {
  const found = new Map<FunctionNode, Retry['kind']>();
  for (const call of [...sdk.inventory.calls, ...sdk.inventory.constructions]) {
    if (call.arguments.length === 0) continue;
    const kind = sdk.isRetryWrapper(call) ? 'wrapper' : sdk.isQueueHandler(call) ? 'handler' : null;
    if (!kind) continue;
    for (const given of call.arguments) {
      const inner = unwrap(given);
      // `consumer.run({ eachMessage: async () => … })`
      const values =
        inner.type === 'ObjectExpression'
          ? inner.properties.flatMap((member) => (member.type === 'Property' ? [member.value] : []))
          : [inner];
      for (const value of values) {
        const body = functionOf(sdk, value);
        if (body) found.set(body, kind);
      }
    }
  }
  return found;
}

/** The nearest code around `node` that is run again when it fails. */
export function retryAround(node: Node, repeated: ReadonlyMap<FunctionNode, Retry['kind']>): Retry | null {
  for (let loop = enclosingLoop(node); loop; loop = enclosingLoop(loop))
    if (isRetryLoop(loop)) return { kind: 'loop', node: loop };
  for (let parent = node.parent; parent; parent = parent.parent) {
    const kind = isFunction(parent) ? repeated.get(parent) : undefined;
    if (kind) return { kind, node: parent };
  }
  return null;
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
  for (const [index, statement] of statements.entries()) {
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
