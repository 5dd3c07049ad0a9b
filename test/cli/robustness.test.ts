import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { checkInputs } from '../../src/bulk/check-inputs.ts';
import type { Outcome } from '../../src/bulk/outcome.ts';
import { InputError } from '../../src/bulk/input-error.ts';
import { writeRecording } from '../../src/recording/ndjson.ts';
import { isWhole, readableText } from '../bulk/readable-text.ts';
import { brokenSpan } from '../report/samples.ts';
import { csv, good, ndjson } from './rows.ts';

const folder = mkdtempSync(join(tmpdir(), 'robustness-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function check(content: string | Buffer): Promise<Outcome> {
  const path = join(folder, 'input');
  writeFileSync(path, content);
  return (await checkInputs([path], { jobs: 1 })).finish();
}

const lines = (count: number) =>
  Array.from({ length: count }, (_, index) => ndjson(good(`t${index}`))).join('');

/** One line that is no event, whatever the reason. */
const damage = fc.oneof(
  fc.constantFrom(
    Buffer.from('{"traceId":"t","eventType":'),
    Buffer.from('{"traceId":"t'),
    Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]),
    Buffer.from(`${'['.repeat(100_000)}`),
    Buffer.from(
      `{"traceId":"t","eventType":"error","metadata":null,"content":${'['.repeat(5000)}${']'.repeat(5000)}}`,
    ),
    Buffer.from('{"__proto__":{"traceId":"t"}}'),
    Buffer.from('null'),
    Buffer.from('{"traceId":1e999}'),
    Buffer.from('{"traceId":"t","eventType":"error","content":1,"metadata":[]}'),
    Buffer.from('{"event":{}}'),
    Buffer.from('{"recording":"other"}'),
  ),
  fc
    .uint8Array({ minLength: 1, maxLength: 40 })
    .map((bytes) =>
      Buffer.from(bytes.map((byte) => (byte <= 0x20 ? 0x21 : byte === 0x7b || byte === 0x5b ? 0x21 : byte))),
    ),
);

describe('damaged input', () => {
  test('is named by its line, and everything else is checked', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 4 }), fc.nat(8), async (broken, after) => {
        const sound = lines(5)
          .trimEnd()
          .split('\n')
          .map((line) => Buffer.from(line));
        const at = 1 + Math.min(after, sound.length - 1);
        const all = [...sound.slice(0, at), ...broken, ...sound.slice(at)];
        const { report, unreadable } = await check(
          Buffer.concat(all.flatMap((line) => [line, Buffer.from('\n')])),
        );
        expect(unreadable.first.map(({ line }) => line)).toEqual(broken.map((_, index) => at + index + 1));
        expect(report.events).toBe(10);
      }),
      { numRuns: 60 },
    );
  });

  test('never makes it crash, cut or flipped anywhere', async () => {
    const whole = Buffer.from(lines(3));
    await fc.assert(
      fc.asyncProperty(
        fc.nat(whole.length),
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 5 }),
        async (cut, flips) => {
          const bytes = Buffer.from(whole);
          for (const [at, byte] of flips) bytes[at] = byte;
          try {
            const { report, unreadable } = await check(bytes.subarray(0, cut));
            expect(report.events).toBeLessThanOrEqual(6);
            for (const { line } of unreadable.first) expect(line).toBeGreaterThanOrEqual(1);
          } catch (error) {
            if (!(error instanceof InputError)) throw error;
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  const rows = ['a', 'b', 'c'].flatMap((traceId) => good(traceId));
  const reply = { events: rows, pagination: { total: rows.length, limit: 100, offset: 0, hasMore: false } };
  const forms: [string, Buffer][] = [
    ['NDJSON', Buffer.from(ndjson(rows))],
    ['an array', Buffer.from(JSON.stringify(rows))],
    ['an array over many lines', Buffer.from(JSON.stringify(rows, null, 2))],
    ['a reply', Buffer.from(JSON.stringify(reply))],
    ['a reply over many lines', Buffer.from(JSON.stringify(reply, null, 2))],
    ['values one after the other', Buffer.from(rows.map((one) => JSON.stringify(one, null, 1)).join('\n'))],
    ['CSV', Buffer.from(csv(rows))],
    ['gzip', gzipSync(ndjson(rows))],
    ['a recording', Buffer.from(writeRecording(brokenSpan))],
  ];

  /** What was read, or that it was refused as a whole. Anything else is a crash. */
  async function told(bytes: Buffer): Promise<{ events: number; repeated: number; named: number }> {
    try {
      const { report, repeated, unreadable } = await check(bytes);
      const last = bytes.toString('latin1').split('\n').length;
      for (const { line } of unreadable.first) expect(line).toBeGreaterThanOrEqual(1);
      if (bytes[0] !== 0x1f) for (const { line } of unreadable.first) expect(line).toBeLessThanOrEqual(last);
      return { events: report.events, repeated, named: unreadable.count };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return { events: 0, repeated: 0, named: 1 };
    }
  }

  test.each(forms)(
    'loses nothing without a word: %s with other bytes',
    { timeout: 60_000 },
    async (_name, whole) => {
      const { events } = await told(whole);
      expect(events).toBeGreaterThan(0);
      const flip = fc.tuple(
        fc.nat(whole.length - 1),
        fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('"{}[],:\\\n\r 0'))),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(flip, { minLength: 1, maxLength: 3 }), async (flips) => {
          const bytes = Buffer.from(whole);
          for (const [at, byte] of flips) bytes[at] = byte;
          const after = await told(bytes);
          expect(after.events).toBeLessThanOrEqual(events);
          if (after.events + after.repeated < events) expect(after.named).toBeGreaterThan(0);
        }),
        { numRuns: 150 },
      );
    },
  );

  test.each(forms.filter(([name]) => /array|reply|gzip/.test(name)))(
    'is noticed wherever it was cut: %s',
    { timeout: 60_000 },
    async (_name, whole) => {
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: whole.length - 1 }), async (end) => {
          expect((await told(whole.subarray(0, end))).named).toBeGreaterThan(0);
        }),
        { numRuns: 100 },
      );
    },
  );

  const packed = gzipSync(lines(2000));
  /** Behind the first events, by which the form is told. */
  const FIRST = 5000;

  test('in gzip costs no event that stands before it', { timeout: 180_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: FIRST, max: packed.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, flipped) => {
          const bytes = Buffer.from(packed);
          bytes[at]! ^= flipped;
          const { events, named } = await told(bytes);
          const before = await told(readableText(bytes));
          expect({ events, named }).toEqual({
            events: before.events,
            named: before.named + (isWhole(bytes) ? 0 : 1),
          });
        },
      ),
      { numRuns: 15 },
    );
  });

  test('of 100 MB in one line is read', async () => {
    const [request, response] = good('long');
    const long = { ...response!, content: { toolResults: { text: 'x'.repeat(100 * 2 ** 20) } } };
    const { report, unreadable } = await check(ndjson([request, long]));
    expect([report.events, unreadable.count]).toEqual([2, 0]);
  }, 60_000);

  test('with own members called __proto__ changes nothing elsewhere', async () => {
    const [request] = good('p');
    const text = JSON.stringify(request).replace('"metadata":{', '"metadata":{"__proto__":{"polluted":1},');
    await check(`${text}\n`);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
