import type { TSESTree } from '@typescript-eslint/utils';
import { codeUnitOf, isFunction, type CodeUnit } from '../ast/functions.ts';
import { unwrap, wrapped } from '../ast/unwrap.ts';
import {
  isReassigned,
  type EventCall,
  type EventMethod,
  type Sdk,
  type Trace,
  type Variable,
} from '../sdk/index.ts';
import { keyOf, type Identity } from './identity.ts';
import { traceUse } from './trace-use.ts';

type Node = TSESTree.Node;

/** All events of a file that certainly go to one trace, or to traces that are made by one expression. */
export interface TraceGroup {
  trace: Trace;
  /** Null when it cannot be told; then nothing can be said about the group but that it exists. */
  id: Identity | null;
  /** Each event has a trace of its own: the id is made again for every one of them. */
  perEvent: boolean;
  events: EventCall[];
  methods: Set<EventMethod>;
  /** The trace is handed to code that may send more events to it. */
  escapes: boolean;
}

export interface GroupedEvent {
  event: EventCall;
  group: TraceGroup;
  unit: CodeUnit;
}

/**
 * Whether each outermost function of a file plainly sends its events to one trace that a variable holds, and no proxied
 * call could go to another: most files, and there is nothing to compare in them.
 */
export function isOneTraceEach(sdk: Sdk): boolean {
  const { events, modelCalls } = sdk;
  const origins = new Map<Node, Node>();
  for (const event of events) {
    const receiver = (unwrap(event.node.callee) as TSESTree.MemberExpression).object;
    if (receiver.type !== 'Identifier') return false;
    const place = outermostFunction(event.node);
    const origin = origins.get(place);
    if (origin === event.trace.origin) continue;
    // Code outside of functions is around all of them.
    if (origin || (origins.size > 0 && (place.type === 'Program' || origins.has(sdk.program)))) return false;
    origins.set(place, event.trace.origin);
    // An id that is made here can be one that the call before it does not have.
    if (modelCalls.length > 0 && !isGiven(sdk, event.trace) && traceUse(sdk, event).id?.kind === 'fresh')
      return false;
  }
  return (origins.size < 2 && modelCalls.length === 0) || events.every((event) => isBoundOnce(sdk, event));
}

/** Whether the id of a trace is a parameter: somebody else made it. */
function isGiven(sdk: Sdk, { id }: Trace): boolean {
  return id?.type === 'Identifier' && sdk.variable(id)?.defs[0]?.type === 'Parameter';
}

function outermostFunction(node: Node): Node {
  let outermost = node;
  for (let parent = node.parent; parent; parent = parent.parent)
    if (isFunction(parent) || parent.type === 'Program') {
      if (parent.type !== 'Program' || outermost === node) outermost = parent;
    }
  return outermost;
}

function isBoundOnce(sdk: Sdk, { node }: EventCall): boolean {
  const variable = sdk.variable((unwrap(node.callee) as TSESTree.MemberExpression).object);
  return !!variable && !isReassigned(variable);
}

/** The events of a file in source order, each with the trace it goes to. */
export function groupEvents(sdk: Sdk): GroupedEvent[] {
  const groups = new Map<string, TraceGroup>();
  const handedOn = new Map<Variable, boolean>();
  return sdk.events.map((event) => {
    const use = traceUse(sdk, event);
    const perEvent = use.perEvent && use.id?.kind === 'fresh' && !use.id.variable;
    const key = use.id ? keyOf(use.id) : `?${use.trace.origin.range[0]}`;
    let group = groups.get(key);
    if (!group) {
      const { trace, id } = use;
      group = { trace, id, perEvent, events: [], methods: new Set(), escapes: false };
      groups.set(key, group);
    }
    group.events.push(event);
    group.methods.add(event.method);
    const { variable } = use;
    if (variable) {
      if (!handedOn.has(variable)) handedOn.set(variable, isHandedOn(variable));
      group.escapes ||= handedOn.get(variable)!;
    }
    return { event, group, unit: codeUnitOf(event.node) };
  });
}

function isHandedOn(variable: Variable): boolean {
  return variable.references.some(({ identifier, init }) => {
    const use = wrapped(identifier as Node);
    return !init && !(use.parent?.type === 'MemberExpression' && use.parent.object === use);
  });
}
