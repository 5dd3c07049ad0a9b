import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { rules } from '../../src/rules/index.ts';
import { BIN, built } from '../build.ts';
import { bad, ndjson } from './rows.ts';
import { whyopsTestkit } from './spawn.ts';

beforeAll(built, 120_000);

describe('the binary', () => {
  test('prints its version', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(await whyopsTestkit(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  test('explains itself, with the exit codes', async () => {
    const { code, stdout } = await whyopsTestkit(['--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('Exit codes: 0 clean, 1 findings');
  });

  test.each(
    ['', 'demo', 'serve', 'run', 'check', 'contract', 'report', 'report merge', 'rules', 'explain'].map(
      (name) => [name],
    ),
  )('helps in 80 columns: %s', async (name) => {
    const { code, stdout } = await whyopsTestkit([...name.split(' ').filter(Boolean), '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Usage: whyops-testkit ${name}`));
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test.each(['serve', 'run', 'check', 'report merge'])('tells the exit codes: %s', async (name) => {
    const { stdout } = await whyopsTestkit([...name.split(' '), '--help']);
    for (const meaning of ['0 clean', '1 findings', '2 usage', '3 nothing', '4 the command', '130 and 143'])
      expect(stdout).toContain(meaning);
  });

  test('ends quietly when its reader has seen enough', async () => {
    const child = spawn(process.execPath, [BIN, 'check', '--format', 'json', '-']);
    let stderr = '';
    child.stderr.on('data', (text) => (stderr += text));
    child.stdout.once('data', () => child.stdout.destroy());
    child.stdin.end(ndjson(Array.from({ length: 3000 }, (_, index) => bad(`t${index}`)).flat()));
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  });

  test('says so when its output cannot be written', async (context) => {
    const full = existsSync('/dev/full') ? openSync('/dev/full', 'w') : null;
    if (full === null) return context.skip('this machine has no /dev/full');
    const child = spawn(process.execPath, [BIN, 'rules'], { stdio: ['ignore', full, 'pipe'] });
    let stderr = '';
    child.stderr!.on('data', (text) => (stderr += text));
    const code = await new Promise((resolve) => child.on('close', resolve));
    closeSync(full);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'whyops-testkit: standard output: ENOSPC: no space left on device, write.\n',
    });
  });

  test('names the help of the very command', async () => {
    const { stderr } = await whyopsTestkit(['report', 'merge']);
    expect(stderr).toContain('(whyops-testkit report merge --help)');
    expect((await whyopsTestkit(['chekc'])).stderr).toContain(
      '(Did you mean check?)\n(whyops-testkit --help)',
    );
  });

  test.each([[['chekc']], [['rules', '--format', 'xml']], [['explain']], [[]]])(
    'ends with 2 on wrong usage: %j',
    async (args) => {
      const { code, stdout, stderr } = await whyopsTestkit(args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).not.toBe('');
    },
  );
});

describe('rules', () => {
  test('lists every rule of the catalogue', async () => {
    const { code, stdout } = await whyopsTestkit(['rules', '--format', 'json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).map((rule: { id: string }) => rule.id)).toEqual(rules.map(({ id }) => id));
  });

  test('fits 80 columns', async () => {
    const { stdout } = await whyopsTestkit(['rules']);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });
});
