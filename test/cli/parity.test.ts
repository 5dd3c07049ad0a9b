import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { checkInputs } from '../../src/bulk/check-inputs.ts';
import { recordingOf } from '../../src/property/action.ts';
import { mutations } from '../../src/property/mutations/index.ts';
import { workflow } from '../../src/property/workflow.ts';
import { writeRecording } from '../../src/recording/ndjson.ts';
import type { Recording } from '../../src/recording/recording.ts';
import { check } from '../../src/rules/check.ts';

const folder = mkdtempSync(join(tmpdir(), 'parity-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const workflows = fc.sample(workflow(), { numRuns: 200, seed: 17 });

async function fromFile(recording: Recording) {
  const file = join(folder, 'recording.ndjson');
  writeFileSync(file, writeRecording(recording));
  return (await checkInputs([file], { jobs: 1 })).finish().report;
}

const sorted = (lists: readonly { readonly message: string }[]) => lists.map(({ message }) => message).sort();

/** Files are checked trace by trace and joined from leftovers; what a test sees must be what `check FILE` says. */
describe('a recording read from a file', () => {
  test.each(mutations.map((mutation) => [mutation.name, mutation] as const))(
    'has the findings that it has in memory: %s',
    async (_name, mutation) => {
      const broken = workflows
        .map((one) => mutation.apply(one))
        .filter((one) => one !== null)
        .slice(0, 3);
      expect(broken).not.toEqual([]);
      for (const one of broken) {
        const recording = recordingOf(one);
        const live = check(recording);
        const read = await fromFile(recording);
        expect(sorted(read.findings)).toEqual(sorted(live.findings));
        expect({ ...read, findings: [] }).toMatchObject({ traces: live.traces, events: live.events });
      }
    },
  );
});
