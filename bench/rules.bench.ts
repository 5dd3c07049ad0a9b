import { RecordingBuilder } from '../src/recording/build.ts';
import { check } from '../src/rules/check.ts';

/** Microseconds an event for the whole catalogue; `one`: a single trace, `many`: a trace for every 20 events. */
function measure(events: number, traces: 'one' | 'many'): number {
  const builder = new RecordingBuilder();
  const agentName = 'support';
  builder.init(agentName, { systemPrompt: 'Help.', tools: [] });
  for (let index = 0; index < events / 2; index += 1) {
    const traceId = traces === 'one' ? 't' : `t${Math.floor(index / 10)}`;
    const tool = { traceId, agentName, spanId: `s${index}`, metadata: { tool: 'search' } };
    const toolCalls = [{ name: 'search', arguments: { q: index } }];
    builder.ingest([{ ...tool, eventType: 'tool_call_request', content: { toolCalls } }]);
    builder.ingest([{ ...tool, eventType: 'tool_call_response', content: { toolCalls, toolResults: {} } }]);
  }
  const started = performance.now();
  const { findings } = check(builder.recording);
  if (findings.length > 0) throw new Error(findings[0]?.message);
  return ((performance.now() - started) * 1000) / events;
}

const largest = Number(process.env['EVENTS'] ?? 1_000_000);
measure(10_000, 'one'); // warm up
for (const traces of ['one', 'many'] as const) {
  const times = [1_000, 10_000, 100_000, 1_000_000]
    .filter((events) => events <= largest)
    .map((events) => [events, measure(events, traces)] as const);
  for (const [events, time] of times)
    console.log(`${traces} ${events} events: ${time.toFixed(2)} µs an event`);
  const at = (wanted: number) => times.find(([events]) => events === wanted)?.[1] ?? NaN;
  console.log(`${traces}: ${largest} against 10000: ${(at(largest) / at(10_000)).toFixed(2)} (goal < 1.5)`);
}
