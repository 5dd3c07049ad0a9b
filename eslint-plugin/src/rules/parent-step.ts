import type { TSESTree } from '@typescript-eslint/utils';
import { unwrap } from '../ast/unwrap.ts';
import { createRule } from '../create-rule.ts';
import type { Sdk, Variable } from '../sdk/index.ts';
import { removeProperty } from '../fixes/remove-property.ts';
import { eventOptions, property } from '../values/objects.ts';
import { isNothing, staticNumber } from '../values/static.ts';

type Node = TSESTree.Node;
type MessageIds = 'withoutStep' | 'notEarlier' | 'removeParent';

export const parentStep = createRule<MessageIds, []>({
  name: 'parent-step',
  meta: {
    type: 'problem',
    docs: {
      description: 'Require `parentStepId` to name an earlier step and to be sent together with `stepId`',
      preset: 'recommended',
    },
    hasSuggestions: true,
    schema: [],
    messages: {
      withoutStep:
        '`{{method}}` sends `parentStepId` without `stepId`: WhyOps then replaces the parent by the last step. Send both, or neither.',
      notEarlier:
        '`parentStepId` ({{parent}}) is not earlier than `stepId` ({{step}}): a parent is a step that came before.',
      removeParent: 'Remove `parentStepId`: WhyOps infers both.',
    },
  },
  defaultOptions: [],
  check(sdk, context) {
    for (const event of sdk.events) {
      const options = eventOptions(sdk, event);
      if (options.is !== 'here') continue;
      const parent = property(options.value, 'parentStepId');
      if (parent.is !== 'here' || !isSent(sdk, parent.value)) continue;
      const step = property(options.value, 'stepId');
      if (step.is === 'unknown') continue;
      if (step.is === 'absent' || !isSent(sdk, step.value)) {
        context.report({
          node: parent.property!,
          messageId: 'withoutStep',
          data: { method: event.method },
          suggest: [
            {
              messageId: 'removeParent',
              fix: (fixer) => removeProperty(fixer, context.sourceCode, parent.property!),
            },
          ],
        });
      } else if (isNotEarlier(sdk, parent.value, step.value)) {
        context.report({
          node: parent.property!,
          messageId: 'notEarlier',
          data: {
            parent: context.sourceCode.getText(parent.value),
            step: context.sourceCode.getText(step.value),
          },
        });
      }
    }
  },
});

/** The SDK leaves out a step id that is 0, null or undefined. */
function isSent(sdk: Sdk, value: Node): boolean {
  return !isNothing(sdk, value) && staticNumber(sdk, value) !== 0;
}

/** A step as a number, or as a variable and the number added to it. */
interface Place {
  variable: Variable | null;
  offset: number;
}

function isNotEarlier(sdk: Sdk, parent: Node, step: Node): boolean {
  const [before, after] = [placeOf(sdk, parent), placeOf(sdk, step)];
  return !!before && !!after && before.variable === after.variable && before.offset >= after.offset;
}

function placeOf(sdk: Sdk, node: Node): Place | null {
  const offset = staticNumber(sdk, node);
  if (offset !== null) return { variable: null, offset };
  // Variables are compared as they are written: an alias may hold what the other one was before it was counted up.
  const inner = unwrap(node);
  if (inner.type === 'Identifier') {
    const variable = sdk.variable(inner);
    return variable && { variable, offset: 0 };
  }
  if (inner.type !== 'BinaryExpression' || (inner.operator !== '+' && inner.operator !== '-')) return null;
  const base = unwrap(inner.left);
  const added = staticNumber(sdk, inner.right);
  const variable = base.type === 'Identifier' ? sdk.variable(base) : null;
  return variable && added !== null ? { variable, offset: inner.operator === '+' ? added : -added } : null;
}
