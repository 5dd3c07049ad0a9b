import * as fc from 'fast-check';
import type { Delivery } from '../recording/build.ts';
import type { Action } from './action.ts';

type Send = Extract<Action, { do: 'send' }>;

/** How the next request with events is put together. */
export interface Batch {
  /** How many of the requests that follow go along in it. */
  readonly joined: number;
  /** What happens to its first attempt: `drop` loses the request, `store-then-drop` the answer. It is sent again then. */
  readonly fault: 'none' | 'store-then-drop' | 'drop';
  /** How many more go along when it is sent again. */
  readonly since: number;
}

/** Shrinks to none: each event in a request of its own. */
export const batches: fc.Arbitrary<readonly Batch[]> = fc.array(
  fc.record({
    joined: fc.nat({ max: 4 }),
    fault: fc.constantFrom('none' as const, 'none' as const, 'store-then-drop' as const, 'drop' as const),
    since: fc.nat({ max: 2 }),
  }),
  { maxLength: 12 },
);

const FAULTS: Readonly<Record<Batch['fault'], Delivery | undefined>> = {
  none: undefined,
  'store-then-drop': { fault: 'store-then-drop', stored: true },
  drop: { fault: 'drop' },
};

/**
 * The same events, in the same order, in fewer requests: those that stand side by side go in one body, as SDKs that
 * collect events send them. A batch that got no answer is sent again as it was, with its keys, perhaps with what came
 * since.
 */
export function inBatches(actions: readonly Action[], plan: readonly Batch[]): Action[] {
  const sent: Action[] = [];
  const planned = plan[Symbol.iterator]();
  for (let index = 0; index < actions.length;) {
    const action = actions[index]!;
    const batch = isPlain(action) ? planned.next().value : undefined;
    if (!isPlain(action) || !batch) {
      sent.push(action);
      index += 1;
      continue;
    }
    const { joined, fault, since } = batch;
    const companions = sideBySide(actions, index);
    const first = companions.slice(0, 1 + joined);
    const last = fault === 'none' ? first : companions.slice(0, 1 + joined + since);
    const delivery = FAULTS[fault];
    if (delivery) sent.push({ ...asOne(first), delivery });
    sent.push(asOne(last));
    index += last.length;
  }
  return sent;
}

/** The requests with events from `index` on that could be one. */
function sideBySide(actions: readonly Action[], index: number): Send[] {
  const found: Send[] = [];
  for (const action of actions.slice(index)) {
    if (!isPlain(action) || (action.to !== found[0]?.to && found.length > 0)) break;
    found.push(action);
  }
  return found;
}

/** Sent once, and answered as usual. */
export function isPlain(action: Action): action is Send {
  return action.do === 'send' && action.delivery === undefined;
}

export function asOne(sends: readonly Send[]): Send {
  const [first] = sends as readonly [Send];
  return sends.length === 1 ? first : { ...first, events: sends.flatMap(({ events }) => events) };
}
