import { WhyOps } from '../client/index.ts';
import { renderReport, renderTrace, type TextOptions } from '../report/text.ts';
import { check } from '../rules/check.ts';
import { createFakeWhyOps } from '../server/fake.ts';
import { correctScenes } from './correct.ts';
import { mistakeScenes } from './mistakes.ts';
import { AGENT, type Scene, type Stage } from './scene.ts';

const METADATA = {
  systemPrompt: 'You are helpful.',
  tools: [
    {
      name: 'charge_card',
      description: 'Charges the card on file.',
      inputSchema:
        '{"type":"object","properties":{"amount":{"type":"integer"},"currency":{"type":"string"}}}',
      outputSchema: '{"type":"object","properties":{"receipt":{"type":"string"}}}',
    },
  ],
};

export interface Performance {
  /** Everything went as it should: correct scenes silent, every mistake found and nothing else. */
  readonly ok: boolean;
  readonly summary: string;
}

/** Plays every scene on a fake of its own and tells what was found, line by line through `print`. */
export async function perform(
  OpenAI: Stage['OpenAI'],
  print: (text: string) => void,
  options: TextOptions = {},
  scenes: readonly Scene[] = [...correctScenes, ...mistakeScenes],
): Promise<Performance> {
  const failures: string[] = [];
  for (const scene of scenes) {
    print(`\n${scene.mistake ? 'MISTAKE' : 'CORRECT'}  ${scene.title}\n`);
    const failure = await playScene(scene, OpenAI, print, options);
    if (failure) failures.push(`${scene.title}: ${failure}`);
    print(
      failure
        ? `\n  UNEXPECTED  ${failure}\n`
        : `\n  ok: ${scene.mistake ? `found by ${scene.mistake}` : 'silent'}\n`,
    );
  }
  const mistakes = scenes.filter(({ mistake }) => mistake).length;
  const played = `${scenes.length - mistakes} correct flows, ${mistakes} mistakes`;
  if (failures.length === 0)
    return { ok: true, summary: `${played}: the flows are silent, every mistake is found.` };
  return { ok: false, summary: [`${played}; not as expected:`, ...failures].join('\n  ') };
}

/** @returns what was not as it should be. */
async function playScene(
  scene: Scene,
  OpenAI: Stage['OpenAI'],
  print: (text: string) => void,
  options: TextOptions,
): Promise<string | undefined> {
  await using whyops = createFakeWhyOps(scene.options);
  if (!scene.inMemory) await whyops.listen();
  const clients: WhyOps[] = [];
  const newSdk: Stage['newSdk'] = (overrides) => {
    const { apiKey, proxyBaseUrl, analyseBaseUrl, fetch } = whyops;
    const config = { apiKey, agentName: AGENT, agentMetadata: METADATA, proxyBaseUrl, analyseBaseUrl };
    const client = new WhyOps({ ...config, ...(scene.inMemory && { fetch }), ...overrides });
    clients.push(client);
    return client;
  };
  await scene.play({ whyops, OpenAI, sdk: newSdk(), newSdk });
  await Promise.all(clients.map((client) => client.close()));
  await whyops.settled();

  const report = check(whyops.recording);
  if (report.findings.length > 0) {
    print(renderReport(report, whyops.recording, options));
  } else {
    for (const trace of whyops.recording.traces)
      if (trace.id !== null) print(renderTrace(trace, [], options));
  }
  const found = new Set(report.findings.map(({ rule }) => rule));
  if (!scene.mistake)
    return found.size === 0 ? undefined : `a correct flow has findings of ${[...found].join(', ')}`;
  if (!found.has(scene.mistake)) return `${scene.mistake} did not find it`;
  found.delete(scene.mistake);
  return found.size === 0 ? undefined : `beside ${scene.mistake}, also ${[...found].join(', ')} was found`;
}
