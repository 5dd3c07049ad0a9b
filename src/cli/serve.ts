import { once } from 'node:events';
import { Command, Option } from 'commander';
import type { RecordedEvent } from '../recording/event.ts';
import type { Recording } from '../recording/recording.ts';
import { clip, fit, plainLine } from '../report/plain-text.ts';
import { eventStep } from '../report/timeline.ts';
import { selectRules } from '../rules/check.ts';
import { Checker } from '../rules/checker.ts';
import type { Finding } from '../rules/finding.ts';
import { createFakeWhyOps, type FakeWhyOps } from '../server/fake.ts';
import { Completions, isEvent } from './completions.ts';
import { CommandError, EXIT_CODES } from './exit-code.ts';
import { Interruption } from './interruption.ts';
import { outcomeOf } from './live-outcome.ts';
import { RecordingFile } from './recording-file.ts';
import { deliver, type OutputOptions, withOutputOptions } from './report-output.ts';

interface ServeOptions extends OutputOptions {
  readonly record?: string;
  readonly ingest: 'queued' | 'direct';
  readonly proxyPort: number;
  readonly analysePort: number;
}

/** How long the fake may go on working after the command was told to end. */
const SETTLE_MS = 2000;

/** `whyops-testkit serve`: a fake WhyOps that stays up, for trying things by hand. */
export function serveCommand(): Command {
  const command = new Command('serve')
    .description('keep a fake WhyOps running and follow the traces that arrive')
    .addHelpText('after', `\nCtrl+C ends it; the report follows, and its exit code.\n\n${EXIT_CODES}`)
    .option('--record <file>', 'write the recording as NDJSON, for check')
    .addOption(
      new Option('--ingest <mode>', 'queued answers 202 as the hosted service does, direct 201')
        .choices(['queued', 'direct'])
        .default('queued'),
    )
    .addOption(
      new Option('--proxy-port <port>', 'port of the proxy').argParser(parsePort).default(0, 'any free one'),
    )
    .addOption(
      new Option('--analyse-port <port>', 'port of the ingest API')
        .argParser(parsePort)
        .default(0, 'any free one'),
    );
  return withOutputOptions(command).action(async (options: ServeOptions) => {
    process.exitCode = await serve(options);
  });
}

async function serve(options: ServeOptions): Promise<number> {
  const whyops = createFakeWhyOps({ ingest: options.ingest });
  try {
    await whyops.listen({ proxyPort: options.proxyPort, analysePort: options.analysePort });
  } catch (error) {
    throw new CommandError((error as Error).message);
  }
  try {
    return await follow(whyops, options);
  } finally {
    await whyops.close();
  }
}

async function follow(whyops: FakeWhyOps, options: ServeOptions): Promise<number> {
  const recorded = options.record === undefined ? null : new RecordingFile(options.record, whyops.recording);
  // Where the report is for a machine, standard output is the report alone.
  const screen = options.format === 'text' ? process.stdout : process.stderr;
  const out = (text: string) => screen.write(`${text}\n`);
  const interruption = new Interruption();
  out(settings(whyops));
  const follower = new Follower(whyops.recording, out);
  // Written before it is shown: what was seen on the screen is in the file.
  if (recorded) whyops.onChange(recorded.append);
  whyops.onChange(() => follower.look());
  // A pipe that nobody reads from any more ends it as well.
  await Promise.race([interruption.next(), once(screen, 'error')]);
  // The second one ends it at once.
  interruption.over();
  await whyops.settled({ timeout: SETTLE_MS }).catch(() => undefined);
  const unwritten = recorded?.close();
  out('');
  const code = await deliver(outcomeOf(whyops.recording), options);
  if (unwritten) throw unwritten;
  return code;
}

/** A rule that failed is told at the end, when every trace is checked as a whole. */
const later = () => undefined;

/** Prints each event once, when its fate is known, and each finding when nothing that may come can undo it. */
class Follower {
  readonly #recording: Recording;
  readonly #completions: Completions;
  readonly #out: (line: string) => void;
  readonly #found = new Set<string>();

  constructor(recording: Recording, out: (line: string) => void) {
    this.#recording = recording;
    this.#completions = new Completions(recording);
    this.#out = out;
  }

  look(): void {
    const events = this.#completions.take().filter(isEvent);
    for (const event of events) this.#out(eventText(event));
    for (const traceId of new Set(events.map((event) => event.traceId))) this.#check(traceId);
  }

  #check(traceId: string): void {
    const trace = this.#recording.trace(traceId);
    if (trace.attempts.some(({ outcome }) => outcome.status === 'queued')) return;
    // What only shows when all is over (a request that nobody answers) comes with the report at the end: a trace by
    // itself tells what is wrong already, its leftovers what may still become right.
    const findings = new Checker(selectRules(), later).trace(trace)?.findings ?? [];
    for (const finding of findings) if (finding.tier === 'E') this.#tell(finding);
  }

  #tell(finding: Finding): void {
    const key = JSON.stringify([finding.rule, finding.kind, finding.traceId, finding.witness]);
    if (this.#found.has(key)) return;
    this.#found.add(key);
    this.#out(`  ✗ ${finding.rule} ${finding.kind}`);
    for (const line of finding.message.split('\n')) this.#out(`    ${line}`);
  }
}

function eventText(event: RecordedEvent): string {
  const { what, stepId, spanId, summary, trouble } = eventStep(event);
  const columns = process.stdout.isTTY ? Math.max(60, process.stdout.columns) : 120;
  const cells = [
    fit(plainLine(event.traceId), 16),
    String(stepId ?? '').padStart(3),
    fit(what, 18),
    fit(event.representation, 7),
    fit(plainLine(spanId ?? ''), 10),
    trouble === null ? summary : `[${plainLine(trouble)}] ${summary}`,
  ];
  return clip(cells.join(' '), columns).trimEnd();
}

function settings({ proxyBaseUrl, analyseBaseUrl, apiKey }: FakeWhyOps): string {
  return `A fake WhyOps is running. Stop it with Ctrl+C; the report follows then.

Shell
  export WHYOPS_PROXY_BASE_URL=${proxyBaseUrl}
  export WHYOPS_ANALYSE_BASE_URL=${analyseBaseUrl}
  export WHYOPS_API_KEY=${apiKey}

TypeScript
  new WhyOps({
    apiKey: '${apiKey}',
    proxyBaseUrl: '${proxyBaseUrl}',
    analyseBaseUrl: '${analyseBaseUrl}',
    agentName, agentMetadata,
  })

Python
  WhyOps(
      api_key="${apiKey}",
      proxy_base_url="${proxyBaseUrl}",
      analyse_base_url="${analyseBaseUrl}",
      agent_name=agent_name, agent_metadata=agent_metadata,
  )

Go
  whyops.New(whyops.Config{
      APIKey:         "${apiKey}",
      ProxyBaseURL:   "${proxyBaseUrl}",
      AnalyseBaseURL: "${analyseBaseUrl}",
      AgentName:      agentName, AgentMetadata: agentMetadata,
  })

OpenAI clients use ${proxyBaseUrl}/v1 as their base URL, Anthropic clients ${proxyBaseUrl}.
`;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new CommandError(`"${text}" is no port: give a number from 0 (any free one) to 65535.`);
  return port;
}
