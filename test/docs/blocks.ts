import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

/** The pages that a reader copies from. Those of the rules are linted by the tests of the plugin. */
export const PAGES = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

export interface Block {
  /** Where it begins, as `README.md:36`. */
  readonly place: string;
  readonly code: string;
}

/** Every fenced block in one language. */
export function blocks(language: string): Block[] {
  return PAGES.flatMap((page) => {
    const text = readFileSync(join(ROOT, page), 'utf8');
    const found = text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'));
    return [...found].map(({ 1: code = '', index }) => ({
      place: `${page}:${text.slice(0, index).split('\n').length}`,
      code,
    }));
  });
}
