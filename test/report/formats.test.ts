import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { create } from 'xmlbuilder2';
import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/bulk/outcome.ts';
import { fingerprints } from '../../src/report/fingerprint.ts';
import { renderGithub } from '../../src/report/github.ts';
import { renderHtml } from '../../src/report/html.ts';
import { renderJson } from '../../src/report/json.ts';
import { renderJunit } from '../../src/report/junit.ts';
import { renderSarif } from '../../src/report/sarif.ts';
import { timelineOf } from '../../src/report/timeline.ts';
import type { Finding } from '../../src/rules/finding.ts';
import { brokenSpan, finding, report } from './samples.ts';

const hostile = finding({
  kind: 'other-tool',
  tier: 'W',
  traceId: 't<script>alert(1)</script>,%:\n\u0000',
  message: 'It says "<b>&amp;</b>"\u0000\ud800 ]]> \u001b[31m\nFix: 100 % :: ,',
  witness: [],
});

function outcome(findings: Finding[] = [finding(), hostile], given: Partial<Outcome> = {}): Outcome {
  return {
    report: report({ findings }),
    timelines: brokenSpan.traces.map(timelineOf),
    sourcesOf: ({ witness }) => witness.map(() => ({ file: 'exports/a b.ndjson', line: 3 })),
    unreadable: { count: 0, first: [] },
    repeated: 0,
    ...given,
  };
}

const damaged = {
  unreadable: { count: 2, first: [{ file: 'x.ndjson', line: 7, problem: 'not JSON: %\n' }] },
};
const schema = (path: string) =>
  new Ajv({ allErrors: true, strict: false }).compile(JSON.parse(readFileSync(path, 'utf8')));

describe('the JSON report', () => {
  const validate = schema('docs/report.schema.json');

  test.each([
    ['with findings', outcome()],
    ['without', outcome([])],
    ['with what could not be read', outcome([], damaged)],
    [
      'with ignored findings',
      {
        ...outcome(),
        report: report({
          ignored: [{ rule: 'span-reuse', reason: 'r', findings: [finding()], stale: false }],
        }),
      },
    ],
  ])('fits its published schema %s', (_name, given) => {
    const parsed = JSON.parse(renderJson(given as Outcome));
    expect(validate(parsed), JSON.stringify(validate.errors)).toBe(true);
  });

  test('is the report itself', () => {
    expect(JSON.parse(renderJson(outcome()))).toEqual(report({ findings: [finding(), hostile] }));
  });

  test('has a schema that can fail', () => {
    expect(validate({ ...report(), findings: [{ rule: 'x' }] })).toBe(false);
    expect(validate({ ...report(), more: 1 })).toBe(false);
  });
});

describe('the JUnit report', () => {
  const parse = (text: string) =>
    create(text).end({ format: 'object' }) as Record<string, Record<string, unknown>>;

  test('is XML whatever the findings say, and counts right', () => {
    const suites = parse(renderJunit(outcome()))['testsuites']!;
    expect(suites).toMatchObject({ '@tests': '4', '@failures': '2', '@errors': '0' });
    const [spanReuse, baseUrl] = suites['testsuite'] as Record<string, unknown>[];
    expect(spanReuse).toMatchObject({
      '@name': 'span-reuse',
      '@tests': '2',
      '@failures': '2',
      '@skipped': '0',
    });
    expect(baseUrl).toMatchObject({
      '@name': 'single-base-url',
      '@tests': '1',
      '@failures': '0',
      '@skipped': '1',
    });
  });

  test('fails when something could not be read, or nothing was checked', () => {
    expect(parse(renderJunit(outcome([], damaged)))['testsuites']).toMatchObject({ '@errors': '1' });
    const nothing = { ...outcome([]), report: report({ findings: [], checked: [] }) };
    expect(parse(renderJunit(nothing))['testsuites']).toMatchObject({ '@errors': '1', '@tests': '1' });
  });
});

describe('the SARIF report', () => {
  const run = (given: Outcome) => JSON.parse(renderSarif(given)).runs[0];

  test('points to file and line, relative and encoded', () => {
    expect(run(outcome()).results[0].locations).toEqual([
      { physicalLocation: { artifactLocation: { uri: 'exports/a%20b.ndjson' }, region: { startLine: 3 } } },
    ]);
  });

  test('holds to what SARIF 2.1.0 demands of its members', () => {
    // The types of the format are checked at compile time; these are the constraints that types cannot tell.
    const log = JSON.parse(renderSarif(outcome(undefined, damaged)));
    expect(log.version).toBe('2.1.0');
    const ids = log.runs[0].tool.driver.rules.map(({ id }: { id: string }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const result of log.runs[0].results) {
      expect(ids[result.ruleIndex]).toBe(result.ruleId);
      expect(['error', 'warning']).toContain(result.level);
      expect(result.message.text).not.toBe('');
      for (const place of result.locations)
        expect(place.physicalLocation.region.startLine).toBeGreaterThanOrEqual(1);
    }
    expect(log.runs[0].invocations[0]).toMatchObject({ executionSuccessful: false });
  });

  test('recognises a finding by what it says, not by where it stands', () => {
    const print = (given: Outcome) =>
      run(given).results.map((result: Record<string, unknown>) => result['partialFingerprints']);
    const moved = outcome(undefined, { sourcesOf: () => [{ file: 'other.ndjson', line: 99 }] });
    expect(print(moved)).toEqual(print(outcome()));
    const [first, second, other] = [
      ...fingerprints([finding(), finding(), finding({ traceId: 't2' })]).values(),
    ];
    expect(new Set([first, second, other]).size).toBe(3);
  });
});

test('GitHub annotations stay one line each and keep their properties apart', () => {
  const lines = renderGithub(outcome(undefined, damaged)).split('\n');
  expect(lines[0]).toMatch(
    /^::error file=exports\/a b\.ndjson,line=3,title=span-reuse%3A no-such-request \(trace t1\)::e2 .*%0AFix%3A|^::error file=/,
  );
  expect(lines[1]).toContain(
    '::warning title=span-reuse%3A other-tool (trace t<script>alert(1)</script>%2C%25%3A%0A',
  );
  expect(lines[1]).toContain('%0AFix: 100 %25 :: ,');
  expect(lines[2]).toBe('::error file=x.ndjson,line=7,title=unreadable::not JSON: %25%0A');
});

describe('the HTML report', () => {
  test('shows each finding in place, without JavaScript', () => {
    const html = renderHtml(outcome());
    const step = html.split('<li ').find((item) => item.includes('title="e3"'))!;
    expect(step).toContain('class="step event tool_call_response witness"');
    expect(step).toContain('<div class="finding error"><p><b>span-reuse</b>');
    expect(html).not.toContain('<script>alert');
    expect(html).not.toMatch(/(src|href)="/);
  });

  test('opens and closes the bar of a span', () => {
    const html = renderHtml({ ...outcome([]), timelines: [timelineOf(brokenSpan.trace('t1'))] });
    expect(html).toContain('bar opens');
  });
});
