import { describe, expect, test } from 'vitest';
import { trace } from '../../src/recording/trace-builder.ts';
import { line } from '../../src/rules/seen.ts';
import { clip, quote, wrap } from '../../src/rules/text.ts';
import { messages } from './messages.ts';

const UUID = '0190f3a2-7c1e-7b6a-9d5f-3f2a1b0c9d8e';

test('ids that people search for stay whole', () => {
  expect(messages(trace('t1').request('charge_card', UUID), 'span-reuse')).toEqual([
    `span-reuse/unanswered W t1 [e1]
  e1   tool_call_request   tool=charge_card
                           span=${UUID}
No tool_call_response answers e1: the tool never ends.
Fix: call toolCallResponse("charge_card",
     "${UUID}", …) on every path, with an error
     result when the tool throws.
Docs: docs/rules/span-reuse.md`,
  ]);
  expect(quote(`span_${UUID}`)).toBe(`"span_${UUID}"`);
});

describe('a line', () => {
  const of = (details: Record<string, string | number | null>, id = 'e1', what = 'error') =>
    line({ id, what, with: details });

  test.each([
    [{}, '  e1   error'],
    [{ step: 0, span: null }, '  e1   error               step=0'],
    [{ text: 'two words' }, '  e1   error               text="two words"'],
    [
      { at: '2026-01-01T00:00:00Z', call: '@a/b+c-1' },
      '  e1   error               at=2026-01-01T00:00:00Z call=@a/b+c-1',
    ],
    [{ span: 's'.repeat(49) }, `  e1   error               span=${'s'.repeat(47)}…`],
    [
      { a: 'x'.repeat(25), b: 'y'.repeat(23) },
      `  e1   error               a=${'x'.repeat(25)} b=${'y'.repeat(23)}`,
    ],
    [
      { a: 'x'.repeat(25), b: 'y'.repeat(24) },
      `  e1   error               a=${'x'.repeat(25)}\n${' '.repeat(27)}b=${'y'.repeat(24)}`,
    ],
  ])('%j', (details, expected) => expect(of(details)).toBe(expected));

  test('of an exported event, whose id is a UUID, and of a long path', () => {
    expect(of({ tool: 'search', span: UUID }, UUID, 'tool_call_request')).toBe(
      `  ${UUID} tool_call_request   tool=search\n${' '.repeat(27)}span=${UUID}`,
    );
    expect(of({ status: 400 }, 'x12345', `POST /${'p'.repeat(50)}`)).toBe(
      `  x12345 POST /${'p'.repeat(37)}… status=400`,
    );
  });
});

test.each([
  ['abc', 3, 'abc'],
  ['abcd', 3, 'ab…'],
  ['a😀c', 3, 'a…'],
  ['a😀cd', 4, 'a😀…'],
])('clip(%j, %d)', (text, length, expected) => expect(clip(text, length)).toBe(expected));

test.each([
  ['a "b"\n', '"a \\"b\\"\\n"'],
  [7, '"7"'],
  [null, '"null"'],
])('quote(%j)', (value, expected) => expect(quote(value)).toBe(expected));

test.each([
  [`${'a'.repeat(40)} ${'b'.repeat(39)}`, '', `${'a'.repeat(40)} ${'b'.repeat(39)}`],
  [`${'a'.repeat(40)} ${'b'.repeat(40)}`, '', `${'a'.repeat(40)}\n${'b'.repeat(40)}`],
  [`${'a'.repeat(90)} b`, '', `${'a'.repeat(90)}\nb`],
  [`a ${'b'.repeat(90)} c`, '  ', `a\n  ${'b'.repeat(90)}\n  c`],
])('wrap', (text, indent, expected) => expect(wrap(text, indent)).toBe(expected));
