import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { MUTANTS } from '../../fixtures/drivers/mutants.ts';
import { mutantDriver, referenceDriver } from '../../fixtures/drivers/reference-driver.ts';
import { CORRECT } from '../../src/client/decisions.ts';
import { describeContract, type DescribeOptions } from '../../src/contract/describe.ts';
import type { SdkDriver } from '../../src/contract/sdk-driver.ts';

const LIMIT = 120_000;
const broken = (id: string) => mutantDriver(MUTANTS.find((known) => known.id === id)!);

describe('in Vitest', () => {
  const folder = mkdtempSync(join(tmpdir(), 'describe-test-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('a requirement that fails is a test that fails', { timeout: LIMIT }, async () => {
    const root = fileURLToPath(new URL('./vitest-fixture', import.meta.url));
    const bin = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
    const output = join(folder, 'result.json');
    const args = ['run', '--root', root, '--reporter=json', `--outputFile=${output}`];
    const code = await new Promise((resolve) =>
      spawn(process.execPath, [bin, ...args], { stdio: 'ignore' }).on('close', resolve),
    );
    expect(code).toBe(1);
    const { testResults } = JSON.parse(readFileSync(output, 'utf8')) as {
      testResults: { assertionResults: { fullName: string; status: string; failureMessages: string[] }[] }[];
    };
    const results = testResults.flatMap(({ assertionResults }) => assertionResults);
    expect(
      results.map(({ fullName, status }) => [fullName.replace('WhyOps contract: ', ''), status]),
    ).toEqual(
      [
        ['whyops-testkit reference client 0.1.0', 'passed', 'passed'],
        ['mutant key-from-content 0.1.0', 'failed', 'passed'],
        ['mutant no-retry-after 0.1.0', 'passed', 'skipped'],
      ].flatMap(([sdk, first, second]) => [
        [`${sdk} the driver works`, 'passed'],
        [`${sdk} MUST key-distinct: Two equal events are two events.`, first],
        [`${sdk} SHOULD retry-after: The pause that the server asks for is kept.`, second],
      ]),
    );
    const failed = results.find(({ status }) => status === 'failed');
    expect(failed?.failureMessages[0]).toContain('user-message: Of two equal events 1 was stored.');
    expect(failed?.failureMessages[0]).toContain('the backend takes the second for a copy');
  });
});

describe('under any runner', { timeout: LIMIT }, () => {
  /** Collects the tests and runs one of them. */
  async function outcome(sdk: SdkDriver, only: string, options: DescribeOptions = {}): Promise<string> {
    const tests = new Map<string, (context?: unknown) => Promise<void>>();
    describeContract(sdk, {
      only: [only],
      describe: (_name, body) => body(),
      test: (name, body) => void tests.set(name, body),
      ...options,
    });
    expect([...tests.keys()]).toHaveLength(2);
    const [, body] = [...tests.values()];
    let skipped = '';
    try {
      await body!({ skip: (reason: string) => (skipped = reason) });
    } catch (error) {
      return `failed: ${(error as Error).message}`;
    }
    return skipped === '' ? 'passed' : `skipped: ${skipped}`;
  }

  const reason = 'Reads no header.';
  const expected = { expected: [{ requirement: 'retry-after', checks: ['pause'], reason }] };

  test('what holds passes', async () => {
    expect(await outcome(referenceDriver(CORRECT), 'span-returned')).toBe('passed');
  });

  test('a failed SHOULD is skipped with what was seen, and fails when strict', async () => {
    const sdk = broken('no-retry-after');
    expect(await outcome(sdk, 'retry-after')).toMatch(
      /^skipped: failed: pause: The next attempt came after \d+ ms\./,
    );
    expect(await outcome(sdk, 'retry-after', { strict: true })).toMatch(
      /^failed: The pause that the server asks/,
    );
  });

  test('an expected failure is skipped with its reason, strict or not', async () => {
    const sdk = broken('no-retry-after');
    const came = await outcome(sdk, 'retry-after', { expected, strict: true });
    expect(came).toMatch(/^skipped: expected-failure: pause: .* Expected: Reads no header\.$/);
  });

  test('a stale expectation fails', async () => {
    const came = await outcome(referenceDriver(CORRECT), 'retry-after', { expected });
    expect(came).toBe('failed: Expected to fail and does not: pause.');
  });

  test('what the SDK does not claim is skipped', async () => {
    const sdk: SdkDriver = { ...referenceDriver(CORRECT), capabilities: ['events'] };
    const came = await outcome(sdk, 'proxied-openai-route');
    expect(came).toContain('skipped: unsupported: plain: The SDK does not claim: openai.');
  });

  test('an unknown requirement is refused before any test is made', () => {
    expect(() => describeContract(referenceDriver(CORRECT), { only: ['nothing'] })).toThrow(
      'There is no requirement "nothing".',
    );
  });
});
