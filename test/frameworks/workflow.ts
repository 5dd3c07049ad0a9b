import { setupServer } from 'msw/node';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WhyOps } from '../../src/client/index.ts';
import { check, createFakeWhyOps, type FakeWhyOps, type FakeWhyOpsOptions } from '../../src/index.ts';
import { whyopsHandlers } from '../../src/msw.ts';

/** The model APIs that the proxy stands in front of. */
export const APIS = ['chat', 'responses', 'messages'] as const;
export type Api = (typeof APIS)[number];

/** What the model client of one turn is made with. */
export interface Connection {
  readonly model: string;
  readonly apiKey: string;
  /** Scheme and host; each framework adds what its provider packages want. */
  readonly root: string;
  readonly headers: Record<string, string>;
  /** Absent: the global one. */
  readonly fetch?: typeof fetch;
}

export type Charge = { readonly amount: number; readonly currency: string };

/** What an agent of any framework is given. */
export interface Assignment {
  readonly api: Api;
  readonly stream: boolean;
  readonly question: string;
  /** The connection of the given model turn, counted from 0. */
  readonly connect: (turn: number) => Connection;
  /** The tool `charge_card`. */
  readonly chargeCard: (charge: Charge, callId: string) => Promise<{ receipt: string }>;
}

/** Runs an agent of one framework until the model asks for no more tools; returns the last answer. */
export type RunAgent = (assignment: Assignment) => Promise<string>;

const AGENT = 'support';
const ANSWER = 'Your card was charged 49.99 USD.';
const TRACE = 'checkout-8841';
const SELF_HOSTED = {
  proxyBaseUrl: 'https://proxy.internal.example.com',
  analyseBaseUrl: 'https://analyse.internal.example.com/api',
};

type Door = 'listen' | 'fetch' | 'msw';

/** Where a workflow departs from the documented way. Nothing given: it is correct. */
interface Departures {
  /** `null`: the header is left out. Default: the id of the workflow. */
  readonly traceIdOf?: (turn: number) => string | null;
  /** The root of one turn. Default: the fake's proxy. */
  readonly rootOf?: (turn: number, proxy: string) => string;
  readonly responseSpan?: string;
  readonly reportAnswer?: boolean;
}

interface Setting {
  readonly api: Api;
  readonly stream: boolean;
  readonly door?: Door;
  readonly options?: FakeWhyOpsOptions;
}

const modelOf = (api: Api) => (api === 'messages' ? 'claude-sonnet-4-5' : 'gpt-4o-mini');
const providerOf = (api: Api) => (api === 'messages' ? 'anthropic' : 'openai');

/** One question, one tool call, one answer: model turns through the proxy, the tool span by hand. */
async function play(
  runAgent: RunAgent,
  { api, stream, door = 'fetch', options = {} }: Setting,
  { traceIdOf = () => TRACE, rootOf = (_, proxy) => proxy, responseSpan, reportAnswer }: Departures = {},
): Promise<FakeWhyOps> {
  const whyops = createFakeWhyOps(options);
  onTestFinished(() => whyops.close());
  if (door === 'listen') await whyops.listen();
  if (door === 'msw') {
    const server = setupServer(...whyopsHandlers(whyops));
    server.listen({ onUnhandledRequest: 'error' });
    onTestFinished(() => server.close());
  }
  const doorFetch = door === 'fetch' ? { fetch: whyops.fetch } : {};

  const problems: string[] = [];
  const sdk = new WhyOps({
    apiKey: whyops.apiKey,
    agentName: AGENT,
    agentMetadata: {
      systemPrompt: 'You charge cards.',
      tools: [
        {
          name: 'charge_card',
          description: 'Charges the card on file.',
          inputSchema: '{"type":"object"}',
          outputSchema: '{"type":"object"}',
        },
      ],
    },
    proxyBaseUrl: whyops.proxyBaseUrl,
    analyseBaseUrl: whyops.analyseBaseUrl,
    ...doorFetch,
    onProblem: (problem) => problems.push(problem),
  });
  await sdk.initAgent();
  const trace = sdk.trace(TRACE);

  const charge = { amount: 4999, currency: 'usd' };
  whyops.model.reply({ toolCalls: [{ name: 'charge_card', arguments: charge }] }, ANSWER);
  const answer = await runAgent({
    api,
    stream,
    question: 'Charge my card for the order.',
    connect: (turn) => {
      const traceId = traceIdOf(turn);
      const root = rootOf(turn, whyops.proxyBaseUrl);
      return {
        model: modelOf(api),
        // Whoever goes straight to a provider has a key of the provider.
        apiKey: root.startsWith('https://api.') ? 'sk-own' : whyops.apiKey,
        root,
        headers: { 'X-Agent-Name': AGENT, ...(traceId !== null && { 'X-Trace-ID': traceId }) },
        ...doorFetch,
      };
    },
    chargeCard: async (given, id) => {
      const calls = [{ id, name: 'charge_card', arguments: given }];
      const spanId = await trace.toolCallRequest('charge_card', calls);
      const result = { receipt: 'r-1042' };
      await trace.toolCallResponse('charge_card', responseSpan ?? spanId, calls, result);
      return result;
    },
  });
  if (reportAnswer) await trace.llmResponse(modelOf(api), providerOf(api), answer);
  await sdk.close();
  await whyops.settled();

  expect(answer).toContain(ANSWER);
  expect(problems).toEqual([]);
  expect(whyops.model.unused).toEqual([]);
  expect(whyops.model.requests.map(({ route, stream: streamed }) => [route, streamed])).toEqual([
    [api, stream],
    [api, stream],
  ]);
  return whyops;
}

