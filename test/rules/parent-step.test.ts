import { expect, test } from 'vitest';
import { trace, type TraceBuilder } from '../../src/recording/trace-builder.ts';
import { found, messages } from './messages.ts';

const parents = (built: TraceBuilder) => found(built, 'parent-step').map((line) => line.replace(' E t1', ''));
const step = (stepId: number, parentStepId?: number) => ({
  stepId,
  ...(parentStepId !== undefined && { parentStepId }),
});

test.each([
  ['a parent that came before', trace('t1').user('a', step(1)).llm('b', step(2, 1)), []],
  ['a parent that the backend counted', trace('t1').user('a').llm('b', step(2, 1)), []],
  [
    'a parent that was not stored',
    trace('t1')
      .user('a', { delivery: { status: 503 } })
      .llm('b', step(2, 1)),
    ['no-such-step [e2]'],
  ],
  [
    'the first of two events of one step',
    trace('t1').user('a', step(1)).llm('b', step(2, 1)).user('c', step(1)),
    [],
  ],
  ['itself', trace('t1').user('a', step(1, 1)), ['parent-not-earlier [e1]']],
  [
    'one that comes later',
    trace('t1').user('a', step(1, 2)).llm('b', step(2)),
    ['parent-not-earlier [e1 e2]'],
  ],
  [
    'a later one with a smaller step',
    trace('t1').user('a', step(3, 2)).llm('b', step(2)),
    ['parent-not-earlier [e1 e2]'],
  ],
  [
    'an earlier one with a larger step',
    trace('t1').user('a', step(3)).llm('b', step(2, 3)),
    ['parent-not-earlier [e1 e2]'],
  ],
  [
    'an earlier one with the same step',
    trace('t1').user('a', step(2)).llm('b', step(2, 2)),
    ['parent-not-earlier [e1 e2]'],
  ],
  ['none', trace('t1').user('a', step(1)).llm('b', step(2, 7)), ['no-such-step [e2]']],
  ['a half', trace('t1').user('a', step(1)).llm('b', step(2, 1.5)), ['not-a-step [e2]']],
  ['too large a number', trace('t1').user('a', step(1)).llm('b', step(2, 2147483648)), ['not-a-step [e2]']],
  ['the largest number', trace('t1').user('a', step(1)).llm('b', step(2, 2147483647)), ['no-such-step [e2]']],
  [
    'one, without a step',
    trace('t1').user('a', step(1)).llm('b', { parentStepId: 1 }),
    ['without-step [e2]'],
  ],
])('%s', (_, built, expected) => expect(parents(built)).toEqual(expected));

test('in words', () => {
  expect(messages(trace('t1').user('a', step(1, 2)).llm('b', step(2)), 'parent-step')[0]).toContain(`
  e1   user_message        step=1 parent=2
  e2   llm_response        step=2
e1 names e2 as its parent, which comes later.
`);
  expect(messages(trace('t1').user('a', step(1, 1)), 'parent-step')[0]).toContain(
    '\ne1 names itself, step 1, as its parent.\n',
  );
});
