import type { RecordedEvent } from '../recording/event.ts';
import type { Exchange } from '../recording/exchange.ts';
import { createFakeWhyOps, type FakeWhyOps } from '../server/fake.ts';
import type { FakeWhyOpsOptions } from '../server/options.ts';
import { type Driver, DriverBroken } from './driver.ts';
import type { Bypass, Outside } from './outside.ts';
import { unspoilt } from './spoil.ts';
import type { Answer, EventMethod, Hello, ModelCall, Provider, SdkConfig } from './protocol.ts';

/** Limits of waiting, in milliseconds. Nothing is ever waited for by sleeping: these only end what does not come. */
export interface Limits {
  /** For `hello`: interpreters and compilers need their time to start. */
  readonly hello: number;
  /** For the first call, which tells whether the driver is alive. */
  readonly smoke: number;
  /** For an ordinary message. */
  readonly message: number;
  /** For something to arrive at the fake after the driver replied, at SDKs that send in the background. */
  readonly arrival: number;
}

/**
 * `message` is generous: an SDK that tries to register four times on two URLs before each event is slow, and on a busy machine
 * very slow, but not dead. `bounded-blocking` is the requirement that judges slowness.
 */
export const LIMITS: Limits = { hello: 60_000, smoke: 20_000, message: 60_000, arrival: 6_000 };

/** Everything that was seen in a scene, as plain data: what requirements are judged by. */
export interface Seen {
  /** In the order in which the calls were made. */
  readonly answers: readonly Answer[];
  readonly exchanges: readonly Exchange[];
  /** Every event that was sent, stored or not. */
  readonly events: readonly RecordedEvent[];
  readonly bypasses: readonly Bypass[];
  /** What the driver wrote to stderr meanwhile; of use only in a scene with a driver of its own. */
  readonly stderr: string;
  readonly unusedFaults: number;
}

/** How scenarios are generated. */
export interface Generation {
  readonly runs: number;
  readonly seed: number;
  /** Goes straight to one scenario. */
  readonly path?: string;
}

/** Opens scenes: each has a fake and a client of its own, so that scenes run side by side. */
export class Stage {
  readonly hello: Hello;
  readonly limits: Limits;
  readonly generation: Generation;
  /** The command of the driver; `null` in process. */
  readonly command: readonly string[] | null;
  readonly #driver: Driver;
  readonly #outside: Outside;
  readonly #nextClient: () => string;
  readonly #scenes: Scene[] = [];
  #over = false;

  constructor(parts: {
    hello: Hello;
    driver: Driver;
    outside: Outside;
    limits: Limits;
    generation: Generation;
    command: readonly string[] | null;
    nextClient: () => string;
  }) {
    this.hello = parts.hello;
    this.limits = parts.limits;
    this.generation = parts.generation;
    this.command = parts.command;
    this.#driver = parts.driver;
    this.#outside = parts.outside;
    this.#nextClient = parts.nextClient;
  }

  async scene(options: SceneOptions = {}): Promise<Scene> {
    return this.#open(this.#driver, options);
  }

  /** Requests of the driver to hosts it was not given, in whichever scene. */
  get foreign(): readonly Bypass[] {
    return this.#outside.foreign;
  }

  /** A scene with a driver of its own: what it logs belongs to this scene alone, and it may be made to exit. */
  async sceneWithOwnDriver(options: SceneOptions = {}): Promise<Scene> {
    const driver = this.#driver.fork();
    await driver.send({ op: 'hello', protocol: 1 }, this.limits.hello);
    return this.#open(driver, options);
  }

