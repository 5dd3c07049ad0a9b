import { execFile, execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BIN, built } from '../build.ts';
import { bad, good, ndjson, row, tableRow } from './rows.ts';
import { whyopsTestkit } from './spawn.ts';

const folder = mkdtempSync(join(tmpdir(), 'recipes-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(async () => {
  await built();
  // The recipes call the command by its name.
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin/whyops-testkit'), `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`);
  chmodSync(join(folder, 'bin/whyops-testkit'), 0o755);
}, 120_000);

const PATH = `${join(folder, 'bin')}${delimiter}${process.env['PATH']}`;
const isInstalled = (program: string) =>
  (process.env['PATH'] ?? '').split(delimiter).some((one) => existsSync(join(one, program)));

/** The code block of the recipes that contains a text, as it is printed there. */
function recipe(text: string): string {
  const blocks = readFileSync('docs/recipes.md', 'utf8').matchAll(/```sh\n(.*?)```/gs);
  const found = [...blocks].map(([, code]) => code!).find((code) => code.includes(text));
  if (found === undefined) throw new Error(`docs/recipes.md has no block with ${text}.`);
  return found;
}

async function shell(script: string, env: Record<string, string> = {}) {
  const run = promisify(execFile)('bash', ['-c', script], {
    cwd: folder,
    env: { ...process.env, PATH, ...env },
  });
  return run.then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
  );
}

const traces = Array.from({ length: 40 }, (_, index) => (index % 9 === 4 ? bad : good)(`t${index}`));
const table = traces.flat();

describe('several processes', { timeout: 120_000 }, () => {
  beforeAll(() => writeFileSync(join(folder, 'export.ndjson'), ndjson(table)));

  const programs = ['xargs', 'parallel'].map((program) => [program, isInstalled(program)] as const);

  for (const [program, installed] of programs)
    test.skipIf(!installed)(`share the work by the printed command with ${program}`, async () => {
      const whole = await whyopsTestkit(['check', 'export.ndjson'], { cwd: folder });
      const merged = await shell(recipe(`| ${program}`));
      expect(merged).toEqual({ code: 1, stdout: whole.stdout });
      for (const name of readdirSync(folder)) if (name.startsWith('part-')) rmSync(join(folder, name));
    });
});

/** As PostgreSQL stores them; with what CSV and JSON have to quote. */
const difficult = row('difficult "one"', 1, {
  content: {
    text: 'line\nbreak, "quotes", back\\slash, \t, ünïcödé 😀, \u2028',
    empty: '',
    none: null,
    list: [],
  },
});

const BINARIES = ['/usr/lib/postgresql', '/usr/local/pgsql'].flatMap((root) =>
  existsSync(root)
    ? [join(root, 'bin'), ...readdirSync(root).map((version) => join(root, version, 'bin'))]
    : [],
);
const postgres = BINARIES.find((one) => existsSync(join(one, 'initdb')));
const isRoot = process.getuid?.() === 0;

describe.skipIf(postgres === undefined || !isInstalled('psql') || (isRoot && !isInstalled('runuser')))(
  `PostgreSQL (${postgres ?? 'there is none on this machine'})`,
  { timeout: 120_000 },
  () => {
    const data = mkdtempSync(join(tmpdir(), 'recipes-postgres-'));
    const url = `postgresql:///postgres?host=${encodeURIComponent(data)}&user=tester`;
    // The server refuses to run as root.
    const asOther = (program: string, args: string[]): [string, string[]] =>
      isRoot ? ['runuser', ['-u', 'nobody', '--', program, ...args]] : [program, args];
    beforeAll(async () => {
      if (isRoot) execFileSync('chown', ['nobody', data]);
      const options = [
        '-D',
        join(data, 'db'),
        '-U',
        'tester',
        '-A',
        'trust',
        '-N',
        '-E',
        'UTF8',
        '--locale=C',
      ];
      execFileSync(...asOther(join(postgres!, 'initdb'), options), { cwd: data, stdio: 'ignore' });
      const start = ['-D', join(data, 'db'), '-s', '-w', '-l', join(data, 'log')];
      const settings = `-k ${data} -c listen_addresses= -c fsync=off`;
      execFileSync(...asOther(join(postgres!, 'pg_ctl'), [...start, '-o', settings, 'start']), {
        cwd: data,
        stdio: 'ignore',
      });
      const columns =
        'id uuid, trace_id text, span_id text, step_id int, parent_step_id int, event_type text, entity_id uuid, ' +
        'external_user_id text, "timestamp" timestamptz, content jsonb, metadata jsonb, created_at timestamptz';
      const rows = JSON.stringify([...table, difficult].map(tableRow)).replaceAll("'", "''");
      const sql = `CREATE TABLE trace_events (${columns});
        INSERT INTO trace_events SELECT * FROM json_populate_recordset(NULL::trace_events, '${rows}');`;
      execFileSync('psql', [url, '-q', '-v', 'ON_ERROR_STOP=1'], { input: sql });
    }, 60_000);
    afterAll(() => {
      const stop = ['-D', join(data, 'db'), 'stop', '-m', 'immediate', '-s', '-w'];
      execFileSync(...asOther(join(postgres!, 'pg_ctl'), stop), { cwd: data });
      rmSync(data, { recursive: true, force: true });
    });

    test.each([
      ['CSV', 'FORMAT csv, HEADER'],
      ['JSON', 'row_to_json'],
    ])('gives %s by the printed command, and every event is checked', async (_form, text) => {
      const command = recipe(text).trimEnd();
      const { code, stdout } = await shell(`${command} --rule span-reuse --format json`, {
        DATABASE_URL: url,
      });
      expect(code).toBe(1);
      const { findings, traces: seen, events, unreadable } = JSON.parse(stdout);
      expect({ seen, events, unreadable }).toEqual({ seen: 41, events: 81, unreadable: undefined });
      expect(findings.map(({ traceId }: { traceId: string }) => traceId).sort()).toEqual([
        't13',
        't22',
        't31',
        't4',
      ]);
      const report = await shell(`${command} --format html`, { DATABASE_URL: url });
      expect(report.stdout).toContain('difficult &quot;one&quot;');
    });
  },
);
