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

/** `false` when the canonical texts of two values certainly differ; told without writing them. */
export function mayBeEqual(a: unknown, b: unknown): boolean {
  if (a === b || isUncommon(a) || isUncommon(b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b))
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, index) => mayBeEqual(item, b[index]))
    );
  for (const name in a) if (!mayBeEqual(a[name as keyof typeof a], b[name as keyof typeof b])) return false;
  for (const name in b) if (!(name in a)) return isUncommon(b[name as keyof typeof b]);
  return true;
}

/** What is no JSON, or is written otherwise than it is: only its text can be compared. */
function isUncommon(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return false;
    case 'number':
      return !Number.isFinite(value);
    case 'object':
      return value !== null && 'toJSON' in value;
    default:
      return true;
  }
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
