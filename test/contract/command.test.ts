import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REQUIREMENTS } from '../../src/contract/requirements/index.ts';
import { built } from '../build.ts';
import { whyopsTestkit } from '../cli/spawn.ts';
import { small, type Wrong } from './small.ts';

const folder = mkdtempSync(join(tmpdir(), 'contract-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(built, 120_000);

const REASON = 'Sends no key: equal events look alike.';
const KEYLESS = { requirement: 'key-distinct', checks: ['user-message', 'llm-response'], reason: REASON };

let files = 0;
function file(content: string | object): string {
  const path = join(folder, `${++files}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** `key-distinct` is what a driver without keys breaks and `register-once` what it keeps. */
function contract(options: readonly string[], ...wrong: Wrong[]) {
  return whyopsTestkit(['contract', ...options, '--', ...small(...wrong)]);
}

const ONE = ['--only', 'key-distinct'];

describe.concurrent('the exit code', { timeout: 120_000 }, () => {
  test('is 0 when everything asked for holds', async () => {
    const { code, stdout, stderr } = await contract([
      '--only',
      'register-once',
      '--only',
      'payload-snapshot',
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('✓ register-once (MUST)\n✓ payload-snapshot (MUST)\n\n2 passed, 0 failed');
  });

  test('is 1 when a MUST fails, which is told with its consequence', async () => {
    const { code, stdout } = await contract(ONE, 'keyless');
    expect(code).toBe(1);
    expect(stdout).toContain('✗ key-distinct (MUST)\n    ✗ user-message: Of two equal events 1 was stored.');
    expect(stdout).toContain('Otherwise: The user said "yes" twice');
  });

  test('heeds a failed SHOULD only when strict', async () => {
    const should = ['--only', 'event-time'];
    expect((await contract(should)).code).toBe(0);
    expect((await contract([...should, '--strict'])).code).toBe(1);
  });

  test('is 2 for wrong usage', async () => {
    const unknown = await contract(['--only', 'key-distinkt']);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain(
      'There is no requirement "key-distinkt". Alike: key-stable-over-attempts, key-distinct,',
    );
    const nowhere = await contract(['--update-expected']);
    expect(nowhere.code).toBe(2);
    expect(nowhere.stderr).toContain('--update-expected needs --expected FILE');
  });

  test.each([
    [['--runs', 'many'], "argument 'many' is invalid. Write a whole number from 1."],
    [['--runs', '0'], "argument '0' is invalid. Write a whole number from 1."],
    [['--seed', ''], "argument '' is invalid. Write a whole number from 0."],
    [['--only', ','], "argument ',' is invalid. Write the id of a requirement."],
    [['--format', 'html'], "argument 'html' is invalid. Allowed choices are text, json,"],
    [['--path', '0:1'], '--path 0:1 needs the --seed that was printed with it'],
  ])('is 2 for %j, which is quoted', async (options, message) => {
    const { code, stderr } = await contract(options);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) as string });
  });

  test('is 2 without a driver, with what to write', async () => {
    const { code, stderr } = await whyopsTestkit(['contract']);
    expect(code).toBe(2);
    expect(stderr).toContain('after "--": whyops-testkit contract -- python driver.py');
  });

  test('is 3 when the SDK claims nothing of what was asked', async () => {
    const { code, stdout } = await contract(['--only', 'proxied-openai-route']);
    expect(code).toBe(3);
    expect(stdout).toContain('The SDK does not claim: openai.');
  });

  test('is 1 when a capability is claimed and not there', async () => {
    expect((await contract(['--only', 'proxied-openai-route'], 'boastful')).code).toBe(1);
  });

  test.each(['dies', 'babbles', 'stutters'] as const)(
    'is 4 when the driver %s, even where that failure is expected',
    async (wrong) => {
      const expected = file({ expected: [KEYLESS] });
      const { code, stdout, stderr } = await contract([...ONE, '--expected', expected], wrong);
      expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
      expect(stderr).toContain(
        'The driver broke, so nothing can be said about the SDK.\nDuring key-distinct:',
      );
      const why = {
        dies: /ended with code 139\.\nThe end of its stderr:\nSegmentation fault/,
        babbles: /is not JSON; .*\n {2}Sending 1 event…/,
        stutters: /which is not open \(was it answered twice\?\)/,
      }[wrong];
      expect(stderr).toMatch(why);
    },
  );

  test('is 4, at once, when the driver dies in the middle of a whole run', async () => {
    const { code, stderr } = await contract([], 'dies');
    expect(code).toBe(4);
    expect(stderr).toContain('ended with code 139');
  });

  test('is 4 for a command that does not exist', async () => {
    const { code, stderr } = await whyopsTestkit(['contract', '--', 'no-such-driver']);
    expect(code).toBe(4);
    expect(stderr).toContain('`no-such-driver` could not be started');
  });
});

describe.concurrent('--expected', { timeout: 120_000 }, () => {
  test('lets a known failure pass and prints its reason', async () => {
    const { code, stdout } = await contract([...ONE, '--expected', file({ expected: [KEYLESS] })], 'keyless');
    expect(stdout).toContain(`~ user-message: Of two equal events 1 was stored. Expected: ${REASON}`);
    expect(code).toBe(0);
  });

  test('fails what does not fail any more', async () => {
    const { code, stdout } = await contract([...ONE, '--expected', file({ expected: [KEYLESS] })]);
    expect(code).toBe(1);
    expect(stdout).toContain(
      `Stale: key-distinct/user-message does not fail any more. Delete its entry: "${REASON}"`,
    );
  });

  test('says what is wrong with its file', async () => {
    const cases: [string, string][] = [
      [join(folder, 'none.json'), 'cannot be read: ENOENT'],
      [file('{'), 'The file is not JSON'],
      [file({ expected: [{ ...KEYLESS, requirement: 'keys' }] }), 'there is no requirement "keys"'],
      [file({ expected: [{ ...KEYLESS, checks: ['plain'] }] }), 'key-distinct has no check "plain"'],
      [file({ expected: [{ ...KEYLESS, reason: '' }] }), 'give the "reason"'],
    ];
    for (const [path, message] of cases) {
      const { code, stderr } = await contract(['--expected', path]);
      expect({ code, stderr }, path).toEqual({ code: 2, stderr: expect.stringContaining(message) as string });
      expect(stderr).toContain(`--expected ${path}`);
    }
  });
});

describe.concurrent('--update-expected', { timeout: 120_000 }, () => {
  const entries = (path: string) =>
    (JSON.parse(readFileSync(path, 'utf8')) as { expected: object[] }).expected;

  test('writes a file that the next run accepts', async () => {
    const path = join(folder, 'new.json');
    const written = await contract([...ONE, '--expected', path, '--update-expected'], 'keyless');
    expect(written.code).toBe(0);
    expect(written.stderr).toMatch(/^Wrote 1 expected failures to .*new\.json/);
    const consequence = REQUIREMENTS.find(({ id }) => id === 'key-distinct')!.consequence;
    expect(entries(path)).toEqual([
      expect.objectContaining({ requirement: 'key-distinct', reason: consequence }),
    ]);
    expect((await contract([...ONE, '--expected', path], 'keyless')).code).toBe(0);
  });

  test('keeps what was written by hand, and what did not run', async () => {
    const other = { requirement: 'event-time', checks: ['sent'], reason: 'Has no clock.' };
    const path = file({ expected: [KEYLESS, other] });
    await contract([...ONE, '--expected', path, '--update-expected'], 'keyless');
    expect(entries(path)).toEqual(
      expect.arrayContaining([expect.objectContaining({ reason: REASON }), other]),
    );
  });

  test('writes nothing when the driver is broken', async () => {
    const path = join(folder, 'broken.json');
    expect((await contract([...ONE, '--expected', path, '--update-expected'], 'dies')).code).toBe(4);
    expect(existsSync(path)).toBe(false);
  });
});

test('--format json has the documented shape', async () => {
  const { stdout } = await contract([...ONE, '--seed', '5', '--format', 'json'], 'keyless');
  expect(JSON.parse(stdout)).toEqual({
    sdk: 'small',
    version: '1',
    language: 'js',
    requirements: [
      {
        id: 'key-distinct',
        level: 'MUST',
        status: 'failed',
        checks: expect.arrayContaining([
          {
            id: 'user-message',
            status: 'failed',
            message: 'Of two equal events 1 was stored.',
            witness: expect.any(Array) as unknown[],
          },
        ]) as unknown[],
      },
    ],
    summary: {
      passed: 0,
      failed: 1,
      failedShould: 0,
      expectedFailures: 0,
      unsupported: 0,
      stale: [],
      seed: 5,
    },
  });
}, 60_000);
