import { spawn } from 'node:child_process';
import { createReadStream, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { generateEvents } from './generate-events.ts';

const BIN = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

interface Run {
  readonly seconds: number;
  /** Largest resident set of the process, in MB; `null` where the system does not tell. */
  readonly peakMb: number | null;
}

/** Reading in chunks and JSON.parse, and nothing else: the floor under every reader of NDJSON. */
async function floor(path: string): Promise<number> {
  const started = performance.now();
  let rest = '';
  let events = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20, encoding: 'utf8' })) {
    const lines = (rest + (chunk as string)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if ((JSON.parse(line) as { id: string }).id !== '') events += 1;
  }
  if (events === 0) throw new Error('Nothing was read.');
  return (performance.now() - started) / 1000;
}

/** The built binary on a file, as users run it. The peak is read from the kernel while it runs. */
async function check(path: string, args: readonly string[]): Promise<Run> {
  const started = performance.now();
  const child = spawn(process.execPath, [BIN, 'check', ...args, '--format', 'json', path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let peakMb: number | null = null;
  const look = setInterval(() => {
    try {
      const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1];
      if (kilobytes !== undefined) peakMb = Number(kilobytes) / 1024;
    } catch {
      // Ended meanwhile, or a system without /proc.
    }
  }, 20);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const code = await new Promise((resolve) => child.on('close', resolve));
  clearInterval(look);
  const seconds = (performance.now() - started) / 1000;
  const { findings, events } = JSON.parse(output) as { findings: unknown[]; events: number };
  if (code !== 0 || findings.length > 0)
    throw new Error(
      `check ended with ${String(code)} and ${findings.length} findings: ${JSON.stringify(findings[0])}`,
    );
  if (events === 0) throw new Error('Nothing was checked.');
  return { seconds, peakMb };
}

/** `--events=1000000`; `--full` is 5 million: some minutes, and 13 GB of disk. */
function eventsAsked(): number {
  const given = process.argv.find((argument) => argument.startsWith('--events='))?.slice('--events='.length);
  return process.argv.includes('--full') ? 5_000_000 : Number(given ?? 200_000);
}

export async function bench(events = eventsAsked()): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-check-'));
  try {
    const small = join(folder, 'small.ndjson');
    const grouped = join(folder, 'grouped.ndjson');
    const mixed = join(folder, 'mixed.ndjson');
    await generateEvents(small, 10_000, true);
    await generateEvents(grouped, events, true);
    await generateEvents(mixed, events, false);
    const parse = await floor(grouped);
    const start = await check(small, ['--grouped', '--jobs', '1']);
    const groupedOne = await check(grouped, ['--grouped', '--jobs', '1']);
    const groupedTwo = await check(grouped, ['--grouped', '--jobs', '2']);
    const mixedOne = await check(mixed, ['--jobs', '1']);
    const mixedTwo = await check(mixed, ['--jobs', '2']);
    const rate = (seconds: number) => `${Math.round(events / seconds / 1000)}k events/s`;
    const rows: [string, string, string][] = [
      [
        'read + JSON.parse alone',
        rate(parse),
        `${Math.round(statSync(grouped).size / events)} bytes an event, ${events} events`,
      ],
      [
        'grouped, 1 thread',
        rate(groupedOne.seconds),
        `${(parse / groupedOne.seconds).toFixed(2)} of the floor (goal 0.5), peak ${mb(groupedOne)}`,
      ],
      [
        'grouped, 2 threads',
        rate(groupedTwo.seconds),
        `${(groupedOne.seconds / groupedTwo.seconds).toFixed(2)} times one (goal 1.7), peak ${mb(groupedTwo)} (goal 120)`,
      ],
      [
        'ungrouped, 1 thread',
        rate(mixedOne.seconds),
        `${(parse / mixedOne.seconds).toFixed(2)} of the floor, peak ${mb(mixedOne)}`,
      ],
      [
        'ungrouped, 2 threads',
        rate(mixedTwo.seconds),
        `${(mixedOne.seconds / mixedTwo.seconds).toFixed(2)} times one, peak ${mb(mixedTwo)} (goal 250)`,
      ],
      ['10k events, 1 thread', `${start.seconds.toFixed(2)} s`, 'mostly the start of the process'],
    ];
    for (const [what, value, note] of rows) console.log(`${what.padEnd(26)} ${value.padStart(18)}   ${note}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function mb({ peakMb }: Run): string {
  return peakMb === null ? 'unknown' : `${Math.round(peakMb)} MB`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await bench();
