import { Command, Option } from 'commander';
import { wrap } from '../report/plain-text.ts';
import { rules } from '../rules/index.ts';
import { docsPage } from '../rules/message.ts';

/** `whyops-testkit rules`: what is checked. */
export function rulesCommand(): Command {
  return new Command('rules')
    .description('list the rules, what each demands and what it reports')
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'))
    .action(({ format }: { format: string }) => {
      process.stdout.write(format === 'json' ? asJson() : asText());
    });
}

function asText(): string {
  const blocks = rules.map(({ id, statement, kinds }) =>
    [
      id,
      ...wrap(`  ${statement}`, 80),
      ...Object.entries(kinds).flatMap(([kind, { tier, summary }]) =>
        wrap(`    ${tier === 'E' ? 'error  ' : 'warning'} ${kind}: ${summary}`, 80, '        '),
      ),
    ].join('\n'),
  );
  return `${blocks.join('\n\n')}\n\nMore about one: whyops-testkit explain RULE\n`;
}

function asJson(): string {
  const listed = rules.map(({ id, statement, kinds }) => ({
    id,
    statement,
    docs: docsPage(id),
    kinds: Object.entries(kinds).map(([kind, { tier, summary }]) => ({ kind, tier, summary })),
  }));
  return `${JSON.stringify(listed, null, 2)}\n`;
}
