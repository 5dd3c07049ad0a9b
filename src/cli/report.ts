import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { Merger } from '../bulk/outcome.ts';
import { readParts } from '../bulk/part-text.ts';
import { InputError } from '../bulk/read-input.ts';
import { selectRules } from '../rules/check.ts';
import type { Ignore } from '../rules/report.ts';
import { parseIgnore } from './check.ts';
import { CommandError } from './exit-code.ts';
import { deliver, type OutputOptions, withOutputOptions } from './report-output.ts';

/** `whyops-testkit report merge`: one report from the parts of a check that was spread over processes or machines. */
export function reportCommand(): Command {
  const merge = new Command('merge')
    .description('merge the parts that check --partition or --partial wrote into one report')
    .argument('<parts...>', 'files with one part a line; - is standard input')
    .addOption(new Option('--ignore <rule=reason>', 'as for check').argParser(parseIgnore));
  withOutputOptions(merge).action((files: string[], options: OutputOptions & { ignore?: Ignore[] }) => {
    process.exitCode = mergeParts(files, options);
  });
  return new Command('report').description('work with reports').addCommand(merge);
}

function mergeParts(files: readonly string[], options: OutputOptions & { ignore?: Ignore[] }): number {
  try {
    const { parts, rules } = readParts(
      files.map((file) => ({ file, text: readFileSync(file === '-' ? 0 : file, 'utf8') })),
    );
    const merger = new Merger(selectRules(rules));
    for (const part of parts) merger.add(part);
    return deliver(merger.finish(options.ignore), options);
  } catch (error) {
    if (error instanceof InputError) throw new CommandError(error.message);
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new CommandError(`${(error as NodeJS.ErrnoException).path}: there is no such file.`);
    throw error;
  }
}
