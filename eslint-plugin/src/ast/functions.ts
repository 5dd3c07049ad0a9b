import type { TSESTree } from '@typescript-eslint/utils';

type Node = TSESTree.Node;

export type FunctionNode =
  TSESTree.FunctionDeclaration | TSESTree.FunctionExpression | TSESTree.ArrowFunctionExpression;

export function isFunction(node: Node): node is FunctionNode {
  return (
    node.type === 'FunctionDeclaration' ||
    node.type === 'FunctionExpression' ||
    node.type === 'ArrowFunctionExpression'
  );
}

/** Whether `node` stands inside `ancestor`, or is it. */
export function contains(ancestor: Node, node: Node): boolean {
  return ancestor.range[0] <= node.range[0] && node.range[1] <= ancestor.range[1];
}

/** The code that runs in one go: a function body, a class field or static block, or the program itself. */
export type CodeUnit = FunctionNode | TSESTree.StaticBlock | TSESTree.PropertyDefinition | TSESTree.Program;

/** The unit whose execution evaluates `node`. A parameter default belongs to its function, a computed key does not. */
export function codeUnitOf(node: Node): CodeUnit {
  let child: Node = node;
  for (let parent = node.parent; parent; child = parent, parent = parent.parent) {
    if (isFunction(parent) || parent.type === 'StaticBlock' || parent.type === 'Program') return parent;
    if (parent.type === 'PropertyDefinition' && parent.value === child) return parent;
  }
  return child as TSESTree.Program;
}

/** The nearest function around `node`, or null at the top level of the file. */
export function enclosingFunction(node: Node): FunctionNode | null {
  for (let parent = node.parent; parent; parent = parent.parent) if (isFunction(parent)) return parent;
  return null;
}

/** Whether `await` may be written at `node`: in an async function, or at the top level of a module. */
export function canAwait(node: Node): boolean {
  const unit = codeUnitOf(node);
  if (isFunction(unit)) {
    const inParameters = unit.params.some(
      (param) => node.range[0] >= param.range[0] && node.range[1] <= param.range[1],
    );
    return unit.async && !inParameters;
  }
  return unit.type === 'Program' && unit.sourceType === 'module';
}

const loops = new Set([
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'WhileStatement',
  'DoWhileStatement',
]);

/** The nearest loop that runs `node` again and again in the same call of its function. */
export function enclosingLoop(node: Node): Node | null {
  let child: Node = node;
  for (let parent = node.parent; parent; child = parent, parent = parent.parent) {
    if (isFunction(parent) || parent.type === 'StaticBlock') return null;
    if (!loops.has(parent.type)) continue;
    const once =
      (parent.type === 'ForStatement' && parent.init === child) ||
      ((parent.type === 'ForOfStatement' || parent.type === 'ForInStatement') && parent.right === child);
    if (!once) return parent;
  }
  return null;
}
