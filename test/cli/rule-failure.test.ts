import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { built } from '../build.ts';
import { bad, good, ndjson, row } from './rows.ts';
import { whyopsTestkit } from './spawn.ts';

const folder = mkdtempSync(join(tmpdir(), 'rule-failure-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(built, 120_000);

const NODE_OPTIONS = `--import=${new URL('broken-rules.mjs', import.meta.url).href}`;
const file = join(folder, 'traces.ndjson');
const steps = [row('odd', 2, {}), row('odd', 1, { createdAt: '2027-01-01T00:00:00Z' })];
writeFileSync(file, ndjson([...good('fine'), ...good('odd'), ...steps, ...bad('bad')]));
const ODD = `${file}:3: the rule span-reuse failed on the trace "odd": TypeError: that was not foreseen; this is a bug in whyops-testkit`;

describe('a rule that fails on a trace', () => {
  test.each([
    ['in this thread', ['--jobs', '1']],
    ['in other threads', ['--jobs', '2']],
    ['in grouped input', ['--grouped']],
  ])('is named with trace, file and line; other rules and traces are checked: %s', async (_name, args) => {
    const json = await whyopsTestkit(['check', '--format', 'json', ...args, file], { env: { NODE_OPTIONS } });
    const whole = await whyopsTestkit(['check', '--format', 'json', ...args, file]);
    const { findings, checked, unreadable } = JSON.parse(json.stdout);
    expect(unreadable).toEqual({
      count: 1,
      first: [{ file, line: 3, problem: ODD.slice(`${file}:3: `.length) }],
    });
    const expected = JSON.parse(whole.stdout);
    expect(findings).toEqual(
      expected.findings.filter(
        ({ rule, traceId }: Record<string, string>) => rule !== 'span-reuse' || traceId !== 'odd',
      ),
    );
    expect(findings.map(({ rule, traceId }: Record<string, string>) => `${traceId} ${rule}`)).toContain(
      'bad span-reuse',
    );
    const appliedTo = (list: { rule: string; applied: number }[]) =>
      list.find(({ rule }) => rule === 'span-reuse')!.applied;
    expect(appliedTo(checked)).toBe(appliedTo(expected.checked) - 1);
    expect(json).toMatchObject({ code: 2, stderr: '' });
  });

  test('is told in the text', async () => {
    const { code, stdout } = await whyopsTestkit(['check', file], { env: { NODE_OPTIONS } });
    expect(code).toBe(2);
    expect(stdout.replaceAll(/\n\s*/g, ' ')).toContain(`Not everything was checked, for 1 reason: ${ODD}`);
  });

  test('goes with the part to the merged report', async () => {
    const part = await whyopsTestkit(['check', '--partial', file], { env: { NODE_OPTIONS } });
    expect(part.code).toBe(2);
    const merged = await whyopsTestkit(['report', 'merge', '-'], { input: part.stdout });
    expect(merged.code).toBe(2);
    expect(merged.stdout.replaceAll(/\n\s*/g, ' ')).toContain(ODD);
  });

  test('across traces leaves all other findings', async () => {
    const env = { NODE_OPTIONS, BROKEN_JOIN: '1' };
    const { code, stdout } = await whyopsTestkit(['check', '--format', 'json', file], { env });
    expect(code).toBe(2);
    const { findings, unreadable } = JSON.parse(stdout);
    expect(unreadable.count).toBe(2);
    expect(unreadable.first.map(({ problem }: { problem: string }) => problem)).toContain(
      'the rule stable-trace-id failed beyond single traces: RangeError: nor that; this is a bug in whyops-testkit',
    );
    expect(findings).not.toEqual([]);
  });

  test('leaves the report of run', async () => {
    const agent = fileURLToPath(new URL('agent.mjs', import.meta.url));
    const args = ['run', '--', process.execPath, agent, 'span-b', '0', 'odd'];
    const { code, stdout } = await whyopsTestkit(args, { env: { NODE_OPTIONS } });
    expect(code).toBe(2);
    expect(stdout.replaceAll(/\n\s*/g, ' ')).toContain(
      'recording:1: the rule span-reuse failed on the trace "odd": TypeError',
    );
    expect(stdout).toContain('1 trace, 2 events');
  });
});
