/** Columns of a message, as wide as a small terminal. */
export const COLUMNS = 80;

/** What readers search for stays whole: a UUID in quotes, also with a word before it. */
export const LONGEST_NAME = 48;

/** `text` in at most `length` characters, its end replaced by `…`. Never cuts a character in two. */
export function clip(text: string, length = 40): string {
  if (text.length <= length) return text;
  const cut = text.slice(0, length - 1);
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

/** A name as the user wrote it, in quotes, control characters escaped. */
export function quote(text: unknown, length = LONGEST_NAME): string {
  return clip(JSON.stringify(typeof text === 'string' ? text : String(text)), length);
}

/** Breaks at blanks so that a line fits in {@link COLUMNS}, where it can; the lines after the first are indented. */
export function wrap(text: string, indent = ''): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length <= COLUMNS || line.trim() === '') line = longer;
    else {
      lines.push(line);
      line = indent + word;
    }
  }
  return [...lines, line].join('\n');
}
