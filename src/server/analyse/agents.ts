import { versionHash } from '../../protocol/agent-init.ts';
import type { Ids } from '../ids.ts';
import { storageFailure } from './refused.ts';
import { isKnown, type Owner } from './tenants.ts';

export interface AgentVersion {
  readonly id: string;
  readonly agent: Agent;
  readonly hash: string;
  readonly metadata: unknown;
  readonly createdAt: number;
  samplingRate: number;
  traces: number;
}

export interface Agent {
  readonly id: string;
  readonly name: string;
  readonly owner: Owner;
  readonly createdAt: number;
  readonly versions: AgentVersion[];
  /** Every span id that was stored, over all traces: the span limit counts them for ever. */
  readonly spans: Set<string>;
  traces: number;
}

/** The account has as many agents as it may have. */
export class AgentLimitReached extends Error {
  override readonly name = 'AgentLimitReached';
  constructor(max: number) {
    super(`Agent limit reached for account (max: ${max})`);
  }
}

/** The agents of the backend and their versions: a version for each metadata, the latest one counts. */
export class Agents {
  readonly #ids: Ids;
  readonly #now: () => number;
  readonly #perAccount: number;
  readonly #defaultRate: number;
  readonly #byName = new Map<string, Agent>();
  #lastOwner: Owner | undefined;
  #lastFound: Agent | undefined;
  readonly #byId = new Map<string, Agent>();
  readonly #perUser = new Map<string, number>();
  /** Environment, name and hash of every version: unique in the backend's table, over all users. */
  readonly #hashes = new Set<string>();

  constructor(options: { ids: Ids; now: () => number; perAccount: number; defaultRate: number }) {
    this.#ids = options.ids;
    this.#now = options.now;
    this.#perAccount = options.perAccount;
    this.#defaultRate = options.defaultRate;
  }

  find(owner: Owner, name: string): Agent | undefined {
    // Events come in runs of one agent.
    if (this.#lastFound && owner === this.#lastOwner && name === this.#lastFound.name) return this.#lastFound;
    this.#lastFound = this.#byName.get(nameKey(owner, name));
    this.#lastOwner = owner;
    return this.#lastFound;
  }

  byId(id: string): Agent | undefined {
    return this.#byId.get(id.toLowerCase());
  }

  latest(agent: Agent): AgentVersion {
    return agent.versions.at(-1)!;
  }

  /**
   * Registers metadata. It is compared with the latest version only: metadata of an older version runs into the
   * table's uniqueness, so a roll-back to it fails for ever.
   * @throws AgentLimitReached for a new name beyond the account's limit.
   * @throws Refused when the database would refuse the row.
   */
  register(owner: Owner, name: string, metadata: unknown): { version: AgentVersion; created: boolean } {
    const hash = versionHash(metadata);
    const known = this.find(owner, name);
    if (known && this.latest(known).hash === hash) return { version: this.latest(known), created: false };
    const uniqueness = JSON.stringify([owner.environmentId, name, hash]);
    if (!known && (this.#perUser.get(owner.userId) ?? 0) >= this.#perAccount) {
      throw new AgentLimitReached(this.#perAccount);
    }
    if (!isKnown(owner))
      throw storageFailure('insert or update on table "agents" violates foreign key constraint');
    if (this.#hashes.has(uniqueness)) {
      throw storageFailure('duplicate key value violates unique constraint');
    }
    this.#hashes.add(uniqueness);
    const agent = known ?? this.#add(owner, name);
    const version: AgentVersion = {
      id: this.#ids.uuid(),
      agent,
      hash,
      metadata,
      createdAt: this.#now(),
      samplingRate: this.#defaultRate,
      traces: 0,
    };
    agent.versions.push(version);
    return { version, created: true };
  }

  reset(): void {
    this.#lastFound = undefined;
    for (const map of [this.#byName, this.#byId, this.#perUser, this.#hashes]) map.clear();
  }

  #add(owner: Owner, name: string): Agent {
    const createdAt = this.#now();
    const agent: Agent = {
      id: this.#ids.uuid(),
      name,
      owner,
      createdAt,
      versions: [],
      spans: new Set(),
      traces: 0,
    };
    this.#byName.set(nameKey(owner, name), agent);
    this.#byId.set(agent.id, agent);
    this.#perUser.set(owner.userId, (this.#perUser.get(owner.userId) ?? 0) + 1);
    return agent;
  }
}

function nameKey({ userId, projectId, environmentId }: Owner, name: string): string {
  return `${userId} ${projectId} ${environmentId} ${name}`;
}
