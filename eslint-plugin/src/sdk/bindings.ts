import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { isWritten, memberBelow } from '../ast/members.ts';
import { keyName, memberPath, unwrap } from '../ast/unwrap.ts';

type Node = TSESTree.Node;
export type Variable = TSESLint.Scope.Variable;

/** The single initializer of a variable that is never written again: `const x = …`, or a `let` used like one. */
export function onlyInit(variable: Variable): TSESTree.Expression | null {
  const definition = variable.defs.length === 1 ? variable.defs[0]! : null;
  if (definition?.type !== 'Variable') return null;
  const { node } = definition;
  if (node.type !== 'VariableDeclarator' || node.id.type !== 'Identifier' || !node.init) return null;
  return isReassigned(variable) ? null : node.init;
}

/** Whether a variable gets another value after its first. */
export function isReassigned({ references }: Variable): boolean {
  for (let at = 0; at < references.length; at++) {
    const reference = references[at]!;
    if (!reference.init && reference.isWrite()) return true;
  }
  return false;
}

/** Every expression a variable is directly given; null when one of the values is not an expression in sight. */
export function writtenValues(variable: Variable): TSESTree.Expression[] {
  const values: TSESTree.Expression[] = [];
  for (const { identifier, writeExpr } of variable.references) {
    if (!writeExpr) continue;
    const { parent } = identifier;
    const direct =
      (parent?.type === 'VariableDeclarator' && parent.id === identifier) ||
      (parent?.type === 'AssignmentExpression' &&
        parent.left === identifier &&
        (parent.operator === '=' || parent.operator === '??=' || parent.operator === '||=')) ||
      (parent?.type === 'AssignmentPattern' && parent.left === identifier);
    if (direct) values.push(writeExpr as TSESTree.Expression);
  }
  return values;
}

const knownWrites = new WeakMap<Variable, string[][]>();

/** The members that the file writes below a variable, by their names; none for one whose name is computed. */
export function membersWritten(variable: Variable): string[][] {
  let written = knownWrites.get(variable);
  if (!written) {
    written = variable.references
      .map(({ identifier }) => memberBelow(identifier as Node))
      .filter((member) => member.type === 'MemberExpression' && isWritten(member))
      .map((member) => memberPath(member)?.names ?? []);
    knownWrites.set(variable, written);
  }
  return written;
}

/** Whether the file may write what stands under these names below a variable, or an object that holds it. */
export function isMemberWritten(variable: Variable, names: readonly string[]): boolean {
  return membersWritten(variable).some((path) => path.every((name, at) => name === names[at]));
}

/** How a destructured name is reached: `const { a: { b } } = x` gives `b` the names `a`, `b` below the pattern's root. */
export interface PatternPath {
  root: Node;
  names: string[];
}

export function patternPath(name: Node): PatternPath | null {
  const names: string[] = [];
  let child: Node = name;
  for (;;) {
    const parent: Node | undefined = child.parent;
    if (parent?.type === 'AssignmentPattern' && parent.left === child) child = parent;
    else if (
      parent?.type === 'Property' &&
      parent.value === child &&
      parent.parent.type === 'ObjectPattern'
    ) {
      const key = keyName(parent);
      if (key === null) return null;
      names.unshift(key);
      child = parent.parent;
    } else if (parent?.type === 'ArrayPattern' || parent?.type === 'RestElement') return null;
    else return { root: child, names };
  }
}

/** The module a `require('x')` or `await import('x')` loads. */
export function loadedModule(node: Node): string | null {
  const inner = unwrap(node);
  let source: Node | undefined;
  if (inner.type === 'AwaitExpression') return loadedModule(inner.argument);
  if (inner.type === 'ImportExpression') source = inner.source;
  else if (
    inner.type === 'CallExpression' &&
    inner.callee.type === 'Identifier' &&
    inner.callee.name === 'require'
  ) {
    source = inner.arguments[0];
  }
  return source?.type === 'Literal' && typeof source.value === 'string' ? source.value : null;
}

export interface ImportedName {
  module: string;
  /** The exported name; `*` for the module itself. */
  name: string;
}

/** What a variable stands for when it came from another module, however it was loaded and renamed. */
export function importedName(variable: Variable): ImportedName | null {
  const definition = variable.defs[0];
  if (!definition) return null;
  if (definition.type === 'ImportBinding') {
    const { node, parent } = definition;
    if (node.type === 'TSImportEqualsDeclaration') {
      const reference = node.moduleReference;
      if (reference.type !== 'TSExternalModuleReference' || reference.expression.type !== 'Literal')
        return null;
      return { module: String(reference.expression.value), name: '*' };
    }
    if (parent?.type !== 'ImportDeclaration') return null;
    const module = parent.source.value;
    if (node.type === 'ImportNamespaceSpecifier') return { module, name: '*' };
    if (node.type === 'ImportDefaultSpecifier') return { module, name: 'default' };
    const { imported } = node;
    return { module, name: imported.type === 'Identifier' ? imported.name : imported.value };
  }
  if (
    definition.type !== 'Variable' ||
    definition.node.type !== 'VariableDeclarator' ||
    !definition.node.init
  )
    return null;
  const source = memberPath(definition.node.init);
  if (!source) return null;
  const module = loadedModule(source.root);
  if (module === null) return null;
  const path = patternPath(definition.name);
  if (!path) return null;
  const names = [...source.names, ...path.names];
  return names.length <= 1 ? { module, name: names[0] ?? '*' } : null;
}
