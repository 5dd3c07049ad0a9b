/** JSON text that is equal for equal values, however their members are ordered. */
export function canonical(value: unknown): string {
  if (isOrdered(value)) return JSON.stringify(value) ?? 'undefined';
  return (
    JSON.stringify(value, (_key, member: unknown) =>
      isPlainObject(member)
        ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
        : member,
    ) ?? 'undefined'
  );
}

/** Whether all members stand in order already, as in most tool arguments: there is nothing to sort then. */
function isOrdered(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) {
    for (const item of value) if (!isOrdered(item)) return false;
    return true;
  }
  let previous = '';
  for (const name in value) {
    // Numbers as names stand first whatever the order.
    if (name < previous || (name.charCodeAt(0) <= 0x39 && name.charCodeAt(0) >= 0x30)) return false;
    if (!isOrdered((value as Record<string, unknown>)[name])) return false;
    previous = name;
  }
  return true;
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
