import type { TSESTree } from '@typescript-eslint/utils';
import { keyName, unwrap, wrapped } from '../ast/unwrap.ts';
import { argument, onlyInit, optionsPosition, type EventCall, type Sdk } from '../sdk/index.ts';

type Node = TSESTree.Node;

/** `absent` is certain, as is `unknown`: an expression stands there that cannot be read. */
export type Found<Value> = { is: 'here'; value: Value } | { is: 'absent' } | { is: 'unknown' };

const absent = { is: 'absent' } as const;
const unknown = { is: 'unknown' } as const;

const sdkCalls = new WeakMap<Sdk, Set<Node>>();

function isSdkCall(sdk: Sdk, call: Node): boolean {
  let calls = sdkCalls.get(sdk);
  if (!calls)
    sdkCalls.set(sdk, (calls = new Set([...sdk.events, ...sdk.modelCalls].map(({ node }) => node))));
  return calls.has(call);
}

/**
 * The object literal that an expression certainly is when it is read: written in place, or a constant that only SDK
 * calls, spreads and property reads have ever seen, so that nothing can have changed it.
 */
export function objectOf(sdk: Sdk, node: Node): TSESTree.ObjectExpression | null {
  const inner = unwrap(node);
  if (inner.type === 'ObjectExpression') return inner;
  const variable = inner.type === 'Identifier' ? sdk.variable(inner) : null;
  const init = variable && onlyInit(variable);
  const object = init && unwrap(init);
  if (!variable || object?.type !== 'ObjectExpression') return null;
  const untouched = variable.references.every(({ identifier, init: isInit }) => {
    if (isInit || identifier === inner) return true;
    const use = wrapped(identifier as Node);
    const { parent } = use;
    switch (parent?.type) {
      case 'SpreadElement':
        return true;
      case 'CallExpression':
        return isSdkCall(sdk, parent);
      case 'Property':
        return (
          parent.value === use && parent.parent.type === 'ObjectExpression' && isReadOnce(sdk, parent.parent)
        );
      case 'MemberExpression':
        return parent.object === use && isPlainRead(parent);
      default:
        return false;
    }
  });
  return untouched ? object : null;
}

/** An object literal that is itself an argument of an SDK call: `create(body, { headers })`. */
function isReadOnce(sdk: Sdk, object: TSESTree.ObjectExpression): boolean {
  const { parent } = wrapped(object);
  return parent?.type === 'CallExpression' && isSdkCall(sdk, parent);
}

function isPlainRead(member: TSESTree.MemberExpression): boolean {
  const use = wrapped(member);
  const { parent } = use;
  switch (parent?.type) {
    case 'AssignmentExpression':
    case 'AssignmentPattern':
    case 'ForOfStatement':
    case 'ForInStatement':
      return parent.left !== use;
    case 'Property':
      return parent.parent.type !== 'ObjectPattern';
    case 'UnaryExpression':
      return parent.operator !== 'delete';
    case 'UpdateExpression':
    case 'ArrayPattern':
    case 'RestElement':
    case 'MemberExpression':
    case 'CallExpression':
      return false;
    default:
      return true;
  }
}

/** A property of an object literal by one of its names. */
export function property(
  object: TSESTree.ObjectExpression,
  ...names: readonly string[]
): Found<Node> & { property?: TSESTree.Property } {
  return propertyWhere(object, (name) => names.includes(name));
}

export function propertyWhere(
  object: TSESTree.ObjectExpression,
  matches: (name: string) => boolean,
): Found<Node> & { property?: TSESTree.Property } {
  let hidden = false;
  for (let at = object.properties.length - 1; at >= 0; at--) {
    const member = object.properties[at]!;
    const name = member.type === 'Property' ? keyName(member) : null;
    if (member.type === 'SpreadElement' || name === null) hidden = true;
    else if (matches(name)) return hidden ? unknown : { is: 'here', value: member.value, property: member };
  }
  return hidden ? unknown : absent;
}

/** The object literal of an argument, if there is one to read. */
export function objectArgument(
  sdk: Sdk,
  call: TSESTree.CallExpression | TSESTree.NewExpression,
  position: number,
): Found<TSESTree.ObjectExpression> {
  if (call.arguments.length <= position) return hasSpread(call) ? unknown : absent;
  const given = argument(call, position);
  const object = given && objectOf(sdk, given);
  return object ? { is: 'here', value: object } : unknown;
}

function hasSpread({ arguments: given }: TSESTree.CallExpression | TSESTree.NewExpression): boolean {
  for (let at = 0; at < given.length; at++) if (given[at]!.type === 'SpreadElement') return true;
  return false;
}

/** The options of an event, also where the two numbers of an embedding response stand as arguments of their own. */
export function eventOptions(sdk: Sdk, event: EventCall): Found<TSESTree.ObjectExpression> {
  const position = optionsPosition[event.method];
  const inPlace = objectArgument(sdk, event.node, position);
  if (event.method !== 'embeddingResponse' || inPlace.is !== 'unknown') return inPlace;
  return event.node.arguments.length > position + 1 ? objectArgument(sdk, event.node, position + 1) : inPlace;
}
