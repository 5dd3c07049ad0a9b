import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { progressLine } from '../../src/cli/progress.ts';
import { BIN, built } from '../build.ts';
import { good, ndjson } from './rows.ts';

const MIB = 2 ** 20;
const ERASED = '\r\u001b[2K';

/** A progress line on a stream that keeps what is written, at times that the test sets. */
function followed({ isTTY = true, columns = 80 } = {}) {
  const written: string[] = [];
  const clock = { ms: 5000 };
  const stream = { isTTY, columns, write: (text: string) => written.push(text) };
  return { line: progressLine(stream, () => clock.ms), written, clock };
}

describe('the progress line', () => {
  test('tells how far it is, after a while and then now and again', () => {
    const { line, written, clock } = followed();
    line.read(10 * MIB, 100 * MIB);
    clock.ms += 999;
    line.read(20 * MIB, 100 * MIB);
    expect(written).toEqual([]);
    clock.ms += 1001;
    line.read(50 * MIB, 100 * MIB);
    clock.ms += 199;
    line.read(60 * MIB, 100 * MIB);
    clock.ms += 1;
    line.checked(0.129);
    expect(written).toEqual([
      `${ERASED}read 50 MiB of 100 MiB (50 %), 25 MiB/s`,
      `${ERASED}checked 12 % of what was read`,
    ]);
  });

  test('knows no share where the end is not known', () => {
    const { line, written, clock } = followed();
    clock.ms += 2000;
    line.read(50 * MIB, null);
    expect(written).toEqual([`${ERASED}read 50 MiB, 25 MiB/s`]);
  });

  test('is erased at the end, once', () => {
    const { line, written, clock } = followed();
    clock.ms += 2000;
    line.read(1, null);
    line.clear();
    line.clear();
    expect(written.slice(1)).toEqual([ERASED]);
  });

  test('writes nothing when the work was short', () => {
    const { line, written } = followed();
    line.read(1, null);
    line.clear();
    expect(written).toEqual([]);
  });

  test('stays in one line of a narrow terminal', () => {
    const { line, written, clock } = followed({ columns: 20 });
    clock.ms += 2000;
    line.read(50 * MIB, 100 * MIB);
    expect(written).toEqual([`${ERASED}read 50 MiB of 100…`]);
  });

  test('writes nothing where there is no terminal', () => {
    const { line, written, clock } = followed({ isTTY: false });
    clock.ms += 60_000;
    line.read(50 * MIB, 100 * MIB);
    line.checked(0.5);
    line.clear();
    expect(written).toEqual([]);
  });
});

/** `script` of util-linux runs a command in a terminal of its own. */
const hasScript = (spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '').includes(
  'util-linux',
);

describe.skipIf(!hasScript)(
  `in a terminal (${hasScript ? 'of util-linux script' : 'script of util-linux is not on this machine'}), check`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'progress-test-'));
    afterAll(() => rmSync(folder, { recursive: true }));
    beforeAll(built, 120_000);

    test('shows how far it is while it reads, and the report alone in the end', async () => {
      const pipe = join(folder, 'pipe');
      execFileSync('mkfifo', [pipe]);
      const command = `'${process.execPath}' '${BIN}' check --rule span-reuse '${pipe}'`;
      const child = spawn('script', ['-qec', command, '/dev/null'], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, NO_COLOR: '1' },
      });
      let seen = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (seen += text));
      const closed = new Promise((resolve) => child.on('close', resolve));
      const input = createWriteStream(pipe);
      let traces = 0;
      // The input comes as slowly as it takes for the line to show.
      const feeding = setInterval(() => {
        if (seen.includes('read ')) input.end();
        else input.write(ndjson(good(`t${(traces += 1)}`)));
      }, 20);
      expect(await closed).toBe(0);
      clearInterval(feeding);
      const pieces = seen.split(ERASED);
      expect(pieces[0]).toBe('');
      for (const shown of pieces.slice(1, -1))
        expect(shown).toMatch(/^(read \d+ MiB, \d+ MiB\/s|checked \d+ %.*)$/);
      expect(pieces.at(-1)).toBe(`No findings: ${traces} traces, ${2 * traces} events, 1 rule checked.\r\n`);
    });
  },
);
