import type { TSESTree } from '@typescript-eslint/utils';
import { isFunction } from '../ast/functions.ts';
import { keyName, memberName, unwrap } from '../ast/unwrap.ts';

type Node = TSESTree.Node;

/** A field of a class: all that is written to it in the class body, and its type if one is declared. */
export interface Field {
  values: TSESTree.Expression[];
  type: TSESTree.TypeNode | null;
}

/** The class whose instance (or constructor, in static code) `this` is at `node`. */
function classOfThis(node: Node): TSESTree.ClassDeclaration | TSESTree.ClassExpression | null {
  let child: Node = node;
  for (let parent = node.parent; parent; child = parent, parent = parent.parent) {
    if (
      isFunction(parent) &&
      parent.type !== 'ArrowFunctionExpression' &&
      parent.parent.type !== 'MethodDefinition'
    )
      return null;
    if (parent.type === 'ClassDeclaration' || parent.type === 'ClassExpression')
      return child === parent.body ? parent : null;
  }
  return null;
}

/** Collects the fields of a class from its body and from the assignments to `this.x` that the file contains. */
function fieldsOf(
  node: TSESTree.ClassDeclaration | TSESTree.ClassExpression,
  assignments: readonly TSESTree.AssignmentExpression[],
): Map<string, Field> {
  const fields = new Map<string, Field>();
  const field = (name: string): Field => {
    let known = fields.get(name);
    if (!known) fields.set(name, (known = { values: [], type: null }));
    return known;
  };
  for (const member of node.body.body) {
    if (member.type === 'PropertyDefinition' || member.type === 'AccessorProperty') {
      const name = keyName(member);
      if (name === null) continue;
      const known = field(name);
      if (member.value) known.values.push(member.value);
      known.type ??= member.typeAnnotation?.typeAnnotation ?? null;
    } else if (member.type === 'MethodDefinition' && member.kind === 'constructor') {
      for (const param of member.value.params) {
        if (param.type !== 'TSParameterProperty') continue;
        const { parameter } = param;
        const identifier = parameter.type === 'AssignmentPattern' ? parameter.left : parameter;
        if (identifier.type !== 'Identifier') continue;
        const known = field(identifier.name);
        known.type ??= identifier.typeAnnotation?.typeAnnotation ?? null;
        if (parameter.type === 'AssignmentPattern') known.values.push(parameter.right);
      }
    } else if (member.type === 'MethodDefinition' && member.kind === 'get') {
      const name = keyName(member);
      const returned = member.value.body?.body[0];
      if (name !== null && returned?.type === 'ReturnStatement' && returned.argument)
        field(name).values.push(returned.argument);
    }
  }
  for (const { left, right, operator } of assignments) {
    const target = unwrap(left);
    if (target.type !== 'MemberExpression' || target.object.type !== 'ThisExpression') continue;
    if (operator !== '=' && operator !== '??=' && operator !== '||=') continue;
    const name = memberName(target);
    if (name !== null && classOfThis(target) === node) field(name).values.push(right);
  }
  return fields;
}

/** The fields of the classes of a file. */
export class Fields {
  readonly #assignments: readonly TSESTree.AssignmentExpression[];
  readonly #byClass = new Map<Node, Map<string, Field>>();

  constructor(assignments: readonly TSESTree.AssignmentExpression[]) {
    this.#assignments = assignments;
  }

  /** The field that `this.name` means. */
  at(node: Node): Field | null {
    if (node.type !== 'MemberExpression' || node.object.type !== 'ThisExpression') return null;
    const owner = classOfThis(node);
    const name = memberName(node);
    if (!owner || name === null) return null;
    let fields = this.#byClass.get(owner);
    if (!fields) this.#byClass.set(owner, (fields = fieldsOf(owner, this.#assignments)));
    return fields.get(name) ?? null;
  }
}
