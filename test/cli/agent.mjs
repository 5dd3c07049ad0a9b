// A tool call reported with fetch alone, as any language could. Arguments: the span id of the response, the exit code,
// the trace id.
const [responseSpan = 'span-a', exitCode = '0', traceId = 't1'] = process.argv.slice(2);
const { WHYOPS_ANALYSE_BASE_URL, WHYOPS_API_KEY } = process.env;
const toolCalls = [{ name: 'search', arguments: { q: 'x' } }];

await post('/entities/init', {
  agentName: 'support',
  metadata: {
    systemPrompt: 'Be helpful.',
    tools: [
      {
        name: 'search',
        description: 'Searches.',
        inputSchema: '{"type":"object"}',
        outputSchema: '{"type":"object"}',
      },
    ],
  },
});

function post(path, body) {
  return fetch(`${WHYOPS_ANALYSE_BASE_URL}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${WHYOPS_API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function send(eventType, spanId, content) {
  const response = await post('/events/ingest', {
    eventType,
    traceId,
    agentName: 'support',
    spanId,
    idempotencyKey: `${traceId}-${eventType}`,
    metadata: { tool: 'search' },
    content,
  });
  console.log(eventType, response.status);
}

await send('tool_call_request', 'span-a', { toolCalls });
await send('tool_call_response', responseSpan, { toolCalls, toolResults: { hits: 3 } });
process.exitCode = Number(exitCode);
