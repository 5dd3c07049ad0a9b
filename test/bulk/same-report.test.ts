import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { checkInputs, CheckInputsOptions } from '../../src/bulk/check-inputs.ts';
import { recordingOf } from '../../src/property/action.ts';
import { mutations } from '../../src/property/mutations/index.ts';
import { workflow } from '../../src/property/workflow.ts';
import type { RecordedEvent } from '../../src/recording/event.ts';
import { readRow } from '../../src/recording/read/row.ts';
import { Recording } from '../../src/recording/recording.ts';
import { STORED_ROWS_ONLY } from '../../src/recording/trace.ts';
import { check } from '../../src/rules/check.ts';
import { built } from '../build.ts';
import { row } from '../cli/rows.ts';

const folder = mkdtempSync(join(tmpdir(), 'same-report-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

// As built: threads load no sources.
let checkFiles: typeof checkInputs;
beforeAll(async () => {
  await built();
  const path = new URL('../../dist/bulk/check-inputs.js', import.meta.url).href;
  ({ checkInputs: checkFiles } = (await import(path)) as { checkInputs: typeof checkInputs });
}, 120_000);

type ExportedRow = Readonly<Record<string, unknown>> & { readonly traceId: string };

/** The stored events of a recording as the read API exports them. */
function rowsOf({ events }: Recording, world: number): ExportedRow[] {
  return events
    .filter(({ outcome }) => outcome.status === 'stored')
    .map((event, index) => ({
      id: `${world}-${event.id}`,
      traceId: `${world}-${event.traceId}`,
      spanId: event.representation === 'proxied' ? `span_${'x'.repeat(16)}` : event.spanId,
      stepId: event.stepId,
      parentStepId: event.parentStepId,
      eventType: event.eventType,
      timestamp: event.timestamp,
      createdAt: new Date(Date.UTC(2026, 0, 1) + world * 100_000 + index).toISOString(),
      content: event.content ?? null,
      metadata: { ...event.metadata, idempotencyKey: event.sent?.idempotencyKey ?? `hash_${index}` },
    }));
}

/** What the rules say of the same rows when all are held in memory. */
function inMemory(rows: readonly ExportedRow[]) {
  const events = rows.map((exported): RecordedEvent => {
    const { event, storedAt } = readRow(exported, 'rows', 1);
    return { ...event, seq: storedAt * 1000 };
  });
  return check(new Recording({ events, evidence: STORED_ROWS_ONLY }));
}

async function fromFile(rows: readonly ExportedRow[], options: CheckInputsOptions) {
  const file = join(folder, 'rows.ndjson');
  writeFileSync(file, rows.map((exported) => `${JSON.stringify(exported)}\n`).join(''));
  const outcome = (await checkFiles([file], options)).finish();
  expect(outcome.unreadable.first).toEqual([]);
  return outcome.report;
}

const messages = (findings: readonly { readonly message: string }[]) =>
  findings.map(({ message }) => message).sort();

function grouped(rows: readonly ExportedRow[]): ExportedRow[] {
  const byTrace = new Map<string, ExportedRow[]>();
  for (const exported of rows) {
    const others = byTrace.get(exported.traceId);
    if (others) others.push(exported);
    else byTrace.set(exported.traceId, [exported]);
  }
  return [...byTrace.values()].flat();
}

const ways: [string, CheckInputsOptions][] = [
  ['in one thread', { jobs: 1 }],
  ['in one thread, grouped', { jobs: 1, grouped: true }],
  ['in two threads', { jobs: 2 }],
  ['in two threads, grouped', { jobs: 2, grouped: true }],
];

describe('exported rows have the findings in a file that they have in memory', () => {
  const workflows = fc.sample(workflow(), { numRuns: 40, seed: 23 });
  const broken = mutations.flatMap((mutation) =>
    workflows
      .map((one) => mutation.apply(one))
      .filter((one) => one !== null)
      .slice(0, 3),
  );
  const rows = grouped([...workflows, ...broken].flatMap((one, world) => rowsOf(recordingOf(one), world)));

  test.each(ways)('%s', async (_name, options) => {
    const expected = inMemory(rows);
    expect(expected.findings.length).toBeGreaterThan(50);
    const found = await fromFile(rows, options);
    expect(messages(found.findings)).toEqual(messages(expected.findings));
    for (const { rule, applied } of expected.checked)
      expect(found.checked.find((checked) => checked.rule === rule)?.applied, rule).toBe(applied);
  });
});

describe('what two traces far apart show together is found', () => {
  const asked = (traceId: string, id: string) =>
    row(traceId, 1, {
      eventType: 'llm_response',
      content: { content: null, toolCalls: [{ id, function: { name: 'search', arguments: '{}' } }] },
      metadata: { model: 'm', provider: 'p', idempotencyKey: 'hash_1' },
    });
  const answered = (traceId: string, id: string) =>
    row(traceId, 1, {
      eventType: 'tool_result',
      content: [{ role: 'tool', tool_call_id: id, content: 'found' }],
    });
  const keyed = (traceId: string, idempotencyKey: string) =>
    row(traceId, 1, { content: 'the same', metadata: { idempotencyKey } });
  // Enough that leave something to join for the first ones to be on disk when the last ones come.
  const between = Array.from({ length: 4000 }, (_, index) =>
    index % 2 === 0 ? asked(`between ${index}`, `id ${index}`) : keyed(`between ${index}`, `key ${index}`),
  );
  const rows = [
    asked('first', 'broken loop'),
    keyed('second', '0b0e1c52-6d0a-4f3e-9a51-7c2f6a1d8e90'),
    ...between,
    keyed('last but one', '0b0e1c52-6d0a-4f3e-9a51-7c2f6a1d8e90'),
    answered('last', 'broken loop'),
  ] as unknown as ExportedRow[];

  test.each(ways)('%s', async (_name, options) => {
    const { findings } = await fromFile(rows, { ...options, rules: ['stable-trace-id'] });
    expect(findings.map(({ kind, traceId }) => [kind, traceId])).toEqual([
      ['tool-loop-in-two-traces', 'last'],
      ['key-in-two-traces', 'last but one'],
    ]);
  });
});
