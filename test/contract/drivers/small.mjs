// A driver and an SDK in one, small enough to start at once. Arguments name what is wrong with it; without any it is correct
// as far as the tests look. `events` alone, no retries.
import { randomUUID } from 'node:crypto';

const wrong = new Set(process.argv.slice(2));
const clients = new Map();
let held = null;

const EVENTS = {
  userMessage: ({ messages }) => ({ eventType: 'user_message', content: { messages } }),
  llmResponse: ({ content, model, provider }) => ({
    eventType: 'llm_response',
    content: { content },
    metadata: { model, provider },
  }),
  toolCallRequest: ({ tool, toolCalls }) => ({
    eventType: 'tool_call_request',
    spanId: randomUUID(),
    content: { toolCalls },
    metadata: { tool },
  }),
};

const write = (seq, answer) => process.stdout.write(`${JSON.stringify({ seq, ...answer })}\n`);

async function post({ analyseBaseUrl, apiKey }, path, body) {
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  await fetch(analyseBaseUrl + path, { method: 'POST', headers, body: JSON.stringify(body) });
}

async function send({ client, traceId, method, args }) {
  const config = clients.get(client);
  const { agentName, agentMetadata } = config;
  config.registered ??= post(config, '/entities/init', { agentName, metadata: agentMetadata });
  await config.registered;
  await post(config, '/events/ingest', {
    ...EVENTS[method](args),
    traceId,
    agentName,
    ...(wrong.has('keyless') ? {} : { idempotencyKey: randomUUID() }),
  });
}

async function perform(message) {
  const { seq, op, client, config } = message;
  if (op === 'hello')
    return write(seq, {
      ok: true,
      sdk: 'small',
      version: '1',
      language: 'js',
      capabilities: wrong.has('boastful') ? ['events', 'openai'] : ['events'],
    });
  if (op === 'exit') process.exit(0);
  // Answers before it sends, so that what it has not sent is lost with the process.
  if (op === 'event' && wrong.has('leaves')) {
    write(seq, { ok: true });
    return send(message);
  }
  if (op === 'client') {
    clients.set(client, config);
    return write(seq, { ok: true });
  }
  if (op !== 'event' || !(message.method in EVENTS)) return write(seq, { unsupported: true });
  // The first client is that of the smoke check.
  const later = client !== 'c1';
  if (later && wrong.has('dies')) {
    process.stderr.write('Segmentation fault\n');
    process.exit(139);
  }
  if (later && wrong.has('babbles')) process.stdout.write('Sending 1 event…\n');
  if (later && wrong.has('stutters')) write(seq, { ok: true });
  await send(message);
  const reply = () => write(seq, { ok: true, value: 'a\u2028b' });
  if (!wrong.has('shuffles') || !later) return reply();
  // Of two calls the later one is answered first.
  if (held === null) return (held = reply);
  reply();
  held();
  held = null;
}

let unread = '';
process.stdin.setEncoding('utf8').on('data', (chunk) => {
  const lines = (unread + chunk).split('\n');
  unread = lines.pop();
  for (const line of lines) void perform(JSON.parse(line));
});
