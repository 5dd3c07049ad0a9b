import Anthropic from '@anthropic-ai/sdk';
import OpenAI6 from 'openai';
import OpenAI5 from 'openai-5';
import { describe, expect, test } from 'vitest';
import { WhyOps } from '../../src/client/index.ts';
import { check } from '../../src/rules/check.ts';
import type { FakeWhyOps } from '../../src/server/fake.ts';
import { open } from './doors.ts';

/** The documented hybrid flow, with the headers where the documentation puts them and where they take effect. */
const traceId = 'checkout-8841';
const charge = [{ name: 'charge_card', arguments: { amount: 4999, currency: 'usd' } }];
const AGENT = { 'X-Agent-Name': 'support' };
const TRACE = { 'X-Trace-ID': traceId, 'X-Thread-ID': traceId };

type Headers = Record<string, string>;
type Assignable = { defaultHeaders: Headers };

/** Constructs a client, assigns what is assigned afterwards, and asks. */
type Ask = (whyops: FakeWhyOps, constructed: Headers, assigned: readonly Headers[]) => Promise<unknown>;

function patched<Client extends object>(client: Client, assigned: readonly Headers[]): Client {
  const patchable = client as Assignable;
  for (const headers of assigned) patchable.defaultHeaders = { ...patchable.defaultHeaders, ...headers };
  return client;
}

const messages = [{ role: 'user' as const, content: 'Pay order 17.' }];
const askWith =
  (Client: typeof OpenAI6): Ask =>
  ({ apiKey, proxyBaseUrl }, defaultHeaders, assigned) =>
    patched(
      new Client({ apiKey, baseURL: `${proxyBaseUrl}/v1`, maxRetries: 0, defaultHeaders }),
      assigned,
    ).chat.completions.create({ model: 'gpt-4o-mini', messages });
const askAnthropic: Ask = ({ apiKey, proxyBaseUrl: baseURL }, defaultHeaders, assigned) =>
  patched(new Anthropic({ apiKey, baseURL, maxRetries: 0, defaultHeaders }), assigned).messages.create({
    model: 'claude-test',
    max_tokens: 64,
    messages,
  });

/** Plays the flow. @returns what was found, as `rule/kind`. */
async function found(ask: Ask, constructed: Headers, assigned: readonly Headers[]): Promise<string[]> {
  const { whyops } = await open('listen');
  whyops.model.reply({ toolCalls: charge });
  const agentMetadata = { systemPrompt: 'You charge cards.', tools: [] };
  const { apiKey, proxyBaseUrl, analyseBaseUrl } = whyops;
  const sdk = new WhyOps({ apiKey, proxyBaseUrl, analyseBaseUrl, agentName: 'support', agentMetadata });
  await sdk.initAgent();
  await ask(whyops, constructed, assigned).catch(() => {});
  const trace = sdk.trace(traceId);
  const spanId = await trace.toolCallRequest('charge_card', charge);
  await trace.toolCallResponse('charge_card', spanId, charge, { receipt: 'r-1042' });
  await sdk.close();
  await whyops.settled();
  return check(whyops.recording)
    .findings.map(({ rule, kind }) => `${rule}/${kind}`)
    .sort();
}

describe.each([
  ['openai 5', askWith(OpenAI5 as unknown as typeof OpenAI6)],
  ['openai 6', askWith(OpenAI6)],
  ['@anthropic-ai/sdk', askAnthropic],
])('the hybrid flow with %s', (_, ask) => {
  test('is silent when the constructor gets the headers', async () => {
    expect(await found(ask, { ...AGENT, ...TRACE }, [])).toEqual([]);
  });

  test('is cut in two when the trace headers are assigned to the client', async () => {
    expect(await found(ask, AGENT, [TRACE])).toEqual(['trace-header/call-in-generated-trace']);
  });

  test('is refused when all headers are assigned to the client', async () => {
    expect(await found(ask, {}, [AGENT, TRACE])).toEqual([
      'agent-name/missing-header',
      'trace-header/missing',
    ]);
  });
});
