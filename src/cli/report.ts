import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { Merger } from '../bulk/outcome.ts';
import { readParts } from '../bulk/part-text.ts';
import { InputError } from '../bulk/input-error.ts';
import { selectRules } from '../rules/check.ts';
import { type AcceptOptions, acceptedOutcome, withAcceptOptions } from './accept.ts';
import { CommandError, EXIT_CODES } from './exit-code.ts';
import { deliver, type OutputOptions, withOutputOptions } from './report-output.ts';

/** `whyops-testkit report merge`: one report from the parts of a check that was spread over processes or machines. */
export function reportCommand(): Command {
  const merge = new Command('merge')
    .description('merge the parts that check --partition or --partial wrote into one report')
    .argument('<parts...>', 'files with one part a line; - is standard input')
    .addHelpText('after', `\n${EXIT_CODES}`);
  withOutputOptions(withAcceptOptions(merge)).action(async (files: string[], options: MergeOptions) => {
    process.exitCode = await mergeParts(files, options);
  });
  return new Command('report').description('work with reports').addCommand(merge);
}

type MergeOptions = OutputOptions & AcceptOptions;

async function mergeParts(files: readonly string[], options: MergeOptions): Promise<number> {
  try {
    const { parts, rules } = readParts(files.map((file) => ({ file, text: readPart(file) })));
    const merger = new Merger(selectRules(rules));
    for (const part of parts) merger.add(part);
    return await deliver(await acceptedOutcome(merger, options), options);
  } catch (error) {
    if (error instanceof InputError) throw new CommandError(error.message);
    throw error;
  }
}

function readPart(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new CommandError(`${file}: there is no such file.`);
    throw new CommandError(`${file}: ${message}.`);
  }
}
