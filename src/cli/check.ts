import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { checkBlocks, checkInputs, type CheckInputsOptions } from '../bulk/check-inputs.ts';
import { partText } from '../bulk/part-text.ts';
import { Backend } from '../bulk/read-backend.ts';
import { InputError } from '../bulk/input-error.ts';
import type { Merger } from '../bulk/outcome.ts';
import { type AcceptOptions, acceptedOutcome, knownRule, withAcceptOptions } from './accept.ts';
import { CommandError, EXIT, EXIT_CODES } from './exit-code.ts';
import { progressLine } from './progress.ts';
import { deliver, type OutputOptions, withOutputOptions, writeOut } from './report-output.ts';

interface CheckOptions extends OutputOptions, AcceptOptions {
  readonly rule?: string[];
  readonly grouped?: true;
  readonly jobs?: number;
  readonly partition?: { readonly index: number; readonly of: number };
  readonly partial?: true;
  readonly from?: string;
  readonly apiKeyEnv: string;
  readonly traceId?: string[];
  readonly timeout?: number;
}

/** `whyops-testkit check`: recorded and exported traces against the catalogue. */
export function checkCommand(): Command {
  const command = new Command('check')
    .description('check recorded or exported traces')
    .argument('[files...]', 'NDJSON, JSON or CSV, also as .gz; - is standard input')
    .addOption(
      new Option('--rule <id>', 'check this rule only; repeatable, or several with commas').argParser(
        collect,
      ),
    )
    .option('--grouped', 'all events of a trace stand together (ORDER BY trace_id): memory stays flat')
    .addOption(
      new Option('--jobs <n>', 'threads to check with (default: by size of the input)').argParser(parseJobs),
    )
    .addOption(
      new Option('--partition <i/n>', 'check the i-th of n shares; prints a part for report merge').argParser(
        parsePartition,
      ),
    )
    .option('--partial', 'print a part for report merge, in one line: the input is one of several partitions')
    .option('--from <url>', 'read from a backend; its analyse base URL, which ends in /api')
    .option(
      '--api-key-env <name>',
      'the environment variable that holds the key for --from',
      'WHYOPS_API_KEY',
    )
    .option('--trace-id <id...>', 'the traces to read with --from')
    .addHelpText(
      'after',
      '\nFor instance:\n' +
        '  whyops-testkit check traces.ndjson --format html -o traces.html\n' +
        '  psql "$DB" -c "COPY (SELECT * FROM trace_events ORDER BY trace_id) TO STDOUT\n' +
        '    WITH (FORMAT csv, HEADER)" | whyops-testkit check --grouped -\n' +
        '  whyops-testkit check --from https://analyse.example.com/api --trace-id t1\n\n' +
        EXIT_CODES,
    )
    .addOption(
      new Option('--timeout <seconds>', 'how long one answer of --from may take (default: 30)').argParser(
        parseTimeout,
      ),
    );
  return withOutputOptions(withAcceptOptions(command)).action(
    async (files: string[], options: CheckOptions) => {
      process.exitCode = await run(files, options);
    },
  );
}

async function run(files: readonly string[], options: CheckOptions): Promise<number> {
  for (const id of options.rule ?? []) knownRule(id);
  if (options.partition || options.partial) expectNoReportOptions(options);
  expectOtherFiles(files, options);
  const progress = progressLine();
  try {
    const merger = await read(files, { ...checkOptions(options), progress });
    progress.clear();
    return await finish(merger, options);
  } catch (error) {
    progress.clear();
    if (error instanceof InputError) throw new CommandError(error.message);
    throw error;
  }

  function read(paths: readonly string[], given: CheckInputsOptions): Promise<Merger> {
    if (options.from === undefined) {
      if (options.traceId)
        throw new CommandError('--trace-id needs --from: the backend to read the traces from.');
      if (paths.length === 0)
        throw new CommandError(
          'Nothing to check: name one or more files, - for standard input, or --from a backend.',
        );
      return checkInputs(eachOnce(paths), given);
    }
    if (paths.length > 0) throw new CommandError(`Either files or --from, not both: "${paths.join(' ')}".`);
    const traceIds = [...new Set(options.traceId)];
    if (traceIds.length === 0 || traceIds.includes(''))
      throw new CommandError('--from needs the traces to read: --trace-id ID [ID…].');
    const timeoutMs = options.timeout === undefined ? undefined : options.timeout * 1000;
    const backend = new Backend(baseUrl(options.from), keyFrom(options.apiKeyEnv), timeoutMs);
    const names = traceIds.map((traceId) => backend.nameOf(traceId));
    return checkBlocks(names, (file, events) => backend.read(traceIds[file]!, file, events), null, {
      ...given,
      jobs: 1,
    });
  }
}

