import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFakeWhyOps } from '../../src/index.ts';
import { type ObservedTarget, workflowCommands, workflowModel } from '../../src/property/index.ts';

const fresh = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);

test.each([
  ['fixed', 20260102, 60],
  ['fresh', fresh, 40],
])('what programs do is stored as the model says (%s seed)', async (name, seed, numRuns) => {
  const done: Record<string, number> = {};
  await fc.assert(
    fc.asyncProperty(workflowCommands(), async (commands) => {
      await fc.asyncModelRun(workflowModel(createFakeWhyOps()), commands);
      for (const [, command] of String(commands).matchAll(/(?:^|,)([a-z]\w+)\(/gi))
        done[command!] = (done[command!] ?? 0) + 1;
    }),
    { seed, numRuns },
  );
  console.info(`commands: ${numRuns} runs, ${name} seed ${seed}: ${JSON.stringify(done)}`);
  const all = [
    'start',
    'ask',
    'think',
    'embed',
    'askForTools',
    'openTool',
    'closeTool',
    'passOn',
    'answer',
    'fail',
    'flush',
  ];
  if (name === 'fixed') expect(all.filter((command) => !done[command])).toEqual([]);
});

test('commands run under a scheduler, too', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), workflowCommands({ maxCommands: 20 }), async (scheduler, commands) => {
      await fc.scheduledModelRun(scheduler, workflowModel(createFakeWhyOps()), commands);
    }),
    { seed: 5, numRuns: 15 },
  );
});

/** A WhyOps that takes tool responses with 202 and forgets them. */
function forgetful(): ObservedTarget {
  const whyops = createFakeWhyOps();
  const { analyseBaseUrl, proxyBaseUrl, apiKey, model, faults, recording } = whyops;
  return {
    ...{ analyseBaseUrl, proxyBaseUrl, apiKey, model, faults, recording },
    settled: () => whyops.settled(),
    fetch: (url, init) =>
      String(init.body).includes('"eventType":"tool_call_response"')
        ? Promise.resolve(Response.json({ success: true }, { status: 202 }))
        : whyops.fetch(url, init),
  };
}

const onTheForgetful = (constraints: fc.CommandsContraints = {}) =>
  fc.asyncProperty(workflowCommands(constraints), (commands) =>
    fc.asyncModelRun(workflowModel(forgetful()), commands),
  );

test('a failure names seed, path and replayPath, and they lead to the same witness at once', async () => {
  const failure = await fc.assert(onTheForgetful(), { seed: 1, numRuns: 300 }).then(
    () => expect.unreachable('the forgetful WhyOps was not found out'),
    (error: Error) => error,
  );
  const { message } = failure;
  const [, seed, path, witness, replayPath] =
    /seed: (-?\d+), path: "([^"]+)"[^]*Counterexample: \[(.*) \/\*replayPath="([^"]+)"\*\/\]/.exec(message) ??
    [];
  expect(witness).toMatch(
    /^start\(.*\),ask\(0, .*\),askForTools\(0, .*\),openTool\(0, false\),closeTool\(0, 0, false, false\)$/,
  );
  expect(String(failure.cause)).toContain(
    'Trace trace-1: event 4 (tool_call_response) is missing; there are [user_message stored, llm_response stored, tool_call_request stored].',
  );

  const replay = await fc.check(onTheForgetful({ replayPath: replayPath! }), {
    seed: Number(seed),
    path: path!,
    endOnFailure: true,
  });
  expect(replay.numShrinks).toBe(0);
  expect(String(replay.counterexample)).toContain(witness);
});

test('a model that counts one event too many is found', async () => {
  const details = await fc.check(
    fc.asyncProperty(workflowCommands(), async (commands) => {
      const setup = workflowModel(createFakeWhyOps());
      await fc.asyncModelRun(() => {
        const { model, real } = setup();
        const ingest = model.builder.ingest.bind(model.builder);
        model.builder.ingest = (events, delivery, route) =>
          ingest(events[0]?.eventType === 'error' ? [...events, ...events] : events, delivery, route);
        return { model, real };
      }, commands);
    }),
    { seed: 1, numRuns: 100 },
  );
  const witness = String(details.counterexample).match(/(?:^|,)([a-z]\w+)\(/gi);
  expect(witness).toEqual(['start(', ',fail(']);
});
