import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeSignature, encodeSignature, stripSignature } from '../../src/protocol/signature.ts';

const latin1 = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });

test('one character is eight invisible bits between two marks', () => {
  // "A" is 0x41, 01000001.
  expect(encodeSignature('A')).toBe('\u200b\u200d\u200c\u200d\u200d\u200d\u200d\u200d\u200c\u200e');
});

test('every latin-1 trace id comes back out of any text around it', () => {
  fc.assert(
    fc.property(latin1.filter(Boolean), fc.string(), fc.string(), (traceId, before, after) => {
      expect(decodeSignature(before + encodeSignature(traceId) + after)).toBe(traceId);
    }),
  );
});

test('stripping gives back the text that was signed', () => {
  fc.assert(
    fc.property(latin1, fc.string(), fc.string(), (traceId, before, after) => {
      expect(stripSignature(before + encodeSignature(traceId) + after)).toBe(before + after);
    }),
  );
});

test('characters above 255 keep their low eight bits only', () => {
  expect(decodeSignature(encodeSignature('Āx'))).toBe('\u0000x');
});

test.each(['', 'plain', '\u200b\u200e', '\u200b\u200c\u200e', '\u200b\u200c\u200d', 'a\u200db'])(
  'no signature in %j',
  (text) => {
    expect(decodeSignature(text)).toBeNull();
  },
);

test('joined emoji are left alone', () => {
  const family = '👨‍👩‍👧';
  expect(stripSignature(`${family}${encodeSignature('t1')}`)).toBe(family);
});
