import type { KeyState } from '../../src/server/options.ts';

/** The keys that the recordings name as `<KEY:tag>`. */
export const MAIN_KEY = 'whyops_main_key';

const TAGS: Readonly<Record<string, { readonly key: string; readonly state: KeyState }>> = {
  main: { key: MAIN_KEY, state: 'valid' },
  anthropic: { key: 'whyops_anthropic_key', state: 'valid' },
  yops: { key: 'YOPS-key', state: 'valid' },
  expired: { key: 'whyops_expired_key', state: 'expired' },
  revoked: { key: 'whyops_revoked_key', state: 'revoked' },
  inactiveproj: { key: 'whyops_inactive_project_key', state: 'inactive-project' },
};

export const KEYS: Readonly<Record<string, KeyState>> = Object.fromEntries(
  Object.values(TAGS).map(({ key, state }) => [key, state]),
);

/** Puts real keys where a recording has tags. */
export function withKeys(text: string): string {
  return text.replace(/<KEY:(\w+)>/g, (_, tag: string) => {
    const known = TAGS[tag];
    if (!known)
      throw new Error(`the recordings name a key "${tag}" that test/fidelity/keys.ts does not know`);
    return known.key;
  });
}
