import { AGENT_METADATA, type Stage } from '../stage.ts';
import { requirement } from '../requirement.ts';
import { isTimeout, isUnsupported } from '../protocol.ts';
import { sameJson } from './same-json.ts';
import {
  inits,
  manual,
  modelCalls,
  plural,
  reportOf,
  shown,
  shownExchange,
  stored,
  storedAtLeast,
  succeeded,
  texts,
} from './observe.ts';

const GROUP = 'registration';

/** How long a registration is held, in milliseconds: on a busy machine too, what does not wait for it must come first. */
const HELD = 1_500;

const once = requirement({
  id: 'register-once',
  level: 'MUST',
  group: GROUP,
  sentence: 'The agent is registered once, however many traces begin at the same time.',
  consequence:
    'Every further registration is a needless request before an event, and concurrent first events of an unknown agent can leave traces bound to versions that are no longer the latest: all their later events get 409.',
  source: 'Documented: create the client once and register at startup. Observed: entities, agent-conflict.',
  needs: ['events'],
  checks: {
    'one-request': 'Ten events on ten traces, made at once, cause one registration.',
    'complete-body':
      'The registration carries the agent name, the system prompt and every field of every tool.',
  },
  async drive(stage) {
    const scene = await stage.scene();
    // So long that all ten calls are made while the registration is open.
    scene.whyops.faults.next('init', { kind: 'delay', ms: 1_000 });
    await Promise.all(Array.from({ length: 10 }, (_, i) => scene.say('hello', `t${i}`)));
    return scene.seen(storedAtLeast(10));
  },
  judge(seen, verdict) {
    const made = inits(seen);
    verdict.that(
      'one-request',
      made.length === 1,
      `${plural(made.length, 'registration')} were made for ten concurrent first events.`,
      made.map(shownExchange),
    );
    const body = made[0]?.request as { agentName?: unknown; metadata?: unknown } | undefined;
    const complete = body?.agentName === 'contract-agent' && sameJson(body.metadata, AGENT_METADATA);
    verdict.that('complete-body', complete, `The registration said ${JSON.stringify(body)}.`, [body]);
  },
});

const first = requirement({
  id: 'register-first',
  level: 'MUST',
  group: GROUP,
  sentence: 'The agent is registered before its first event arrives.',
  consequence:
    'The backend invents an agent version from the first event; once the real one is registered, every trace that began with the invented one is refused with 409.',
  source:
    'Documented: register explicitly before traffic. Observed: auto-init, agent-conflict/event-then-init.',
  needs: ['events'],
  checks: {
    'before-the-event': 'The registration is answered before the first event is sent, even a slow one.',
  },
  async drive(stage) {
    const scene = await stage.scene();
    scene.whyops.faults.next('init', { kind: 'delay', ms: HELD });
    await scene.say('hello');
    return scene.seen((now) => storedAtLeast(1)(now) && inits(now).length > 0);
  },
  judge(seen, verdict) {
    const registered = inits(seen).find((exchange) => exchange.status !== null && exchange.status < 300);
    const event = manual(seen)[0];
    const inOrder = registered?.endSeq != null && event !== undefined && registered.endSeq < event.seq;
    verdict.that(
      'before-the-event',
      inOrder,
      registered
        ? 'The event was sent while the registration was still open.'
        : 'The event was sent and the agent was not registered at all.',
      [...inits(seen).map(shownExchange), ...manual(seen).map(shown)],
    );
  },
});

const recovery = requirement({
  id: 'register-recovery',
  level: 'MUST',
  group: GROUP,
  sentence: 'A registration that failed because the backend was down is made up for when it is back.',
  consequence:
    'The agent stays unregistered until the process restarts: its traces hang on an invented version without prompt and tools.',
  source: 'Observed: auto-init. Published SDKs that keep the first failure never register.',
  needs: ['events'],
  checks: {
    'registered-later': 'After an outage the agent is registered, with the next events at the latest.',
    'events-kept': 'No event of the outage is lost.',
  },
  async drive(stage) {
    const scene = await stage.scene();
    scene.whyops.faults.next('init', ...outage(60));
    await scene.say('during the outage', 't1');
    await scene.until((now) => inits(now).length > 0);
    scene.whyops.faults.reset();
    await scene.say('after the outage', 't2');
    return scene.seen((now) => storedAtLeast(2)(now) && inits(now).some(succeeded));
  },
  judge(seen, verdict) {
    verdict.that(
      'registered-later',
      inits(seen).some(succeeded),
      `${plural(inits(seen).length, 'attempt')} to register, none after the backend was back.`,
      inits(seen).map(shownExchange),
    );
    const kept = texts(stored(seen)).sort();
    verdict.that(
      'events-kept',
      sameJson(kept, ['after the outage', 'during the outage']),
      `Stored was ${JSON.stringify(kept)}.`,
      manual(seen).map(shown),
    );
  },
});

const noPlaceholder = requirement({
  id: 'register-no-placeholder',
  level: 'SHOULD',
  group: GROUP,
  sentence: 'A trace that began during an outage of the registration goes on after it.',
  consequence:
    'The event that went ahead bound its trace to an invented agent version; the late registration makes a new one, and everything after it in this trace is refused with 409 behind a 202.',
  source: 'Observed: agent-conflict/event-then-init.',
  needs: ['events'],
  checks: {
    'trace-goes-on':
      'Both events of a trace are stored, the one before and the one after the late registration.',
  },
  async drive(stage) {
    const scene = await stage.scene();
    scene.whyops.faults.next('init', ...outage(60));
    await scene.say('first', 't1');
    await scene.until((now) => inits(now).length > 0);
    scene.whyops.faults.reset();
    await scene.initAgent();
    await scene.say('second', 't1');
    return scene.seen(
      (now) => manual(now).length >= 2 && !manual(now).some((e) => e.outcome.status === 'queued'),
    );
  },
  judge(seen, verdict) {
    verdict.that(
      'trace-goes-on',
      sameJson(texts(stored(seen)), ['first', 'second']),
      `Stored was ${JSON.stringify(texts(stored(seen)))}.`,
      manual(seen).map(shown),
    );
  },
});

