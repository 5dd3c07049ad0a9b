import { describe, expect, test } from 'vitest';
import { clip, plainLine, width } from '../../src/report/plain-text.ts';
import { renderReport, renderTrace } from '../../src/report/text.ts';
import { Recording } from '../../src/recording/recording.ts';
import { brokenSpan, event, finding, report } from './samples.ts';

describe('the text report', () => {
  test('shows the trace as a timeline, the offending event marked, the contradiction last', () => {
    expect(renderReport(report(), brokenSpan)).toMatchInlineSnapshot(`
      "Trace t1 · agent support · 3 events
           e1 1 user_message       proxied        "Charge 49.99 please"
           e2 2 tool_call_request  manual  span-a charge_card({"amount":4999,"currenc…
        ✗1 e3 3 tool_call_response manual  span-b charge_card → {"ok":true,"receipt":…

      1) span-reuse error no-such-request
      e2 tool_call_request charge_card opened span "span-a".
      e3 tool_call_response charge_card closes span "span-b", which no request opened:
        the backend shows a call without an answer and an answer without a call.
      Fix: pass the span id that toolCallRequest() returned to toolCallResponse().
      Docs: docs/rules/span-reuse.md

      Not applicable: single-base-url, trace-header: no request was seen
      1 error: 1 trace, 3 events, 1 rule checked.
      "
    `);
  });

  test('keeps to its columns except for words that are longer', () => {
    for (const columns of [60, 80, 120]) {
      const lines = renderReport(report(), brokenSpan, { columns }).split('\n');
      expect(lines.filter((line) => width(line) > columns)).toEqual([]);
    }
  });

  test('tells nothing by colour alone', () => {
    const coloured = renderReport(report(), brokenSpan, { color: true });
    expect(coloured).toContain('\u001b[31m');
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(renderReport(report(), brokenSpan));
  });

  test('says that nothing was checked', () => {
    expect(renderReport(report({ findings: [], checked: [], traces: 0, events: 0 }))).toBe(
      'Nothing was checked: 0 traces, 0 events.\n',
    );
  });

  test('says what was ignored and which exception is stale', () => {
    const ignored = [
      { rule: 'span-reuse' as const, reason: 'legacy agent', findings: [finding()], stale: false },
      { rule: 'step-order' as const, reason: 'old', findings: [], stale: true },
    ];
    expect(renderReport(report({ findings: [], ignored }))).toBe(
      [
        'Ignored 1 finding of span-reuse: legacy agent',
        'Ignoring step-order (old) matched nothing: delete it.',
        'Not applicable: single-base-url, trace-header: no request was seen',
        'No findings: 1 trace, 3 events, 1 rule checked.',
        '',
      ].join('\n'),
    );
  });

  test('shows a witness in another trace below the timeline', () => {
    const recording = new Recording({
      events: [
        event(1, { eventType: 'tool_call_request', spanId: 's', metadata: { tool: 'search' } }),
        event(2, {
          eventType: 'tool_call_response',
          spanId: 's',
          traceId: 't2',
          metadata: { tool: 'search' },
        }),
      ],
    });
    const across = finding({ rule: 'stable-trace-id', witness: ['e1', 'e2'], message: 'Two traces.' });
    expect(renderReport(report({ findings: [across] }), recording)).toMatchInlineSnapshot(`
      "Trace t1 · agent support · 1 event
        ✗1 e1 1 tool_call_request s search()
        ✗1 e2 in trace t2: tool_call_response search → –

      1) stable-trace-id error no-such-request
      Two traces.

      Not applicable: single-base-url, trace-header: no request was seen
      1 error: 1 trace, 3 events, 1 rule checked.
      "
    `);
  });

  test('numbers several findings of one event', () => {
    const second = finding({ tier: 'W', kind: 'unanswered', witness: ['e2', 'e3'], message: 'Second.' });
    const text = renderTrace(brokenSpan.trace('t1'), [finding(), second]);
    expect(text).toMatch(/^ {2}✗1,2 e3/m);
    expect(text).toMatch(/^ {2}!2 {3}e2/m);
    expect(renderTrace(brokenSpan.trace('t1'), [second, finding()])).toMatch(/^ {2}✗1,2 e3/m);
  });
});

describe('text from outside', () => {
  test('cannot move the cursor, hide or turn around', () => {
    expect(plainLine('a\u001b[2Jb\r\nc\u200b\u2060d\u202ee\ud800')).toBe('a [2Jb cde\ufffd');
  });

  test('is cut between characters, by width', () => {
    expect(clip('abcdef', 4)).toBe('abc…');
    expect(clip('日本語日本語', 6)).toBe('日本…');
    expect(clip('ab😀cd', 4)).toBe('ab…');
  });
});
