import type { EventType } from '../../protocol/event-type.ts';
import type { Delivery, SentEvent } from '../../recording/build.ts';
import type { Action, Workflow } from '../action.ts';
import { asOne, isPlain } from '../batch.ts';
import type { Mutate } from './mutation.ts';

export type Send = Extract<Action, { do: 'send' }>;
export type Call = Extract<Action, { do: 'call' }>;
/** What takes the place of one action; `null`: look for another. */
export type Change<Of> = (item: Of, index: number, workflow: Workflow) => readonly Action[] | null;

export const TOOLS: readonly EventType[] = ['tool_call_request', 'tool_call_response'];
/** Events that nothing else of a workflow depends on. */
export const PLAIN: readonly EventType[] = ['llm_thinking', 'user_message'];

/** Changes the first action for which `change` has something. */
export function first(change: Change<Action>): Mutate {
  return (workflow) => {
    for (const [index, action] of workflow.entries()) {
      const changed = change(action, index, workflow);
      if (!changed) continue;
      for (const one of changed) inBatchOf(action, one);
      return [...workflow.slice(0, index), ...changed, ...workflow.slice(index + 1)];
    }
    return null;
  };
}

/** Changes the first event of a type for which `change` has something. */
export function onEvent(types: readonly EventType[], change: Change<SentEvent>): Mutate {
  return first((action, index, workflow) => {
    if (!isQueued(action)) return null;
    const event = eventOf(action);
    // Not an event that was sent twice: then its attempts would differ.
    if (wasRetried(workflow, event)) return null;
    return types.includes(event.eventType) ? change(event, index, workflow) : null;
  });
}

/** The same, where the backend counts the steps: an event more or less leaves no gap. */
export function onUncounted(types: readonly EventType[], change: Change<SentEvent>): Mutate {
  return onEvent(types, (event, index, workflow) =>
    event.stepId === undefined ? change(event, index, workflow) : null,
  );
}

export type SteppedEvent = SentEvent & { readonly stepId: number };

/** The same, where the program names the steps. */
export function onStep(types: readonly EventType[], change: Change<SteppedEvent>): Mutate {
  return onEvent(types, (event, index, workflow) =>
    event.stepId === undefined ? null : change({ ...event, stepId: event.stepId }, index, workflow),
  );
}

/** The last event of a trace with named steps: an `llm_response`. */
export function onLastStep(change: Change<SteppedEvent>): Mutate {
  return onStep(['llm_response'], (event, index, workflow) =>
    isLast(workflow, index, event.traceId) ? change(event, index, workflow) : null,
  );
}

/** Changes the first model call for which `change` has something. */
export function onCall(change: Change<Call>): Mutate {
  return first((action, index, workflow) =>
    action.do === 'call' && action.call.route !== 'embeddings' ? change(action, index, workflow) : null,
  );
}

export function onEmbedding(change: Change<Call>): Mutate {
  return first((action, index, workflow) =>
    action.do === 'call' && action.call.route === 'embeddings' ? change(action, index, workflow) : null,
  );
}

export function atEnd(...actions: readonly Action[]): Mutate {
  return (workflow) => [...workflow, ...actions];
}

export function send(event: SentEvent, delivery?: Delivery): Send {
  return { do: 'send', events: [event], ...(delivery && { delivery }) };
}

/** The event is refused, as the backend would. */
export function refused(event: SentEvent, error = 'Validation failed'): Action[] {
  return [send(event, { status: 400, response: { error } })];
}

/** The call with other headers or another delivery. */
export function calling(action: Call, changes: Partial<Call['call']>): Call {
  return { ...action, call: { ...action.call, ...changes } };
}

export function without<Key extends keyof SentEvent>(event: SentEvent, ...keys: Key[]): SentEvent {
  const kept = Object.entries(event).filter(([key]) => !keys.includes(key as Key));
  return Object.fromEntries(kept) as unknown as SentEvent;
}

/** The event with other metadata. */
export function about(event: SentEvent, more: Readonly<Record<string, unknown>>): Action[] {
  return [send({ ...event, metadata: { ...event.metadata, ...more } })];
}

/** The event with members that no correct event has. */
export function given(event: SentEvent, more: object): SentEvent {
  return { ...event, ...more } as SentEvent;
}

