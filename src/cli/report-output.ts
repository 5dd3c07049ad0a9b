import { writeFileSync } from 'node:fs';
import { Option, type Command } from 'commander';
import type { Outcome } from '../bulk/outcome.ts';
import { somethingChecked } from '../report/closing.ts';
import { CommandError, EXIT, type ExitCode } from './exit-code.ts';

export const FORMATS = ['text', 'json', 'junit', 'sarif', 'github', 'html'] as const;

export interface OutputOptions {
  readonly format: (typeof FORMATS)[number];
  readonly output?: string;
  readonly failOn: 'error' | 'warning';
}

/** The options of every command that ends in a report. */
export function withOutputOptions(command: Command): Command {
  return command
    .addOption(new Option('--format <format>', 'how to print the report').choices(FORMATS).default('text'))
    .option('-o, --output <file>', 'write the report to a file instead of standard output')
    .addOption(
      new Option('--fail-on <tier>', 'the least that ends the command with exit code 1')
        .choices(['error', 'warning'])
        .default('warning'),
    );
}

/** Prints the report and tells the exit code. */
export async function deliver(
  outcome: Outcome,
  { format, output, failOn }: OutputOptions,
): Promise<ExitCode> {
  const toTerminal = output === undefined && process.stdout.isTTY === true;
  const text = await rendered(outcome, format, toTerminal);
  writeOut(text, output);
  return exitCodeOf(outcome, failOn);
}

/** To standard output, or to the file of `--output`. */
export function writeOut(text: string, output: string | undefined): void {
  if (output === undefined) {
    process.stdout.write(text);
    return;
  }
  try {
    writeFileSync(output, text);
  } catch (error) {
    throw new CommandError(`--output ${output}: ${(error as Error).message}.`);
  }
}

/** Each format is loaded when it is asked for: some bring a library. */
async function rendered(
  outcome: Outcome,
  format: OutputOptions['format'],
  toTerminal: boolean,
): Promise<string> {
  switch (format) {
    case 'text':
      return (await import('../report/outcome-text.ts')).renderOutcome(outcome, {
        columns: toTerminal ? Math.max(60, process.stdout.columns) : 80,
        color: toTerminal && !process.env['NO_COLOR'],
      });
    case 'json':
      return (await import('../report/json.ts')).renderJson(outcome);
    case 'junit':
      return (await import('../report/junit.ts')).renderJunit(outcome);
    case 'sarif':
      return (await import('../report/sarif.ts')).renderSarif(outcome);
    case 'github':
      return (await import('../report/github.ts')).renderGithub(outcome);
    case 'html':
      return (await import('../report/html.ts')).renderHtml(outcome);
  }
}

/** Input that could only be read in part decides before findings do: the report is not complete. */
export function exitCodeOf({ report, unreadable }: Outcome, failOn: OutputOptions['failOn']): ExitCode {
  if (unreadable.count > 0) return EXIT.usage;
  if (report.findings.some(({ tier }) => tier === 'E' || failOn === 'warning')) return EXIT.findings;
  return report.events === 0 || !somethingChecked(report)
    ? nothing(report.findings.length + ignoredIn(report))
    : EXIT.clean;
}

function ignoredIn(report: Outcome['report']): number {
  return report.ignored.reduce((sum, { findings }) => sum + findings.length, 0);
}

function nothing(found: number): ExitCode {
  return found > 0 ? EXIT.clean : EXIT.nothingChecked;
}
