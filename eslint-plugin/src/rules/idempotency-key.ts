import type { TSESTree } from '@typescript-eslint/utils';
import { contains } from '../ast/functions.ts';
import { runsWith } from '../ast/together.ts';
import { createRule } from '../create-rule.ts';
import { everyPassOf } from '../repeats/passes.ts';
import { RepeatedFunctions, retryAround, type Retry } from '../repeats/retries.ts';
import { isDeclaredIn, isMadeAnewWithin, mayVaryWithin, variesWithin } from '../repeats/varies.ts';
import { optionsPosition, type EventCall, type Sdk } from '../sdk/index.ts';
import { identityOf, keyOf } from '../values/identity.ts';
import { eventOptions, property, type Found } from '../values/objects.ts';
import { isNothing } from '../values/static.ts';
import { traceUse } from '../values/trace-use.ts';

type Node = TSESTree.Node;
type MessageIds = 'missing' | 'madeAnew' | 'shared' | 'sharedByPasses';

const places: Readonly<Record<Retry['kind'], string>> = {
  loop: 'a retry loop',
  wrapper: 'a function that is retried',
  handler: 'a queue handler, which runs again when a job is delivered again',
};

export const idempotencyKey = createRule<MessageIds, []>({
  name: 'idempotency-key',
  meta: {
    type: 'problem',
    docs: {
      description:
        'Require one idempotency key for all attempts of an event, and one of its own for each event',
      preset: 'recommended',
    },
    schema: [],
    messages: {
      missing:
        '`{{method}}` stands in {{place}}, without `idempotencyKey`: each attempt is stored as another event. Make a key before the first attempt and pass it here.',
      madeAnew:
        'This `idempotencyKey` is made anew in {{place}}: no attempt is recognised as a repetition. Make it before the first attempt.',
      shared:
        '`{{method}}` has the `idempotencyKey` of another event (line {{line}}): WhyOps looks up the key alone and drops the second event. Give each event a key of its own.',
      sharedByPasses:
        'Every pass sends another event with the same `idempotencyKey`: WhyOps keeps only the first. Put what differs into the key.',
    },
  },
  defaultOptions: [],
  check(sdk, context) {
    const tracedAttempts = new Map<Node, boolean>();
    function tracesAttempts({ kind, node }: Retry): boolean {
      if (kind === 'handler') return false;
      let traced = tracedAttempts.get(node);
      if (traced === undefined) {
        traced = sdk.events.some((event) => closesFailedAttempt(event, node));
        tracedAttempts.set(node, traced);
      }
      return traced;
    }

    function checkAttempts(event: EventCall, key: Found<Node>, retry: Retry): void {
      const { node, method } = event;
      const data = { method, place: places[retry.kind] };
      if (key.is === 'here' && !isNothing(sdk, key.value)) {
        if (isMadeAnewWithin(sdk, key.value, retry.node))
          context.report({ node: key.value, messageId: 'madeAnew', data });
      } else if (key.is !== 'unknown' && needsKey(event)) {
        if (!tracesAttempts(retry)) context.report({ node, messageId: 'missing', data });
      }
    }

    function checkSharing(keyed: readonly Keyed[]): void {
      const groups = new Map<string, Keyed[]>();
      for (const item of keyed) {
        const group = groups.get(item.group);
        if (group) group.push(item);
        else groups.set(item.group, [item]);
      }
      for (const [first, ...others] of groups.values()) {
        let previous = first!;
        for (const item of others) {
          const earlier = [previous, first!].find((other) => areTwoEvents(sdk, other.event, item.event));
          previous = item;
          if (!earlier) continue;
          const { method } = item.event;
          context.report({
            node: item.key,
            messageId: 'shared',
            data: { method, line: String(earlier.key.loc.start.line) },
          });
        }
      }
    }

    const { events } = sdk;
    if (events.length === 0) return;
    const repeated = new RepeatedFunctions(sdk);
    const keyed: Keyed[] = [];
    for (const event of events) {
      const options = eventOptions(sdk, event);
      const key = options.is === 'here' ? property(options.value, 'idempotencyKey') : options;
      if (key.is === 'unknown' || (key.is === 'absent' && !needsKey(event))) continue;
      const retry = retryAround(event.node, repeated);
      const sameEvent =
        retry &&
        (retry.kind !== 'loop' || !payload(event).some((given) => mayVaryWithin(sdk, given, retry.node)));
      if (sameEvent && !hasOwnTraceIn(sdk, event, retry)) checkAttempts(event, key as Found<Node>, retry);
      if (options.is !== 'here' || key.is !== 'here' || isNothing(sdk, key.value as Node)) continue;
      const value = key.value as Node;
      const group = groupOf(sdk, event, value);
      if (group === null) continue;
      keyed.push({ event, key: value, group });
      if (!retry && isSharedByPasses(sdk, event, value))
        context.report({ node: value, messageId: 'sharedByPasses' });
    }
    checkSharing(keyed);
  },
});

