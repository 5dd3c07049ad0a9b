import type { TSESTree } from '@typescript-eslint/utils';
import { keyName, memberName, unwrap } from '../ast/unwrap.ts';
import { patternPath } from './bindings.ts';
import { isSdkModule } from './evidence.ts';
import type { Fields } from './fields.ts';
import type { Thing } from './model.ts';
import type { Names } from './names.ts';
import type { Resolver } from './resolver.ts';
import type { Settings } from './settings.ts';

type Node = TSESTree.Node;

/** Types that stand for the value they wrap. */
const transparentTypes = new Set(['Readonly', 'NonNullable', 'Awaited', 'Promise', 'Required', 'Partial']);

/** Reads types where they are written: at variables, parameters, fields and in the declarations of one file. */
export class WrittenTypes {
  readonly #names: Names;
  readonly #settings: Settings;
  readonly #fields: Fields;
  readonly #resolver: Resolver;

  constructor(names: Names, settings: Settings, fields: Fields, resolver: Resolver) {
    this.#names = names;
    this.#settings = settings;
    this.#fields = fields;
    this.#resolver = resolver;
  }

  /** The type that is written at an expression: a variable's, a parameter's, or a field's annotation. */
  of(node: Node): TSESTree.TypeNode | null {
    if (node.type === 'MemberExpression') {
      const field = this.#fields.at(node);
      if (field) return field.type;
      const name = memberName(node);
      const type = name === null ? null : this.of(unwrap(node.object));
      return type && this.member(type, name!);
    }
    const variable = this.#names.variable(node);
    const name = variable?.defs[0]?.name;
    const path = name && patternPath(name);
    if (!path) return null;
    return this.#annotation(path.root, path.names);
  }

  #annotation(root: Node, names: readonly string[]): TSESTree.TypeNode | null {
    let type: TSESTree.TypeNode | null =
      root.type === 'Identifier' || root.type === 'ObjectPattern' || root.type === 'AssignmentPattern'
        ? ((root.type === 'AssignmentPattern' ? (root.left as TSESTree.Identifier) : root).typeAnnotation
            ?.typeAnnotation ?? null)
        : null;
    for (const name of names) type = type && this.member(type, name);
    return type;
  }

  /** What the type says that is written at a name of a pattern. */
  at(root: Node, names: readonly string[]): Thing | null {
    const type = this.#annotation(root, names);
    return type && this.meaning(type);
  }

  /** What a value of a type is. */
  meaning(type: TSESTree.TypeNode): Thing | null {
    switch (type.type) {
      case 'TSUnionType':
      case 'TSIntersectionType':
        for (const part of type.types) {
          const thing = this.meaning(part);
          if (thing) return thing;
        }
        return null;
      case 'TSImportType': {
        const { qualifier } = type;
        if (!isSdkModule(type.source.value, this.#settings) || qualifier?.type !== 'Identifier') return null;
        return instanceOf(qualifier.name, type);
      }
      case 'TSTypeQuery':
        return type.exprName.type === 'Identifier' ? this.#resolver.what(type.exprName) : null;
      case 'TSTypeReference':
        return this.#reference(type);
      default:
        return null;
    }
  }

  #reference(type: TSESTree.TSTypeReference): Thing | null {
    const { typeName } = type;
    if (typeName.type === 'TSQualifiedName') {
      const left = typeName.left.type === 'Identifier' ? this.#resolver.what(typeName.left) : null;
      return left?.kind === 'module' ? instanceOf(typeName.right.name, type) : null;
    }
    if (typeName.type !== 'Identifier') return null;
    const variable = this.#names.variable(typeName);
    const [parameter] = type.typeArguments?.params ?? [];
    if (!variable) {
      if (!parameter) return null;
      if (transparentTypes.has(typeName.name)) return this.meaning(parameter);
      const returned =
        typeName.name === 'ReturnType' && parameter.type === 'TSIndexedAccessType' ? parameter : null;
      const method = returned?.indexType.type === 'TSLiteralType' ? returned.indexType.literal : null;
      if (!returned || method?.type !== 'Literal' || method.value !== 'trace') return null;
      return this.meaning(returned.objectType)?.kind === 'client' ? instanceOf('WhyOpsTrace', type) : null;
    }
    const imported = this.#names.imported(variable);
    if (imported) {
      const name = imported.name === 'default' ? 'WhyOps' : imported.name;
      return isSdkModule(imported.module, this.#settings) ? instanceOf(name, type) : null;
    }
    const definition = variable.defs[0]?.node as Node | undefined;
    if (definition?.type === 'TSTypeAliasDeclaration') return this.meaning(definition.typeAnnotation);
    if (definition?.type === 'ClassDeclaration' && this.#resolver.what(definition)?.kind === 'class')
      return instanceOf('WhyOps', type);
    return null;
  }

  /** The type of a member of a type. */
  member(type: TSESTree.TypeNode, name: string): TSESTree.TypeNode | null {
    let members: TSESTree.TypeElement[] | undefined;
    if (type.type === 'TSTypeLiteral') members = type.members;
    else if (type.type === 'TSIntersectionType' || type.type === 'TSUnionType') {
      for (const part of type.types) {
        const found = this.member(part, name);
        if (found) return found;
      }
    } else if (type.type === 'TSTypeReference' && type.typeName.type === 'Identifier') {
      const definition = this.#names.variable(type.typeName)?.defs[0]?.node as Node | undefined;
      const [parameter] = type.typeArguments?.params ?? [];
      if (definition?.type === 'TSInterfaceDeclaration') members = definition.body.body;
      else if (definition?.type === 'TSTypeAliasDeclaration')
        return this.member(definition.typeAnnotation, name);
      else if (!definition && parameter && transparentTypes.has(type.typeName.name))
        return this.member(parameter, name);
    }
    for (const member of members ?? []) {
      if (member.type === 'TSPropertySignature' && keyName(member) === name)
        return member.typeAnnotation?.typeAnnotation ?? null;
    }
    return null;
  }
}

/** What a value of an exported type is. */
function instanceOf(typeName: string, at: Node): Thing | null {
  if (typeName === 'WhyOps') return { kind: 'client', origin: at, config: null };
  if (typeName === 'WhyOpsTrace') return { kind: 'trace', origin: at, client: null, id: null };
  return null;
}
