#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { checkCommand } from './check.ts';
import { contractCommand } from './contract.ts';
import { CommandError, EXIT } from './exit-code.ts';
import { demoCommand } from './demo.ts';
import { explainCommand } from './explain.ts';
import { reportCommand } from './report.ts';
import { rulesCommand } from './rules.ts';
import { runCommand } from './run.ts';
import { serveCommand } from './serve.ts';

/** Every command is one file; it is registered by one line here. */
const commands: readonly (() => Command)[] = [
  demoCommand,
  serveCommand,
  runCommand,
  checkCommand,
  contractCommand,
  reportCommand,
  rulesCommand,
  explainCommand,
];

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const program = new Command('whyops-testkit')
  .description('Is my WhyOps tracing right?')
  .version(version)
  .enablePositionalOptions()
  .addHelpText(
    'after',
    '\nExit codes: 0 clean, 1 findings, 2 usage or input that was not checked in whole,\n' +
      '3 nothing was checked, 4 the command or driver under test broke.',
  );
for (const command of commands) program.addCommand(command());
for (const command of [
  program,
  ...program.commands,
  ...program.commands.flatMap((parent) => parent.commands),
]) {
  command
    .exitOverride()
    .showHelpAfterError(`(whyops-testkit ${command === program ? '' : `${command.name()} `}--help)`);
}

// A reader that has seen enough (`| head`) closes the pipe: not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? EXIT.clean);
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

function exitCodeOf(error: unknown): number {
  // Commander has printed its message by itself; asking for help or the version is no error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.clean : EXIT.usage;
  if (error instanceof CommandError) {
    console.error(`whyops-testkit: ${error.message}`);
    return error.exitCode;
  }
  console.error('whyops-testkit failed, which is a bug in it. Please report this:');
  console.error(error);
  return EXIT.usage;
}
