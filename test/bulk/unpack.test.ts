import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unpack } from '../../src/bulk/unpack.ts';
import { isWhole, readableText, untilNow } from './readable-text.ts';

interface Unpacked {
  readonly text: string;
  readonly told: readonly { readonly line: number; readonly problem: string }[];
}

/** With and without a way to read the beginning once more; `sizes` are those of what is read and of what is unpacked. */
async function unpacked(
  packed: Buffer,
  canReadAgain: boolean,
  [read, piece]: readonly [number, number] = [2 ** 20, 64 * 1024],
): Promise<Unpacked> {
  async function* reading(end = packed.length): AsyncGenerator<Buffer> {
    for (let at = 0; at < end; at += read) yield packed.subarray(at, Math.min(end, at + read));
  }
  const texts: Buffer[] = [];
  const told: { line: number; problem: string }[] = [];
  const again = canReadAgain ? reading : null;
  for await (const text of unpack(reading(), again, (line, problem) => told.push({ line, problem }), piece))
    texts.push(text);
  return { text: Buffer.concat(texts).toString('latin1'), told };
}

const lineAtEnd = (text: string) => text.split('\n').length;

/** Lines of numbers that look random: they pack badly, and into several blocks. */
function linesOf(count: number, seed: number): string {
  let state = seed;
  const next = () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31);
  return Array.from({ length: count }, (_, index) => `${index} ${next()} ${next().toString(36)}\n`).join('');
}

const short = gzipSync(linesOf(60, 1));
const long = gzipSync(linesOf(3000, 2));
const plain = gzipSync(linesOf(200, 3), { level: 0 });
const wholes = [
  short,
  long,
  plain,
  gzipSync('a\n'.repeat(200_000)),
  Buffer.concat([short, gzipSync(linesOf(100, 4)), plain]),
];

const sizes = fc.constantFrom<[number, number]>(
  [1000, 300],
  [64, 2000],
  [5000, 512],
  [7, 7],
  [1 << 20, 1024],
);

test(
  'every byte of text before the damage is unpacked, wherever a byte is wrong',
  { timeout: 60_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...wholes),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        sizes,
        async (whole, place, flipped, canReadAgain, size) => {
          const packed = Buffer.from(whole);
          packed[place % packed.length]! ^= flipped;
          // Node reads no further than a zero where a member should begin.
          fc.pre(!(packed[place % packed.length] === 0 && whole[place % packed.length] === 0x1f));
          const { text, told } = await unpacked(packed, canReadAgain, size);
          const expected = readableText(packed).toString('latin1');
          expect(text === expected, `${text.length} of ${expected.length}`).toBe(true);
          expect(told.map(({ line }) => line)).toEqual(isWhole(packed) ? [] : [lineAtEnd(expected)]);
        },
      ),
      { numRuns: 300 },
    );
  },
);

test('every byte of text before the end is unpacked, wherever it was cut', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...wholes),
      fc.nat(),
      fc.boolean(),
      sizes,
      async (whole, place, canReadAgain, size) => {
        const packed = whole.subarray(0, 3 + (place % (whole.length - 3)));
        const { text, told } = await unpacked(packed, canReadAgain, size);
        const expected = readableText(packed).toString('latin1');
        expect(text === expected, `${text.length} of ${expected.length}`).toBe(true);
        expect(told).toEqual(
          isWhole(packed)
            ? []
            : [
                {
                  line: lineAtEnd(expected),
                  problem: expect.stringMatching(
                    /: (unexpected end of file|what stands behind .* is no gzip)$/,
                  ),
                },
              ],
        );
      },
    ),
    { numRuns: 200 },
  );
});

describe.each([true, false])('many pieces of the usual size; can be read again: %s', (again) => {
  const lines = linesOf(40_000, 5);
  const sound = gzipSync(lines);

  test('are unpacked', async () => {
    expect(sound.length).toBeGreaterThan(5 * 64 * 1024);
    const { text, told } = await unpacked(sound, again);
    expect(text === lines).toBe(true);
    expect(told).toEqual([]);
  });

  test('are unpacked before damage', async () => {
    const damaged = Buffer.concat([gzipSync(lines, untilNow), Buffer.from([7]), sound]);
    const { text, told } = await unpacked(damaged, again);
    expect(text === lines).toBe(true);
    expect(told).toEqual([
      { line: 40_001, problem: 'the rest of the file cannot be unpacked: invalid block type' },
    ]);
  });
});

test.each([1, 100, 5000])('members between which %s zeros stand are all unpacked', async (zeros) => {
  const padding = Buffer.alloc(zeros);
  const packed = Buffer.concat([gzipSync('a\n'), padding, gzipSync('b\n'), gzipSync('c\n'), padding]);
  for (const size of [1000, 1] as const)
    expect(await unpacked(packed, false, [size, size])).toEqual({ text: 'a\nb\nc\n', told: [] });
});

test.each([
  ['text', 'garbage'],
  ['a line break', '\n'],
  ['the beginning of a header', '\u001f'],
  ['zeros and text', '\0\0\0garbage'],
  ['zeros and a line break', '\0\0\0\n'],
])('what stands behind the end is named when it is %s', async (_name, garbage) => {
  const packed = Buffer.concat([gzipSync('a\nb\n'), Buffer.from(garbage, 'latin1')]);
  for (const size of [1000, 1] as const)
    expect(await unpacked(packed, false, [size, size])).toEqual({
      text: 'a\nb\n',
      told: [
        {
          line: 3,
          problem:
            'the rest of the file cannot be unpacked: what stands behind the end of the gzip data is no gzip',
        },
      ],
    });
});
