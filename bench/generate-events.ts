import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

const filler = 'The quick brown fox looks up the weather, the calendar and the price of tea. '.repeat(4);

/**
 * Writes correct traces of ten events as the read API returns them, about 800 bytes each: a question, two tool calls,
 * replies. Grouped: one trace after the other; else a thousand traces are under way at a time.
 */
export async function generateEvents(path: string, events: number, grouped: boolean): Promise<void> {
  const out = createWriteStream(path, { highWaterMark: 2 ** 20 });
  const width = grouped ? 1 : 1000;
  let batch = '';
  for (let made = 0, first = 0; made < events; first += width) {
    for (let step = 1; step <= 10; step += 1) {
      for (let trace = first; trace < first + width && made < events; trace += 1, made += 1) {
        batch += `${line(trace, step)}\n`;
        if (batch.length > 2 ** 20) {
          if (!out.write(batch)) await once(out, 'drain');
          batch = '';
        }
      }
    }
  }
  out.end(batch);
  await once(out, 'finish');
}

const TYPES = [
  'user_message',
  'llm_response',
  'tool_call_request',
  'tool_call_response',
  'tool_result',
  'llm_response',
  'tool_call_request',
  'tool_call_response',
  'tool_result',
  'llm_response',
] as const;

function line(trace: number, step: number): string {
  const type = TYPES[step - 1]!;
  const time = new Date(1_767_225_600_000 + trace * 1000 + step * 10).toISOString();
  const call = step < 6 ? 'a' : 'b';
  const tool = type.startsWith('tool');
  return JSON.stringify({
    id: `00000000-0000-4000-8000-${(trace * 10 + step).toString(16).padStart(12, '0')}`,
    traceId: `trace-${trace}`,
    spanId: tool ? `call-${trace}-${call}` : `span_${String(trace * 10 + step).padStart(21, '0')}`,
    stepId: step,
    parentStepId: step === 1 ? null : step - 1,
    eventType: type,
    timestamp: time,
    userId: '00000000-0000-4000-8000-000000000001',
    providerId: null,
    createdAt: time,
    content: contentOf(type, trace, step, call),
    metadata: {
      ...(tool ? { tool: 'search' } : {}),
      ...(type === 'llm_response'
        ? {
            model: 'gpt-5',
            provider: 'openai',
            usage: { promptTokens: 120, completionTokens: 30, totalTokens: 150 },
            latencyMs: 812,
          }
        : {}),
      ...(type === 'tool_call_request' || type === 'tool_call_response'
        ? {}
        : { idempotencyKey: `hash_${String(trace * 10 + step).padStart(64, '0')}` }),
    },
  });
}

function contentOf(type: (typeof TYPES)[number], trace: number, step: number, call: string): unknown {
  const toolCalls = [
    {
      id: `id-${trace}-${call}`,
      name: 'search',
      arguments: { query: `tea ${trace} ${call}`, note: filler.slice(0, 180) },
    },
  ];
  switch (type) {
    case 'user_message':
      return `Question ${trace}: ${filler}`;
    case 'llm_response':
      return step === 10
        ? { content: `Answer ${trace}: ${filler}`, toolCalls: [], finishReason: 'stop' }
        : {
            content: null,
            toolCalls: [
              {
                id: `id-${trace}-${step === 2 ? 'a' : 'b'}`,
                function: {
                  name: 'search',
                  arguments: JSON.stringify({ query: `tea ${trace}`, note: filler.slice(0, 180) }),
                },
              },
            ],
            finishReason: 'tool_calls',
          };
    case 'tool_call_request':
      return { toolCalls };
    case 'tool_call_response':
      return { toolCalls, toolResults: { text: filler.slice(0, 240), trace } };
    case 'tool_result':
      return { toolName: 'search', output: { text: filler, trace, call } };
  }
}
