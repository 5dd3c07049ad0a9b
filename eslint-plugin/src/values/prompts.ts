import type { TSESTree } from '@typescript-eslint/utils';
import { memberName, unwrap } from '../ast/unwrap.ts';
import { argument, type EventCall, type ModelCall, type Sdk } from '../sdk/index.ts';
import { identityOf, keyOf } from './identity.ts';
import { objectArgument, property } from './objects.ts';

type Node = TSESTree.Node;

/** Methods that pick from a history or copy it. */
const picks = new Set(['at', 'slice', 'filter', 'concat', 'toSpliced', 'findLast']);

/** What a prompt is made of, as texts that are equal if the parts are; null if a part cannot be told. */
export function promptOfEvent(sdk: Sdk, { node }: EventCall): Set<string> | null {
  const given = argument(node, 0);
  const parts = given && partsOf(sdk, given);
  return parts && parts.size > 0 ? parts : null;
}

/** The parts of a call's prompt that can be told; there may be others. */
export function promptOfCall(sdk: Sdk, { node }: ModelCall): Set<string> {
  const body = objectArgument(sdk, node, 0);
  const found = body.is === 'here' ? property(body.value, 'messages', 'input', 'prompt') : body;
  return found.is === 'here' ? (partsOf(sdk, found.value as Node, 'skip') ?? new Set()) : new Set();
}

/** A key for each part of a list of messages: a variable that holds some, or the content of one that is written. */
function partsOf(sdk: Sdk, node: Node, unknown: 'give up' | 'skip' = 'give up'): Set<string> | null {
  const parts = new Set<string>();
  const pending: Node[] = [node];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const inner = unwrap(next);
    if (inner.type === 'ArrayExpression') {
      for (const element of inner.elements) if (element) pending.push(element);
      continue;
    }
    if (inner.type === 'SpreadElement') {
      pending.push(inner.argument);
      continue;
    }
    if (inner.type === 'ObjectExpression') {
      const content = property(inner, 'content', 'text');
      if (content.is === 'here') pending.push(content.value);
      else if (unknown === 'give up') return null;
      continue;
    }
    const callee = inner.type === 'CallExpression' ? unwrap(inner.callee) : null;
    if (callee?.type === 'MemberExpression' && picks.has(memberName(callee) ?? '')) {
      pending.push(callee.object);
      continue;
    }
    const id = identityOf(sdk, inner);
    if (id && !(id.kind === 'text' && id.text === '') && !(id.kind === 'fresh' && !id.variable))
      parts.add(keyOf(id));
    else if (unknown === 'give up') return null;
  }
  return parts;
}