interface Keyed {
  event: EventCall;
  key: Node;
  /** The trace and the key: what WhyOps looks up. */
  group: string;
}

function groupOf(sdk: Sdk, event: EventCall, key: Node): string | null {
  const id = identityOf(sdk, key);
  if (!id || (id.kind === 'fresh' && !id.variable)) return null;
  const { trace, id: traceId, variable } = traceUse(sdk, event);
  if (traceId) return traceId.kind === 'fresh' && !variable ? null : `${keyOf(traceId)} ${keyOf(id)}`;
  return variable ? `${trace.origin.range[0]} ${keyOf(id)}` : null;
}

/** Whether a repeated attempt at an event does harm without a key. */
function needsKey({ method }: EventCall): boolean {
  return method === 'toolCallRequest' || method === 'toolCallResponse';
}

/** The arguments that make an event what it is; the span and the result may differ between attempts. */
function payload({ node, method }: EventCall): Node[] {
  const given = node.arguments.slice(0, optionsPosition[method]);
  return method === 'toolCallResponse'
    ? given.filter((_, position) => position === 0 || position === 2)
    : given;
}

function payloadVaries(sdk: Sdk, event: EventCall, repeated: Node): boolean {
  return payload(event).some((given) => variesWithin(sdk, given, repeated));
}

/** Whether each attempt has a trace of its own, so that its events cannot meet those of another attempt. */
function hasOwnTraceIn(sdk: Sdk, event: EventCall, { kind, node: repeated }: Retry): boolean {
  const { trace } = traceUse(sdk, event);
  if (!contains(repeated, trace.origin)) return false;
  if (!trace.id) return true;
  // A handler gets the same job again, so only what it makes itself differs.
  return kind === 'handler'
    ? isMadeAnewWithin(sdk, trace.id, repeated)
    : variesWithin(sdk, trace.id, repeated);
}

/** Whether a failed attempt closes its own span: then every attempt is meant to be seen. */
function closesFailedAttempt({ node, method }: EventCall, repeated: Node): boolean {
  if (method !== 'toolCallResponse' || !contains(repeated, node)) return false;
  let child: Node = node;
  for (
    let parent: Node | undefined = node.parent;
    parent && child !== repeated;
    child = parent, parent = parent.parent
  )
    if (parent.type === 'TryStatement' && child !== parent.block) return true;
  return false;
}

function isSharedByPasses(sdk: Sdk, event: EventCall, key: Node): boolean {
  const repeated = everyPassOf(event.node, sdk.inventory.exits);
  if (!repeated || mayVaryWithin(sdk, key, repeated) || !payloadVaries(sdk, event, repeated)) return false;
  const { variable, id, trace } = traceUse(sdk, event);
  if (variable) return !isDeclaredIn(variable, repeated);
  return !!id && id.kind !== 'fresh' && !!trace.id && !variesWithin(sdk, trace.id, repeated);
}

/** Whether two calls certainly send two different events in one run; a second attempt at the same event is not one. */
function areTwoEvents(sdk: Sdk, a: EventCall, b: EventCall): boolean {
  const texts = [a, b].map((event) => [event.method, ...payload(event).map(sdk.text)].join('\n'));
  if (texts[0] === texts[1]) return false;
  const { exits } = sdk.inventory;
  return runsWith(a.node, b.node, exits) || runsWith(b.node, a.node, exits);
}
