import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readRecording } from '../../src/recording/ndjson.ts';
import { BIN, built, isAlive } from '../build.ts';
import { good, ndjson } from './rows.ts';

const folder = mkdtempSync(join(tmpdir(), 'signals-test-'));
const temporary = join(folder, 'tmp');
mkdirSync(temporary);
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(built, 120_000);

const AGENT = fileURLToPath(new URL('agent.mjs', import.meta.url));

const started: Started[] = [];
afterEach(() => {
  for (const one of started.splice(0)) one.killGroup('SIGKILL');
});

/** The built binary as the leader of a process group of its own, as a shell starts it. */
class Started {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  stdout = '';
  stderr = '';

  constructor(args: readonly string[], env: Record<string, string> = {}) {
    this.child = spawn(process.execPath, [BIN, ...args], {
      env: { ...process.env, TMPDIR: temporary, ...env },
      detached: true,
    });
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.child.stdin!.on('error', () => undefined);
    this.ended = new Promise((resolve) =>
      this.child.on('close', (code, signal) => resolve({ code, signal })),
    );
    started.push(this);
  }

  says(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve) => {
      const look = () => {
        const found = pattern.exec(this.stdout);
        if (found) resolve(found);
      };
      this.child.stdout!.on('data', look);
      look();
    });
  }

  /** As Ctrl+C in a terminal does, which asks no process of the group. */
  killGroup(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.child.pid!, signal);
    } catch {
      // All have ended.
    }
  }
}

/** A command in JavaScript under `run`, which prints its process id first. */
function running(script: string, options: readonly string[] = []): Started {
  const code = `console.log('I am ' + process.pid + '.'); ${script}`;
  const command = [process.execPath, '--input-type=module', '-e', code, 'agent', 'span-b'];
  return new Started(['run', ...options, '--', ...command]);
}

const STAYS = `console.log('up'); setInterval(() => {}, 1000);`;
const CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
const signals = Object.keys(CODES) as (keyof typeof CODES)[];

describe.skipIf(process.platform === 'win32')('run', () => {
  test.each(signals)('ends with its command on %s to the group, with a whole recording', async (signal) => {
    const recorded = join(folder, `${signal}.ndjson`);
    const run = running(`await import(${JSON.stringify(AGENT)}); ${STAYS}`, ['--record', recorded]);
    const [, pid] = await run.says(/I am (\d+)\.[^]*up/);
    run.killGroup(signal);
    expect(await run.ended).toEqual({ code: CODES[signal], signal: null });
    expect(isAlive(Number(pid))).toBe(false);
    expect(run.stdout).toContain('1) span-reuse error no-such-request');
    expect(run.stderr).toContain(`whyops-testkit: the command was ended by ${signal}`);
    const { events, exchanges } = readRecording(readFileSync(recorded, 'utf8'));
    expect([events.length, exchanges.length]).toEqual([2, 3]);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test.each(signals)('hands on %s that came to it alone', async (signal) => {
    const run = running(STAYS);
    const [, pid] = await run.says(/I am (\d+)\.[^]*up/);
    run.child.kill(signal);
    expect(await run.ended).toEqual({ code: CODES[signal], signal: null });
    expect(isAlive(Number(pid))).toBe(false);
  });

  test('is not green when its command takes the signal well: it may not have got to its mistakes', async () => {
    const correct = `process.argv[2] = 'span-a'; await import(${JSON.stringify(AGENT)});`;
    const run = running(`process.on('SIGTERM', () => process.exit(0)); ${correct} ${STAYS}`);
    await run.says(/up/);
    run.child.kill('SIGTERM');
    expect((await run.ended).code).toBe(143);
    expect(run.stdout).toContain('No findings: 1 trace, 2 events');
    expect(run.stderr).toBe('');
  });

  test('hands on every signal to a command that needs two', async () => {
    const run = running(`process.once('SIGTERM', () => console.log('again')); ${STAYS}`);
    await run.says(/up/);
    run.child.kill('SIGTERM');
    await run.says(/again/);
    run.child.kill('SIGTERM');
    expect((await run.ended).code).toBe(143);
  });

  test('waits no longer for requests that are open when the command has ended', async () => {
    const env = { NODE_OPTIONS: `--import=${new URL('never-settled.mjs', import.meta.url).href}` };
    const run = new Started(['run', '--', 'echo', 'bye'], env);
    await run.says(/bye[^]*settling/);
    run.child.kill('SIGINT');
    expect(await run.ended).toEqual({ code: 130, signal: null });
    expect(run.stdout).toContain('Nothing was checked');
    expect(run.stderr).toBe('');
  });
});

describe.skipIf(process.platform === 'win32')('serve', () => {
  test.each(signals)('reports on %s and leaves a recording', async (signal) => {
    const recorded = join(folder, `served-${signal}.ndjson`);
    const serve = new Started(['serve', '--record', recorded]);
    await serve.says(/Anthropic clients/);
    serve.killGroup(signal);
    expect(await serve.ended).toEqual({ code: 3, signal: null });
    expect(serve.stdout).toContain('Nothing was checked');
    expect(readRecording(readFileSync(recorded, 'utf8')).events).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
  });
});

/** Names of the open files of a process, where the system tells. */
function openFiles(pid: number): string[] | null {
  const links = `/proc/${pid}/fd`;
  if (!existsSync(links)) return null;
  return readdirSync(links).flatMap((name) => {
    try {
      return [readlinkSync(join(links, name))];
    } catch {
      return [];
    }
  });
}

describe.skipIf(process.platform === 'win32')('check', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'leaves nothing on disk on %s',
    { timeout: 60_000 },
    async (signal) => {
      const check = new Started(['check', '--jobs', '1', '-']);
      const lines = Buffer.from(
        Array.from({ length: 2000 }, (_, index) => ndjson(good(`${index} ${'t'.repeat(600)}`))).join(''),
      );
      // More than is kept in memory; the input stays open.
      const write = () => new Promise((resolve) => check.child.stdin!.write(lines, resolve));
      for (let written = 0; written < 48 * 2 ** 20; written += lines.length) await write();
      const pid = check.child.pid!;
      while (openFiles(pid)?.some((name) => name.includes('whyops-testkit-')) === false) await write();
      check.killGroup(signal);
      expect(await check.ended).toEqual({ code: null, signal });
      expect(readdirSync(temporary)).toEqual([]);
      expect(check.stdout + check.stderr).toBe('');
    },
  );
});
