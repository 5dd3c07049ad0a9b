import { type ContractOptions, ContractRun, type Subject } from './run.ts';
import { difference, play, type Scenario, wanted } from './scenario.ts';

/**
 * Plays one scenario against an SDK, prints what was stored beside what had to be, and sets the exit code to 1 when they
 * differ. A failed run of generated scenarios prints a script that calls this.
 */
export async function replay(
  subject: Subject,
  scenario: Scenario,
  options: Pick<ContractOptions, 'limits'> = {},
): Promise<boolean> {
  const run = await ContractRun.begin(subject, options);
  const stage = run.stage();
  try {
    const stored = await play(scenario, await stage.scene());
    const wrong = difference(wanted(scenario), stored);
    process.stdout.write(`${wrong ?? 'Everything was stored once, in order.'}\n`);
    if (wrong !== null) process.exitCode = 1;
    return wrong === null;
  } finally {
    await run.end();
  }
}

/** A script that plays the scenario again, on its own. */
export function replayScript(scenario: Scenario, command: readonly string[] | null): string {
  const subject = command
    ? `{ command: ${JSON.stringify(command)} }`
    : 'driver /* the driver that was given to runContract */';
  return [
    "import { replay } from 'whyops-testkit/contract';",
    '',
    `await replay(${subject}, [`,
    ...scenario.map((step) => `  ${JSON.stringify(step)},`),
    ']);',
  ].join('\n');
}
