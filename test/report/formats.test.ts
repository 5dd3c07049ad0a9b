import { readFileSync } from 'node:fs';
import type { Log } from 'sarif';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
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
import { Recording } from '../../src/recording/recording.ts';
import { brokenSpan, finding, report } from './samples.ts';

const hostile = finding({
  kind: 'other-tool',
  tier: 'W',
  traceId: 't<script>alert(1)</script>,%:\n\u0000',
  message: "It says '<b>&amp;&#0;</b>'\u0000\ud800 ]]> \u001b[31m\nFix: 100 % :: ,",
  witness: [],
});

const timeline = timelineOf(brokenSpan.trace('t1'));

function outcome(findings: Finding[] = [finding(), hostile], given: Partial<Outcome> = {}): Outcome {
  return {
    report: report({ findings }),
    timelines: [timeline],
    whereOf: ({ traceId }) => ({ timeline: traceId === 't1' ? timeline : undefined, recording: [timeline] }),
    sourcesOf: ({ witness }) => witness.map(() => ({ file: 'exports/a b.ndjson', line: 3 })),
    unreadable: { count: 0, first: [] },
    repeated: 0,
    ...given,
  };
}

const damaged = {
  unreadable: { count: 2, first: [{ file: 'x.ndjson', line: 7, problem: 'not JSON: %\n' }] },
};
/** As published by OASIS; its note of use allows to incorporate it. Only the layout of the file was changed. */
function sarifSchema() {
  // A pattern of the schema is no Unicode regular expression.
  const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false });
  addFormats.default(ajv);
  return ajv.compile(JSON.parse(readFileSync('test/report/sarif-2.1.0.schema.json', 'utf8')));
}

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

/** What the schema of Jenkins' xUnit plugin (junit-10.xsd) knows of each element, as far as the report uses it. */
const JUNIT: Record<string, { required: string[]; optional: string[]; children: string[] }> = {
  testsuites: {
    required: [],
    optional: ['name', 'time', 'tests', 'failures', 'disabled', 'errors'],
    children: ['testsuite'],
  },
  testsuite: {
    required: ['name', 'tests'],
    optional: ['failures', 'errors', 'time', 'disabled', 'skipped', 'timestamp', 'hostname', 'id', 'package'],
    children: ['testcase', 'properties', 'system-out', 'system-err'],
  },
  testcase: {
    required: ['name', 'classname'],
    optional: ['time', 'status', 'assertions'],
    children: ['skipped', 'failure', 'error', 'system-out', 'system-err'],
  },
  skipped: { required: [], optional: ['message', 'type'], children: [] },
  failure: { required: [], optional: ['message', 'type'], children: [] },
  error: { required: [], optional: ['message', 'type'], children: [] },
};

type Element = Record<string, unknown>;
const listed = (value: unknown): Element[] => (value === undefined ? [] : [value].flat()) as Element[];

/** What in an element, and in all below it, is not as {@link JUNIT} says. */
function strayIn(name: string, element: Element): string[] {
  const { required, optional, children } = JUNIT[name]!;
  const own = Object.keys(element)
    .filter((key) => key.startsWith('@'))
    .map((key) => key.slice(1));
  const below = Object.keys(element).filter((key) => /^[a-z]/.test(key));
  return [
    ...own.filter((key) => !required.includes(key) && !optional.includes(key)).map((key) => `${name}@${key}`),
    ...required.filter((key) => !own.includes(key)).map((key) => `${name} without ${key}`),
    ...below.filter((key) => !children.includes(key)).map((key) => `${name}/${key}`),
    ...below
      .filter((key) => JUNIT[key])
      .flatMap((key) =>
        listed(element[key]).flatMap((child) => strayIn(key, typeof child === 'string' ? {} : child)),
      ),
  ];
}

