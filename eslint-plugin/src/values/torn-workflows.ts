import type { TSESTree } from '@typescript-eslint/utils';
import { codeUnitOf, contains, enclosingFunction, enclosingLoop, type CodeUnit } from '../ast/functions.ts';
import { runsWith } from '../ast/together.ts';
import { argument, type Client, type EventMethod, type ModelCall, type Sdk } from '../sdk/index.ts';
import { relation } from './identity.ts';
import { settled } from './static.ts';
import type { GroupedEvent, TraceGroup } from './trace-groups.ts';

type Node = TSESTree.Node;

/** Events that are never a workflow on their own: each belongs to a turn, or to the other half of a span. */
const parts: ReadonlySet<EventMethod> = new Set([
  'toolCallRequest',
  'toolCallResponse',
  'toolResult',
  'llmThinking',
]);

/** Traces that are made for each event anew, where the workflow certainly has more than that one event. */
export function lonelyTraces(sdk: Sdk, events: readonly GroupedEvent[]): TraceGroup[] {
  if (!events.some(({ group }) => group.perEvent)) return [];
  // One function and one client: another client is another agent, with workflows of its own.
  const place = ({ group, unit }: GroupedEvent) =>
    `${unit.range[0]} ${group.trace.client?.origin.range[0] ?? ''}`;
  const firsts = new Map<string, Map<EventMethod, GroupedEvent>>();
  for (const grouped of events) {
    let inPlace = firsts.get(place(grouped));
    if (!inPlace) firsts.set(place(grouped), (inPlace = new Map()));
    if (!inPlace.has(grouped.event.method)) inPlace.set(grouped.event.method, grouped);
  }
  return events
    .filter((grouped) => {
      const { event, group } = grouped;
      if (!group.perEvent) return false;
      if (parts.has(event.method)) return true;
      const others = [...firsts.get(place(grouped))!.values()];
      return others.some(
        (other) => other.event.method !== event.method && isOneRun(sdk, event.node, other.event.node),
      );
    })
    .map(({ group }) => group);
}

/** Whether two events belong to one run: both are sent, or one tells how the other failed. */
function isOneRun(sdk: Sdk, a: Node, b: Node): boolean {
  const { exits } = sdk.inventory;
  return runsWith(a, b, exits) || runsWith(b, a, exits) || handlesFailureOf(a, b) || handlesFailureOf(b, a);
}

/** Whether `node` stands in the `catch` of a `try` that holds `other`. */
function handlesFailureOf(node: Node, other: Node): boolean {
  for (let child = node, parent = node.parent; parent; child = parent, parent = parent.parent)
    if (parent.type === 'TryStatement' && parent.handler === child && contains(parent.block, other))
      return true;
  return false;
}

/** Responses whose span was opened in a trace that is certainly another one. */
export function movedSpans(
  sdk: Sdk,
  events: readonly GroupedEvent[],
): { response: GroupedEvent; request: GroupedEvent }[] {
  if (!areSeveral(events)) return [];
  if (!events.some(({ event }) => event.method === 'toolCallResponse')) return [];
  const requests = new Map<Node, GroupedEvent>();
  for (const grouped of events)
    if (grouped.event.method === 'toolCallRequest') requests.set(grouped.event.node, grouped);
  return events.flatMap((response) => {
    if (response.event.method !== 'toolCallResponse') return [];
    const given = argument(response.event.node, 1);
    const span = given && settled(sdk, given);
    const request =
      span && requests.get(span.type === 'AwaitExpression' ? settled(sdk, span.argument) : span);
    return request && areApart(response.group, request.group) ? [{ response, request }] : [];
  });
}

/** Tools in a trace of their own, and the event of the turn or the proxied call that they belong to. */
type TornTools = { tools: TraceGroup } & (
  { turn: GroupedEvent; call: null } | { turn: null; call: ModelCall }
);

/** Traces that hold nothing but tools, inside code whose turns are told elsewhere. */
export function toolsApart(sdk: Sdk, events: readonly GroupedEvent[]): TornTools[] {
  if (!events.some(({ group }) => isToolsAlone(group))) return [];
  const turns = new Map<CodeUnit, Map<TraceGroup, GroupedEvent>>();
  for (const grouped of events) {
    if (grouped.event.method !== 'userMessage' && grouped.event.method !== 'llmResponse') continue;
    const inUnit = turns.get(grouped.unit);
    if (!inUnit) turns.set(grouped.unit, new Map([[grouped.group, grouped]]));
    else if (!inUnit.has(grouped.group)) inUnit.set(grouped.group, grouped);
  }
  const seen = new Set<TraceGroup>();
  return events.flatMap(({ group: tools, unit }): TornTools[] => {
    if (seen.has(tools)) return [];
    seen.add(tools);
    if (!isToolsAlone(tools)) return [];
    const around = unitsAround(unit).flatMap((each) => [...(turns.get(each)?.values() ?? [])].slice(0, 33));
    // More turns than a workflow has; comparing all with all would be quadratic.
    if (around.length > 32) return [];
    const [turn] = around;
    if (turn) {
      const torn = around.every(({ group }) => areApart(tools, group) && !hasTools(group));
      return torn ? [{ tools, turn, call: null }] : [];
    }
    const call = callAround(sdk, tools, unit);
    return call ? [{ tools, turn: null, call }] : [];
  });
}

