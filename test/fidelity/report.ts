import { isDeepStrictEqual } from 'node:util';
import type { Played } from './play.ts';

export interface GroupResult {
  readonly group: string;
  readonly steps: number;
  readonly equal: number;
}

/** Equal in every value, and in the order of the keys of the answer: the database has an order of its own. */
export function isEqual({ expected, actual }: Played): boolean {
  const text = (step: unknown) => JSON.stringify((step as { body: unknown }).body);
  return isDeepStrictEqual(expected, actual) && text(expected) === text(actual);
}

/** Equal steps of each group, in the order of first appearance. */
export function summarise(played: readonly Played[]): GroupResult[] {
  const groups = new Map<string, { steps: number; equal: number }>();
  for (const step of played) {
    const group = groups.get(step.group) ?? { steps: 0, equal: 0 };
    group.steps += 1;
    if (isEqual(step)) group.equal += 1;
    groups.set(step.group, group);
  }
  return [...groups].map(([group, counts]) => ({ group, ...counts }));
}

/** A difference as lines: the path, what the backend gave (-) and what the fake gave (+). */
export function describeDifference({ id, expected, actual }: Played): string {
  return [id, ...differences('', expected, actual)].join('\n  ');
}

function differences(path: string, expected: unknown, actual: unknown): string[] {
  if (isDeepStrictEqual(expected, actual)) return [];
  if (isContainer(expected) && isContainer(actual) && Array.isArray(expected) === Array.isArray(actual)) {
    const keys = new Set([...Object.keys(expected), ...Object.keys(actual)]);
    return [...keys].flatMap((key) =>
      differences(`${path}/${key}`, (expected as Keyed)[key], (actual as Keyed)[key]),
    );
  }
  return [path, `- ${shown(expected)}`, `+ ${shown(actual)}`];
}

type Keyed = Readonly<Record<string, unknown>>;

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'absent';
  return text.length > 1000 ? `${text.slice(0, 1000)}… (${text.length} characters)` : text;
}