const cost = requirement({
  id: 'register-cost',
  level: 'SHOULD',
  group: GROUP,
  sentence: 'While registration is down, not every event pays for it.',
  consequence: 'Five events cost forty requests and fourteen seconds of waiting, in the path of the agent.',
  source: 'Measured with published SDKs: eight requests and 2.8 s before every event.',
  needs: ['events'],
  checks: { 'few-requests': 'Five events in a row cause at most 12 attempts to register.' },
  async drive(stage) {
    const scene = await stage.scene();
    scene.whyops.faults.next('init', ...outage(200));
    for (let i = 1; i <= 5; i++) await scene.say(`event ${i}`);
    // Clients that register in the background need a moment to show what they do: until their pauses are this long.
    await scene.until((now) => inits(now).length > 12, 2_000);
    const seen = scene.now();
    scene.whyops.faults.reset();
    return seen;
  },
  judge(seen, verdict) {
    const made = inits(seen).length;
    verdict.that(
      'few-requests',
      made <= 12,
      `${plural(made, 'attempt')} to register were made for five events.`,
      inits(seen).slice(0, 5).map(shownExchange),
    );
  },
});

const visible = requirement({
  id: 'register-rejection-visible',
  level: 'SHOULD',
  group: GROUP,
  sentence: 'A registration that the backend refuses is reported with its reason.',
  consequence:
    'The backend wants a description and both schemas for every tool, SDK types mark them optional, and the user only learns that something failed: the agent runs on as an invented version.',
  source: 'Observed: entities (400 ZodError). Documented: calling initAgent() surfaces errors.',
  needs: ['events'],
  checks: {
    reported: 'The error that is thrown, returned or logged names the status or the field that was refused.',
    'not-repeated': 'A refused registration is not sent again and again.',
  },
  async drive(stage) {
    const scene = await stage.sceneWithOwnDriver({
      config: (config) => ({
        ...config,
        agentMetadata: { systemPrompt: 'You help.', tools: [{ name: 'incomplete_tool' }] },
      }),
    });
    const answer = await scene.initAgent();
    await scene.until((now) => inits(now).length > 0);
    await scene.untilLogged(REASON);
    return { answer, ...scene.now() };
  },
  judge(seen, verdict) {
    const refused = inits(seen).some((exchange) => exchange.status === 400);
    const said = [reportOf(seen.answer), seen.stderr].filter(Boolean).join('\n');
    verdict.that(
      'reported',
      refused && REASON.test(said),
      refused
        ? `Nothing that was thrown, returned or logged says why: ${JSON.stringify(said)}.`
        : 'The incomplete registration was not sent, and nothing says why.',
      [{ answer: seen.answer, stderr: seen.stderr }, ...inits(seen).map(shownExchange)],
    );
    verdict.that(
      'not-repeated',
      inits(seen).length <= 2,
      `The refused registration was sent ${inits(seen).length} times.`,
      inits(seen).map(shownExchange),
    );
  },
});

/** What a useful message names: the status, or a field that the backend missed. */
const REASON = /\b400\b|description|inputSchema|outputSchema|input_schema|output_schema/;

const beforeModel = requirement({
  id: 'register-before-model',
  level: 'MUST',
  group: GROUP,
  sentence: 'The agent is registered before its first proxied call.',
  consequence:
    'The proxy records the call under an invented agent version, and the registration that comes with the first manual event then cuts the trace off with 409.',
  source: 'Observed: proxy-agents/drift. Documented: register before traffic.',
  needs: ['openai'],
  checks: { 'before-the-call': 'The registration is answered before the first model call arrives.' },
  async drive(stage) {
    const scene = await stage.scene();
    scene.whyops.faults.next('init', { kind: 'delay', ms: HELD });
    await scene.model('openai');
    const seen = await scene.seen((now) => modelCalls(now).length > 0 || now.exchanges.length > 0);
    return { ...seen, registers: await registers(stage) };
  },
  judge(seen, verdict) {
    if (!seen.registers) {
      verdict.unsupported('before-the-call', 'The SDK registers no agents.');
      return;
    }
    const registered = inits(seen).find((exchange) => exchange.status !== null && exchange.status < 300);
    const call = seen.exchanges.find((exchange) => exchange.service === 'proxy' && exchange.route !== 'init');
    const answered = seen.answers.some((answer) => !isTimeout(answer));
    verdict.that(
      'before-the-call',
      registered?.endSeq != null && call !== undefined && registered.endSeq < call.seq,
      !call
        ? `No model call arrived at the proxy${answered ? '' : ', and the driver did not answer'}.`
        : registered
          ? 'The model call arrived before the registration was answered.'
          : 'The model call arrived and the agent was not registered at all.',
      seen.exchanges.map(shownExchange),
    );
  },
});

/** Whoever reports events has to; beside them only those that offer it. */
async function registers(stage: Stage): Promise<boolean> {
  if (stage.hello.capabilities.includes('events')) return true;
  const scene = await stage.scene();
  return !isUnsupported(await scene.initAgent());
}

function outage(requests: number): { kind: 'status'; status: number }[] {
  return Array.from({ length: requests }, () => ({ kind: 'status', status: 503 }));
}

export const registration = [once, first, recovery, noPlaceholder, cost, visible, beforeModel];
