import type { TSESTree } from '@typescript-eslint/utils';
import { codeUnitOf, enclosingFunction, isFunction, type CodeUnit } from '../ast/functions.ts';
import { memberPath, unwrap } from '../ast/unwrap.ts';
import { isMemberWritten, isReassigned, onlyInit, type Sdk, type Variable } from '../sdk/index.ts';
import { freshPart } from './fresh.ts';
import { staticText } from './static.ts';

type Node = TSESTree.Node;

/** What is known of an id that an expression gives. */
export type Identity =
  | { kind: 'text'; text: string; variable: Variable | null }
  /** Made anew where it is written; kept by `variable`, or, without one, another at each evaluation. */
  | { kind: 'fresh'; node: Node; variable: Variable | null }
  /** A parameter that is never written. */
  | { kind: 'parameter'; variable: Variable }
  /** Any other variable that is bound once, or a path below it: equal to itself, otherwise unknown. */
  | { kind: 'place'; variable: Variable; path: string }
  /** A global, or a path below one, such as `process.env.WHYOPS_API_KEY`. */
  | { kind: 'global'; path: string }
  /** A template of such parts. */
  | { kind: 'composed'; key: string };

const variableIds = new WeakMap<Variable, number>();
let variablesSeen = 0;

function numberOf(variable: Variable): number {
  let id = variableIds.get(variable);
  if (id === undefined) variableIds.set(variable, (id = ++variablesSeen));
  return id;
}

const known = new WeakMap<Node, Identity | null>();

/** What `node` is as an id; null when nothing can be said. */
export function identityOf(sdk: Sdk, node: Node): Identity | null {
  const inner = unwrap(node);
  let id = known.get(inner);
  if (id === undefined) known.set(inner, (id = decide(sdk, inner, 8)));
  return id;
}

function decide(sdk: Sdk, node: Node, depth: number): Identity | null {
  const inner = unwrap(node);
  const text = staticText(sdk, inner);
  if (text !== null)
    return { kind: 'text', text, variable: inner.type === 'Identifier' ? sdk.variable(inner) : null };
  if (inner.type === 'Identifier') return depth > 0 ? ofVariable(sdk, inner, depth) : null;
  if (freshPart(sdk, inner)) return { kind: 'fresh', node: inner, variable: null };
  if (inner.type === 'MemberExpression') return ofMember(sdk, inner);
  if (inner.type === 'TemplateLiteral' && depth > 0) {
    const parts = inner.expressions.map((hole) => decide(sdk, hole, depth - 1));
    if (parts.some((part) => part === null)) return null;
    const keys = parts.map((part) => keyOf(part!));
    return {
      kind: 'composed',
      key: inner.quasis.map(({ value }, at) => value.raw + (keys[at] ?? '')).join(''),
    };
  }
  return null;
}

function ofMember(sdk: Sdk, member: TSESTree.MemberExpression): Identity | null {
  const path = memberPath(member);
  if (!path) return null;
  if (path.root.type === 'MetaProperty')
    return { kind: 'global', path: ['import.meta', ...path.names].join('.') };
  if (path.root.type !== 'Identifier') return null;
  const variable = sdk.variable(path.root);
  if (!variable) return { kind: 'global', path: [path.root.name, ...path.names].join('.') };
  // What is written once more may be another id at the next look.
  if (isReassigned(variable) || isMemberWritten(variable, path.names)) return null;
  return { kind: 'place', variable, path: path.names.join('.') };
}

function ofVariable(sdk: Sdk, identifier: TSESTree.Identifier, depth: number): Identity | null {
  const variable = sdk.variable(identifier);
  if (!variable) return { kind: 'global', path: identifier.name };
  if (isReassigned(variable)) return null;
  const init = onlyInit(variable);
  if (init) {
    const value = decide(sdk, init, depth - 1);
    if (value?.kind === 'fresh') return value.variable ? value : { ...value, variable };
    return value ?? { kind: 'place', variable, path: '' };
  }
  return isPlainParameter(variable) ? { kind: 'parameter', variable } : { kind: 'place', variable, path: '' };
}

