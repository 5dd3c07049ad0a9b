import type { Outcome } from '../bulk/outcome.ts';

/** The report as data; `docs/report.schema.json` describes it. `unreadable` stands in it only where there is any. */
export function renderJson({ report, unreadable }: Outcome): string {
  const { version, findings, checked, ignored, traces, events } = report;
  return `${JSON.stringify(
    { version, findings, checked, ignored, traces, events, ...(unreadable.count > 0 ? { unreadable } : {}) },
    null,
    2,
  )}\n`;
}
