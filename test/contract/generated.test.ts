import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MUTANTS } from '../../fixtures/drivers/mutants.ts';
import { mutantDriver, referenceDriver } from '../../fixtures/drivers/reference-driver.ts';
import { CORRECT } from '../../src/client/decisions.ts';
import { runContract } from '../../src/contract/run.ts';
import { difference, type Scenario, wanted } from '../../src/contract/scenario.ts';
import { built } from '../build.ts';
import { small } from './small.ts';

const ONLY = ['generated-scenarios'];

interface Witness {
  readonly seed: number;
  readonly path: string;
  readonly scenario: Scenario;
  readonly script: string;
}

async function generated(subject: Parameters<typeof runContract>[0], options: { path?: string } = {}) {
  const report = await runContract(subject, { only: ONLY, seed: 1, ...options });
  const [check] = report.requirements[0]!.checks;
  return {
    status: check!.status,
    message: check!.message,
    witness: check!.witness[0] as Witness | undefined,
  };
}

const mutant = (id: string) => mutantDriver(MUTANTS.find((known) => known.id === id)!);

describe('generated scenarios', { timeout: 120_000 }, () => {
  test('find nothing in the reference client', async () => {
    expect((await generated(referenceDriver(CORRECT))).status).toBe('passed');
  });

  test('are asked for by a number that can be meant', async () => {
    const none = runContract(referenceDriver(CORRECT), { only: ONLY, runs: 0 });
    await expect(none).rejects.toThrow('runs is 0; it must be an integer from 1.');
  });

  test('are shrunk to one call and the fault that it meets', async () => {
    const { status, message, witness } = await generated(mutant('key-per-attempt'));
    expect(status).toBe('failed');
    expect(witness?.scenario).toEqual(
      [
        { do: 'fault', fault: { kind: expect.stringMatching(/^store-then-/) as string } },
        { do: 'say', trace: 'a', text: 'yes', wait: false },
      ].map((step) => expect.objectContaining(step.do === 'fault' ? { do: 'fault' } : step) as object),
    );
    expect(message).toMatch(
      /^Trace a: made were \[say yes\], stored were \[say yes, say yes\]: doubled say yes\.\n/,
    );
  });

  test('are shrunk to the two calls that it takes', async () => {
    const { witness } = await generated(mutant('key-from-content'));
    const calls = witness?.scenario.filter((step) => step.do !== 'fault');
    expect(calls).toHaveLength(2);
    expect(witness?.scenario).toHaveLength(2);
    expect(calls?.[0]).toMatchObject({ trace: 'a', text: 'yes' });
    // By its seed and path a failure is found at once.
    const again = await generated(mutant('key-from-content'), { path: witness!.path });
    expect(again.witness?.scenario).toEqual(witness!.scenario);
  });
});

describe('the script of a failure', { timeout: 120_000 }, () => {
  beforeAll(built, 120_000);
  // Below the root of the package, so that the script finds it by its name.
  const root = fileURLToPath(new URL('../../.tmp', import.meta.url));
  mkdirSync(root, { recursive: true });
  const folder = mkdtempSync(join(root, 'replay-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  function run(script: string): Promise<{ code: number | null; stdout: string }> {
    const file = join(folder, 'replay.mjs');
    writeFileSync(file, script);
    return new Promise((resolve) => {
      const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
      let stdout = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
      child.on('close', (code) => resolve({ code, stdout }));
    });
  }

  test('replays it, and passes once the SDK is mended', async () => {
    const { message, witness } = await generated({ command: small('keyless') });
    expect(message).toContain(
      `Again: --only generated-scenarios --seed 1 --path ${witness!.path}\nAs a script:\n`,
    );
    expect(message).toContain(witness!.script);
    const replayed = await run(witness!.script);
    expect(replayed).toEqual({ code: 1, stdout: `${message.split('\n')[0]!}\n` });
    const mended = await run(witness!.script.replace(',"keyless"', ''));
    expect(mended).toEqual({ code: 0, stdout: 'Everything was stored once, in order.\n' });
  });
});

describe('what was stored is held against the model', () => {
  const scenario: Scenario = [
    { do: 'say', trace: 'a', text: 'yes', wait: true },
    { do: 'fault', fault: { kind: 'drop' } },
    { do: 'request', trace: 'a', text: 'no', wait: true },
    { do: 'say', trace: 'b', text: 'yes', wait: false },
    { do: 'say', trace: 'b', text: 'no', wait: true },
  ];
  const a = ['say yes', 'request no'];
  const b = ['say yes', 'say no'];

  test.each([
    ['all once, in order', { a, b }, null],
    ['in another order where a call was not awaited', { a, b: [...b].reverse() }, null],
    [
      'in another order',
      { a: [...a].reverse(), b },
      'Trace a: made were [say yes, request no], stored were [request no, say yes]: the order changed.',
    ],
    [
      'one missing',
      { a, b: ['say yes'] },
      'Trace b: made were [say yes, say no], stored were [say yes]: lost say no.',
    ],
    [
      'a whole trace missing',
      { a },
      'Trace b: made were [say yes, say no], stored were []: lost say yes, say no.',
    ],
    [
      'one twice',
      { a, b: [...b, 'say no'] },
      'Trace b: made were [say yes, say no], stored were [say yes, say no, say no]: doubled say no.',
    ],
    [
      'one from nowhere',
      { a, b, c: ['say yes'] },
      'Trace c: made were [], stored were [say yes]: doubled say yes.',
    ],
  ])('%s', (_name, stored, found) => {
    expect(difference(wanted(scenario), stored)).toBe(found);
  });
});