/** An option that was given its file by mistake must not cost the traces. */
function expectOtherFiles(paths: readonly string[], { output, writeBaseline }: CheckOptions): void {
  const inputs = new Set(paths.filter((path) => path !== '-').map((path) => resolve(path)));
  const given = { '--output': output, '--write-baseline': writeBaseline };
  for (const [option, path] of Object.entries(given))
    if (path !== undefined && inputs.has(resolve(path)))
      throw new CommandError(`${option} ${path}: this is the input, which would be lost; name another file.`);
}

/** What overlapping patterns name twice is read once; standard input cannot be read twice. */
function eachOnce(paths: readonly string[]): string[] {
  if (paths.indexOf('-') !== paths.lastIndexOf('-'))
    throw new CommandError('- was given twice: standard input can be read once.');
  return [...new Map(paths.map((path) => [path === '-' ? path : resolve(path), path])).values()];
}

/** A part is no report: what belongs to the report would be lost without a word. */
function expectNoReportOptions(options: CheckOptions): void {
  const part = options.partition ? '--partition' : '--partial';
  const given = [
    ...(options.format === 'text' ? [] : [`--format ${options.format}`]),
    ...(options.ignore ? ['--ignore'] : []),
    ...(options.baseline === undefined ? [] : ['--baseline']),
    ...(options.writeBaseline === undefined ? [] : ['--write-baseline']),
  ];
  if (given.length > 0)
    throw new CommandError(
      `${part} prints a part, not a report: give ${given.join(' and ')} to report merge instead.`,
    );
}

function checkOptions({ rule, grouped, jobs, partition, partial, format }: CheckOptions): CheckInputsOptions {
  const joinable = partial === true || partition !== undefined;
  return { rules: rule, grouped, jobs, share: partition, joinable, allTimelines: format === 'html' };
}

async function finish(merger: Merger, options: CheckOptions): Promise<number> {
  if (options.partition || options.partial) {
    const part = merger.part();
    writeOut(partText(part, options.partition ?? null, options.rule), options.output);
    return part.unreadable.count > 0 ? EXIT.usage : EXIT.clean;
  }
  return deliver(await acceptedOutcome(merger, options), options);
}

/** Values of a repeatable option, also separated by commas. An option that takes several words would take the files. */
function collect(text: string, previous: string[] = []): string[] {
  return [...previous, ...text.split(',').map((id) => id.trim())];
}

function parseJobs(text: string): number {
  const jobs = Number(text);
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > 256)
    throw new CommandError(`--jobs "${text}": give a number of threads, 1 to 256.`);
  return jobs;
}

function parsePartition(text: string): { index: number; of: number } {
  const [, index, of] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const share = { index: Number(index), of: Number(of) };
  if (of === undefined || share.index < 1 || share.index > share.of || share.of > 100_000)
    throw new CommandError(`--partition "${text}": give i/n with i from 1 to n, for instance 1/4.`);
  return share;
}

function parseTimeout(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= 3600))
    throw new CommandError(`--timeout "${text}": give seconds, more than 0 and at most 3600.`);
  return seconds;
}

function baseUrl(text: string): string {
  const url = /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : null;
  if (!url)
    throw new CommandError(
      `--from "${text}": give a URL, for instance https://analyse.internal.example.com/api.`,
    );
  // Not quoted: what stands there may be a password.
  if (url.username !== '' || url.password !== '')
    throw new CommandError(
      '--from: the URL holds a user name or password; the key goes into an environment variable, see --api-key-env.',
    );
  const address = url.origin + url.pathname.replace(/\/+$/, '');
  if (url.search !== '' || url.hash !== '')
    throw new CommandError(`--from "${text}": give the base URL alone: ${address}.`);
  if (!address.endsWith('/api'))
    throw new CommandError(`--from "${text}": the analyse base URL ends in /api; write ${address}/api.`);
  return address;
}

function keyFrom(name: string): string {
  const key = process.env[name]?.trim();
  if (!key)
    throw new CommandError(
      `The environment variable ${name} is not set; it must hold the WhyOps key (--api-key-env names another one).`,
    );
  // Not quoted, and not left to the HTTP client, which would quote it.
  if (!/^[\x21-\x7e]+$/.test(key))
    throw new CommandError(
      `The environment variable ${name} holds no key: there are blanks, line breaks or other characters in it that no key has.`,
    );
  return key;
}
