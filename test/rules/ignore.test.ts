import { expect, test } from 'vitest';
import { trace } from '../../src/recording/trace-builder.ts';
import { check } from '../../src/rules/check.ts';

const { recording } = trace('t1').init().request('search', 's1').trace('t2').request('pay', 's2');

test('an exception is reported as ignored, with its reason', () => {
  const report = check(recording, {
    ignore: [{ rule: 'span-reuse', where: { tool: 'search' }, reason: 'runs for days' }],
  });
  expect(report.findings.map(({ traceId }) => traceId)).toEqual(['t2']);
  expect(report.ignored).toMatchObject([
    { rule: 'span-reuse', reason: 'runs for days', stale: false, findings: [{ traceId: 't1' }] },
  ]);
});

test('an exception that matches nothing is stale', () => {
  const ignore = [{ rule: 'span-reuse' as const, where: { traceId: /^nothing/ }, reason: 'old' }];
  const report = check(recording, { ignore });
  expect(report.findings).toHaveLength(2);
  expect(report.ignored).toMatchObject([{ stale: true, findings: [] }]);
});

test('an unknown rule is quoted', () => {
  expect(() => check(recording, { rules: ['span-resue' as never] })).toThrow(
    'There is no rule "span-resue". Rules: stable-trace-id,',
  );
});
