import type OpenAI from 'openai';
import type { ClientConfig, WhyOps } from '../client/index.ts';
import type { RuleId } from '../rules/rule-id.ts';
import type { FakeWhyOps } from '../server/fake.ts';
import type { FakeWhyOpsOptions } from '../server/options.ts';

/** What a scene has to play with: a fake of its own and real clients that point at it. */
export interface Stage {
  readonly whyops: FakeWhyOps;
  /** The OpenAI package's client class. */
  readonly OpenAI: typeof OpenAI;
  /** A client that reports events by hand, constructed once. */
  readonly sdk: WhyOps;
  readonly newSdk: (overrides?: Partial<ClientConfig>) => WhyOps;
}

/** One short program: documented and correct, or with one of the common mistakes. */
export interface Scene {
  readonly title: string;
  /** The rule that must find the mistake; absent in correct scenes, which must have no finding. */
  readonly mistake?: RuleId;
  readonly options?: FakeWhyOpsOptions;
  /** Play it in memory, at the addresses of `options`, instead of over a socket. */
  readonly inMemory?: boolean;
  readonly play: (stage: Stage) => Promise<void>;
}

export const AGENT = 'customer-support-agent';

/** The tool of the documented example. */
export const CHARGE = [{ name: 'charge_card', arguments: { amount: 4999, currency: 'usd' } }] as const;

/** The tool itself: what it does is of no concern here. */
export function chargeCard(): { receipt: string } {
  return { receipt: 'r-1042' };
}

/** An OpenAI client patched the way that works with every version: headers and base URL in the constructor. */
export function proxied({ whyops, OpenAI: Client }: Stage, traceId: string | null): OpenAI {
  return new Client({
    apiKey: whyops.apiKey,
    baseURL: `${whyops.proxyBaseUrl}/v1`,
    fetch: whyops.fetch,
    defaultHeaders: {
      'X-Agent-Name': AGENT,
      ...(traceId !== null && { 'X-Trace-ID': traceId, 'X-Thread-ID': traceId }),
    },
    maxRetries: 0,
  });
}

/** One model turn through a client. */
export async function ask(
  client: OpenAI,
  question: string,
  history: OpenAI.ChatCompletionMessageParam[] = [],
) {
  return client.chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [...history, { role: 'user', content: question }],
  });
}
