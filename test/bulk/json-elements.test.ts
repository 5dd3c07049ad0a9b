import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonElements } from '../../src/bulk/json-elements.ts';

interface Told {
  readonly elements: unknown[];
  readonly lines: number[];
  readonly ofReplies: number;
  readonly replies: unknown[];
  readonly cutOffAt: number | null;
}

function told(text: string, size = text.length + 1): Told {
  const [elements, lines, replies]: [unknown[], number[], unknown[]] = [[], [], []];
  let ofReplies = 0;
  const reader = new JsonElements({
    element(bytes, line, inReply) {
      elements.push(JSON.parse(bytes.toString('utf8')));
      lines.push(line);
      if (inReply) ofReplies += 1;
    },
    reply: (bytes) => replies.push(JSON.parse(bytes.toString('utf8'))),
  });
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
  return { elements, lines, ofReplies, replies, cutOffAt: reader.end()?.cutOffAt ?? null };
}

/** Keys that look much like the one of a reply, and texts with what the reader looks for. */
const key = fc.constantFrom('events', 'event', 'eventsX', 'Events', 'id', '', '"events"', '\\');
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<unknown>(0, -1.5e300, true, null, '', 'events', '"], {[,:', '\\"', '\u2028 é 😀', '\n'),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(key, tie('value'), { maxKeys: 4 }),
}));
const isReply = (value: unknown): value is { events: unknown[] } =>
  typeof value === 'object' && value !== null && Array.isArray((value as { events?: unknown }).events);

describe('JSON over many lines', () => {
  test('is told value by value, wherever it is cut into pieces', () => {
    const documents = fc.array(json.value, { maxLength: 4 });
    fc.assert(
      fc.property(documents, fc.nat(3), fc.integer({ min: 1, max: 40 }), (values, indent, size) => {
        const text = values.map((value) => JSON.stringify(value, null, indent)).join('\n');
        const expected = values.flatMap((value) =>
          Array.isArray(value) ? value : isReply(value) ? value.events : [value],
        );
        const replies = values.filter(isReply).map((reply) => ({ ...reply, events: [] }));
        const { elements, ofReplies, replies: rest, cutOffAt } = told(text, size);
        expect({ elements, rest, cutOffAt }).toEqual({ elements: expected, rest: replies, cutOffAt: null });
        expect(ofReplies).toBe(values.filter(isReply).reduce((sum, { events }) => sum + events.length, 0));
      }),
      { numRuns: 500 },
    );
  });

  test('has the line on which each value begins', () => {
    expect(told('\n[\n  {"a":\n 1},\n\n  {"b": 2}, 3]\n').lines).toEqual([3, 6, 6]);
    expect(told('{\n "id": 1\n}\n{\n "events": [\n  {"a": 1},\n  2\n ]\n}\n').lines).toEqual([1, 6, 7]);
  });

  test('tells where it was cut off', () => {
    expect(told('[\n1,\n{"a":\n1').cutOffAt).toBe(3);
    expect(told('[\n1,\n').cutOffAt).toBe(3);
    expect(told('{\n"events": [\n1\n],\n"pagination": {\n').cutOffAt).toBe(4);
    expect(told('{\n"id": 1').cutOffAt).toBe(1);
  });
});
