import { plainLine } from './plain-text.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** One line of text for an element or a quoted attribute. */
export function escape(text: string): string {
  return plainLine(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** Line breaks and margins of a message stay. */
export function escapeLines(text: string): string {
  return text
    .split('\n')
    .map((line) => (/^ */.exec(line)?.[0] ?? '') + escape(line))
    .join('\n');
}
