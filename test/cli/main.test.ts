import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { rules } from '../../src/rules/index.ts';
import { built } from '../build.ts';
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