describe('the JUnit report', () => {
  const parse = (text: string) => create(text).end({ format: 'object' }) as Record<string, Element>;
  const nothing = { ...outcome([]), report: report({ findings: [], checked: [] }) };

  test.each([
    ['with findings', outcome()],
    ['without', outcome([])],
    ['with what was not checked', outcome(undefined, damaged)],
    ['where nothing was checked', nothing],
  ])('has the shape that Jenkins reads, and counts right, %s', (_name, given) => {
    const root = parse(renderJunit(given))['testsuites']!;
    expect(strayIn('testsuites', root)).toEqual([]);
    const suites = listed(root['testsuite']);
    const cases = suites.flatMap((suite) => listed(suite['testcase']));
    const having = (list: Element[], member: string) =>
      String(list.filter((one) => one[member] !== undefined).length);
    for (const suite of suites) {
      const own = listed(suite['testcase']);
      expect(suite).toMatchObject({
        '@tests': String(own.length),
        '@failures': having(own, 'failure'),
        '@errors': having(own, 'error'),
        '@skipped': having(own, 'skipped'),
      });
    }
    expect(root).toMatchObject({
      '@tests': String(cases.length),
      '@failures': having(cases, 'failure'),
      '@errors': having(cases, 'error'),
    });
  });

  test('tells the whole finding and its place, whatever characters it has', () => {
    const text = renderJunit(outcome([hostile], { sourcesOf: () => [{ file: 'x&y.ndjson', line: 3 }] }));
    // On the raw text: parsers differ in what they undo.
    expect(text).toContain('name="other-tool in trace t&lt;script&gt;alert(1)&lt;/script&gt;,%:\n\ufffd: "');
    expect(text).toContain(
      'message="It says \'&lt;b&gt;&amp;amp;&amp;#0;&lt;/b&gt;\'\ufffd\ufffd ]]&gt; \ufffd[31m"',
    );
    expect(text).toContain(']]&gt; \ufffd[31m\nFix: 100 % :: ,\nAt: x&amp;y.ndjson:3</failure>');
  });

  test('skips a rule without anything to look at, with the reason', () => {
    const suites = listed(parse(renderJunit(outcome([])))['testsuites']!['testsuite']);
    expect(suites[1]!['testcase']).toEqual({
      '@classname': 'single-base-url',
      '@name': '0 traces checked',
      skipped: { '@message': 'no request was seen (1 trace)' },
    });
  });

  test('fails when something was not checked, or nothing was', () => {
    expect(parse(renderJunit(outcome([], damaged)))['testsuites']).toMatchObject({ '@errors': '1' });
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

  const validate = sarifSchema();
  const places = [
    '-',
    'a b.ndjson',
    `${process.cwd()}/ü/50%.ndjson`,
    '/elsewhere/x.ndjson',
    'https://x.example/api/events?traceId=a%20b',
  ];

  test.each<[string, Outcome]>([
    ['with findings', outcome()],
    ['without', outcome([])],
    ['with what was not checked', outcome(undefined, damaged)],
    ['where nothing was checked', { ...outcome([]), report: report({ findings: [], checked: [] }) }],
    ['without places', outcome(undefined, { sourcesOf: () => [] })],
    ...places.map((file): [string, Outcome] => [
      `from ${file}`,
      outcome(undefined, { sourcesOf: () => [1, 2].map((line) => ({ file, line })) }),
    ]),
  ])('is valid by the schema of SARIF 2.1.0, %s', (_name, given) => {
    expect(validate(JSON.parse(renderSarif(given))), JSON.stringify(validate.errors)).toBe(true);
  });

  test('is validated by a schema that can fail', () => {
    const broken = (change: (log: Log) => void) => {
      const log = JSON.parse(renderSarif(outcome(undefined, damaged))) as Log;
      change(log);
      return validate(log);
    };
    expect(broken(() => undefined)).toBe(true);
    expect(broken((log) => delete log.runs[0]!.results![0]!.message.text)).toBe(false);
    expect(
      broken((log) => (log.runs[0]!.results![0]!.locations![0]!.physicalLocation!.region!.startLine = 0)),
    ).toBe(false);
    expect(
      broken(
        (log) => (log.runs[0]!.results![0]!.locations![0]!.physicalLocation!.artifactLocation!.uri = 'a b'),
      ),
    ).toBe(false);
    expect(broken((log) => Object.assign(log.runs[0]!, { traces: 1 }))).toBe(false);
  });

  test('refers to its rules by their index, and says when it is not complete', () => {
    const { tool, results, invocations } = run(outcome(undefined, damaged));
    const ids = tool.driver.rules.map(({ id }: { id: string }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(results.map(({ ruleIndex }: { ruleIndex: number }) => ids[ruleIndex])).toEqual([
      'span-reuse',
      'span-reuse',
    ]);
    expect(results.map(({ level }: { level: string }) => level)).toEqual(['error', 'warning']);
    expect(invocations[0]).toMatchObject({ executionSuccessful: false });
    expect(invocations[0].toolExecutionNotifications[0].locations[0].physicalLocation.region).toEqual({
      startLine: 7,
    });
    expect(run(outcome()).invocations[0]).toMatchObject({ executionSuccessful: true });
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
    expect(step).toContain('class="step event tool_call_response blamed"');
    expect(step).toContain('<div class="finding error" id="finding-1"><p><b>span-reuse</b>');
    expect(html).not.toContain('<script>alert');
    // Nothing but places in the page itself.
    expect(html).not.toMatch(/(src|href)="(?!#)/);
  });

  test('draws the bar of a span as open where no response closes it', () => {
    const drawn = (recording: Recording) =>
      [
        ...renderHtml({ ...outcome([]), timelines: [timelineOf(recording.trace('t1'))] }).matchAll(
          /<i class="(.*?)"/g,
        ),
      ].map(([, classes]) => classes);
    expect(drawn(brokenSpan)).toEqual(['bar left opens', 'bar left']);
    const [user, request, response] = brokenSpan.events;
    const closed = new Recording({ events: [user!, request!, { ...response!, spanId: 'span-a' }] });
    expect(drawn(closed)).toEqual(['bar opens', 'bar closes']);
  });

  test('keeps the same trace id of two recordings apart', () => {
    const [first, second] = [timelineOf(brokenSpan.trace('t1')), timelineOf(brokenSpan.trace('t1'))];
    const given = outcome([finding()], {
      timelines: [first, second],
      whereOf: () => ({ timeline: second, recording: [second] }),
    });
    const sections = renderHtml(given).split('<section class="trace"').slice(1);
    expect(sections.map((section) => section.includes('class="finding'))).toEqual([true, false]);
  });

  test('says how many events of a long trace it leaves out', () => {
    const html = renderHtml({ ...outcome([]), timelines: [{ ...timeline, events: 1003 }] });
    expect(html).toContain('1000 further events not shown.');
  });
});
