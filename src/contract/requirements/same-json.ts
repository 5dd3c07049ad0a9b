import { isDeepStrictEqual } from 'node:util';

/** Equal as JSON: absent and `undefined` are one, the order of members is none. */
export function sameJson(left: unknown, right: unknown): boolean {
  return isDeepStrictEqual(normalised(left), normalised(right));
}

function normalised(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
