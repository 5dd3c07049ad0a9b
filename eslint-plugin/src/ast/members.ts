import type { TSESTree } from '@typescript-eslint/utils';
import { wrapped } from './unwrap.ts';

type Node = TSESTree.Node;

/** The member that is read or written below a root: `x.a.b` for the `x` in it; the root itself where there is none. */
export function memberBelow(root: Node): Node {
  let member = wrapped(root);
  while (member.parent?.type === 'MemberExpression' && member.parent.object === member)
    member = wrapped(member.parent);
  return member;
}

/** Whether a member is written: `x.a = 1`, `x.a++`, `delete x.a`. */
export function isWritten(member: Node): boolean {
  const { parent } = member;
  switch (parent?.type) {
    case 'AssignmentExpression':
      return parent.left === member;
    case 'UnaryExpression':
      return parent.operator === 'delete';
    default:
      return parent?.type === 'UpdateExpression';
  }
}
