import { setTimeout as pause } from 'node:timers/promises';
import type { AgentInfo, ClientConfig } from './config.ts';
import type { Decisions } from './decisions.ts';
import { describe, post } from './transport.ts';

/** `registered`; `rejected`, the backend will not have this agent; `gone`, the client closed before it was known. */
export type Standing =
  | { readonly state: 'registered'; readonly agent: AgentInfo }
  | { readonly state: 'rejected'; readonly reason: string }
  | { readonly state: 'gone' };

/**
 * Registers the agent once for all who ask. While the backend is down it tries again in growing pauses, and those who need the
 * registration wait: an event that arrives before it makes the backend invent an agent version, and every trace that began
 * with that version is refused once the real one is registered.
 */
export class Registration {
  readonly #config: ClientConfig;
  readonly #decisions: Decisions;
  readonly #report: (problem: string) => void;
  readonly #closing = new AbortController();
  #standing: Promise<Standing> | undefined;

  constructor(config: ClientConfig, decisions: Decisions, report: (problem: string) => void) {
    this.#config = config;
    this.#decisions = decisions;
    this.#report = report;
  }

  standing(): Promise<Standing> {
    if (!this.#decisions.registerOnce) return this.#register();
    return (this.#standing ??= this.#register());
  }

  /** @returns `null` when it is not known within `limitMs`; the client goes on trying. */
  async standingWithin(limitMs: number): Promise<Standing | null> {
    const standing = this.standing();
    if (limitMs === Infinity) return standing;
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), limitMs);
    });
    const known = await Promise.race([standing, limit]);
    clearTimeout(timer);
    return known;
  }

  /** Ends the waiting: one last attempt is made by whoever waits. */
  close(): void {
    this.#closing.abort();
  }

  async #register(): Promise<Standing> {
    const { agentName, agentMetadata } = this.#config;
    for (let failures = 0; ;) {
      const closing = this.#closing.signal.aborted;
      const attempt = await post(this.#config, this.#decisions, '/entities/init', {
        agentName,
        metadata: agentMetadata,
      });
      if (this.#decisions.delivered(attempt) && isAgentInfo(attempt.body))
        return { state: 'registered', agent: attempt.body };
      if (this.#decisions.retryIn(attempt, 0) === null) {
        const reason = `The agent "${agentName}" was not registered: ${describe(attempt)}`;
        if (this.#decisions.reportRejection) this.#report(reason);
        return { state: 'rejected', reason };
      }
      const wait = this.#decisions.registerAgainIn(++failures);
      if (closing || wait === null) return { state: 'gone' };
      await pause(wait, undefined, { signal: this.#closing.signal }).catch(() => {});
    }
  }
}

function isAgentInfo(body: unknown): body is AgentInfo {
  return typeof (body as { agentId?: unknown } | null)?.agentId === 'string';
}
