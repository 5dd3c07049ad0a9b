/** `npm run docs -w eslint-plugin-whyops`: writes the parts of the documentation that are made from the code. */
import { readFile, writeFile } from 'node:fs/promises';
import { rules } from '../../src/rules/index.ts';
import { ruleSection, rulesTable, section, settingsTable } from './tables.ts';

const root = new URL('../../../', import.meta.url);

async function rewrite(file: string, name: string, content: string): Promise<void> {
  const url = new URL(file, root);
  const text = await readFile(url, 'utf8');
  if (section(text, name) === null)
    throw new Error(`${file} has no "<!-- ${name} -->" and its end: add both marks.`);
  const start = `<!-- ${name} -->`;
  const end = `<!-- /${name.split(':')[0]} -->`;
  const from = text.indexOf(start) + start.length;
  await writeFile(url, `${text.slice(0, from)}\n\n${content}\n\n${text.slice(text.indexOf(end, from))}`);
}

for (const id of Object.keys(rules) as (keyof typeof rules)[]) {
  await rewrite(`docs/rules/${id}.md`, `rule: ${id}`, ruleSection(id));
}
await rewrite('eslint-plugin/README.md', 'rules', rulesTable());
await rewrite('eslint-plugin/README.md', 'settings', settingsTable());
