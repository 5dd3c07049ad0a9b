import { Aliases } from './aliases.ts';
import { play, send, type Played, type Stage } from './play.ts';
import { RecordedProvider } from './provider.ts';
import { readPreparations, readScenarios, type Scenario } from './scenario.ts';
import { createTarget, type Transport } from './target.ts';

/**
 * Plays the recorded scenarios in the order of the files, each mode on one fake: as the real backend was recorded, with
 * what earlier scenarios left behind.
 */
export async function runFidelity(
  groups?: readonly string[],
  transport: Transport = 'memory',
): Promise<Played[]> {
  const provider = new RecordedProvider(readScenarios());
  const stages = new Map<Scenario['mode'], Stage>();
  const prepared = new Set<string>();
  const played: Played[] = [];
  for (const scenario of readScenarios(groups)) {
    const { mode, group } = scenario;
    let stage = stages.get(mode);
    if (!stage)
      stages.set(
        mode,
        (stage = { target: await createTarget(mode, transport), provider, aliases: new Aliases() }),
      );
    if (!prepared.has(group)) {
      prepared.add(group);
      for (const request of readPreparations(group)) await send(request, stage.target);
    }
    played.push(...(await play(scenario, stage)));
  }
  for (const { target } of stages.values()) await target.close();
  return played;
}
