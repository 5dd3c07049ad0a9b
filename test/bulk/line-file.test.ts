import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { forEachRecord } from '../../src/bulk/block.ts';
import { giveBack } from '../../src/bulk/buffers.ts';
import { readLineFile } from '../../src/bulk/line-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'line-file-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

function linesOf(content: string): [number, string][] {
  const path = join(folder, 'lines');
  writeFileSync(path, content);
  const whole = Buffer.from(content);
  const descriptor = openSync(path, 'r');
  const lines: [number, string][] = [];
  const events = { unreadable: () => undefined, progress: () => undefined };
  for (const block of readLineFile(descriptor, 0, events)) {
    expect(whole.subarray(block.offset!, block.offset! + block.bytes.length).equals(block.bytes)).toBe(true);
    forEachRecord(block, (bytes, start, end, line) => lines.push([line, bytes.toString('utf8', start, end)]));
    // Whoever is done with a block gives its memory back, and the next one may come in it.
    giveBack(block.bytes.buffer);
  }
  closeSync(descriptor);
  return lines;
}

/** Lines from empty to longer than two blocks. */
const line = fc
  .tuple(fc.constantFrom(0, 1, 3, 1000, 100_000, 262_143, 262_144, 700_000), fc.constantFrom('a', 'é', '{'))
  .map(([length, character]) => character.repeat(length));

test('every line of a file is read once, with its number', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), fc.boolean(), fc.boolean(), (lines, ended, marked) => {
      const text = lines.join('\n') + (ended ? '\n' : '');
      const expected = lines
        .map((content, index): [number, string] => [index + 1, content])
        .filter(([, content]) => content !== '');
      expect(linesOf(marked ? `\ufeff${text}` : text)).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});
