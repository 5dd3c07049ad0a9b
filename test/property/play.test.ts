import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFakeWhyOps, type FakeWhyOps } from '../../src/index.ts';
import {
  assertStored,
  play,
  playInterleaved,
  type PlayTarget,
  programs,
  type Workflow,
} from '../../src/property/index.ts';
import type { DIALECTS } from '../../src/property/dialect.ts';
import { Program, register } from '../../src/property/program.ts';

/** One trace with a tool whose request is answered into the void, in whichever API. */
function oneTrace(api: keyof typeof DIALECTS, mode: 'manual' | 'hybrid' = 'hybrid'): Workflow {
  const settings = {
    mode,
    api,
    streams: false,
    keepsSignatures: true,
    explicitSteps: false,
    timestamps: false,
    atOnce: false,
  };
  const program = new Program({ ...settings, traceId: 'trace-1', agentName: 'support' });
  const call = program.call('search', { q: 'weather' });
  const asked = [...program.ask('And tomorrow?'), ...program.respond(null, [call], [9, 3, 0, 0])];
  const ran = [...program.open(call, true), ...program.close(call)];
  program.conclude([call]);
  return [register('support'), ...asked, ...ran, ...program.respond('Rain.', [], [12, 2, 4, 1])];
}

/** Reaches a fake over its sockets and the global fetch. */
function overSockets({ analyseBaseUrl, proxyBaseUrl, apiKey, model, faults }: FakeWhyOps): PlayTarget {
  return { analyseBaseUrl, proxyBaseUrl, apiKey, model, faults };
}

describe.each(['chat', 'responses', 'messages'] as const)('%s', (api) => {
  test('is played through fetch', async () => {
    const whyops = createFakeWhyOps();
    const played = await play(oneTrace(api), whyops);
    await whyops.settled();
    assertStored(oneTrace(api), whyops.recording);
    expect(played.map(({ status }) => status)).toEqual([201, 200, null, 202, 202, 200]);
    expect(whyops.model.unused).toEqual([]);
    expect(whyops.faults.unused).toEqual([]);
  });

  test('is played over sockets', async () => {
    await using whyops = await createFakeWhyOps().listen();
    await play(oneTrace(api), overSockets(whyops));
    await whyops.settled();
    assertStored(oneTrace(api), whyops.recording);
    expect(whyops.recording.exchanges.every(({ origin }) => origin.startsWith('http://127.0.0.1:'))).toBe(
      true,
    );
  });
});

test('without faults the player throws a lost answer away', async () => {
  const whyops = createFakeWhyOps();
  const { analyseBaseUrl, proxyBaseUrl, apiKey, fetch } = whyops;
  await play(oneTrace('chat', 'manual'), { analyseBaseUrl, proxyBaseUrl, apiKey, fetch });
  await whyops.settled();
  assertStored(oneTrace('chat', 'manual'), whyops.recording);
  const statuses = whyops.recording.events.map(({ outcome }) => outcome.status);
  expect(statuses).toEqual(['stored', 'stored', 'stored', 'skipped', 'stored', 'stored']);
});

test('generated programs overlap over sockets, and each keeps its order', async () => {
  let most = 0;
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), programs(), async (scheduler, running) => {
      await using whyops = await createFakeWhyOps().listen();
      let underWay = 0;
      const counted: PlayTarget['fetch'] = async (url, init) => {
        most = Math.max(most, ++underWay);
        return fetch(url, init).finally(() => (underWay -= 1));
      };
      await playInterleaved(scheduler, running, { ...overSockets(whyops), fetch: counted });
      await whyops.settled();
      assertStored(running, whyops.recording);
    }),
    { seed: 11, numRuns: 15 },
  );
  expect(most).toBe(3);
});

test('an operation that the scheduler let go missing is found', async () => {
  const losing = ({ scheduleSequence, ...scheduler }: fc.Scheduler): fc.Scheduler => ({
    ...scheduler,
    scheduleSequence: (items) => scheduleSequence(items.slice(0, -2)),
  });
  const details = await fc.check(
    fc.asyncProperty(fc.scheduler(), programs(), async (scheduler, running) => {
      const whyops = createFakeWhyOps();
      const bound = Object.assign(Object.create(scheduler) as fc.Scheduler, {
        scheduleSequence: scheduler.scheduleSequence.bind(scheduler),
        waitFor: scheduler.waitFor.bind(scheduler),
      });
      await playInterleaved(losing(bound), running, whyops);
      await whyops.settled();
      assertStored(running, whyops.recording);
    }),
    { seed: 11, numRuns: 5 },
  );
  expect(String(details.errorInstance)).toContain('is missing; there are [');
});

