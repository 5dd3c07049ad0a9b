import type { TSESTree } from '@typescript-eslint/utils';
import { isFunction, type FunctionNode } from '../ast/functions.ts';
import { memberName, propertyValue, unwrap } from '../ast/unwrap.ts';
import {
  loadedModule,
  membersWritten,
  onlyInit,
  patternPath,
  writtenValues,
  type Variable,
} from './bindings.ts';
import { isSdkModule } from './evidence.ts';
import { Fields } from './fields.ts';
import type { Inventory } from './inventory.ts';
import type { Client, ProviderClient, ProviderName, Thing } from './model.ts';
import type { Names } from './names.ts';
import type { Settings } from './settings.ts';
import { WrittenTypes } from './written-types.ts';

type Node = TSESTree.Node;

/**
 * Says what an expression is, from the bindings of one file alone: no types are needed, and where they are written
 * they count. A name is never enough; what cannot be followed is unknown (`null`).
 */
export class Resolver {
  readonly #names: Names;
  readonly #settings: Settings;
  readonly #inventory: Inventory;
  readonly #things = new Map<Node, Thing | null>();
  readonly #variables = new Map<Variable, Thing | null>();
  readonly #fields: Fields;
  readonly #types: WrittenTypes;
  /** Patched provider clients, by the variable or class field that was handed to `client.openai(…)`. */
  #patched: Map<object, ProviderClient> | null = null;

  constructor(names: Names, settings: Settings, inventory: Inventory) {
    this.#names = names;
    this.#settings = settings;
    this.#inventory = inventory;
    this.#fields = new Fields(inventory.memberAssignments);
    this.#types = new WrittenTypes(names, settings, this.#fields, this);
  }

