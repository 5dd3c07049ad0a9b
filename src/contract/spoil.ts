/** What a driver puts into its argument objects right after each call, as an application does that uses them again. */
const ITEM = 'changed after the call';
const MEMBER = 'changedAfterTheCall';

/** Changes every list and object in place: a missing snapshot shows in what arrives. */
export function spoil(value: unknown): void {
  if (Array.isArray(value)) {
    value.forEach(spoil);
    value.push(ITEM);
  } else if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(spoil);
    (value as Record<string, unknown>)[MEMBER] = true;
  }
}

/** The value as it was before {@link spoil}, so that a missing snapshot fails its own requirement and no other. */
export function unspoilt(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== ITEM).map(unspoilt);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== MEMBER)
      .map(([name, item]) => [name, unspoilt(item)]),
  );
}