function findings(whyops: FakeWhyOps): string[] {
  const found = check(whyops.recording).findings.map(({ rule, kind }) => `${rule}:${kind}`);
  return [...new Set(found)].sort();
}

const MISTAKES: readonly {
  readonly title: string;
  readonly setting?: Partial<Setting>;
  readonly departures: Departures;
  readonly found: string[];
}[] = [
  {
    title: 'a fresh trace id for each call',
    departures: { traceIdOf: (turn) => (turn === 0 ? TRACE : `checkout-fresh-${turn}`) },
    found: ['stable-trace-id:tool-loop-in-two-traces'],
  },
  {
    title: 'the proxied answer reported by hand as well',
    departures: { reportAnswer: true },
    found: ['single-representation:proxied-and-manual'],
  },
  {
    title: 'a tool response with a span id of its own',
    departures: { responseSpan: 'span-of-my-own' },
    found: ['span-reuse:no-such-request'],
  },
  {
    title: 'the base URL overridden for one request',
    setting: { options: SELF_HOSTED },
    departures: { rootOf: (turn, proxy) => (turn === 1 ? 'https://proxy.whyops.com' : proxy) },
    found: ['single-base-url:hosted-service'],
  },
  {
    title: 'no trace header on any call',
    departures: { traceIdOf: () => null },
    found: ['trace-header:call-in-generated-trace'],
  },
];

/** A tool-calling agent of one framework: silent when traced as documented, and each mistake is found by its rule alone. */
export function describeAgent(framework: string, runAgent: RunAgent): void {
  describe.each(APIS)(`${framework}: an agent over %s`, (api) => {
    describe.each([{ stream: false }, { stream: true }])('stream: $stream', ({ stream }) => {
      test.each<Door>(['listen', 'fetch', 'msw'])('traced as documented, over %s: silent', async (door) => {
        const whyops = await play(runAgent, { api, stream, door });
        expect(findings(whyops)).toEqual([]);
        expect(whyops.recording.traces.flatMap(({ id }) => id ?? [])).toEqual([TRACE]);
        // Sorted: manual events are sent in the background, so that their order of arrival is open.
        expect(
          whyops
            .trace(TRACE)
            .events.map(({ eventType }) => eventType as string)
            .sort(),
        ).toEqual([
          'llm_response',
          'llm_response',
          'tool_call_request',
          'tool_call_response',
          'tool_result',
          'user_message',
        ]);
      });

      test.each(MISTAKES)('$title', async ({ setting, departures, found }) => {
        const whyops = await play(runAgent, { api, stream, ...setting }, departures);
        expect(findings(whyops)).toEqual(found);
      });

      test('no trace header on the second call', async () => {
        const whyops = await play(
          runAgent,
          { api, stream },
          { traceIdOf: (turn) => (turn === 0 ? TRACE : null) },
        );
        // The proxy signs the text of a streamed chat turn, also an empty one; the history then leads back to the trace.
        const signed = api === 'chat' && stream;
        expect(findings(whyops)).toEqual([`trace-header:${signed ? 'missing' : 'call-in-generated-trace'}`]);
      });

      test('a call straight to the provider, seen through msw', async () => {
        const provider = `https://api.${providerOf(api)}.com`;
        const whyops = await play(
          runAgent,
          { api, stream, door: 'msw' },
          { rootOf: (turn, proxy) => (turn === 1 ? provider : proxy) },
        );
        expect(findings(whyops)).toEqual(['single-base-url:straight-to-provider']);
      });
    });
  });
}