/** A parameter that holds just what the caller gives: no default, not part of a pattern. */
function isPlainParameter(variable: Variable): boolean {
  const definition = variable.defs.length === 1 ? variable.defs[0]! : null;
  if (definition?.type !== 'Parameter' || !isFunction(definition.node)) return false;
  return definition.node.params.includes(definition.name as TSESTree.Parameter);
}

/** A text that is equal for two identities exactly if they are certainly the same id. */
export function keyOf(id: Identity): string {
  switch (id.kind) {
    case 'text':
      return JSON.stringify(id.text);
    case 'fresh':
      return id.variable ? `#${numberOf(id.variable)}` : `fresh@${id.node.range[0]}`;
    case 'parameter':
      return `#${numberOf(id.variable)}`;
    case 'place':
      return id.path ? `#${numberOf(id.variable)}.${id.path}` : `#${numberOf(id.variable)}`;
    case 'global':
      return id.path;
    case 'composed':
      return `\`${id.key}\``;
  }
}

/**
 * How two ids relate: `same` and `different` are certain. `unlike` are two names for two things, such as two
 * parameters of one function or a constant and a parameter: equal only if a caller makes them so.
 */
export type Relation = 'same' | 'different' | 'unlike' | 'unknown';

export function relation(a: Identity | null, b: Identity | null): Relation {
  if (!a || !b) return 'unknown';
  if (a.kind === 'fresh' && b.kind === 'fresh')
    return a.variable && a.variable === b.variable ? 'same' : 'different';
  if (keyOf(a) === keyOf(b)) return 'same';
  if (a.kind === 'text' && b.kind === 'text') return 'different';
  if (a.kind === 'fresh') return ofFresh(a, b);
  if (b.kind === 'fresh') return ofFresh(b, a);
  if (a.kind === 'text') return isPassedOn(a) ? 'unknown' : ofText(b);
  if (b.kind === 'text') return isPassedOn(b) ? 'unknown' : ofText(a);
  if (a.kind === 'parameter' && b.kind === 'parameter')
    return functionOf(a.variable) === functionOf(b.variable) && !areCompared(a.variable, b.variable)
      ? 'unlike'
      : 'unknown';
  return 'unknown';
}

/** Nothing can hold an id that is made right here, nor a parameter of the function in which it is made. */
function ofFresh(fresh: Identity & { kind: 'fresh' }, other: Identity): Relation {
  if (!fresh.variable || other.kind === 'text') return 'different';
  if (other.kind !== 'parameter') return 'unknown';
  const owner = functionOf(other.variable);
  for (
    let unit: CodeUnit | null = codeUnitOf(fresh.node);
    unit && isFunction(unit);
    unit = enclosingFunction(unit)
  )
    if (unit === owner) return 'different';
  return 'unknown';
}

function ofText(other: Identity): Relation {
  return other.kind === 'parameter' ? 'unlike' : 'unknown';
}

/** A constant that is also used elsewhere may be what a caller passes for the parameter. */
function isPassedOn({ variable }: Identity & { kind: 'text' }): boolean {
  return !!variable && variable.references.filter((reference) => reference.isRead()).length > 1;
}

function functionOf(parameter: Variable): Node {
  return parameter.defs[0]!.node as Node;
}

/** Whether the code itself asks if the two are equal. */
function areCompared(a: Variable, b: Variable): boolean {
  const comparisons = (variable: Variable): Node[] =>
    variable.references.flatMap(({ identifier }) => {
      const { parent } = identifier as Node;
      return parent?.type === 'BinaryExpression' ? [parent] : [];
    });
  const ofB = new Set(comparisons(b));
  return comparisons(a).some((comparison) => ofB.has(comparison));
}