test('schedulerFor repeats an order', async () => {
  const running = [1, 2].map((number): Workflow => {
    const program = new Program({
      traceId: `trace-${number}`,
      agentName: 'support',
      mode: 'manual',
      api: 'chat',
      streams: false,
      keepsSignatures: false,
      explicitSteps: false,
      timestamps: false,
      atOnce: false,
    });
    return [...program.ask('a'), ...program.ask('b')];
  });
  const arrivals = async (order: number[]) => {
    const whyops = createFakeWhyOps();
    await playInterleaved(fc.schedulerFor(order), running, whyops);
    return whyops.recording.events.map(({ traceId }) => traceId);
  };
  // Tasks are numbered as they come up: 1 and 2 are the first requests of the two.
  expect(await arrivals([1, 3, 4, 5, 2, 6, 7, 8])).toEqual(['trace-1', 'trace-1', 'trace-2', 'trace-2']);
  expect(await arrivals([2, 1, 3, 4, 6, 5, 7, 8])).toEqual(['trace-2', 'trace-1', 'trace-1', 'trace-2']);
});

describe('what goes wrong is told', () => {
  const unreachable = {
    analyseBaseUrl: 'http://127.0.0.1:9/api',
    proxyBaseUrl: 'http://127.0.0.1:9',
    apiKey: 'whyops_x',
  };

  test('a wrong address', async () => {
    const { fetch, proxyBaseUrl, apiKey } = createFakeWhyOps();
    await expect(
      play(oneTrace('chat'), { fetch, proxyBaseUrl, apiKey, analyseBaseUrl: proxyBaseUrl }),
    ).rejects.toThrow(
      'POST https://proxy.whyops.test/entities/init (registration of support) was answered 404 instead of 2xx: {"error":"Not Found"}. analyseBaseUrl ends in /api',
    );
  });

  test('a wrong key', async () => {
    const { fetch, proxyBaseUrl, analyseBaseUrl } = createFakeWhyOps();
    const target = { fetch, proxyBaseUrl, analyseBaseUrl, apiKey: 'whyops_other' };
    await expect(play(oneTrace('chat'), target)).rejects.toThrow('was answered 401 instead of 2xx');
  });

  test('nobody there', async () => {
    await expect(play(oneTrace('chat'), unreachable)).rejects.toThrow(
      'POST http://127.0.0.1:9/api/entities/init (registration of support) got no answer: is a WhyOps listening there?',
    );
  });

  test.each<[string, Workflow[number]['delivery'] & object]>([
    ['says "origin" of its delivery', { origin: 'https://proxy.whyops.com' }],
    [
      'says "outcome" of its delivery',
      { outcome: { status: 'dead-letter', error: 'Failed to save event(s)' } },
    ],
    ['goes to provider', { service: 'provider' }],
  ])('what a player cannot bring about: %s', async (message, delivery) => {
    await expect(play([{ ...register('support'), delivery }], unreachable)).rejects.toThrow(
      `The registration of support ${message}, which a player cannot bring about`,
    );
  });

  test('a fault that only a fake can play', async () => {
    const { fetch, proxyBaseUrl, analyseBaseUrl, apiKey } = createFakeWhyOps();
    const refused = { ...register('support'), delivery: { fault: 'status', status: 503 } };
    await expect(play([refused], { fetch, proxyBaseUrl, analyseBaseUrl, apiKey })).rejects.toThrow(
      'Only a WhyOps with faults can answer registration of support with "status": play it on createFakeWhyOps().',
    );
  });
});

describe('assertStored tells the first difference', () => {
  const stored = async (sent: Workflow) => {
    const whyops = createFakeWhyOps();
    await play(sent, whyops);
    await whyops.settled();
    return whyops.recording;
  };

  test.each<[string, (correct: Workflow) => Workflow, string]>([
    [
      'an event is missing',
      (all) => all.slice(0, -2),
      'Trace trace-1: event 5 (tool_call_response) is missing; there are [user_message stored, llm_response stored, tool_call_request stored, tool_call_request skipped by key, as event 3].',
    ],
    [
      'an event is one too many',
      (all) => [...all, all[3]!],
      'Trace trace-1: event 8 (tool_call_request) is one too many.',
    ],
    [
      'another order',
      (all) => [...all.slice(0, -2), all.at(-1)!, all.at(-2)!],
      'Trace trace-1: eventType of event 5 (tool_call_response) is "tool_result", must be "tool_call_response"',
    ],
    [
      'another content',
      (all) =>
        all.map((action) =>
          action.do === 'send' && action.events[0]?.eventType === 'tool_call_response'
            ? { ...action, events: [{ ...action.events[0], content: { toolResults: { ok: false } } }] }
            : action,
        ),
      'Trace trace-1: content of event 5 (tool_call_response) is {"toolResults":{"ok":false}}, must be {"toolCalls"',
    ],
  ])('%s', async (_, change, message) => {
    const correct = oneTrace('chat');
    const recording = await stored(change(correct));
    expect(() => assertStored(correct, recording)).toThrow(message);
  });

  test('a registration too few', async () => {
    const recording = await stored(oneTrace('chat').slice(1));
    expect(() => assertStored(oneTrace('chat'), recording)).toThrow(
      'The registrations are [], must be [support].',
    );
  });

  test('nothing is stored of anything', () => {
    expect(() => assertStored(oneTrace('chat'), createFakeWhyOps().recording)).toThrow('is missing');
  });
});
