import type { TSESTree } from '@typescript-eslint/utils';
import { codeUnitOf, type CodeUnit } from '../ast/functions.ts';
import { unwrap, wrapped } from '../ast/unwrap.ts';
import type { EventCall, EventMethod, Sdk, Trace, Variable } from '../sdk/index.ts';
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
 * Whether all events of a file plainly go to one trace that a variable holds, and no proxied call could go to another:
 * most files, and there is nothing to compare in them.
 */
export function isOneTrace({ events, modelCalls }: Sdk): boolean {
  if (modelCalls.length > 0) return false;
  return events.every(({ node, trace }) => {
    const callee = unwrap(node.callee) as TSESTree.MemberExpression;
    return trace.origin === events[0]!.trace.origin && callee.object.type === 'Identifier';
  });
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
