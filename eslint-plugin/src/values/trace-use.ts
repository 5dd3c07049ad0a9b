import type { TSESTree } from '@typescript-eslint/utils';
import { codeUnitOf, contains, enclosingFunction } from '../ast/functions.ts';
import { memberName, unwrap } from '../ast/unwrap.ts';
import { isReassigned, onlyInit, type EventCall, type Sdk, type Trace, type Variable } from '../sdk/index.ts';
import { identityOf, type Identity } from './identity.ts';
import { returnedBy } from './returned.ts';

type Node = TSESTree.Node;

/** How an event came to its trace. */
export interface TraceUse {
  trace: Trace;
  /** The id, as far as it is certain that the event goes to `trace.origin` and to nothing else. */
  id: Identity | null;
  /** The trace is asked for anew for this very event: `whyops.trace(id).error(…)`, `this.trace.error(…)` by a getter. */
  perEvent: boolean;
  /** The variable that holds the trace, when it is bound once. */
  variable: Variable | null;
}

const known = new WeakMap<EventCall, TraceUse>();

export function traceUse(sdk: Sdk, event: EventCall): TraceUse {
  let use = known.get(event);
  if (!use) {
    const callee = unwrap(event.node.callee) as TSESTree.MemberExpression;
    known.set(event, (use = follow(sdk, callee.object, event)));
  }
  return use;
}

function follow(sdk: Sdk, receiver: Node, { trace, node }: EventCall): TraceUse {
  let variable: Variable | null = null;
  let perEvent = false;
  let inner = withoutAwait(receiver);
  for (let step = 0; step < 8 && inner !== trace.origin; step++) {
    let next: Node | null = null;
    if (inner.type === 'Identifier') {
      const named = sdk.variable(inner);
      next = named && onlyInit(named);
      variable = named && isReassigned(named) ? null : named;
      perEvent = false;
    } else if (inner.type === 'CallExpression' && inner.callee.type === 'Identifier') {
      next = returnedBy(sdk, inner.callee);
      perEvent = !variable;
    } else if (isGetter(inner, trace)) {
      next = trace.origin;
      perEvent = !variable;
    }
    if (!next) return { trace, id: null, perEvent: false, variable };
    inner = withoutAwait(next);
  }
  const id = inner === trace.origin && trace.id ? identityOf(sdk, trace.id) : null;
  return {
    trace,
    id: id && isLocalTo(id, trace.origin, node) ? null : id,
    perEvent: perEvent || !variable,
    variable,
  };
}

function withoutAwait(node: Node): Node {
  const inner = unwrap(node);
  return inner.type === 'AwaitExpression' ? withoutAwait(inner.argument) : inner;
}

/** `this.trace` where the class has `get trace() { return … }`. */
function isGetter(node: Node, trace: Trace): boolean {
  if (node.type !== 'MemberExpression' || node.object.type !== 'ThisExpression') return false;
  const definition = enclosingFunction(trace.origin)?.parent;
  return (
    definition?.type === 'MethodDefinition' &&
    definition.kind === 'get' &&
    definition.key.type !== 'Literal' &&
    'name' in definition.key &&
    memberName(node)?.replace(/^#/, '') === definition.key.name
  );
}

/** Whether an id is known only inside the function that asks for the trace, and has another value at each call of it. */
function isLocalTo(id: Identity, origin: Node, at: Node): boolean {
  const unit = codeUnitOf(origin);
  if (contains(unit, at)) return false;
  if (id.kind === 'composed') return true;
  const variable = 'variable' in id ? id.variable : null;
  const declared = id.kind !== 'text' && (variable?.identifiers[0] as Node | undefined);
  return !!declared && contains(unit, declared);
}
