import type { TSESTree } from '@typescript-eslint/utils';

type Node = TSESTree.Node;

/** Which keys of a node lead to others, by its type: `sourceCode.visitorKeys`. */
export type VisitorKeys = Readonly<Record<string, readonly string[] | undefined>>;

/** Calls `visit` for the nodes right below one, in source order. */
export function forEachChild(node: Node, visitorKeys: VisitorKeys, visit: (child: Node) => void): void {
  for (const key of visitorKeys[node.type] ?? []) {
    const child = (node as unknown as Record<string, Node | (Node | null)[] | null | undefined>)[key];
    if (Array.isArray(child)) {
      for (const each of child) if (each) visit(each);
    } else if (child) visit(child);
  }
}
