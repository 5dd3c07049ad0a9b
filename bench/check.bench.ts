import { spawn, spawnSync } from 'node:child_process';
import { createReadStream, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { generateEvents } from './generate-events.ts';

const BIN = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

/** Of one process, or of the medians of several runs. */
interface Run {
  readonly seconds: number;
  /** Processor time of all threads; like `peakMb`, `NaN` where the system does not tell. */
  readonly cpu: number;
  /** Largest resident set of the process, in MB. */
  readonly peakMb: number;
}

/** Reading in chunks and JSON.parse, and nothing else: the floor under every reader of NDJSON. */
async function floor(path: string): Promise<Run> {
  const started = performance.now();
  const before = process.cpuUsage();
  let rest = '';
  let events = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20, encoding: 'utf8' })) {
    const lines = (rest + (chunk as string)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if ((JSON.parse(line) as { id: string }).id !== '') events += 1;
  }
  if (events === 0) throw new Error('Nothing was read.');
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - started) / 1000, cpu: (user + system) / 1e6, peakMb: NaN };
}

/** The built binary on a file, as users run it. Peak and processor time are asked from the kernel while it runs. */
async function check(path: string, args: readonly string[], pin: readonly string[] = []): Promise<Run> {
  const started = performance.now();
  const [program = '', ...rest] = [...pin, process.execPath, BIN, 'check', ...args, '--format', 'json', path];
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  let peakMb = NaN;
  let cpu = NaN;
  const look = setInterval(() => {
    try {
      const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1];
      if (kilobytes !== undefined) peakMb = Number(kilobytes) / 1024;
      // Behind the name, which may hold blanks: user and system time in hundredths of a second.
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      if (fields.length > 12) cpu = (Number(fields[11]) + Number(fields[12])) / 100;
    } catch {
      // Ended meanwhile, or a system without /proc.
    }
  }, 10);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const code = await new Promise((resolve) => child.on('close', resolve));
  clearInterval(look);
  const seconds = (performance.now() - started) / 1000;
  const { findings, events } = JSON.parse(output) as { findings: unknown[]; events: number };
  const expected = statSync(path).size > 0 ? 0 : NOTHING_CHECKED;
  if (code !== expected || findings.length > 0 || (events === 0 && expected === 0))
    throw new Error(
      `check ended with ${String(code)}, ${events} events and ${findings.length} findings: ${JSON.stringify(findings[0])}`,
    );
  return { seconds, cpu, peakMb };
}

/**
 * What keeps a process on one core, or nothing where that is not possible. A single thread of ours is not enough for that:
 * the engine compiles and collects garbage in others.
 */
function pinToOneCore(): readonly string[] {
  if (spawnSync('taskset', ['--version']).status !== 0) return [];
  const allowed = /Cpus_allowed_list:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return allowed === undefined ? [] : ['taskset', '-c', allowed];
}

/** How `check` ends where there was no event. */
const NOTHING_CHECKED = 3;

const GROUPED_CORE = 'grouped, 1 core';
const GROUPED_1 = 'grouped, 1 thread';
const GROUPED_2 = 'grouped, 2 threads';
const MIXED_CORE = 'ungrouped, 1 core';
const MIXED_1 = 'ungrouped, 1 thread';
const MIXED_2 = 'ungrouped, 2 threads';

/** `--events=200000` takes another size; `--full` is 5 million: some minutes, and 13 GB of disk. `--rounds=1` is quicker. */
function numberAsked(name: string, usual: number): number {
  const given = process.argv.find((argument) => argument.startsWith(`--${name}=`))?.split('=')[1];
  return Number(given ?? usual);
}

