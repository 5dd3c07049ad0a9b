import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { Command, Option } from 'commander';
import { createFakeWhyOps } from '../server/fake.ts';
import { CommandError, EXIT } from './exit-code.ts';
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
        'WHYOPS_API_KEY. Its output passes through; the report follows it.',
    )
    .passThroughOptions();
  return withOutputOptions(command).action(async (cmd: string[], options: RunOptions) => {
    process.exitCode = await run(cmd, options);
  });
}

async function run([file, ...args]: readonly string[], options: RunOptions): Promise<number> {
  const whyops = await createFakeWhyOps({ ingest: options.ingest }).listen();
  try {
    const recorded =
      options.record === undefined ? null : new RecordingFile(options.record, whyops.recording);
    if (recorded) whyops.onChange(recorded.append);
    const ended = await passThrough(file!, args, { ...process.env, ...whyops.env });
    await whyops
      .settled({ timeout: SETTLE_MS })
      .catch((error: Error) => console.error(`whyops-testkit: ${error.message}`));
    const code = await deliver(outcomeOf(whyops.recording), options);
    recorded?.close();
    if (ended === null) return code;
    // A command that fails by itself may not have got to its mistakes; what it did send is reported all the same.
    console.error(`whyops-testkit: the command ${ended}: ${[file, ...args].join(' ')}`);
    return EXIT.broken;
  } finally {
    await whyops.close();
  }
}

/** @returns `null` when the command ended well, else how it ended. */
function passThrough(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { env, stdio: 'inherit' });
    const forward = (signal: NodeJS.Signals) => {
      // Ctrl+C in a terminal reaches the command by itself; a second one would make many end at once.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    const signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, forward);
    const done = () => {
      for (const signal of signals) process.off(signal, forward);
    };
    child.on('error', (error: NodeJS.ErrnoException) => {
      done();
      const why = error.code === 'ENOENT' ? 'there is no such command' : error.message;
      reject(new CommandError(`"${file}" could not be started: ${why}.`, EXIT.broken));
    });
    child.on('close', (code, signal) => {
      done();
      if (signal) resolve(`was ended by ${signal} (${constants.signals[signal]})`);
      else resolve(code === 0 ? null : `ended with exit code ${code}`);
    });
  });
}
