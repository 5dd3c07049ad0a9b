import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readRecording, writeRecording } from '../../src/recording/ndjson.ts';
import { Recording } from '../../src/recording/recording.ts';
import { anyRecording } from './recordings.ts';

const HEADER =
  '{"recording":"whyops-testkit","version":1,"evidence":{"exchanges":true,"sentFields":true,"registration":true}}';

describe('a recording as NDJSON', () => {
  test('comes back as it was, whatever was recorded', () => {
    fc.assert(
      fc.property(anyRecording, (recording) => {
        const back = readRecording(writeRecording(recording));
        assert.deepStrictEqual(back, recording);
      }),
      { numRuns: 500 },
    );
  });

  test('is one line a record, in order of arrival, the header first', () => {
    fc.assert(
      fc.property(anyRecording, (recording) => {
        const lines = writeRecording(recording).split('\n');
        expect(lines.pop()).toBe('');
        const [header, ...rest] = lines.map((line) => JSON.parse(line));
        expect(header).toEqual({ recording: 'whyops-testkit', version: 1, evidence: recording.evidence });
        const order = rest.map((line) => (line.event ?? line.exchange).seq);
        expect(order).toEqual([...order].sort((a, b) => a - b));
      }),
    );
  });

  test('of nothing is the header alone', () => {
    expect(writeRecording(new Recording())).toBe(`${HEADER}\n`);
    expect(readRecording(`${HEADER}\n`)).toEqual(new Recording());
  });

  test.each([
    ['', 'r.ndjson:1: An empty file is no recording; its header line is missing.'],
    ['{"event":{}}', 'r.ndjson:1: event.id: Invalid input: expected string, received undefined'],
    [`${HEADER}\n\n{"event":{"id":"e1"}`, /^r\.ndjson:3: Not JSON: /],
    [
      `${HEADER}\n${HEADER}`,
      'r.ndjson:2: A second header line: these are two recordings. Read them one by one.',
    ],
    [
      `${HEADER}\n[]`,
      'r.ndjson:2: A line of a recording is an object with one member: "recording", "exchange" or "event".',
    ],
    [
      '{"recording":"whyops-testkit","version":2}',
      'r.ndjson:1: A recording of version 2, written by a newer whyops-testkit. Update this one.',
    ],
  ])('says which line is wrong and why: %j', (text, message) => {
    expect(() => readRecording(text, 'r.ndjson')).toThrow(message);
  });

  test('gives events the place they were read from', () => {
    const text = writeRecording(
      new Recording({
        events: [
          fc.sample(
            anyRecording.filter((r) => r.events.length > 0),
            1,
          )[0]!.events[0]!,
        ],
      }),
    );
    expect(readRecording(text, 'trace.ndjson').events[0]?.source).toEqual({ file: 'trace.ndjson', line: 2 });
  });
});
