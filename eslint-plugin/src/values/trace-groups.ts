import type { TSESTree } from '@typescript-eslint/utils';
import { codeUnitOf, type CodeUnit } from '../ast/functions.ts';
import { wrapped } from '../ast/unwrap.ts';
import type { EventCall, EventMethod, Sdk, Trace } from '../sdk/index.ts';
import { keyOf, type Identity } from './identity.ts';
import { traceUse, type TraceUse } from './trace-use.ts';

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

/** The events of a file in source order, each with the trace it goes to. */
export function groupEvents(sdk: Sdk): GroupedEvent[] {
  const groups = new Map<string, TraceGroup>();
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
    group.escapes ||= isHandedOn(use);
    return { event, group, unit: codeUnitOf(event.node) };
  });
}

function isHandedOn({ variable }: TraceUse): boolean {
  return !!variable?.references.some(({ identifier, init }) => {
    const use = wrapped(identifier as Node);
    return !init && !(use.parent?.type === 'MemberExpression' && use.parent.object === use);
  });
}
