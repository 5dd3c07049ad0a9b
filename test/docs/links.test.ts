import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

const pages = ['README.md', 'eslint-plugin/README.md', ...list('docs'), ...list('docs/rules')];

function list(folder: string): string[] {
  const names = readdirSync(join(root, folder)).filter((name) => name.endsWith('.md'));
  return names.map((name) => `${folder}/${name}`);
}

/** Local links of a page, relative to the root. */
function targetsOf(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8');
  const targets = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, target]) => target as string);
  return targets.filter((target) => !/^[a-z]+:/.test(target)).map((target) => join(dirname(page), target));
}

test.each(pages)('the links of %s lead somewhere', (page) => {
  expect(targetsOf(page).filter((target) => !existsSync(join(root, target)))).toEqual([]);
});

// A reader of the published package has no repository.
test('what the published pages link to is published with them', () => {
  const { files, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    files: string[];
    exports: Record<string, string>;
  };
  const isPublished = (path: string) => files.some((one) => path === one || path.startsWith(`${one}/`));
  const published = pages.filter(isPublished);
  expect(published).toContain('docs/recipes.md');
  const missing = published.flatMap(targetsOf).filter((target) => !isPublished(target));
  // The plugin is a package of its own, and has its page with it.
  expect(missing.filter((target) => !target.startsWith('eslint-plugin/'))).toEqual([]);
  expect(existsSync(join(root, exports['./report.schema.json']!))).toBe(true);
});