export async function bench(
  events = numberAsked('events', process.argv.includes('--full') ? 5_000_000 : 1_000_000),
  rounds = numberAsked('rounds', 3),
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-check-'));
  try {
    const file = (name: string) => join(folder, `${name}.ndjson`);
    writeFileSync(file('empty'), '');
    await generateEvents(file('10k'), 10_000, true);
    await generateEvents(file('fifth'), events / 5, true);
    await generateEvents(file('grouped'), events, true);
    await generateEvents(file('mixed'), events, false);
    const pin = pinToOneCore();
    if (pin.length === 0) console.log('One core is one thread here: there is no taskset.');
    const ways: readonly (readonly [string, () => Promise<Run>])[] = [
      ['floor', () => floor(file('grouped'))],
      [GROUPED_CORE, () => check(file('grouped'), ['--grouped', '--jobs', '1'], pin)],
      [GROUPED_1, () => check(file('grouped'), ['--grouped', '--jobs', '1'])],
      [GROUPED_2, () => check(file('grouped'), ['--grouped', '--jobs', '2'])],
      [MIXED_CORE, () => check(file('mixed'), ['--jobs', '1'], pin)],
      [MIXED_1, () => check(file('mixed'), ['--jobs', '1'])],
      [MIXED_2, () => check(file('mixed'), ['--jobs', '2'])],
      ['fifth', () => check(file('fifth'), ['--grouped', '--jobs', '1'])],
      ['10k', () => check(file('10k'), ['--grouped', '--jobs', '1'])],
      ['empty', () => check(file('empty'), ['--grouped', '--jobs', '1'])],
    ];
    // One after the other in each round: what disturbs the machine for a while disturbs all of them.
    const runs = new Map<string, Run[]>(ways.map(([name]) => [name, []]));
    for (let round = 0; round < rounds; round += 1)
      for (const [name, run] of ways) runs.get(name)!.push(await run());
    report(events, (name) => median(runs.get(name)!), statSync(file('grouped')).size / events);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function report(events: number, of: (name: string) => Run, size: number): void {
  const bottom = of('floor');
  const start = of('empty');
  const row = (what: string, { seconds, cpu }: Run, note: string) =>
    console.log(
      `${what.padEnd(20)} ${((seconds * 1e6) / events).toFixed(2).padStart(6)} µs an event, ` +
        `${((cpu * 1e6) / events).toFixed(2).padStart(5)} µs of processor time   ${note}`,
    );
  const told = (reached: string, wanted: number, missed: boolean): string => {
    if (missed) process.exitCode = 1;
    return `${reached} (goal ${wanted}${missed ? ', MISSED' : ''})`;
  };
  const goal = (reached: number, least: number) => told(reached.toFixed(2), least, reached < least);
  const limit = (reached: number, most: number, digits = 0) =>
    told(Number.isNaN(reached) ? 'unknown' : reached.toFixed(digits), most, reached > most);
  const peak = (name: string, most: number) => `peak in MB: ${limit(of(name).peakMb, most)}`;
  const ofFloor = (name: string) => bottom.seconds / of(name).seconds;
  const timesOne = (one: string, two: string) => of(one).seconds / of(two).seconds;
  console.log(`${events} events of ${Math.round(size)} bytes`);
  row('read + JSON.parse', bottom, 'the floor');
  // The second thread has its own start and compiles everything itself: half a second that counts in a short run.
  const twoCores = (one: string, oneThread: string, two: string) =>
    `times one core: ${goal(timesOne(one, two), 1.7)}, times one thread: ${timesOne(oneThread, two).toFixed(2)}`;
  row(GROUPED_CORE, of(GROUPED_CORE), `of the floor: ${goal(ofFloor(GROUPED_CORE), 0.5)}`);
  row(GROUPED_1, of(GROUPED_1), `of the floor: ${ofFloor(GROUPED_1).toFixed(2)}, ${peak(GROUPED_1, 120)}`);
  row(GROUPED_2, of(GROUPED_2), `${twoCores(GROUPED_CORE, GROUPED_1, GROUPED_2)}, ${peak(GROUPED_2, 120)}`);
  row(MIXED_CORE, of(MIXED_CORE), `of the floor: ${ofFloor(MIXED_CORE).toFixed(2)}`);
  row(MIXED_1, of(MIXED_1), `of the floor: ${ofFloor(MIXED_1).toFixed(2)}, ${peak(MIXED_1, 250)}`);
  row(MIXED_2, of(MIXED_2), `${twoCores(MIXED_CORE, MIXED_1, MIXED_2)}, ${peak(MIXED_2, 250)}`);

  console.log(`\nGrouped, 1 thread, by size; the start of the process is ${start.seconds.toFixed(2)} s:`);
  const cost = (name: string, count: number) => ((of(name).seconds - start.seconds) * 1e6) / count;
  const whole = (name: string, count: number) => (of(name).seconds * 1e6) / count;
  const sizes: readonly (readonly [string, number])[] = [
    ['10k', 10_000],
    ['fifth', events / 5],
    [GROUPED_1, events],
  ];
  for (const [name, count] of sizes)
    console.log(
      `${String(count).padStart(9)} events ${whole(name, count).toFixed(2)} µs an event, ${cost(name, count).toFixed(2)} without the start`,
    );
  const marginal = ((of(GROUPED_1).seconds - of('fifth').seconds) * 1e6) / (0.8 * events);
  const growth = marginal / cost('fifth', events / 5);
  console.log(
    `The last four fifths of the events cost ${marginal.toFixed(2)} µs each; of the cost in the first fifth: ${limit(growth, 1.15, 2)}`,
  );
}

function median(runs: readonly Run[]): Run {
  const middle = (pick: (run: Run) => number) =>
    runs.map(pick).sort((a, b) => a - b)[Math.floor(runs.length / 2)]!;
  return {
    seconds: middle(({ seconds }) => seconds),
    cpu: middle(({ cpu }) => cpu),
    // A peak is a limit: the highest one counts.
    peakMb: Math.max(...runs.map(({ peakMb }) => peakMb)),
  };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await bench();