  /**
   * Closes the fakes of every scene. Only when the driver is gone: a client that goes on trying would otherwise meet the next
   * fake that gets the same port.
   */
  async strike(): Promise<void> {
    this.#over = true;
    for (const scene of this.#scenes) {
      if (scene.driver !== this.#driver) await scene.driver.exit(1_000);
      await scene.whyops.close();
    }
  }

  /** Nothing more will come of this run: ends the drivers of single scenes, so that nobody waits for them. */
  abandon(): void {
    this.#over = true;
    for (const { driver } of this.#scenes) if (driver !== this.#driver) void driver.exit(0);
  }

  async #open(driver: Driver, options: SceneOptions): Promise<Scene> {
    const whyops = createFakeWhyOps(options.fake);
    await whyops.listen();
    // Whoever opens a scene after the end would leave it open for good.
    if (this.#over) {
      if (driver !== this.#driver) await driver.exit(0);
      await whyops.close();
      throw new DriverBroken('The run is over.');
    }
    const id = this.#nextClient();
    const scene = new Scene(id, whyops, driver, this.#outside, this.limits, this.hello);
    this.#scenes.push(scene);
    await scene.construct(options.config);
    return scene;
  }
}

export interface SceneOptions {
  readonly fake?: FakeWhyOpsOptions;
  /** Changes the client's configuration. */
  readonly config?: (config: SdkConfig) => SdkConfig;
}

/** One fake and one client. */
export class Scene {
  readonly id: string;
  readonly whyops: FakeWhyOps;
  readonly driver: Driver;
  readonly page: string;
  /** What the driver answered to `client`. */
  constructed: Answer = { timedOutAfterMs: 0 };
  readonly #outside: Outside;
  readonly #limits: Limits;
  readonly #hello: Hello;
  readonly #answers: Answer[] = [];
  readonly #stderrBefore: number;

  constructor(
    id: string,
    whyops: FakeWhyOps,
    driver: Driver,
    outside: Outside,
    limits: Limits,
    hello: Hello,
  ) {
    this.id = id;
    this.whyops = whyops;
    this.driver = driver;
    this.#outside = outside;
    this.#limits = limits;
    this.#hello = hello;
    this.page = outside.of(id).page;
    this.#stderrBefore = driver.stderr.length;
  }

  async construct(change: (config: SdkConfig) => SdkConfig = (config) => config): Promise<void> {
    const config = change({
      apiKey: this.whyops.apiKey,
      agentName: 'contract-agent',
      agentMetadata: AGENT_METADATA,
      proxyBaseUrl: this.whyops.proxyBaseUrl,
      analyseBaseUrl: this.whyops.analyseBaseUrl,
    });
    this.constructed = await this.driver.send(
      { op: 'client', client: this.id, config },
      this.#limits.message,
    );
  }

  initAgent(limitMs = this.#limits.message): Promise<Answer> {
    return this.#keep(this.driver.send({ op: 'initAgent', client: this.id }, limitMs));
  }

  /** Calls a trace method. Awaited it is a sequential program, un-awaited a concurrent one. */
  call(
    method: EventMethod,
    args: Readonly<Record<string, unknown>>,
    options: Readonly<Record<string, unknown>> = {},
    { traceId = 't1', limitMs = this.#limits.message }: { traceId?: string; limitMs?: number } = {},
  ): Promise<Answer> {
    return this.#keep(
      this.driver.send({ op: 'event', client: this.id, traceId, method, args, options }, limitMs),
    );
  }

  /** Says something on a trace: the plainest event there is. */
  say(
    text: string,
    traceId = 't1',
    options: Readonly<Record<string, unknown>> = {},
    limitMs = this.#limits.message,
  ): Promise<Answer> {
    return this.call('userMessage', { messages: [{ role: 'user', content: text }] }, options, {
      traceId,
      limitMs,
    });
  }

  model(
    provider: Provider,
    change: Partial<Pick<ModelCall, 'traceId' | 'request' | 'derived' | 'providerKey'>> = {},
  ): Promise<Answer> {
    const call: ModelCall = {
      provider,
      traceId: change.traceId ?? 't1',
      request: { ...MODEL_REQUESTS[provider], ...change.request },
      providerKey: change.providerKey ?? this.whyops.apiKey,
      providerBaseUrl: this.#outside.of(this.id)[provider],
      ...(change.derived === undefined ? {} : { derived: change.derived }),
    };
    return this.#keep(this.driver.send({ op: 'model', client: this.id, ...call }, this.#limits.message));
  }

  close(): Promise<Answer> {
    return this.driver.send({ op: 'close', client: this.id }, this.#limits.message);
  }

  /**
   * Waits until `enough` holds, for as long as an arrival may take. Whatever arrives begins that time anew: a slow machine must
   * not pass for an SDK that lost something. @returns whether it came to hold.
   */
  async until(enough: (seen: Seen) => boolean, limitMs = this.#limits.arrival): Promise<boolean> {
    if (enough(this.#live())) return true;
    const end = performance.now() + this.#limits.message;
    return new Promise((resolve) => {
      const done = (held: boolean) => {
        clearTimeout(timer);
        stop();
        resolve(held);
      };
      let begun = performance.now();
      const beginAnew = () => {
        begun = performance.now();
        timer.refresh();
      };
      const timer = setTimeout(() => {
        // This process stood still itself, and has not seen yet what arrived meanwhile.
        const late = performance.now() - begun > limitMs + 250;
        if (late && performance.now() < end) beginAnew();
        else done(false);
      }, limitMs);
      const stop = this.whyops.onChange(() => {
        if (enough(this.#live())) done(true);
        else if (performance.now() < end) beginAnew();
      });
    });
  }

  /**
   * Ends what a fault left hanging: closes every connection, and answers as usual from now on. The ports stay, so that nobody
   * else's fake gets what the client sends again.
   */
  async letGo(): Promise<void> {
    const [proxyPort, analysePort] = [this.whyops.proxyBaseUrl, this.whyops.analyseBaseUrl].map((url) =>
      Number(new URL(url).port),
    );
    this.whyops.faults.reset();
    await this.whyops.close();
    await this.whyops.listen({ proxyPort: proxyPort!, analysePort: analysePort! });
  }

  /** Waits until stderr holds a line that matches. */
  async untilLogged(pattern: RegExp, limitMs = 1_000): Promise<boolean> {
    const logged = () => pattern.test(this.#stderr());
    if (logged()) return true;
    return new Promise((resolve) => {
      const done = (result: boolean) => {
        clearTimeout(timer);
        stop();
        resolve(result);
      };
      const timer = setTimeout(() => done(logged()), limitMs);
      const stop = this.driver.onStderr(() => logged() && done(true));
    });
  }

  /** Waits for `enough` or for a line on stderr, whichever comes first. @returns whether anything was logged since `mark`. */
  async untilReaction(enough: (seen: Seen) => boolean, mark: number, limitMs = 3_000): Promise<boolean> {
    const logged = () => this.#stderr().length > mark;
    let stop = () => {};
    const reaction = new Promise<void>((resolve) => {
      stop = this.driver.onStderr(resolve);
    });
    if (!logged()) await Promise.race([this.until(enough, limitMs), reaction]);
    stop();
    return logged();
  }

  /** Lets everything arrive: waits for `enough`, flushes the client where it can, and until the fake is at rest. */
  async seen(enough: (seen: Seen) => boolean = () => true): Promise<Seen> {
    await this.until(enough);
    if (this.#hello.capabilities.includes('close')) await this.close();
    // A fake that does not come to rest is judged by what arrived.
    await this.whyops.settled({ timeout: this.#limits.arrival }).catch(() => {});
    return this.now();
  }

  /** How much the driver has written to stderr in this scene. */
  get logged(): number {
    return this.#stderr().length;
  }

  /** What was seen so far, copied, without what the driver put into its arguments after the calls. */
  now(): Seen {
    const seen = this.asItArrived();
    return {
      ...seen,
      exchanges: seen.exchanges.map((exchange) => ({ ...exchange, request: unspoilt(exchange.request) })),
      events: seen.events.map((event) => ({
        ...event,
        content: unspoilt(event.content),
        metadata: unspoilt(event.metadata) as typeof event.metadata,
      })),
    };
  }

  asItArrived(): Seen {
    const { answers, exchanges, events, bypasses, stderr, unusedFaults } = this.#live();
    return {
      answers: [...answers],
      exchanges: exchanges.map(copyOf),
      events: events.map((event) => ({ ...event })),
      bypasses: [...bypasses],
      stderr,
      unusedFaults,
    };
  }

  #live(): Seen {
    const { exchanges, events } = this.whyops.recording;
    return {
      answers: this.#answers,
      exchanges,
      events,
      bypasses: this.#outside.bypassesOf(this.id),
      stderr: this.#stderr(),
      unusedFaults: this.whyops.faults.unused.length,
    };
  }

  #stderr(): string {
    return this.driver.stderr.slice(this.#stderrBefore);
  }

  async #keep(pending: Promise<Answer>): Promise<Answer> {
    const index = this.#answers.length;
    this.#answers.push({ timedOutAfterMs: 0 });
    const answer = await pending;
    this.#answers[index] = answer;
    return answer;
  }
}

/** A live exchange computes some members when they are asked for; a copy has them all. */
function copyOf(exchange: Exchange): Exchange {
  return { ...exchange, headers: { ...exchange.headers }, credentials: [...exchange.credentials] };
}

export const AGENT_METADATA: SdkConfig['agentMetadata'] = {
  systemPrompt: 'You help with orders.',
  description: 'Answers questions about orders.',
  tools: [
    {
      name: 'search',
      description: 'Finds orders.',
      inputSchema: '{"type":"object","properties":{"query":{"type":"string"}}}',
      outputSchema: '{"type":"object"}',
    },
  ],
};

const MODEL_REQUESTS: Readonly<Record<Provider, Readonly<Record<string, unknown>>>> = {
  openai: { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Where is my order?' }] },
  anthropic: {
    model: 'claude-sonnet-5-5',
    max_tokens: 64,
    messages: [{ role: 'user', content: 'Where is my order?' }],
  },
};
