/** The largest step that the backend can store (a 32-bit column); a larger one passes validation and is then lost. */
const LARGEST_STEP = 2147483647;

export function isStep(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= LARGEST_STEP;
}
