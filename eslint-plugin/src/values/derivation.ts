import type { TSESTree } from '@typescript-eslint/utils';
import { memberName, memberPath, unwrap, wrapped } from '../ast/unwrap.ts';
import type { ModelCall, Sdk, Variable } from '../sdk/index.ts';

type Node = TSESTree.Node;

/** Where a value comes from: a model call, nothing but written text, or anything else. */
export type Source = ModelCall | 'text' | 'other';

/** Methods that give a part or another form of what they are called on. */
const partMethods = new Set(
  `at concat filter find flat flatMap join map normalize reduce replace replaceAll slice split substring
  toLowerCase toString trim trimEnd trimStart
  asResponse withResponse finalChatCompletion finalContent finalMessage finalText`.split(/\s+/),
);

/** Functions that give another form of their argument. */
const conversions = new Set(['String', 'JSON.stringify', 'JSON.parse', 'structuredClone']);

/** Says of an expression whether all that it can be is made of the answer of a model call. */
export class Derivation {
  readonly #sdk: Sdk;
  readonly #calls: ReadonlyMap<Node, ModelCall>;
  readonly #variables = new Map<Variable, Source>();

  constructor(sdk: Sdk, calls: readonly ModelCall[]) {
    this.#sdk = sdk;
    this.#calls = new Map(calls.map((call) => [call.node, call]));
  }

  of(node: Node): Source {
    const inner = unwrap(node);
    switch (inner.type) {
      case 'Literal':
        return 'text';
      case 'Identifier':
        return this.#identifier(inner);
      case 'AwaitExpression':
      case 'SpreadElement':
        return this.of(inner.argument);
      case 'MemberExpression':
        return this.of(inner.object);
      case 'AssignmentExpression':
        return this.of(inner.right);
      case 'TemplateLiteral':
        return this.#union(inner.expressions);
      case 'LogicalExpression':
        return inner.operator === '&&' ? this.of(inner.right) : this.#union([inner.left, inner.right]);
      case 'BinaryExpression':
        return inner.operator === '+' ? this.#union([inner.left, inner.right]) : 'other';
      case 'ConditionalExpression':
        return this.#union([inner.consequent, inner.alternate]);
      case 'ArrayExpression':
        return this.#union(inner.elements);
      case 'ObjectExpression':
        return this.#union(
          inner.properties.map((member) => (member.type === 'Property' ? member.value : member)),
        );
      case 'CallExpression':
        return this.#calls.get(inner) ?? this.#converted(inner);
      default:
        return 'other';
    }
  }

  #union(parts: readonly (Node | null)[]): Source {
    let source: Source = 'text';
    for (const part of parts) {
      if (!part) continue;
      const next = this.of(part);
      if (next === 'other') return 'other';
      if (next !== 'text') source = next;
    }
    return source;
  }

  #converted(call: TSESTree.CallExpression): Source {
    const path = memberPath(call.callee);
    if (path?.root.type === 'Identifier' && !this.#sdk.variable(path.root)) {
      const name = [path.root.name, ...path.names].join('.');
      if (conversions.has(name)) return call.arguments[0] ? this.of(call.arguments[0]) : 'other';
    }
    const callee = unwrap(call.callee);
    if (callee.type !== 'MemberExpression') return 'other';
    const method = memberName(callee);
    return method !== null && partMethods.has(method) ? this.of(callee.object) : 'other';
  }

  #identifier(identifier: TSESTree.Identifier): Source {
    const variable = this.#sdk.variable(identifier);
    if (!variable) return identifier.name === 'undefined' ? 'text' : 'other';
    const known = this.#variables.get(variable);
    if (known) return known;
    this.#variables.set(variable, 'text'); // `text = text + …` adds nothing of its own
    const source = this.#variable(variable);
    this.#variables.set(variable, source);
    return source;
  }

  /** All that is ever written to a variable, or pushed to the array it holds. */
  #variable(variable: Variable): Source {
    const [definition, ...others] = variable.defs;
    if (others.length > 0 || definition?.type !== 'Variable') return 'other';
    const parts: Node[] = [];
    for (const { identifier, writeExpr, init } of variable.references) {
      if (writeExpr) {
        // A text for the case that there was no answer is another content, save the one to start from.
        if (!init && this.of(writeExpr as Node) === 'text') return 'other';
        parts.push(writeExpr as Node);
      } else parts.push(...pushed(identifier as Node));
    }
    return parts.length === 0 ? 'other' : this.#union(parts);
  }
}

/** What `identifier.push(…)` adds. */
function pushed(identifier: Node): Node[] {
  const member = wrapped(identifier).parent;
  if (member?.type !== 'MemberExpression' || memberName(member) !== 'push') return [];
  const call = wrapped(member).parent;
  return call?.type === 'CallExpression' && unwrap(call.callee) === member ? call.arguments : [];
}
