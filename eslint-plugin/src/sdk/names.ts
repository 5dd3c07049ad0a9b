import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { memberName, memberPath, unwrap } from '../ast/unwrap.ts';
import { importedName, type ImportedName, type Variable } from './bindings.ts';

type Node = TSESTree.Node;

/** What stands around most names and never makes a scope. */
const scopeless: ReadonlySet<string> = new Set([
  'ArrayExpression',
  'AssignmentExpression',
  'AwaitExpression',
  'BinaryExpression',
  'CallExpression',
  'ChainExpression',
  'ConditionalExpression',
  'ExpressionStatement',
  'LogicalExpression',
  'MemberExpression',
  'NewExpression',
  'ObjectExpression',
  'Property',
  'ReturnStatement',
  'SpreadElement',
  'TemplateLiteral',
  'UnaryExpression',
  'VariableDeclaration',
  'VariableDeclarator',
]);

/** What the names of one file mean. The rules ask for the same names again and again, so the answers are kept. */
export class Names {
  readonly #sourceCode: Readonly<TSESLint.SourceCode>;
  readonly #variables = new Map<Node, Variable | null>();
  readonly #imported = new Map<Variable, ImportedName | null>();
  /** By the nearest node that may have a scope of its own. */
  readonly #scopes = new Map<Node, TSESLint.Scope.Scope>();

  constructor(sourceCode: Readonly<TSESLint.SourceCode>) {
    this.#sourceCode = sourceCode;
  }

  /** The variable an identifier means, or null for a global that the file does not declare. */
  variable(identifier: Node): Variable | null {
    if (identifier.type !== 'Identifier' && identifier.type !== 'JSXIdentifier') return null;
    let variable = this.#variables.get(identifier);
    if (variable === undefined) {
      variable = this.#lookUp(identifier, identifier.name);
      this.#variables.set(identifier, variable);
    }
    return variable;
  }

  #lookUp(identifier: Node, name: string): Variable | null {
    for (let scope: TSESLint.Scope.Scope | null = this.#scopeOf(identifier); scope; scope = scope.upper) {
      const variable = scope.set.get(name);
      if (variable) return variable.defs.length > 0 ? variable : null;
    }
    return null;
  }

  /** The innermost scope around an identifier. Asking for that of each takes most of the time of a look-up. */
  #scopeOf(identifier: Node): TSESLint.Scope.Scope {
    let owner: Node | undefined = identifier.parent;
    while (owner && scopeless.has(owner.type)) owner = owner.parent;
    let scope = owner && this.#scopes.get(owner);
    if (!scope) {
      scope = this.#sourceCode.getScope!(identifier);
      if (owner) this.#scopes.set(owner, scope);
    }
    return scope;
  }

  /** What a variable stands for when it came from another module, however it was loaded and renamed. */
  imported(variable: Variable): ImportedName | null {
    let imported = this.#imported.get(variable);
    if (imported === undefined) this.#imported.set(variable, (imported = importedName(variable)));
    return imported;
  }

  /**
   * Whether a callee is the function that a setting names. The name counts for imports (by their exported name),
   * globals and members (`queue.process`); `definedHere` says whether a function of this file may be meant as well.
   */
  isNamed(callee: Node, names: readonly string[], definedHere: 'no' | 'top-level'): boolean {
    if (names.length === 0) return false;
    const inner = unwrap(callee);
    if (inner.type === 'Identifier') {
      const variable = this.variable(inner);
      if (!variable) return names.includes(inner.name);
      const imported = this.imported(variable);
      if (imported)
        return names.includes(
          imported.name === 'default' || imported.name === '*' ? inner.name : imported.name,
        );
      const atTop = variable.scope.type === 'module' || variable.scope.type === 'global';
      return definedHere === 'top-level' && atTop && names.includes(inner.name);
    }
    const last = inner.type === 'MemberExpression' ? memberName(inner) : null;
    if (last === null || !names.some((name) => name.endsWith(last))) return false;
    const path = memberPath(inner);
    if (!path) return false;
    const { root } = path;
    const rootName = root.type === 'Identifier' ? root.name : root.type === 'ThisExpression' ? 'this' : null;
    if (rootName !== null && names.includes([rootName, ...path.names].join('.'))) return true;
    const variable = this.variable(root);
    const imported = variable && this.imported(variable);
    return imported?.name === '*' && path.names.length === 1 && names.includes(last);
  }
}
