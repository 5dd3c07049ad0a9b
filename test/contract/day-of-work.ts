import { createFakeWhyOps, type FakeWhyOps, type Fault } from '../../src/index.ts';
import type { EventCall, EventMethod } from '../../src/contract/protocol.ts';
import type { SdkClient, SdkDriver } from '../../src/contract/sdk-driver.ts';
import { AGENT_METADATA } from '../../src/contract/stage.ts';
import { kindsOf } from '../../src/property/kill-matrix.ts';
import { check } from '../../src/rules/check.ts';

/** What happens to the first attempt of an event. A client that tries again with the same key loses and doubles nothing. */
const TROUBLE: readonly Fault[] = [
  { kind: 'delay', ms: 300 },
  { kind: 'store-then-drop' },
  { kind: 'drop' },
  { kind: 'status', status: 502 },
  { kind: 'not-json' },
  { kind: 'truncate' },
];

/** As long as a busy machine may take for an event and its repetition. */
const LIMIT = { timeout: 5_000 };

const SEARCH = { tool: 'search', toolCalls: [{ name: 'search', arguments: { query: 'order 17' } }] };

/**
 * Lets a client do what agents do, with everything that goes wrong in between, and tells what the rules find in the
 * traces. Of the reference client: nothing.
 */
export async function dayOfWork(driver: SdkDriver, open: FakeWhyOps[]): Promise<string> {
  const kinds = await Promise.all([
    usualDay(driver, open),
    registrationIsSlow(driver, open),
    registrationFailsAtFirst(driver, open),
    slashesAtTheEnd(driver, open),
  ]);
  const found = new Set(kinds.flatMap((each) => each.split(' ')));
  found.delete('nothing');
  return [...found].sort().join(', ');
}

async function usualDay(driver: SdkDriver, open: FakeWhyOps[]): Promise<string> {
  const { whyops, client } = await begin(driver, open);
  const say = eventsOf(client);
  await client.initAgent?.();

  await say('manual', 'userMessage', { messages: [{ role: 'user', content: 'Where is my order? ☕\0' }] });
  const text = { model: 'claude-sonnet-5-5', provider: 'anthropic' };
  const usage = { promptTokens: 1200, completionTokens: 240, totalTokens: 9940 };
  const cached = { ...usage, cacheReadTokens: 8200, cacheCreationTokens: 300 };
  const asked = [{ id: 'call_1', function: { name: 'search', arguments: '{"query":"order 17"}' } }];
  await say('manual', 'llmThinking', { thinking: 'Look it up.' }, { signature: 'sig' });
  await say('manual', 'llmResponse', { ...text, content: null }, { toolCalls: asked, latencyMs: 12.5 });
  await useTool(say, 'manual');
  await say('manual', 'toolResult', { toolName: 'search', output: { found: 1 } });
  await say('manual', 'embeddingRequest', { inputs: ['order 17'] });
  await say('manual', 'embeddingResponse', {
    model: 'embed-1',
    provider: 'openai',
    embeddingCount: 1,
    firstEmbeddingDimensions: 8,
  });
  await say('manual', 'error', { message: 'late' });
  await say('manual', 'llmResponse', { ...text, content: 'On its way.' }, { usage: cached, latencyMs: 0 });
  for (const _time of ['once', 'and again'])
    await say('same words', 'userMessage', { messages: [{ role: 'user', content: 'yes' }] });
  await say('illegal', 'userMessage', { messages: [{ role: 'user', content: 'Hello' }] }, { stepId: 0 });

  for (const provider of ['openai', 'anthropic'] as const) {
    await askModel(client, provider, provider);
    await useTool(say, provider);
  }
  await stored(whyops, 20);

  for (const fault of TROUBLE) {
    const before = storedIn(whyops);
    whyops.faults.next('ingest', fault);
    await useTool(say, `after ${fault.kind}`);
    await stored(whyops, before + 2);
  }
  const before = storedIn(whyops);
  whyops.faults.next('ingest', { kind: 'store-then-drop' });
  await useTool(say, 'key of the application', { idempotencyKey: 'order-17' });
  await stored(whyops, before + 2);

  // The agent ends while its last event waits for another attempt.
  const spanId = String(await say('last', 'toolCallRequest', SEARCH));
  await stored(whyops, before + 3);
  whyops.faults.next('ingest', { kind: 'status', status: 503 });
  await say('last', 'toolCallResponse', { ...SEARCH, spanId, toolResults: { found: 1 } });
  await whyops.waitFor(() => whyops.faults.unused.length === 0 && whyops.isSettled, LIMIT);
  return end(whyops, client);
}