export function usageOf(event: {
  readonly metadata?: Readonly<Record<string, unknown>>;
}): Record<string, number> {
  return (event.metadata?.['usage'] ?? {}) as Record<string, number>;
}

/** What an `llm_response` says. */
export function saidIn(event: { readonly content?: unknown }) {
  const { content, toolCalls = [] } = event.content as {
    content?: string | null;
    toolCalls?: readonly { id: string; function: { name: string; arguments: string } }[];
  };
  return { text: content ?? '', toolCalls };
}

/** The event of a request that carries one. */
export function eventOf(action: Send): SentEvent {
  return action.events[0] as SentEvent;
}

/** A request with one event, which the queue takes whatever it is: the other endpoints refuse mistakes at once. */
export function isQueued(action: Action): action is Send {
  return isPlain(action) && action.to === undefined;
}

/** The events that were reported by hand to a trace, those of lost batches too. */
export function manualEvents(workflow: Workflow, traceId: string | null): SentEvent[] {
  return workflow.flatMap((action) =>
    action.do === 'send' ? action.events.filter((event) => event.traceId === traceId) : [],
  );
}

export function isManualIn(action: Action, traceId: string | null): action is Send {
  return action.do === 'send' && action.events.some((event) => event.traceId === traceId);
}

/** The request carries an event of this type and span. */
export function carries(
  action: Action,
  eventType: EventType,
  { traceId, spanId }: Pick<SentEvent, 'traceId' | 'spanId'>,
): boolean {
  return (
    action.do === 'send' &&
    action.events.some(
      (event) => event.eventType === eventType && event.traceId === traceId && event.spanId === spanId,
    )
  );
}

export function isCallIn(action: Action, traceId: string | null): action is Call {
  return action.do === 'call' && action.call.traceId === traceId;
}

/** Nothing more of the trace comes after this action. */
export function isLast(workflow: Workflow, index: number, traceId: string): boolean {
  return !workflow
    .slice(index + 1)
    .some((action) => isManualIn(action, traceId) || isCallIn(action, traceId));
}

export function isProxied(workflow: Workflow, traceId: string): boolean {
  return workflow.some((action) => isCallIn(action, traceId));
}

export function isReported(workflow: Workflow, { call }: Call): boolean {
  return workflow.some((action) => isManualIn(action, call.traceId));
}

/** The only call of its trace, and nothing beside it. */
export function standsAlone(workflow: Workflow, action: Call): boolean {
  return (
    !isReported(workflow, action) &&
    workflow.filter((other) => isCallIn(other, action.call.traceId)).length === 1
  );
}

/** A `tool_result` of this span follows. */
export function isPassedOn(workflow: Workflow, event: SentEvent): boolean {
  return workflow.some((action) => carries(action, 'tool_result', event));
}

/** The event, or one with its key, had an attempt that was not answered. */
export function wasRetried(workflow: Workflow, { traceId, idempotencyKey }: SentEvent): boolean {
  return (
    idempotencyKey !== undefined &&
    workflow.some(
      (action) =>
        action.do === 'send' &&
        action.delivery !== undefined &&
        action.events.some((event) => event.traceId === traceId && event.idempotencyKey === idempotencyKey),
    )
  );
}

/** The batch that a request with one event was taken out of. */
const batchOf = new WeakMap<Action, object>();

/** The change sees each event of a batch in a request of its own; what still stands side by side is one batch again. */
export function apart(change: Mutate): Mutate {
  return (workflow) => {
    const changed = change(workflow.flatMap(singly));
    return changed && together(changed);
  };
}

function singly(action: Action): Action[] {
  if (!isPlain(action) || action.events.length === 1) return [action];
  return action.events.map((event) => {
    const single: Send = { ...action, events: [event] };
    batchOf.set(single, action);
    return single;
  });
}

function inBatchOf(one: Action, other: Action): void {
  const batch = batchOf.get(one);
  if (batch && isPlain(other)) batchOf.set(other, batch);
}

function together(workflow: Workflow): Workflow {
  const joined: Action[] = [];
  let batch: object | undefined;
  for (const action of workflow) {
    const own = batchOf.get(action);
    const last = joined.at(-1);
    if (own && own === batch && last && isPlain(last) && isPlain(action))
      joined[joined.length - 1] = asOne([last, action]);
    else joined.push(action);
    batch = own;
  }
  return joined;
}
