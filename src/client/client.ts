import type { AgentInfo, ClientConfig } from './config.ts';
import { CORRECT, type Decisions } from './decisions.ts';
import { Outbox } from './outbox.ts';
import { Registration } from './registration.ts';
import { Trace } from './trace.ts';

/** How long `initAgent` waits, in milliseconds: telemetry must not hold up the agent. */
const PATIENCE = 4_000;

/** What a provider client is constructed with so that its calls go through the proxy: `new OpenAI(whyops.openai('t1'))`. */
export interface ProviderOptions {
  readonly baseURL: string;
  readonly apiKey: string;
  readonly defaultHeaders: Record<string, string>;
  readonly fetch: typeof fetch;
}

/**
 * The reference client: the smallest SDK that meets every requirement of the contract. It shows how, and proves that the
 * contract can be met; it is not the official SDK.
 */
export class WhyOps {
  readonly #config: ClientConfig;
  readonly #decisions: Decisions;
  readonly #registration: Registration;
  readonly #outbox: Outbox;

  /** @internal the second parameter is for the tests of the contract. */
  constructor(config: ClientConfig, decisions: Decisions = CORRECT) {
    this.#config = config;
    this.#decisions = decisions;
    const report = (problem: string) => this.#report(problem);
    this.#registration = new Registration(config, decisions, report);
    this.#outbox = new Outbox(config, decisions, this.#registration, report);
  }

  /**
   * Registers the agent.
   *
   * @returns `null` when the backend refused it (the reason went to `onProblem`) or has not answered yet; then the client
   *   goes on trying.
   */
  async initAgent(): Promise<AgentInfo | null> {
    const standing = await this.#registration.standingWithin(PATIENCE);
    return standing?.state === 'registered' ? standing.agent : null;
  }

  trace(id: string): Trace {
    const accept = (event: Parameters<Outbox['add']>[0]) => {
      const delivered = this.#outbox.add(event);
      return this.#decisions.deliverInBackground ? Promise.resolve() : delivered;
    };
    return new Trace(id, this.#config.agentName, this.#decisions, accept, (problem) => this.#report(problem));
  }

  /** Options for `new OpenAI(…)`. `own` is what the application would have given it; its key never leaves the process. */
  openai(traceId: string, own: { apiKey?: string } = {}): ProviderOptions {
    return this.#provider(this.#decisions.openaiBaseUrl(this.#config), traceId, own.apiKey);
  }

  /** Options for `new Anthropic(…)`. */
  anthropic(traceId: string, own: { apiKey?: string } = {}): ProviderOptions {
    return this.#provider(this.#decisions.anthropicBaseUrl(this.#config), traceId, own.apiKey);
  }

  /** Sends what is left and lets go of everything. */
  async close(): Promise<void> {
    this.#registration.close();
    if (this.#decisions.flushOnClose) await this.#outbox.flush();
  }

  #provider(baseURL: string, traceId: string, own: string | undefined): ProviderOptions {
    return {
      baseURL,
      apiKey: this.#decisions.proxyKey(this.#config, own),
      defaultHeaders: this.#decisions.proxyHeaders(this.#config, traceId),
      fetch: async (input, init) => {
        await this.#registration.standingWithin(this.#decisions.registrationLimit.models);
        return (this.#config.fetch ?? fetch)(input, init);
      },
    };
  }

  #report(problem: string): void {
    const text = this.#decisions.problem(problem, this.#config);
    if (text === null) return;
    if (this.#config.onProblem) this.#config.onProblem(text);
    else console.warn(`[whyops] ${text}`);
  }
}
