import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { batches, inBatches } from '../../src/property/batch.ts';
import { mutations, type Workflow, workflow } from '../../src/property/index.ts';

const seed = 2026;
const eventsOf = (actions: Workflow) =>
  actions.flatMap((action) => (action.do === 'send' && !action.delivery ? action.events : []));
const sends = fc
  .sample(workflow(), { numRuns: 300, seed })
  .flatMap((one) => one.filter((action) => action.do === 'send'));

test('batches hold the same events in the same order', () => {
  fc.assert(
    fc.property(workflow(), batches, (one, plan) => {
      expect(eventsOf(inBatches(one, plan))).toEqual(eventsOf(one));
    }),
    { seed },
  );
});

test('a batch whose first attempt got lost goes again whole, with what came since', () => {
  const [one, two, three] = ['a', 'b', 'c'].map((content) => ({
    do: 'send' as const,
    events: [{ eventType: 'error' as const, traceId: 't1', agentName: 'support', content }],
  }));
  const contents = inBatches([one!, two!, three!], [{ joined: 1, fault: 'drop', since: 1 }]).map(
    (action) =>
      action.do === 'send' && [action.delivery?.fault, ...action.events.map(({ content }) => content)],
  );
  expect(contents).toEqual([
    ['drop', 'a', 'b'],
    [undefined, 'a', 'b', 'c'],
  ]);
});

test.each<[string, (send: (typeof sends)[number]) => boolean]>([
  ['batches of several traces', ({ events }) => new Set(events.map(({ traceId }) => traceId)).size > 1],
  ['batches of several agents', ({ events }) => new Set(events.map(({ agentName }) => agentName)).size > 1],
  ['batches that are lost', ({ events, delivery }) => events.length > 1 && delivery?.fault === 'drop'],
  ['batches whose answer is lost', ({ events, delivery }) => events.length > 1 && delivery?.stored === true],
  ['batches that are stored at once', ({ events, to }) => events.length > 1 && to === 'events'],
  ['tool responses by their own endpoint', ({ to }) => to === 'tool-result'],
  ['events one by one', ({ events }) => events.length === 1],
])('there are %s in generated workflows', (_, isOne) => {
  expect(sends.filter(isOne).length).toBeGreaterThan(10);
});

test('mutations find their place in batches, and leave the batches', () => {
  const inABatch = mutations.filter(({ apply }) =>
    fc.sample(workflow(), { numRuns: 60, seed }).some((one) => {
      const kept = apply(one)?.filter((action) => !one.includes(action)) ?? [];
      return kept.some((action) => action.do === 'send' && !action.delivery && action.events.length > 2);
    }),
  );
  // The rest are about calls, registrations, single requests and whole traces.
  expect(inABatch.length).toBeGreaterThan(mutations.length / 3);
});

test('a witness has no batch that it does not need', () => {
  const { counterexample } = fc.check(
    fc.property(workflow(), (one) => !eventsOf(one).some(({ eventType }) => eventType === 'tool_result')),
    { seed, numRuns: 300 },
  );
  const [witness = []] = counterexample ?? [];
  expect(eventsOf(witness).some(({ eventType }) => eventType === 'tool_result')).toBe(true);
  expect(witness.filter((action) => action.do === 'send' && action.events.length > 1)).toEqual([]);
});
