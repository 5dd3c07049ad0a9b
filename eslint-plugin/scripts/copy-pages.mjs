/** Puts the page of each rule beside the compiled rules: `meta.docs.url` leads there. */
import { copyFile, mkdir, readdir } from 'node:fs/promises';

const plugin = new URL('../', import.meta.url);
const target = new URL('dist/docs/rules/', plugin);
await mkdir(target, { recursive: true });
const rules = (await readdir(new URL('src/rules/', plugin))).filter((name) => name !== 'index.ts');
await Promise.all(
  rules.map((name) => {
    const page = name.replace(/\.ts$/, '.md');
    return copyFile(new URL(`../docs/rules/${page}`, plugin), new URL(page, target));
  }),
);
