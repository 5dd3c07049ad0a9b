/** Events as `GET /api/events?include=content,metadata` returns them. */
export interface ApiRow {
  id: string;
  traceId: string;
  spanId: string | null;
  stepId: number;
  parentStepId: number | null;
  eventType: string;
  timestamp: string;
  userId: string;
  providerId: string | null;
  createdAt: string;
  content: unknown;
  metadata: Record<string, unknown> | null;
}

let made = 0;

export function row(traceId: string, stepId: number, given: Partial<ApiRow>): ApiRow {
  made += 1;
  const time = new Date(Date.UTC(2026, 0, 1) + made).toISOString();
  return {
    id: `00000000-0000-4000-8000-${String(made).padStart(12, '0')}`,
    traceId,
    spanId: `span_${String(made).padStart(21, '0')}`,
    stepId,
    parentStepId: stepId > 1 ? stepId - 1 : null,
    eventType: 'user_message',
    timestamp: time,
    userId: '00000000-0000-4000-8000-000000000001',
    providerId: null,
    createdAt: time,
    content: 'Hi',
    metadata: { idempotencyKey: `hash_${made}` },
    ...given,
  };
}

const call = [{ name: 'search', arguments: { q: 'x' } }];

/** A tool call, its request and its response. */
export function toolCall(traceId: string, responseSpan = 'span-a'): ApiRow[] {
  const metadata = { tool: 'search' };
  return [
    row(traceId, 1, {
      eventType: 'tool_call_request',
      spanId: 'span-a',
      metadata,
      content: { toolCalls: call },
    }),
    row(traceId, 2, {
      eventType: 'tool_call_response',
      spanId: responseSpan,
      metadata,
      content: { toolCalls: call, toolResults: { hits: 3 } },
    }),
  ];
}

export const good = (traceId = 'good') => toolCall(traceId);
export const bad = (traceId = 'bad') => toolCall(traceId, 'span-b');

export const ndjson = (rows: readonly unknown[]) =>
  rows.map((value) => `${JSON.stringify(value)}\n`).join('');

/** As `row_to_json` gives it. */
export function tableRow(api: ApiRow): Record<string, unknown> {
  const postgresTime = (text: string) => text.replace(/0*Z$/, '+00:00');
  return {
    id: api.id,
    trace_id: api.traceId,
    span_id: api.spanId,
    step_id: api.stepId,
    parent_step_id: api.parentStepId,
    event_type: api.eventType,
    entity_id: '00000000-0000-4000-8000-0000000000aa',
    external_user_id: null,
    timestamp: postgresTime(api.timestamp),
    content: api.content,
    metadata: api.metadata,
    created_at: postgresTime(api.createdAt),
  };
}

/** As `COPY … WITH (FORMAT csv, HEADER)` gives it, also with other columns. */
export function csv(
  rows: readonly ApiRow[],
  columnsOf: (columns: readonly string[]) => readonly string[] = (columns) => columns,
  separator = ',',
): string {
  const table = rows.map(tableRow);
  const columns = columnsOf(Object.keys(table[0]!));
  const field = (value: unknown) => {
    if (value === null || value === undefined) return '';
    const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
    return /[",;\n]/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const line = (values: readonly unknown[]) => `${values.join(separator)}\n`;
  return line(columns) + table.map((values) => line(columns.map((name) => field(values[name])))).join('');
}
