import type { RequestHeaders } from './open-exchange.ts';
import type { KeyState } from './options.ts';

/** Who a key belongs to. One account, one project, one environment: the fake plays one tenant. */
export interface Identity {
  readonly userId: string;
  readonly projectId: string;
  readonly environmentId: string;
  readonly providerId: string;
  readonly key: string;
}

export const TENANT = {
  userId: '00000000-0000-4000-8000-000000000001',
  projectId: '00000000-0000-4000-8000-000000000011',
  environmentId: '00000000-0000-4000-8000-000000000021',
  providerId: '00000000-0000-4000-8000-000000000031',
} as const;

/** Why a request is not let in, in the proxy's words; `null` where no key came at all. */
export type Refusal =
  | 'Invalid API key format'
  | 'Invalid API key'
  | 'API key expired'
  | 'Project is not active'
  | 'Environment is not active'
  | null;

/** The answer to a key. */
export type Admission = { readonly identity: Identity } | { readonly refusal: Refusal };

const REFUSALS: Readonly<Record<Exclude<KeyState, 'valid'>, NonNullable<Refusal>>> = {
  expired: 'API key expired',
  revoked: 'Invalid API key',
  'inactive-project': 'Project is not active',
  'inactive-environment': 'Environment is not active',
};

/** The key of a request: a Bearer token, else `X-API-Key`. A bad Bearer token is not retried with the other header. */
export function keyOf(headers: RequestHeaders): string | null {
  const authorization = headers.get('authorization');
  if (authorization?.startsWith('Bearer ')) return authorization.slice('Bearer '.length).trim();
  return headers.get('x-api-key')?.trim() || null;
}

export class Keys {
  readonly #states: ReadonlyMap<string, KeyState>;
  /** What a key is answered with, made once: every request asks. */
  readonly #admissions = new Map<string, Admission>();

  constructor(apiKey: string, further: Readonly<Record<string, KeyState>> = {}) {
    this.#states = new Map([...Object.entries(further), [apiKey, 'valid']]);
    for (const [key, state] of this.#states) this.#admissions.set(key, admission(key, state));
  }

  /** Whether the fake was told of this key, in whatever state. */
  knows(key: string): boolean {
    return this.#states.has(key);
  }

  authenticate(headers: RequestHeaders): Admission {
    const key = keyOf(headers);
    if (!key) return { refusal: null };
    return this.#admissions.get(key) ?? admission(key, undefined);
  }
}

function admission(key: string, state: KeyState | undefined): Admission {
  if (!key.startsWith('whyops_') && !key.startsWith('YOPS-')) return { refusal: 'Invalid API key format' };
  if (!state) return { refusal: 'Invalid API key' };
  return state === 'valid' ? { identity: { ...TENANT, key } } : { refusal: REFUSALS[state] };
}
