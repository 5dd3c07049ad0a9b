import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { memberName, memberPath, unwrap } from '../ast/unwrap.ts';
import { importedName, type ImportedName, type Variable } from './bindings.ts';

type Node = TSESTree.Node;

/** Names of a setting that a file mentions: `retry`, and `queue.process`. */
interface Mentioned {
  plain: readonly string[];
  dotted: readonly string[];
}

/** What the names of one file mean. The rules ask for the same names again and again, so the answers are kept. */
export class Names {
  readonly #sourceCode: Readonly<TSESLint.SourceCode>;
  readonly #variables = new Map<Node, Variable | null>();
  readonly #imported = new Map<Variable, ImportedName | null>();
  readonly #mentioned = new Map<readonly string[], Mentioned>();

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
    let scope: TSESLint.Scope.Scope | null = this.#sourceCode.getScope(identifier);
    for (; scope; scope = scope.upper) {
      const variable = scope.set.get(name);
      if (variable) return variable.defs.length > 0 ? variable : null;
    }
    return null;
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
    const { plain, dotted } = this.#mentionedOf(names);
    const inner = unwrap(callee);
    if (inner.type === 'Identifier') {
      if (plain.length === 0) return false;
      const variable = this.variable(inner);
      if (!variable) return plain.includes(inner.name);
      const imported = this.imported(variable);
      if (imported)
        return plain.includes(
          imported.name === 'default' || imported.name === '*' ? inner.name : imported.name,
        );
      const atTop = variable.scope.type === 'module' || variable.scope.type === 'global';
      return definedHere === 'top-level' && atTop && plain.includes(inner.name);
    }
    if (inner.type !== 'MemberExpression' || (plain.length === 0 && dotted.length === 0)) return false;
    const last = memberName(inner);
    const mayEndIn = (name: string): boolean => last !== null && name.endsWith(last);
    if (!plain.some(mayEndIn) && !dotted.some(mayEndIn)) return false;
    const path = memberPath(inner);
    if (!path) return false;
    const { root } = path;
    const rootName = root.type === 'Identifier' ? root.name : root.type === 'ThisExpression' ? 'this' : null;
    if (rootName !== null && dotted.includes([rootName, ...path.names].join('.'))) return true;
    const variable = this.variable(root);
    const imported = variable && this.imported(variable);
    return imported?.name === '*' && path.names.length === 1 && plain.includes(path.names[0]!);
  }

  /** Whether one of these names can be meant somewhere in the file. */
  mayMean(names: readonly string[]): boolean {
    const { plain, dotted } = this.#mentionedOf(names);
    return plain.length > 0 || dotted.length > 0;
  }

  /** Those of some names that can be meant at all: whatever a file renames, it has written the name itself once. */
  #mentionedOf(names: readonly string[]): Mentioned {
    let mentioned = this.#mentioned.get(names);
    if (!mentioned) {
      const { text } = this.#sourceCode;
      const found = names.filter((name) => name.split('.').every((part) => text.includes(part)));
      mentioned = {
        plain: found.filter((name) => !name.includes('.')),
        dotted: found.filter((name) => name.includes('.')),
      };
      this.#mentioned.set(names, mentioned);
    }
    return mentioned;
  }
}
