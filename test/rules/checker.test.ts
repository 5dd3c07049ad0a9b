import { describe, expect, test } from 'vitest';
import { trace } from '../../src/recording/trace-builder.ts';
import { check } from '../../src/rules/check.ts';
import { Checker, type RuleError } from '../../src/rules/checker.ts';
import { rules } from '../../src/rules/index.ts';
import type { AnyRule } from '../../src/rules/rule.ts';

const crossing = () =>
  trace('t1').init().request('search', 's1').trace('t2').response('search', 's1').user('a').llm('b').user('a')
    .recording;

test('a report counts its traces and what was stored, not the requests beyond them', () => {
  const { recording } = trace('t1')
    .init()
    .user('a')
    .user('b', { delivery: { status: 503 } })
    .trace('t2')
    .user('a');
  expect(check(recording)).toMatchObject({ version: 1, traces: 2, events: 2 });
});

test('how often a rule was applied, and how often it was not, and why', () => {
  const { recording } = trace('t1').request('search', 's1').trace('t2').user('a').trace('t3').user('a');
  expect(check(recording, { rules: ['span-reuse'] }).checked).toEqual([
    { rule: 'span-reuse', applied: 1, notApplicable: [{ reason: 'no tool events', count: 2 }] },
  ]);
  const twice = trace('t1').request('a', 's1').trace('t2').request('a', 's2').recording;
  expect(check(twice, { rules: ['span-reuse'] }).checked).toMatchObject([{ applied: 2, notApplicable: [] }]);
});

test('a rule that is named twice is checked once', () => {
  const { recording } = trace('t1').request('search', 's1');
  const rules = ['span-reuse', 'span-reuse'] as const;
  expect(check(recording, { rules })).toEqual(check(recording, { rules: ['span-reuse'] }));
});

test('parts that were checked apart make one report', () => {
  const recording = crossing();
  const [first, ...others] = recording.traces;
  const whole = new Checker(rules);
  whole.trace(first!);
  const part = new Checker(rules);
  for (const other of others) part.trace(other);
  whole.add(JSON.parse(JSON.stringify(part.partial())));
  expect(whole.finish()).toEqual(check(recording));
});

test('a checker that is drained begins anew', () => {
  const recording = crossing();
  const drained = new Checker(rules);
  const whole = new Checker(rules);
  for (const one of recording.traces) {
    drained.trace(one);
    whole.add(drained.drain());
  }
  expect(whole.finish()).toEqual(check(recording));
  expect(drained.partial()).toEqual(new Checker(rules).partial());
});

test('a part may have been checked by more rules', () => {
  const part = new Checker(rules);
  part.trace(trace('t1').user('a').seen);
  const one = new Checker(rules.filter(({ id }) => id === 'key-safety'));
  one.add(part.partial());
  expect(one.finish().checked).toEqual([{ rule: 'key-safety', applied: 1, notApplicable: [] }]);
});

describe('what one trace added', () => {
  const spanReuse = () => new Checker(rules.filter(({ id }) => id === 'span-reuse'));

  test('nothing', () => {
    expect(spanReuse().trace(trace('t1').request('a', 's1').response('a', 's1').seen)).toBeNull();
    expect(spanReuse().trace(trace('t1').user('a').seen)).toBeNull();
  });

  test('findings, those of the trace alone', () => {
    const checker = spanReuse();
    checker.trace(trace('t1').response('a').seen);
    const result = checker.trace(trace('t2').response('a').seen);
    expect(result?.findings.map(({ traceId }) => traceId)).toEqual(['t2']);
    expect(result?.leftovers).toEqual({});
  });

  test('what is left to join', () => {
    const result = spanReuse().trace(trace('t1').request('a', 's1').seen);
    expect(result?.findings).toEqual([]);
    expect(result?.leftovers['span-reuse']).toMatchObject([{ side: 'request', spanId: 's1' }]);
  });

  test('what a rule that does not apply keeps for join', () => {
    const kept = rules.filter(({ id }) => id === 'trace-header');
    const result = new Checker(kept).trace(trace('t1').llm('hello').seen);
    expect(result?.leftovers['trace-header']).toMatchObject([{ open: 'mark', side: 'manual' }]);
  });
});