  /** What `node` evaluates to, as far as WhyOps is concerned. `await` and type assertions make no difference. */
  what(node: Node): Thing | null {
    if (!this.#patched) this.#findPatchedPlaces();
    const inner = unwrap(node);
    if (inner.type === 'Identifier') {
      const variable = this.#names.variable(inner);
      return variable && this.#variable(variable);
    }
    const known = this.#things.get(inner);
    if (known !== undefined) return known;
    this.#things.set(inner, null); // a value defined by itself is unknown
    const thing = this.#decide(inner);
    this.#things.set(inner, thing);
    return thing;
  }

  /** All that a class writes to the field that `this.name` means; null when it is none. */
  fieldValues(node: TSESTree.MemberExpression): readonly TSESTree.Expression[] | null {
    return this.#fields.at(node)?.values ?? null;
  }

  /** Every `client.openai(x)` and `client.anthropic(x)` of the file. */
  patches(): ProviderClient[] {
    return this.#inventory.methods.patch.flatMap((call) => {
      const thing = this.what(call);
      return thing?.kind === 'provider' && thing.origin === call ? [thing] : [];
    });
  }

  #decide(node: Node): Thing | null {
    switch (node.type) {
      case 'AwaitExpression':
        return this.what(node.argument);
      case 'AssignmentExpression':
        return this.what(node.right);
      case 'SequenceExpression':
        return this.what(node.expressions.at(-1)!);
      case 'LogicalExpression':
        return this.what(node.right) ?? this.what(node.left);
      case 'ConditionalExpression':
        return this.what(node.consequent) ?? this.what(node.alternate);
      case 'ImportExpression':
        return isSdkModule(loadedModule(node), this.#settings) ? { kind: 'module' } : null;
      case 'NewExpression':
        return this.#construction(node);
      case 'CallExpression':
        return this.#call(node);
      case 'MemberExpression': {
        const name = memberName(node);
        return name === null ? null : (this.#place(node) ?? this.#property(node.object, name));
      }
      case 'ClassDeclaration':
      case 'ClassExpression':
        return node.superClass && this.what(node.superClass)?.kind === 'class' ? { kind: 'class' } : null;
      default:
        return null;
    }
  }

  #construction(node: TSESTree.NewExpression): Thing | null {
    if (this.what(node.callee)?.kind === 'class') {
      const [first] = node.arguments;
      return { kind: 'client', origin: node, config: first ? this.#configOf(first) : null };
    }
    return this.#named(node.callee, this.#settings.clientFactories)
      ? { kind: 'client', origin: node, config: null }
      : null;
  }

  /** The options of a client, unless the file changes them after they were written. */
  #configOf(given: Node): TSESTree.ObjectExpression | null {
    const variable = this.#names.variable(unwrap(given));
    return variable && membersWritten(variable).length > 0 ? null : this.#objectLiteral(given);
  }

  #call(node: TSESTree.CallExpression): Thing | null {
    const callee = unwrap(node.callee);
    if (callee.type === 'Identifier') {
      if (isSdkModule(loadedModule(node), this.#settings)) return { kind: 'module' };
    } else if (callee.type === 'MemberExpression') {
      const method = memberName(callee);
      if (method === 'trace' || method === 'openai' || method === 'anthropic') {
        const client = this.what(callee.object);
        if (client?.kind === 'client') {
          if (method === 'trace') return { kind: 'trace', origin: node, client, id: argument(node, 0) };
          return this.#patch(node, method, client);
        }
      }
    }
    if (this.#named(callee, this.#settings.clientFactories))
      return { kind: 'client', origin: node, config: null };
    if (this.#named(callee, this.#settings.traceFactories)) {
      return { kind: 'trace', origin: node, client: null, id: argument(node, 0) };
    }
    const body = this.#definition(callee);
    return body && this.#returned(body);
  }

  #named(callee: Node, names: readonly string[]): boolean {
    return this.#names.isNamed(callee, names, 'no');
  }

  #patch(node: TSESTree.CallExpression, provider: ProviderName, client: Client): ProviderClient {
    const given = argument(node, 0);
    const construction = given && this.#constructionOf(given);
    return { kind: 'provider', provider, origin: node, client, construction: construction ?? null };
  }

  /** Follows a provider client to the `new OpenAI(…)` that made it. */
  #constructionOf(node: Node): TSESTree.NewExpression | null {
    const inner = unwrap(node);
    if (inner.type === 'NewExpression') return inner;
    if (inner.type === 'Identifier') {
      const variable = this.#names.variable(inner);
      const init = variable && onlyInit(variable);
      return init ? this.#constructionOf(init) : null;
    }
    const field = this.#fields.at(inner);
    return field?.values.length === 1 ? this.#constructionOf(field.values[0]!) : null;
  }

  /** The function of this file that a callee certainly is. */
  #definition(callee: Node): FunctionNode | null {
    if (isFunction(callee)) return callee;
    if (callee.type !== 'Identifier') return null;
    const variable = this.#names.variable(callee);
    if (!variable) return null;
    const [definition] = variable.defs;
    if (definition?.type === 'FunctionName' && variable.defs.length === 1 && isFunction(definition.node)) {
      return variable.references.some((reference) => reference.isWrite()) ? null : definition.node;
    }
    const init = onlyInit(variable);
    return init && isFunction(unwrap(init)) ? (unwrap(init) as FunctionNode) : null;
  }

  /** What a function returns, if it says so in an expression body or in its last statement. */
  #returned(definition: FunctionNode): Thing | null {
    if (definition.generator) return null;
    const declared = definition.returnType && this.#types.meaning(definition.returnType.typeAnnotation);
    if (definition.body.type !== 'BlockStatement') return this.what(definition.body) ?? declared ?? null;
    const last = definition.body.body.at(-1);
    const value = last?.type === 'ReturnStatement' && last.argument ? this.what(last.argument) : null;
    return value ?? declared ?? null;
  }

  #variable(variable: Variable): Thing | null {
    const known = this.#variables.get(variable);
    if (known !== undefined) return known;
    this.#variables.set(variable, null);
    const thing = this.#decideVariable(variable);
    this.#variables.set(variable, thing);
    return thing;
  }

  #decideVariable(variable: Variable): Thing | null {
    const imported = this.#names.imported(variable);
    if (imported)
      return isSdkModule(imported.module, this.#settings) ? this.#exported(imported.name, variable) : null;
    const [definition] = variable.defs;
    if (!definition) return null;
    if (definition.type === 'ClassName') return this.what(definition.node);
    const path = patternPath(definition.name);
    if (!path) return null;
    const declared = this.#types.at(path.root, path.names);
    if (declared) return declared;
    if (path.names.length > 0) {
      const source = definition.type === 'Variable' ? definition.node.init : null;
      return source ? this.#propertyPath(source, path.names) : null;
    }
    for (const value of writtenValues(variable)) {
      const thing = this.what(value);
      if (thing) return thing;
    }
    return this.#patched!.get(variable) ?? null;
  }

  /** A name that a configured module exports. */
  #exported(name: string, at: Variable): Thing | null {
    if (name === '*') return { kind: 'module' };
    if (name === 'WhyOps' || name === 'default') return { kind: 'class' };
    const names = [...this.#settings.clientFactories, ...this.#settings.traceFactories];
    if (names.includes(name) || !/^[a-z_$]/.test(name)) return null;
    // A ready client of the user's own module: `import { whyops } from './whyops'`.
    const origin = at.identifiers[0];
    return origin ? { kind: 'client', origin, config: null } : null;
  }

  #propertyPath(node: Node, names: readonly string[]): Thing | null {
    const [name, ...rest] = names;
    if (name === undefined) return this.what(node);
    if (rest.length === 0) return this.#property(node, name);
    const object = this.#objectLiteral(node);
    const value = object && propertyValue(object, name);
    return value ? this.#propertyPath(value, rest) : null;
  }

  /** What `node.name` is: of the module, of an object literal, or by the type of `node`. */
  #property(node: Node, name: string): Thing | null {
    const inner = unwrap(node);
    const thing = this.what(inner);
    if (thing?.kind === 'module') return name === 'WhyOps' || name === 'default' ? { kind: 'class' } : null;
    const object = this.#objectLiteral(inner);
    const value = object && propertyValue(object, name);
    if (value) return this.what(value);
    const type = this.#types.of(inner);
    const member = type && this.#types.member(type, name);
    return member ? this.#types.meaning(member) : null;
  }

  /** The object literal that an expression certainly is. */
  #objectLiteral(node: Node): TSESTree.ObjectExpression | null {
    const inner = unwrap(node);
    if (inner.type === 'ObjectExpression') return inner;
    if (inner.type !== 'Identifier') return null;
    const variable = this.#names.variable(inner);
    const init = variable && onlyInit(variable);
    return init && unwrap(init).type === 'ObjectExpression'
      ? (unwrap(init) as TSESTree.ObjectExpression)
      : null;
  }

  /** What `this.name` is, from its type, from what the class writes to it, or because it was patched. */
  #place(node: TSESTree.MemberExpression): Thing | null {
    const field = this.#fields.at(node);
    if (!field) return null;
    const declared = field.type && this.#types.meaning(field.type);
    if (declared) return declared;
    for (const value of field.values) {
      const thing = this.what(value);
      if (thing) return thing;
    }
    return this.#patched!.get(field) ?? null;
  }

  /** Before anything else is asked, since any place may be one of them. */
  #findPatchedPlaces(): void {
    this.#patched = new Map();
    if (this.#inventory.methods.patch.length === 0) return;
    for (const patch of this.patches()) {
      const given = argument(patch.origin, 0);
      const inner = given && unwrap(given);
      if (!inner) continue;
      const place = inner.type === 'Identifier' ? this.#names.variable(inner) : this.#fields.at(inner);
      if (place && !this.#patched.has(place)) this.#patched.set(place, patch);
    }
    // What was unknown while the places were may have another answer now.
    forgetUnknown(this.#things);
    forgetUnknown(this.#variables);
  }
}

function forgetUnknown<Key>(answers: Map<Key, Thing | null>): void {
  for (const [key, thing] of answers) if (thing === null) answers.delete(key);
}

/** An argument of a call, unless a spread stands before it. */
export function argument(
  call: TSESTree.CallExpression | TSESTree.NewExpression,
  position: number,
): TSESTree.Expression | null {
  const given = call.arguments[position];
  if (!given) return null;
  for (let at = 0; at <= position; at++) if (call.arguments[at]!.type === 'SpreadElement') return null;
  return given as TSESTree.Expression;
}
