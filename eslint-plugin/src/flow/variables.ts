import type { TSESTree } from '@typescript-eslint/utils';
import type { CodeUnit } from '../ast/functions.ts';
import { isFunction } from '../ast/functions.ts';
import { unwrap } from '../ast/unwrap.ts';
import type { Sdk, Variable } from '../sdk/index.ts';
import type { TrackedVariable } from './model.ts';

type Node = TSESTree.Node;

/**
 * The variables of a unit that can hold the span ids we are after: those that a request is written to, those that
 * stand in the place of a span id, and those that are copied into one of them; none that is unknown whatever is written
 * to it.
 */
export function trackVariables(
  sdk: Sdk,
  unit: CodeUnit,
  requests: readonly Node[],
  spanArguments: readonly Node[],
  isUnknown: (variable: Variable) => boolean,
): Map<Variable, TrackedVariable> {
  const tracked = new Map<Variable, TrackedVariable>();
  const pending: Node[] = [...spanArguments.flatMap(valueIdentifiers), ...requests.flatMap(boundIdentifiers)];
  for (let identifier = pending.pop(); identifier; identifier = pending.pop()) {
    const variable = sdk.variable(identifier);
    if (!variable || tracked.has(variable) || !isTrackable(variable, unit) || isUnknown(variable)) continue;
    tracked.set(variable, { variable, captured: isCaptured(variable) });
    for (const { writeExpr } of variable.references) {
      if (writeExpr) pending.push(...valueIdentifiers(writeExpr as Node));
    }
  }
  return tracked;
}

function isTrackable(variable: Variable, unit: CodeUnit): boolean {
  const home = variable.scope.variableScope;
  if ((home.block as Node) !== unit) return false;
  const followed = variable.defs.every(
    ({ type }) => type === 'Variable' || type === 'Parameter' || type === 'CatchClause',
  );
  return (
    followed &&
    !variable.references.some((reference) => reference.isWrite() && reference.from.variableScope !== home)
  );
}

function isCaptured(variable: Variable): boolean {
  const home = variable.scope.variableScope;
  if (home.type === 'global') return true;
  return (
    isExported(variable) ||
    variable.references.some(
      ({ from, identifier }) => from.variableScope !== home || identifier.parent.type === 'ExportSpecifier',
    )
  );
}

/** Whether the declaration of a variable is an `export`. */
export function isExported({ defs }: Variable): boolean {
  return defs.some(
    ({ node }) => node.type === 'VariableDeclarator' && node.parent.parent.type === 'ExportNamedDeclaration',
  );
}

/** The identifiers whose value an expression may hand through. */
function valueIdentifiers(node: Node): Node[] {
  const inner = unwrap(node);
  switch (inner.type) {
    case 'Identifier':
      return [inner];
    case 'AwaitExpression':
      return valueIdentifiers(inner.argument);
    case 'ConditionalExpression':
      return [...valueIdentifiers(inner.consequent), ...valueIdentifiers(inner.alternate)];
    case 'LogicalExpression':
      return [...valueIdentifiers(inner.left), ...valueIdentifiers(inner.right)];
    case 'SequenceExpression':
      return valueIdentifiers(inner.expressions.at(-1)!);
    case 'AssignmentExpression':
      return [...patternIdentifiers(inner.left), ...valueIdentifiers(inner.right)];
    case 'ArrayExpression':
      return inner.elements.flatMap((element) => (element ? valueIdentifiers(element) : []));
    case 'CallExpression':
      return inner.arguments.flatMap(valueIdentifiers); // Promise.all([a, b]); more than that does no harm
    default:
      return [];
  }
}

/** The names that the statement around a request may write its span id to. */
function boundIdentifiers(request: Node): Node[] {
  const found: Node[] = [];
  for (let node: Node | undefined = request; node && !isFunction(node); node = node.parent) {
    if (node.type === 'AssignmentExpression') found.push(...patternIdentifiers(node.left));
    else if (node.type === 'VariableDeclarator') found.push(...patternIdentifiers(node.id));
    else if (node.type.endsWith('Statement')) break;
  }
  return found;
}

function patternIdentifiers(pattern: Node): Node[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern];
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element ? patternIdentifiers(element) : []));
    case 'AssignmentPattern':
      return patternIdentifiers(pattern.left);
    default:
      return [];
  }
}
