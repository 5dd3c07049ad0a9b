import { convert } from 'xmlbuilder2';
import { describe, expect, test } from 'vitest';
import { formatContract } from '../../src/contract/format/index.ts';
import { type ContractReport, exitCode, summarise } from '../../src/contract/report.ts';

const NASTY = 'a | b <b>\u0000\ud800 100%\nsecond, line: end';

/** One requirement of every status, with text that none of the formats can hold as it is. */
const requirements: ContractReport['requirements'] = [
  {
    id: 'register-once',
    level: 'MUST',
    status: 'passed',
    checks: [{ id: 'one-request', status: 'passed', message: '', witness: [] }],
  },
  {
    id: 'key-distinct',
    level: 'MUST',
    status: 'failed',
    checks: [
      { id: 'user-message', status: 'failed', message: NASTY, witness: [{ id: 'e1' }] },
      { id: 'llm-response', status: 'passed', message: '', witness: [] },
    ],
  },
  {
    id: 'retry-after',
    level: 'SHOULD',
    status: 'failed',
    checks: [{ id: 'pause', status: 'failed', message: 'It came after 200 ms.', witness: [] }],
  },
  {
    id: 'event-time',
    level: 'SHOULD',
    status: 'expected-failure',
    checks: [{ id: 'sent', status: 'expected-failure', message: 'None. Expected: no clock', witness: [] }],
  },
  {
    id: 'proxied-openai-route',
    level: 'MUST',
    status: 'unsupported',
    checks: [{ id: 'plain', status: 'unsupported', message: 'No proxy.', witness: [] }],
  },
];
const stale = [{ requirement: 'payload-snapshot', check: 'messages', reason: 'Copies late.' }];
const report: ContractReport = {
  sdk: 'small',
  version: '1.0',
  language: 'js',
  requirements,
  summary: summarise(requirements, stale, 7),
};

test('json is the report', () => {
  expect(JSON.parse(formatContract(report, 'json'))).toEqual({
    sdk: 'small',
    version: '1.0',
    language: 'js',
    requirements: JSON.parse(JSON.stringify(requirements)),
    summary: { passed: 1, failed: 1, failedShould: 1, expectedFailures: 1, unsupported: 1, stale, seed: 7 },
  });
});

test('text says what was seen, what must hold, and what happens otherwise', () => {
  expect(formatContract(report, 'text')).toBe(
    [
      'small 1.0 (js)',
      '',
      '✓ register-once (MUST)',
      '✗ key-distinct (MUST)',
      `    ✗ user-message: ${NASTY.replace('\n', '\n      ')}`,
      '        {"id":"e1"}',
      '    Must hold: Two equal events are two events.',
      '    Otherwise: The user said "yes" twice; the backend takes the second for a copy and drops it, with its tokens.',
      '✗ retry-after (SHOULD)',
      '    ✗ pause: It came after 200 ms.',
      '    Must hold: The pause that the server asks for is kept.',
      '    Otherwise: Clients that come back too early keep the rate limit closed for themselves: refused requests count.',
      '~ event-time (SHOULD)',
      '    ~ sent: None. Expected: no clock',
      '– proxied-openai-route (MUST)',
      '    – plain: No proxy.',
      '',
      '1 passed, 1 failed, 1 failed that only should hold, 1 expected failures, 1 unsupported (seed 7)',
      'Stale: payload-snapshot/messages does not fail any more. Delete its entry: "Copies late."',
      '',
    ].join('\n'),
  );
});

test('text is coloured only when asked to', () => {
  expect(formatContract(report, 'text', { color: true })).toContain('\u001b[31m✗ key-distinct (MUST)');
});

describe('junit', () => {
  interface Suite {
    readonly '@tests': string;
    readonly '@failures': string;
    readonly '@skipped': string;
    readonly testcase: readonly { '@name': string; failure?: object; skipped?: object }[];
  }
  const suiteOf = (strict: boolean): Suite => {
    const xml = formatContract(report, 'junit', { strict });
    return (convert(xml, { format: 'object' }) as unknown as { testsuites: { testsuite: Suite } }).testsuites
      .testsuite;
  };

  test.each([
    [
      false,
      ['key-distinct', 'payload-snapshot/messages'],
      ['retry-after', 'event-time', 'proxied-openai-route'],
    ],
    [
      true,
      ['key-distinct', 'retry-after', 'payload-snapshot/messages'],
      ['event-time', 'proxied-openai-route'],
    ],
  ])('with strict %s is well-formed and counts what decides', (strict, failures, skipped) => {
    const suite = suiteOf(strict);
    const named = (member: 'failure' | 'skipped') =>
      suite.testcase.filter((one) => one[member] !== undefined).map((one) => one['@name']);
    expect(named('failure')).toEqual(failures);
    expect(named('skipped')).toEqual(skipped);
    expect([suite['@tests'], suite['@failures'], suite['@skipped']]).toEqual(
      [6, failures.length, skipped.length].map(String),
    );
    expect(suite.testcase).toHaveLength(6);
  });

  test('holds no character that XML has no place for', () => {
    expect(formatContract(report, 'junit')).not.toMatch(/[\u0000\ud800-\udfff]|&#x0;/);
    expect(formatContract(report, 'junit')).toContain('a | b &lt;b&gt;\ufffd\ufffd 100%');
  });
});

test('github is one line a finding', () => {
  const lines = formatContract(report, 'github').split('\n');
  expect(lines.filter((line) => line.startsWith('::'))).toEqual([
    '::error title=key-distinct (MUST)::user-message: a | b <b>\u0000\ud800 100%25%0Asecond, line: end',
    '::warning title=retry-after (SHOULD)::pause: It came after 200 ms.',
    '::error title=payload-snapshot/messages::Expected to fail and does not. Delete its entry: "Copies late."',
  ]);
  expect(formatContract(report, 'github', { strict: true })).toContain(
    '::error title=retry-after (SHOULD)::',
  );
});

test('markdown is a table with one row a requirement', () => {
  const rows = formatContract(report, 'markdown')
    .split('\n')
    .filter((line) => line.startsWith('|'));
  expect(rows).toHaveLength(2 + requirements.length);
  for (const row of rows) expect(row.match(/(?<!\\)\|/g), row).toHaveLength(6);
  expect(rows[3]).toContain('| ❌ | `key-distinct` | MUST | Two equal events are two events.');
  expect(rows[3]).toContain('a \\| b &lt;b>');
});

test.each([
  ['a failed MUST', { failed: 1 }, false, 1],
  ['a failed SHOULD', { failedShould: 1 }, false, 0],
  ['a failed SHOULD, strictly', { failedShould: 1 }, true, 1],
  ['expected failures alone', { passed: 0, expectedFailures: 2 }, true, 0],
  ['a stale expectation', { stale }, false, 1],
  ['nothing but what the SDK does not claim', { passed: 0, unsupported: 5 }, false, 3],
  ['no requirement at all', { passed: 0 }, false, 3],
] as const)('%s decides the exit code', (_name, change, strict, code) => {
  const clean = {
    passed: 1,
    failed: 0,
    failedShould: 0,
    expectedFailures: 0,
    unsupported: 0,
    stale: [],
    seed: 1,
  };
  expect(exitCode({ ...report, summary: { ...clean, ...change } }, { strict })).toBe(code);
});
