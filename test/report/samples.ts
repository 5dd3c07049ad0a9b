import type { RecordedEvent } from '../../src/recording/event.ts';
import { Recording } from '../../src/recording/recording.ts';
import type { Finding } from '../../src/rules/finding.ts';
import type { Report } from '../../src/rules/report.ts';

/** An event with everything that a test does not care about filled in. */
export function event(seq: number, given: Partial<RecordedEvent>): RecordedEvent {
  return {
    id: `e${seq}`,
    seq,
    exchangeId: null,
    representation: 'manual',
    eventType: 'user_message',
    traceId: 't1',
    agentName: 'support',
    sent: given.spanId ? { spanId: given.spanId } : {},
    spanId: null,
    stepId: seq,
    parentStepId: seq > 1 ? seq - 1 : null,
    timestamp: `2026-01-01T00:00:0${seq}.000Z`,
    content: null,
    metadata: null,
    externalUserId: null,
    outcome: { status: 'stored' },
    scope: null,
    ...given,
  };
}

/** A tool call whose response does not reuse the span of its request. */
export const brokenSpan = new Recording({
  events: [
    event(1, { content: [{ role: 'user', content: 'Charge 49.99\nplease' }], representation: 'proxied' }),
    event(2, {
      eventType: 'tool_call_request',
      spanId: 'span-a',
      metadata: { tool: 'charge_card' },
      content: { toolCalls: [{ name: 'charge_card', arguments: { amount: 4999, currency: 'usd' } }] },
    }),
    event(3, {
      eventType: 'tool_call_response',
      spanId: 'span-b',
      metadata: { tool: 'charge_card' },
      content: { toolCalls: [{ name: 'charge_card' }], toolResults: { ok: true, receipt: 'r'.repeat(200) } },
    }),
  ],
});

export function finding(given: Partial<Finding> = {}): Finding {
  return {
    rule: 'span-reuse',
    kind: 'no-such-request',
    tier: 'E',
    traceId: 't1',
    witness: ['e3'],
    facts: { tool: 'charge_card' },
    message: [
      'e2 tool_call_request charge_card opened span "span-a".',
      'e3 tool_call_response charge_card closes span "span-b", which no request opened: the backend shows a call without an answer and an answer without a call.',
      'Fix: pass the span id that toolCallRequest() returned to toolCallResponse().',
      'Docs: docs/rules/span-reuse.md',
    ].join('\n'),
    ...given,
  };
}

export function report(given: Partial<Report> = {}): Report {
  return {
    version: 1,
    findings: [finding()],
    checked: [
      { rule: 'span-reuse', applied: 1, notApplicable: [] },
      { rule: 'single-base-url', applied: 0, notApplicable: [{ reason: 'no request was seen', count: 1 }] },
      { rule: 'trace-header', applied: 0, notApplicable: [{ reason: 'no request was seen', count: 1 }] },
    ],
    ignored: [],
    traces: 1,
    events: 3,
    ...given,
  };
}