/** The proxied call outside the loop or callback in which the tools get an id that nothing else uses. */
function callAround(sdk: Sdk, { id, trace }: TraceGroup, unit: CodeUnit): ModelCall | null {
  if (id?.kind !== 'fresh' || codeUnitOf(id.node) !== unit) return null;
  const reads = id.variable?.references.filter((reference) => reference.isRead()).length ?? 1;
  if (reads > 1) return null;
  const repeated = enclosingLoop(id.node) ?? (unit.type === 'Program' ? null : unit);
  if (!repeated || !contains(repeated, trace.origin)) return null;
  const units = new Set(unitsAround(codeUnitOf(repeated)));
  return (
    sdk.modelCalls.find(
      ({ node, client }) =>
        units.has(codeUnitOf(node)) && !contains(repeated, node) && isSame(trace.client, client.client),
    ) ?? null
  );
}

/** A message in one trace and its answer in another, where the function has no other turns. */
export function splitTurns(
  sdk: Sdk,
  events: readonly GroupedEvent[],
): { message: GroupedEvent; answer: GroupedEvent }[] {
  if (!areSeveral(events) || !events.some(({ group }) => isOnly(group, 'userMessage'))) return [];
  const units = new Map<CodeUnit, GroupedEvent[]>();
  for (const grouped of events) {
    const inUnit = units.get(grouped.unit);
    if (inUnit) inUnit.push(grouped);
    else units.set(grouped.unit, [grouped]);
  }
  return [...units.values()].flatMap((inUnit) => {
    if (inUnit.some(({ group }) => !group.id || group.perEvent || group.escapes)) return [];
    const messages = firstOfEach(inUnit.filter(({ group }) => isOnly(group, 'userMessage')));
    const answers = firstOfEach(
      inUnit.filter(
        ({ event, group }) => event.method === 'llmResponse' && !group.methods.has('userMessage'),
      ),
    );
    const [message, answer] = [messages[0], answers[0]];
    if (!message || !answer || messages.length > 1 || answers.length > 1) return [];
    const { exits } = sdk.inventory;
    const together =
      runsWith(message.event.node, answer.event.node, exits) ||
      runsWith(answer.event.node, message.event.node, exits);
    return together && areApart(message.group, answer.group) ? [{ message, answer }] : [];
  });
}

function firstOfEach(events: readonly GroupedEvent[]): GroupedEvent[] {
  const firsts = new Map<TraceGroup, GroupedEvent>();
  for (const grouped of events) if (!firsts.has(grouped.group)) firsts.set(grouped.group, grouped);
  return [...firsts.values()];
}

/** Whether a group holds nothing but tools, and its id is known. */
function isToolsAlone({ perEvent, escapes, methods, id, trace }: TraceGroup): boolean {
  return !perEvent && !escapes && !!id && !!trace.id && [...methods].every((method) => parts.has(method));
}

function areSeveral(events: readonly GroupedEvent[]): boolean {
  return events.some(({ group }) => group !== events[0]!.group);
}

function isOnly({ methods }: TraceGroup, method: EventMethod): boolean {
  return methods.size === 1 && methods.has(method);
}

function hasTools({ methods }: TraceGroup): boolean {
  return [...methods].some((method) => parts.has(method));
}

/** Whether two groups of one client certainly have two ids. A trace that is made for one event is told of by itself. */
function areApart(a: TraceGroup, b: TraceGroup): boolean {
  return (
    a !== b &&
    !a.perEvent &&
    !b.perEvent &&
    isSame(a.trace.client, b.trace.client) &&
    relation(a.id, b.id) === 'different'
  );
}

function isSame(a: Client | null, b: Client | null): boolean {
  return !a || !b || a.origin === b.origin;
}

/** A function and the functions around it; for top-level code the program. */
function unitsAround(unit: CodeUnit): CodeUnit[] {
  const units: CodeUnit[] = [unit];
  for (let outer = enclosingFunction(unit); outer; outer = enclosingFunction(outer)) units.push(outer);
  return units;
}
