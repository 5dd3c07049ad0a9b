import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';

interface Assertion {
  readonly title: string;
  readonly status: string;
  readonly failureMessages: readonly string[];
}

let results: Map<string, Assertion>;

// The fixture's checks run after the test body, so only a run of its own can show that they fail a test.
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'whyops-testkit-'));
  const report = join(folder, 'report.json');
  const vitest = join(import.meta.dirname, '../../node_modules/vitest/vitest.mjs');
  const config = join(import.meta.dirname, 'failing/vitest.config.ts');
  await new Promise<void>((resolve) => {
    const args = [vitest, 'run', '--config', config, '--reporter=json', `--outputFile=${report}`];
    execFile(process.execPath, args, () => resolve());
  });
  const { testResults } = JSON.parse(await readFile(report, 'utf8')) as {
    testResults: { assertionResults: Assertion[] }[];
  };
  results = new Map(
    testResults.flatMap(({ assertionResults }) => assertionResults).map((one) => [one.title, one]),
  );
  await rm(folder, { recursive: true });
}, 60_000);

test.each([
  [
    'sends nothing',
    ['Nothing was traced: no event and no model call (no request arrived).', 'whyops.expectNothing()'],
  ],
  ['sends something although it said it would not', ['expectNothing() was called, but something was sent']],
  [
    'asks for an unknown route',
    [
      'No route answers POST http://127.0.0.1:',
      '/chat/completions (x1).',
      'The nearest is POST /v1/chat/completions.',
    ],
  ],
  ['leaves a scripted reply over', ['1 scripted reply left over: the model was asked 0 times.']],
  ['leaves a fault over', ['The fault {"kind":"drop"} for "ingest" was never met']],
  ['has a finding that nobody asserted', ['span-reuse', 'never-opened', 'Fix:']],
])('a test that %s fails and says why', (title, texts) => {
  const result = results.get(title);
  expect(result?.status).toBe('failed');
  const message = result?.failureMessages.join('\n') ?? '';
  for (const text of texts) expect(message).toContain(text);
});

test('a test that fails by itself is not given a second reason', () => {
  const result = results.get('fails by itself');
  expect(result?.status).toBe('failed');
  expect(result?.failureMessages).toHaveLength(1);
  expect(result?.failureMessages[0]).toContain('the real reason');
});