async function registrationIsSlow(driver: SdkDriver, open: FakeWhyOps[]): Promise<string> {
  const { whyops, client } = await begin(driver, open);
  whyops.faults.next('init', { kind: 'delay', ms: 400 });
  const registered = client.initAgent?.();
  await eventsOf(client)('early', 'userMessage', { messages: [{ role: 'user', content: 'Already here' }] });
  await askModel(client, 'openai', 'early call');
  await registered;
  return end(whyops, client);
}

async function registrationFailsAtFirst(driver: SdkDriver, open: FakeWhyOps[]): Promise<string> {
  const { whyops, client } = await begin(driver, open);
  whyops.faults.next('init', { kind: 'status', status: 503 });
  const registered = client.initAgent?.();
  await eventsOf(client)('after all', 'userMessage', { messages: [{ role: 'user', content: 'Hello' }] });
  await Promise.race([registered, stored(whyops, 1)]);
  await stored(whyops, 1);
  return end(whyops, client);
}

async function slashesAtTheEnd(driver: SdkDriver, open: FakeWhyOps[]): Promise<string> {
  const { whyops, client } = await begin(driver, open, '/');
  await askModel(client, 'openai', 'slashes');
  return end(whyops, client);
}

type Say = ReturnType<typeof eventsOf>;

/** Calls the trace methods. What a client throws is no business of the rules. */
function eventsOf(client: SdkClient) {
  return async (
    traceId: string,
    method: EventMethod,
    args: EventCall['args'],
    options: EventCall['options'] = {},
  ): Promise<unknown> => {
    try {
      return await client.event({ traceId, method, args, options });
    } catch {
      return undefined;
    }
  };
}

async function useTool(say: Say, traceId: string, options: EventCall['options'] = {}): Promise<void> {
  const spanId = String(await say(traceId, 'toolCallRequest', SEARCH, options));
  await say(traceId, 'toolCallResponse', { ...SEARCH, spanId, toolResults: { found: 1 } }, { latencyMs: 3 });
}

async function askModel(client: SdkClient, provider: 'openai' | 'anthropic', traceId: string): Promise<void> {
  const messages = [{ role: 'user', content: `Is order 17 late? (${traceId})` }];
  const request =
    provider === 'openai'
      ? { model: 'gpt-4o-mini', messages }
      : { model: 'claude-sonnet-5-5', max_tokens: 64, messages };
  const providerKey = `sk-${'0a'.repeat(20)}`;
  const providerBaseUrl = 'http://127.0.0.1:9';
  await Promise.resolve(client.model?.({ provider, traceId, request, providerKey, providerBaseUrl })).catch(
    () => {},
  );
}

async function begin(driver: SdkDriver, open: FakeWhyOps[], slash = '') {
  const whyops = await createFakeWhyOps({ seed: 1 }).listen();
  open.push(whyops);
  const config = {
    apiKey: whyops.apiKey,
    agentName: 'day-agent',
    agentMetadata: AGENT_METADATA,
    proxyBaseUrl: whyops.proxyBaseUrl + slash,
    analyseBaseUrl: whyops.analyseBaseUrl + slash,
  };
  const client = await driver.client(config, new AbortController().signal);
  return { whyops, client };
}

async function end(whyops: FakeWhyOps, client: SdkClient): Promise<string> {
  await client.close?.();
  await whyops.settled();
  return kindsOf(check(whyops.recording).findings);
}

function storedIn({ recording }: FakeWhyOps): number {
  return recording.events.filter(({ outcome }) => outcome.status === 'stored').length;
}

/** Waits for events to be stored; a client that loses some is waited for in vain. */
async function stored(whyops: FakeWhyOps, count: number): Promise<void> {
  await whyops.waitFor(() => storedIn(whyops) >= count, LIMIT).catch(() => {});
}
