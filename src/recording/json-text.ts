/** What `JSON.stringify` would change although `JSON.parse` can produce it: -0 and numbers too large for a double. */
const isUnwritable = (value: unknown): value is number =>
  typeof value === 'number' && (Object.is(value, -0) || !Number.isFinite(value));

const SPELLINGS = new Map<number, string>([
  [Infinity, '1e999'],
  [-Infinity, '-1e999'],
]);

/**
 * JSON text from which `JSON.parse` makes the same value again, given that it came from JSON. One line: JSON has no
 * raw line breaks (U+2028 stays as it is; lines are split on `\n` alone).
 */
export function jsonText(value: unknown): string {
  let unwritable = false;
  const plain = JSON.stringify(value, (_key, member: unknown) => {
    unwritable ||= isUnwritable(member);
    return member;
  });
  if (!unwritable) return plain;
  const marker = unusedIn(plain);
  const marked = JSON.stringify(value, (_key, member: unknown) =>
    isUnwritable(member) ? `${marker}${SPELLINGS.get(member) ?? '-0'}` : member,
  );
  return marked.replace(new RegExp(`"${marker}([^"]*)"`, 'g'), '$1');
}

function unusedIn(text: string): string {
  for (let count = 0; ; count += 1) {
    const marker = `number${count}:`;
    if (!text.includes(marker)) return marker;
  }
}
