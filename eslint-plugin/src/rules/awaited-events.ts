import type { TSESTree } from '@typescript-eslint/utils';
import { canAwait } from '../ast/functions.ts';
import { unwrap, wrapped } from '../ast/unwrap.ts';
import { createRule } from '../create-rule.ts';
import type { Sdk } from '../sdk/index.ts';

type Node = TSESTree.Node;
type MessageIds = 'floating' | 'addAwait';

export const awaitedEvents = createRule<MessageIds, []>({
  name: 'awaited-events',
  meta: {
    type: 'problem',
    docs: {
      description: 'Require calls that send an event to be awaited or handed on',
      preset: 'recommended',
    },
    hasSuggestions: true,
    schema: [],
    messages: {
      floating:
        'Nothing waits for `{{method}}`: the event can arrive out of order, or not at all when the process ends first. Await it, return it, or collect it for `Promise.all`.',
      addAwait: 'Await the event.',
    },
  },
  defaultOptions: [],
  check(sdk, context) {
    for (const { node, method } of sdk.events) {
      const floating = floatingExpression(node, sdk);
      if (!floating) continue;
      context.report({
        node,
        messageId: 'floating',
        data: { method },
        suggest: canAwait(floating)
          ? [{ messageId: 'addAwait', fix: (fixer) => fixer.insertTextBefore(floating, 'await ') }]
          : [],
      });
    }
  },
});

/** The promise (the call itself, or a chain on it) that nobody takes; null when somebody does. */
function floatingExpression(call: TSESTree.CallExpression, sdk: Sdk): Node | null {
  if (call.parent.type === 'AwaitExpression') return null;
  let promise = wrapped(call);
  for (;;) {
    const parent = promise.parent;
    switch (parent?.type) {
      case 'MemberExpression': {
        const chained = chain(parent);
        if (!chained) return null;
        promise = wrapped(chained);
        continue;
      }
      case 'ExpressionStatement':
        return promise;
      case 'LogicalExpression':
        return parent.right === promise && isDiscarded(parent) ? promise : null;
      case 'ConditionalExpression':
        return parent.test !== promise && isDiscarded(parent) ? promise : null;
      case 'SequenceExpression':
        return parent.expressions.at(-1) !== promise || isDiscarded(parent) ? promise : null;
      case 'VariableDeclarator': {
        const variable =
          parent.init === promise && parent.id.type === 'Identifier' ? sdk.variable(parent.id) : null;
        const exported = parent.parent.parent.type === 'ExportNamedDeclaration';
        return variable && !exported && !variable.references.some((reference) => reference.isRead())
          ? promise
          : null;
      }
      default:
        return null;
    }
  }
}

/** The call of `.then(…)` or `.finally(…)` on a promise; null when a rejection is handled or something else is done. */
function chain(member: TSESTree.MemberExpression): TSESTree.CallExpression | null {
  const call = wrapped(member).parent;
  if (call?.type !== 'CallExpression' || unwrap(call.callee) !== member) return null;
  const name = member.property.type === 'Identifier' && !member.computed ? member.property.name : null;
  // A spread may hold the second handler.
  const isForSuccess = call.arguments.length < 2 && call.arguments[0]?.type !== 'SpreadElement';
  const passesOn = (name === 'then' && isForSuccess) || name === 'finally';
  return passesOn ? call : null;
}

function isDiscarded(node: Node): boolean {
  const { parent } = wrapped(node);
  switch (parent?.type) {
    case 'ExpressionStatement':
      return true;
    case 'LogicalExpression':
      return parent.right === wrapped(node) && isDiscarded(parent);
    case 'ConditionalExpression':
      return parent.test !== wrapped(node) && isDiscarded(parent);
    case 'SequenceExpression':
      return parent.expressions.at(-1) !== wrapped(node) || isDiscarded(parent);
    default:
      return false;
  }
}
