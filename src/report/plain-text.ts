/**
 * What must not reach a terminal or a report as it is: control characters (they move the cursor and change colours),
 * characters without width (the invisible signature) and marks that turn the reading direction.
 */
const INVISIBLE =
  /\u00ad|\u180e|[\u200b-\u200f\u2028-\u202e\u2060-\u206f]|[\ufe00-\ufe0f]|\ufeff|[\u{e0000}-\u{e007f}]/gu;
const CONTROL = /[\u0000-\u001f\u007f-\u009f\s]+/g;
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** In other texts, of visible ASCII and the marks that summaries add, there is nothing to clean. */
const UNCLEAN = /[^ -~→–…]| {2}|^ | $/;

/** One line of visible text: white space folded, what is invisible taken out. */
export function plainLine(text: string): string {
  if (!UNCLEAN.test(text)) return text;
  return text.replace(INVISIBLE, '').replace(CONTROL, ' ').replace(LONE_SURROGATE, '\ufffd').trim();
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;

/** Columns that a text takes in a terminal: two for each East Asian wide character and emoji. */
export function width(text: string): number {
  let columns = 0;
  for (const character of text) columns += WIDE.test(character) ? 2 : 1;
  return columns;
}

/** At most `columns` columns of a text, the last one an ellipsis where something was cut. Never cuts a character. */
export function clip(text: string, columns: number): string {
  if (text.length <= columns && width(text) <= columns) return text;
  if (columns < 1) return '';
  let kept = '';
  let taken = 0;
  for (const character of text) {
    const next = width(character);
    if (taken + next > columns - 1) break;
    kept += character;
    taken += next;
  }
  return `${kept.trimEnd()}…`;
}

/** A text filled up with blanks, or clipped, to exactly `columns` columns. */
export function fit(text: string, columns: number): string {
  const clipped = clip(text, columns);
  return clipped + ' '.repeat(Math.max(0, columns - width(clipped)));
}

/**
 * Breaks lines between words; what follows is indented by `indent` more than the line was. A word longer than a line
 * stays whole, so that ids can be copied.
 */
export function wrap(text: string, columns: number, indent = ''): string[] {
  if (width(text) <= columns) return [text];
  const margin = /^ */.exec(text)?.[0] ?? '';
  const lines: string[] = [];
  let line: string | undefined;
  for (const word of text.slice(margin.length).split(' ')) {
    if (line === undefined) line = margin + word;
    else if (width(line) + 1 + width(word) <= columns) line = `${line} ${word}`;
    else {
      lines.push(line);
      line = margin + indent + word;
    }
  }
  return [...lines, line ?? ''];
}
