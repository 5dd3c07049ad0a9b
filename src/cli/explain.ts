import { readdirSync, readFileSync } from 'node:fs';
import { Command } from 'commander';
import { noSuch } from '../rules/no-such.ts';
import { CommandError } from './exit-code.ts';

/** The pages are part of the package; this file is two folders below its root, as source and built. */
const PAGES = new URL('../../docs/rules/', import.meta.url);

/** `whyops-testkit explain RULE`: the page of a rule, from the package itself. */
export function explainCommand(): Command {
  return new Command('explain')
    .description('print the page of a rule: what, why, how to fix')
    .argument('<rule>', 'the id of a rule, for instance span-reuse')
    .action((rule: string) => {
      process.stdout.write(page(rule));
    });
}

function page(rule: string): string {
  const known = readdirSync(PAGES)
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .map((name) => name.slice(0, -'.md'.length));
  // Looked up in the list first: the name is a file name, and must not lead elsewhere.
  if (!known.includes(rule)) throw new CommandError(noSuch('rule', rule, known));
  return readFileSync(new URL(`${rule}.md`, PAGES), 'utf8');
}
