import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { isatty } from 'node:tty';
import { Command, Option } from 'commander';
import { createFakeWhyOps, type FakeWhyOps } from '../server/fake.ts';
import { CommandError, EXIT, EXIT_CODES } from './exit-code.ts';
import { Interruption } from './interruption.ts';
import { outcomeOf } from './live-outcome.ts';
import { RecordingFile } from './recording-file.ts';
import { deliver, type OutputOptions, withOutputOptions } from './report-output.ts';

interface RunOptions extends OutputOptions {
  readonly record?: string;
  readonly ingest: 'queued' | 'direct';
}

/** How long the fake may go on working after the command has ended. */
const SETTLE_MS = 10_000;

/** `whyops-testkit run -- CMD`: any command in any language against a fake WhyOps, then the check. */
export function runCommand(): Command {
  const command = new Command('run')
    .description('run a command against a fake WhyOps and check what it sent')
    .usage('[options] -- <command...>')
    .argument('<command...>', 'the command and its arguments, after --')
    .option('--record <file>', 'write the recording as NDJSON, for check')
    .addOption(
      new Option('--ingest <mode>', 'queued answers 202 as the hosted service does, direct 201')
        .choices(['queued', 'direct'])
        .default('queued'),
    )
    .addHelpText(
      'after',
      '\nThe command finds the fake by WHYOPS_PROXY_BASE_URL, WHYOPS_ANALYSE_BASE_URL and\n' +
        `WHYOPS_API_KEY. Its output passes through; the report follows it.\n\n${EXIT_CODES}`,
    )
    .passThroughOptions();
  return withOutputOptions(command).action(async (cmd: string[], options: RunOptions) => {
    process.exitCode = await run(cmd, options);
  });
}

async function run([file, ...args]: readonly string[], options: RunOptions): Promise<number> {
  const whyops = await createFakeWhyOps({ ingest: options.ingest }).listen();
  // Before the command is there, which nobody else would end; and to the end, so that the report is whole.
  const interruption = new Interruption();
  try {
    const recorded =
      options.record === undefined ? null : new RecordingFile(options.record, whyops.recording);
    if (recorded) whyops.onChange(recorded.append);
    const command = new CommandUnderTest(file!, args, { ...process.env, ...whyops.env });
    interruption.react = (signal) => command.forward(signal);
    const ended = await command.ended;
    // Whoever presses Ctrl+C once more does not want to wait.
    await Promise.race([settled(whyops), interruption.next()]);
    const unwritten = recorded?.close();
    const code = await deliver(outcomeOf(whyops.recording), options);
    if (unwritten) throw unwritten;
    if (ended !== null) console.error(`whyops-testkit: the command ${ended}: ${[file, ...args].join(' ')}`);
    // A command that fails or is interrupted may not have got to its mistakes: never green, though it is reported.
    return interruption.exitCode ?? (ended === null ? code : EXIT.broken);
  } finally {
    await whyops.close();
  }
}

function settled(whyops: FakeWhyOps): Promise<void> {
  return whyops
    .settled({ timeout: SETTLE_MS })
    .catch((error: Error) => console.error(`whyops-testkit: ${error.message}`));
}

/** A process that shares the input, the output and the terminal of this one. */
class CommandUnderTest {
  readonly #child: ChildProcess;
  /** `null` when the command ended well, else how it ended. @throws CommandError when it could not be started. */
  readonly ended: Promise<string | null>;

  constructor(file: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    const child = spawn(file, args, { env, stdio: 'inherit' });
    this.#child = child;
    this.ended = new Promise((resolve, reject) => {
      child.on('error', (error: NodeJS.ErrnoException) => {
        const why = error.code === 'ENOENT' ? 'there is no such command' : error.message;
        reject(new CommandError(`"${file}" could not be started: ${why}.`, EXIT.broken));
      });
      child.on('close', (code, signal) => {
        if (signal) resolve(`was ended by ${signal} (${constants.signals[signal]})`);
        else resolve(code === 0 ? null : `ended with exit code ${code}`);
      });
    });
  }

  forward(signal: NodeJS.Signals): void {
    // Ctrl+C in a terminal reaches the command by itself; a second one would make many end at once.
    const hasTerminal = [0, 1, 2].some((descriptor) => isatty(descriptor));
    if (signal !== 'SIGINT' || !hasTerminal) this.#child.kill(signal);
  }
}
