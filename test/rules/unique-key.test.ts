import { describe, expect, test } from 'vitest';
import { isUniqueKey } from '../../src/rules/unique-key.ts';

const unique = (key: string, content = '"yes"') => isUniqueKey(key, 'refund-17', content);

describe('an idempotency key that no other event can have by right', () => {
  test.each([
    ['a UUID by chance', '0b0e1c52-6d0a-4f3e-9a51-7c2f6a1d8e90'],
    ['a UUID of its time', '0191d3c2-8a6b-7def-8123-456789abcdef'],
    ['a UUID in capitals, among other words', 'event:0B0E1C52-6D0A-4F3E-9A51-7C2F6A1D8E90:request'],
    ['the name of the trace', 'refund-17:request'],
    ['the number of an order', 'charge-8841-request'],
    ['a time', 'ask-1764209000123'],
    ['letters and digits by chance', 'V1StGXR8z5jdHi6B'],
    ['letters and digits of the shortest length that no word has', 'abcdefghi1'],
  ])('holds %s', (_, key) => {
    expect(unique(key)).toBe(true);
  });

  test.each([
    ['a counter', '1'],
    ['a counter of each step', 'get_weather-12'],
    ['a large counter', 'event-999'],
    ['words', 'final-answer-request'],
    ['a long word', 'acknowledgement'],
    ['a word with a number', 'gpt4o-step2'],
    ['letters and digits that are too few', 'abcdefgh1'],
    ['a digest', '5f70bf18a086007016e948b04aed3b82103a36be'],
    ['a short digest', '9f86d081884c7d65'],
    ['a digest in capitals', 'E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855'],
    ['a UUID made of the content', '74738ff5-5367-5958-9aee-98fffdcd1876'],
    ['a UUID that is no random one', '74738ff5-5367-4958-7aee-98fffdcd1876'],
  ])('is not %s', (_, key) => {
    expect(unique(key)).toBe(false);
  });

  test('may not be made of a number that the event holds', () => {
    expect(unique('lookup-8841', '{"order":8841}')).toBe(false);
    expect(unique('lookup-8841', '{"order":8842}')).toBe(true);
  });

  test('may not be made of a trace that is a mere number', () => {
    expect(isUniqueKey('17', '17', '"yes"')).toBe(false);
    expect(isUniqueKey('step 1', '', '"yes"')).toBe(false);
  });
});
