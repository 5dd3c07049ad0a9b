import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { checkInputs } from '../../src/bulk/check-inputs.ts';

const folder = mkdtempSync(join(tmpdir(), 'csv-lines-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const HEADER = 'trace_id,event_type,external_user_id,content,metadata,timestamp';
const row = (user: string, content: string) =>
  `t,error,"${user}","${content}","{""agentName"":""a""}",2026-01-01T00:00:00Z`;

const user = fc
  .array(fc.constantFrom('u', '\n', '\r\n', '\r', '""', ','), { maxLength: 6 })
  .map((it) => it.join(''));
const breaks = (text: string) => text.split('\n').length - 1;

/** A piece of CSV, and on which of its lines, from 0, it is faulty. */
const piece = fc.oneof(
  user.map((name) => ({ text: row(name, '""down""'), faultyAt: null, events: 1 })),
  fc.constant({ text: '', faultyAt: null, events: 0 }),
  user.map((name) => ({ text: row(name, 'no JSON'), faultyAt: 0, events: 0 })),
  user.map((name) => ({ text: `t,error,"${name}"`, faultyAt: breaks(name), events: 0 })),
);

/** What stands behind a stray quote is anybody's guess, so it comes last. */
const last = fc.oneof(
  fc.constant({ text: row('', '""down""').replace('t', '"t"t'), faultyAt: 0, events: 0 }),
  user.map((name) => ({ text: `t,error,"${name}","x"y,{},`, faultyAt: breaks(name), events: 0 })),
);

test('CSV: each faulty row is named by its line, whatever line breaks stand around and in the rows before', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { maxLength: 12 }),
      fc.option(last),
      fc.constantFrom('\n', '\r\n'),
      async (sound, ending, end) => {
        const pieces = ending ? [...sound, ending] : sound;
        const faulty: number[] = [];
        let line = 2;
        for (const { text, faultyAt } of pieces) {
          if (faultyAt !== null) faulty.push(line + faultyAt);
          line += 1 + breaks(text);
        }
        const path = join(folder, 'input.csv');
        writeFileSync(path, [HEADER, ...pieces.map(({ text }) => text)].map((text) => text + end).join(''));
        const { report, unreadable } = await (await checkInputs([path], { jobs: 1 })).finish();
        expect(unreadable.first.map((each) => each.line)).toEqual(faulty);
        // The parser counts lines in its own way.
        for (const { problem } of unreadable.first) expect(problem).not.toMatch(/line \d/);
        expect(report.events).toBe(pieces.reduce((sum, { events }) => sum + events, 0));
      },
    ),
    { numRuns: 400 },
  );
});
