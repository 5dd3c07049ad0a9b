import { play, send, type Played } from './play.ts';
import { readPreparations, readScenarios, type Scenario } from './scenario.ts';
import { createTarget, type Target } from './target.ts';

/**
 * Plays the recorded scenarios in the order of the files, each mode on one fake: as the real backend was recorded, with
 * what earlier scenarios left behind.
 */
export async function runFidelity(groups?: readonly string[]): Promise<Played[]> {
  const targets = new Map<Scenario['mode'], Target>();
  const prepared = new Set<string>();
  const played: Played[] = [];
  for (const scenario of readScenarios(groups)) {
    let target = targets.get(scenario.mode);
    if (!target) targets.set(scenario.mode, (target = createTarget(scenario.mode)));
    if (!prepared.has(scenario.group)) {
      prepared.add(scenario.group);
      for (const request of readPreparations(scenario.group)) await send(request, target);
    }
    played.push(...(await play(scenario, target)));
  }
  return played;
}
