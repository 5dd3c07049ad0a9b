import { isUnsupported } from '../protocol.ts';
import { requirement } from '../requirement.ts';
import { differs, GOLDEN } from './golden.ts';
import { decided, manual, reportOf, shown, stored, storedAtLeast, storedOf } from './observe.ts';
import { sameJson } from './same-json.ts';

const GROUP = 'mapping';
const DOCUMENTED = 'Documented: manual events reference, runtime events.';

/** One requirement a method: what it is given arrives as the documented event. */
const methods = GOLDEN.map((golden) =>
  requirement({
    id: `map-${golden.eventType.replaceAll('_', '-')}`,
    level: 'MUST',
    group: GROUP,
    sentence: `${golden.method} arrives as the documented ${golden.eventType}.`,
    consequence: 'The event is refused, or stored with members that no page of WhyOps reads.',
    source: DOCUMENTED,
    needs: ['events'],
    checks: { event: 'Type, content and metadata are those of the documentation, with every option given.' },
    async drive(stage) {
      const scene = await stage.scene();
      const answer = await scene.call(golden.method, golden.args, golden.options);
      return { answer, ...(await scene.seen(isUnsupported(answer) ? undefined : storedAtLeast(1))) };
    },
    judge(seen, verdict) {
      if (isUnsupported(seen.answer))
        return verdict.unsupported('event', `The SDK has no ${golden.method} with these options.`);
      const difference = differs(storedOf(seen, golden.eventType)[0], golden);
      verdict.that(
        'event',
        difference === null,
        `Of ${golden.method}: ${difference}.`,
        manual(seen).map(shown),
      );
    },
  }),
);

const options = requirement({
  id: 'map-options',
  level: 'MUST',
  group: GROUP,
  sentence: 'The optional fields that all methods share arrive as they were given.',
  consequence:
    'Steps, retries and times are then made up by the backend: the decision graph is another one than the program.',
  source: 'Documented: event IDs you should understand, manual events reference.',
  needs: ['events'],
  checks: {
    spanId: 'spanId arrives.',
    stepId: 'stepId arrives.',
    parentStepId: 'parentStepId arrives.',
    timestamp: 'timestamp arrives unchanged.',
    idempotencyKey: 'idempotencyKey arrives.',
  },
  async drive(stage) {
    const scene = await stage.scene();
    await scene.say('first', 't1', { stepId: 1 });
    const answers: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(OPTIONS))
      answers[name] = await scene.say(name, `t-${name}`, {
        [name]: value,
        ...(name === 'parentStepId' ? { stepId: 4 } : {}),
      });
    const unsupported = Object.keys(answers).filter((name) => isUnsupported(answers[name] as never));
    const expected = 1 + Object.keys(OPTIONS).length - unsupported.length;
    return { unsupported, ...(await scene.seen(decided(expected))) };
  },
  judge(seen, verdict) {
    for (const [name, value] of Object.entries(OPTIONS)) {
      if (seen.unsupported.includes(name)) {
        verdict.unsupported(name, `The SDK takes no ${name}.`);
        continue;
      }
      const event = stored(seen).find((candidate) => candidate.traceId === `t-${name}`);
      const arrived = (event?.sent as Record<string, unknown> | undefined)?.[name];
      verdict.that(
        name,
        arrived === value,
        `${name} was given as ${JSON.stringify(value)} and arrived as ${JSON.stringify(arrived)}.`,
        event ? [shown(event)] : [],
      );
    }
  },
});

const OPTIONS: Readonly<Record<string, unknown>> = {
  spanId: 'span-given',
  stepId: 3,
  parentStepId: 2,
  timestamp: '2026-01-31T12:00:00.000Z',
  idempotencyKey: 'key-given',
};

const externalUser = requirement({
  id: 'map-external-user',
  level: 'SHOULD',
  group: GROUP,
  sentence: 'externalUserId arrives with the event.',
  consequence: 'Traces cannot be found by the user they belong to.',
  source: 'Documented: runtime events (external user id).',
  needs: ['events'],
  checks: { externalUserId: 'externalUserId arrives, in the body or as X-External-User-Id.' },
  async drive(stage) {
    const scene = await stage.scene();
    const answer = await scene.say('hello', 't1', { externalUserId: 'user-17' });
    return { answer, ...(await scene.seen(isUnsupported(answer) ? undefined : storedAtLeast(1))) };
  },
  judge(seen, verdict) {
    if (isUnsupported(seen.answer))
      return verdict.unsupported('externalUserId', 'The SDK takes no externalUserId.');
    const arrived = stored(seen)[0]?.externalUserId;
    verdict.that(
      'externalUserId',
      arrived === 'user-17',
      `externalUserId was given as "user-17" and arrived as ${JSON.stringify(arrived)}.`,
      manual(seen).map(shown),
    );
  },
});

const unknownOption = requirement({
  id: 'refuse-unknown-option',
  level: 'SHOULD',
  group: GROUP,
  sentence: 'An option that does not exist is refused, not swallowed.',
  consequence: 'A misspelt latency_ms or idempotencyKey is dropped in silence, and retries are stored twice.',
  source: 'Observed with published SDKs: unknown keyword arguments disappear.',
  needs: ['events'],
  checks: {
    refused:
      'A misspelt option is reported: thrown, returned or logged by name, or cannot be written at all.',
  },
  async drive(stage) {
    const scene = await stage.sceneWithOwnDriver();
    const answer = await scene.say('hello', 't1', { idempotencyKeey: 'k1' });
    const inTime = await scene.untilLogged(/idempotency_?keey/i);
    return { answer, inTime };
  },
  judge({ answer, inTime }, verdict) {
    const refused = inTime || isUnsupported(answer) || reportOf(answer) !== null;
    verdict.that('refused', refused, 'The option "idempotencyKeey" was accepted without a word.', [answer]);
  },
});

const usage = requirement({
  id: 'map-cache-usage',
  level: 'MUST',
  group: GROUP,
  sentence: 'Token counts of cached prompts arrive under their own names, with the total as given.',
  consequence: 'Cached tokens are billed and shown as prompt tokens, or not at all.',
  source: 'Documented: prompt caching-aware usage (1200 + 240 + 8200 + 300 = 9940).',
  needs: ['events'],
  checks: { usage: 'All five counts arrive unchanged.' },
  async drive(stage) {
    const scene = await stage.scene();
    await scene.call(
      'llmResponse',
      { model: 'anthropic/claude-sonnet-5-5', provider: 'anthropic', content: 'Done.' },
      { usage: CACHED, latencyMs: 860 },
    );
    return scene.seen(storedAtLeast(1));
  },
  judge(seen, verdict) {
    const arrived = stored(seen)[0]?.metadata?.['usage'];
    verdict.that(
      'usage',
      sameJson(arrived, CACHED),
      `The usage arrived as ${JSON.stringify(arrived)}.`,
      manual(seen).map(shown),
    );
  },
});

const CACHED = {
  promptTokens: 1200,
  completionTokens: 240,
  totalTokens: 9940,
  cacheReadTokens: 8200,
  cacheCreationTokens: 300,
};

export const mapping = [...methods, options, externalUser, unknownOption, usage];
