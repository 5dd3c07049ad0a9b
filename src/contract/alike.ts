import type { Requirement } from './requirement.ts';

/** The ids that begin with the same word as one that does not exist, for its error: ` Alike: …` or nothing. */
export function alike(id: unknown, requirements: readonly Requirement[]): string {
  const [first] = String(id ?? '').split('-');
  const found = requirements.map((known) => known.id).filter((known) => first && known.startsWith(first));
  return found.length > 0 ? ` Alike: ${found.join(', ')}.` : '';
}
