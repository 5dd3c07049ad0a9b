#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { CommandError, EXIT, EXIT_CODES } from './exit-code.ts';

/** Every command is one file; it is registered by one line here, and loaded when it is asked for. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  demo: async () => (await import('./demo.ts')).demoCommand(),
  serve: async () => (await import('./serve.ts')).serveCommand(),
  run: async () => (await import('./run.ts')).runCommand(),
  check: async () => (await import('./check.ts')).checkCommand(),
  contract: async () => (await import('./contract.ts')).contractCommand(),
  report: async () => (await import('./report.ts')).reportCommand(),
  rules: async () => (await import('./rules.ts')).rulesCommand(),
  explain: async () => (await import('./explain.ts')).explainCommand(),
};

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const program = new Command('whyops-testkit')
  .description('Is my WhyOps tracing right?')
  .version(version)
  .enablePositionalOptions()
  .addHelpText('after', `\n${EXIT_CODES}`);
const asked = Object.hasOwn(commands, process.argv[2] ?? '') ? [process.argv[2]!] : Object.keys(commands);
for (const command of await Promise.all(asked.map((name) => commands[name]!()))) program.addCommand(command);
for (const command of [
  program,
  ...program.commands,
  ...program.commands.flatMap((parent) => parent.commands),
]) {
  command.exitOverride().showHelpAfterError(`(${pathOf(command)} --help)`);
}

/** As it is called. */
function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader that has seen enough (`| head`) closes the pipe: no error, and the exit code is what it would have been.
  if (error.code === 'EPIPE') return;
  console.error(`whyops-testkit: standard output: ${error.message}.`);
  process.exit(EXIT.usage);
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
