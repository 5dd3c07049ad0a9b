import { readFileSync, writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { DriverBroken } from '../contract/driver.ts';
import {
  type ExpectedFailures,
  parseExpected,
  UnusableExpectations,
  updatedExpected,
} from '../contract/expected.ts';
import { CONTRACT_FORMATS, type ContractFormat, formatContract } from '../contract/format/index.ts';
import { exitCode } from '../contract/report.ts';
import { REQUIREMENTS } from '../contract/requirements/index.ts';
import { runContract, selectRequirements } from '../contract/run.ts';
import { CommandError, EXIT } from './exit-code.ts';

interface Given {
  readonly expected?: string;
  readonly updateExpected?: boolean;
  readonly runs?: number;
  readonly seed?: number;
  readonly path?: string;
  readonly only?: readonly string[];
  readonly format: ContractFormat;
  readonly strict?: boolean;
}

/** `whyops-testkit contract -- DRIVER…`: holds an SDK in any language to the contract. */
export function contractCommand(): Command {
  return new Command('contract')
    .description('hold a WhyOps SDK, in any language, to the contract')
    .usage('[options] -- <driver...>')
    .argument('[driver...]', 'the command that starts the driver, after --')
    .option(
      '--expected <file>',
      'known failures, each with a reason; one that does not fail any more fails the run',
    )
    .option('--update-expected', 'write the failures of this run to the --expected file')
    .option('--runs <n>', 'how many generated scenarios to try (default 20)', wholeNumberFrom(1))
    .option('--seed <n>', 'repeat the generated scenarios of an earlier run', wholeNumberFrom(0))
    .option('--path <path>', 'go straight to one generated scenario, with its --seed')
    .option('--only <id>', 'only this requirement; may be given again', splitIds)
    .addOption(
      new Option('--format <format>', 'how to print the report').choices(CONTRACT_FORMATS).default('text'),
    )
    .option('--strict', 'a failed SHOULD fails the run too')
    .action(run);
}

async function run(driver: readonly string[], given: Given): Promise<void> {
  if (driver.length === 0)
    throw new CommandError(
      'contract needs the command that starts your driver, after "--": whyops-testkit contract -- python driver.py',
    );
  if (given.path !== undefined && given.seed === undefined)
    throw new CommandError(
      `--path ${given.path} needs the --seed that was printed with it: a path leads nowhere under another seed.`,
    );
  if (given.updateExpected && given.expected === undefined)
    throw new CommandError('--update-expected needs --expected FILE: the file to write to.');
  checkIds(given.only);
  const expected = readExpected(given);
  const report = await runContract(
    { command: driver },
    {
      ...(expected ? { expected } : {}),
      ...(given.only ? { only: given.only } : {}),
      ...(given.runs === undefined ? {} : { runs: given.runs }),
      ...(given.seed === undefined ? {} : { seed: given.seed }),
      ...(given.path === undefined ? {} : { path: given.path }),
    },
  ).catch((error: unknown) => {
    if (error instanceof DriverBroken)
      throw new CommandError(
        `The driver broke, so nothing can be said about the SDK.\n${error.message}`,
        EXIT.broken,
      );
    throw error;
  });
  const color = process.stdout.isTTY === true && !process.env['NO_COLOR'];
  process.stdout.write(formatContract(report, given.format, { strict: given.strict === true, color }));
  if (given.updateExpected) {
    const updated = updatedExpected(report, report.requirements, expected?.expected ?? [], REQUIREMENTS);
    writeFileSync(given.expected!, `${JSON.stringify(updated, null, 2)}\n`);
    console.error(
      `Wrote ${updated.expected.length} expected failures to ${given.expected}. Say in each "reason" what it does to the data.`,
    );
    return;
  }
  process.exitCode = exitCode(report, { strict: given.strict === true });
}

function checkIds(ids: readonly string[] | undefined): void {
  try {
    selectRequirements(ids);
  } catch (error) {
    throw new CommandError((error as Error).message);
  }
}

function readExpected({ expected: file, updateExpected }: Given): ExpectedFailures | null {
  if (file === undefined) return null;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (updateExpected && (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new CommandError(
      `--expected ${file} cannot be read: ${(error as Error).message}. With --update-expected it is written.`,
    );
  }
  try {
    return parseExpected(text, REQUIREMENTS);
  } catch (error) {
    if (error instanceof UnusableExpectations) throw new CommandError(`--expected ${file}: ${error.message}`);
    throw error;
  }
}

function wholeNumberFrom(least: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (text.trim() === '' || !Number.isSafeInteger(number) || number < least)
      throw new InvalidArgumentError(`Write a whole number from ${least}.`);
    return number;
  };
}

function splitIds(text: string, before: readonly string[] = []): readonly string[] {
  const ids = text.split(',').filter(Boolean);
  if (ids.length === 0) throw new InvalidArgumentError('Write the id of a requirement.');
  return [...before, ...ids];
}
