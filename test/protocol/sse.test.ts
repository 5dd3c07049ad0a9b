import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BlockSplitter, dataOf, formatEvent } from '../../src/protocol/sse.ts';

function split(chunks: readonly string[]): string[] {
  const splitter = new BlockSplitter();
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
}

/** `text` cut at the given places. */
function cutAt(text: string, places: readonly number[]): string[] {
  const borders = [...new Set([0, ...places.map((place) => place % (text.length + 1)), text.length])].sort(
    (a, b) => a - b,
  );
  return borders.slice(1).map((border, index) => text.slice(borders[index], border));
}

test('the same events come out wherever the chunks end', () => {
  const data = fc.string().map((text) => JSON.stringify(text));
  fc.assert(
    fc.property(fc.array(data, { minLength: 1 }), fc.array(fc.nat()), (sent, places) => {
      const stream = sent.map((text) => formatEvent(text)).join('');
      expect(split(cutAt(stream, places)).map(dataOf)).toEqual(sent);
    }),
  );
});

test('an event that is not ended by a blank line still counts', () => {
  expect(split(['data: 1\n\ndata: 2'])).toEqual(['data: 1', 'data: 2']);
});

test('a CRLF stream is one block', () => {
  expect(split(['data: 1\r\n\r\n', 'data: 2\r\n\r\n'])).toEqual(['data: 1\r\n\r\ndata: 2\r\n\r\n']);
});

test.each([
  ['data: a', 'a'],
  ['data:a', 'a'],
  ['event: x\nid: 1\ndata: a', 'a'],
  ['data: a\ndata: b', 'a\nb'],
  ['data:', ''],
  [': comment', null],
  ['event: ping', null],
])('the data of %j is %j', (block, data) => {
  expect(dataOf(block)).toBe(data);
});
