import { requirement } from '../requirement.ts';
import { replayScript } from '../replay.ts';
import { difference, play, type Scenario, type Step, wanted } from '../scenario.ts';
import type * as FastCheck from 'fast-check';
import type { Stage } from '../stage.ts';

/** Longest time for shrinking, in milliseconds; what was shrunk by then is reported. Every scenario asked for is tried. */
const SHRINKING_LIMIT = 45_000;

interface Outcome {
  readonly runs: number;
  readonly counterexample: {
    readonly scenario: Scenario;
    readonly difference: string;
    readonly seed: number;
    readonly path: string;
    readonly script: string;
  } | null;
  /** Why nothing was generated. */
  readonly missing: string | null;
}

export const generated = requirement<Outcome>({
  id: 'generated-scenarios',
  level: 'MUST',
  group: 'generated',
  sentence:
    'Whatever the calls and whatever goes wrong, nothing is lost, nothing doubled, and the order is kept.',
  consequence: 'Traces that are wrong in ways that nobody thought to write a test for.',
  source: 'The promises above, taken together.',
  needs: ['events'],
  checks: {
    'model-agrees':
      'What was stored is what a correct SDK would have sent, for every generated sequence of calls and faults.',
  },
  async drive(stage) {
    const fc = await import('fast-check').catch(() => null);
    if (!fc)
      return {
        runs: 0,
        counterexample: null,
        missing: 'fast-check is not installed: npm install -D fast-check.',
      };
    const { runs, seed, path } = stage.generation;
    const differences = new Map<string, string>();
    let shrinksUntil = Infinity;
    const property = fc.asyncProperty(scenarios(fc, stage), async (scenario) => {
      // To call the rest correct ends the shrinking.
      if (performance.now() > shrinksUntil) return true;
      const scene = await stage.scene();
      const found = difference(wanted(scenario), await play(scenario, scene));
      if (found === null) return true;
      differences.set(JSON.stringify(scenario), found);
      shrinksUntil = Math.min(shrinksUntil, performance.now() + SHRINKING_LIMIT);
      return false;
    });
    const details = await fc.check(property, {
      numRuns: runs,
      seed,
      ...(path === undefined ? {} : { path }),
    });
    if (!details.counterexample) return { runs: details.numRuns, counterexample: null, missing: null };
    const [scenario] = details.counterexample;
    return {
      runs: details.numRuns,
      counterexample: {
        scenario,
        difference: differences.get(JSON.stringify(scenario)) ?? '',
        seed: details.seed,
        path: details.counterexamplePath ?? '',
        script: replayScript(scenario, stage.command),
      },
      missing: null,
    };
  },
  judge({ runs, counterexample, missing }, verdict) {
    if (missing !== null) return verdict.that('model-agrees', false, missing);
    if (counterexample === null)
      return verdict.that('model-agrees', runs > 0, 'No scenario was tried: --runs must be at least 1.');
    const { seed, path, scenario, script, difference: found } = counterexample;
    verdict.that(
      'model-agrees',
      false,
      [found, `Again: --only generated-scenarios --seed ${seed} --path ${path}`, 'As a script:', script].join(
        '\n',
      ),
      [{ seed, path, scenario, script }],
    );
  },
});

/**
 * Up to eight calls on up to three traces and up to three faults: no more than an SDK with four attempts bridges, even if all
 * of them meet the same event. Without `retry` an SDK promises nothing about faults.
 */
function scenarios(fc: typeof FastCheck, stage: Stage) {
  const call = fc.record({
    do: fc.constantFrom('say' as const, 'request' as const),
    trace: fc.constantFrom('a', 'b', 'c'),
    text: fc.constantFrom('yes', 'no'),
    wait: fc.boolean(),
  });
  const fault = fc.record({
    do: fc.constant('fault' as const),
    fault: fc.constantFrom(
      { kind: 'status', status: 503 } as const,
      { kind: 'drop' } as const,
      { kind: 'store-then-drop' } as const,
      { kind: 'store-then-status', status: 503 } as const,
      { kind: 'delay', ms: 50 } as const,
    ),
  });
  const calls = fc.array(call, { minLength: 1, maxLength: 8 });
  if (!stage.hello.capabilities.includes('retry')) return calls;
  const faults = fc.array(fc.tuple(fault, fc.nat({ max: 7 })), { maxLength: 3 });
  return fc.tuple(calls, faults).map(([made, played]): Step[] => {
    const steps: Step[] = [...made];
    for (const [step, at] of played) steps.splice(Math.min(at, steps.length), 0, step);
    // A fault after the last call meets nothing.
    while (steps.at(-1)?.do === 'fault') steps.pop();
    return steps;
  });
}