describe('a rule that throws', () => {
  const boom = () => {
    throw new Error('boom');
  };
  const broken = (more: Partial<AnyRule>): AnyRule[] => {
    const [rule] = rules.filter(({ id }) => id === 'span-reuse');
    return [{ ...rule!, id: 'step-order', ...more }, rule!];
  };
  const { recording } = trace('t1').response('a').trace('t2').request('a', 's1');

  test.each([
    ['applies', 't1 t2'],
    ['check', 't1 t2'],
    ['join', 'null'],
  ] as const)('in %s hides no finding of another rule', (member, where) => {
    const errors: RuleError[] = [];
    const checker = new Checker(broken({ [member]: boom }), (error) => errors.push(error));
    for (const each of recording.traces) checker.trace(each);
    const { findings, checked } = checker.finish();
    expect(findings.filter(({ rule }) => rule === 'span-reuse').map(({ kind }) => kind)).toEqual([
      'without-span',
      'unanswered',
    ]);
    expect(checked.map(({ applied }) => applied)).toEqual([member === 'join' ? 2 : 0, 2]);
    expect(errors.map(({ rule, traceId }) => `${rule} ${traceId}`)).toEqual(
      where.split(' ').map((traceId) => `step-order ${traceId}`),
    );
  });

  test('is an error where nobody listens, and the error says where', () => {
    expect(() => new Checker(broken({ check: boom })).trace(recording.traces[0]!)).toThrow(
      'the rule step-order failed on the trace "t1": Error: boom; this is a bug in whyops-testkit',
    );
    const checker = new Checker(broken({ join: boom }));
    for (const each of recording.traces) checker.trace(each);
    expect(() => checker.finish()).toThrow('the rule step-order failed beyond single traces: Error: boom');
  });

  test('a kind that it does not describe is named', () => {
    expect(() => new Checker(broken({ kinds: {} })).trace(recording.traces[0]!)).toThrow(
      'Rule step-order reported the kind "without-span", which it does not describe.',
    );
  });
});

describe('exceptions', () => {
  const open = trace('t1').init().request('search', 's1').trace('t2').request('pay', 's2').recording;
  const left = (where: object, recording = open, rule: 'span-reuse' | 'step-order' = 'span-reuse') =>
    check(recording, { ignore: [{ rule, where, reason: 'known' }] }).findings.map(({ traceId }) => traceId);

  test.each([
    ['everything of the rule', {}, []],
    ['a trace id', { traceId: 't1' }, ['t2']],
    ['a trace id as it is, not a part of it', { traceId: 't' }, ['t1', 't2']],
    ['a pattern', { traceId: /1$/ }, ['t2']],
    ['a kind', { kind: 'unanswered' }, []],
    ['another kind', { kind: 'other-tool' }, ['t1', 't2']],
    ['a tool', { tool: 'pay' }, ['t1']],
    ['all members together', { tool: 'pay', traceId: 't1' }, ['t1', 't2']],
  ])('%s', (_, where, expected) => expect(left(where)).toEqual(expected));

  test('of another rule', () => expect(left({}, open, 'step-order')).toEqual(['t1', 't2']));

  test('a trace id never matches what reached no trace', () => {
    const { recording } = trace('t1').init({}, { status: 500 });
    const ignore = (where?: object) =>
      check(recording, { ignore: [{ rule: 'agent-init', ...(where && { where }), reason: 'known' }] })
        .findings;
    expect(ignore({ traceId: /./ })).toHaveLength(1);
    expect(ignore({ traceId: 'null' })).toHaveLength(1);
    expect(ignore()).toEqual([]);
  });

  test('the first that matches takes the finding', () => {
    const ignore = [
      { rule: 'span-reuse' as const, reason: 'one' },
      { rule: 'span-reuse' as const, reason: 'two' },
    ];
    expect(check(open, { ignore }).ignored.map(({ findings, stale }) => [findings.length, stale])).toEqual([
      [2, false],
      [0, true],
    ]);
  });
});
