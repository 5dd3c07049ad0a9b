import { requirement } from '../requirement.ts';
import {
  decided,
  ingests,
  manual,
  plural,
  shown,
  storedAtLeast,
  storedOf,
  stored,
  texts,
} from './observe.ts';
import { sameJson } from './same-json.ts';

const GROUP = 'idempotency';
const CALL = { tool: 'charge_card', toolCalls: [{ name: 'charge_card', arguments: { amount: 4999 } }] };

const stable = requirement({
  id: 'key-stable-over-attempts',
  level: 'MUST',
  group: GROUP,
  sentence: 'A send that is repeated does not make a second event.',
  consequence: 'The reply was lost, not the event: the repeated tool event is stored as a second one.',
  source:
    'Documented: idempotencyKey when retries may submit twice. Observed: idempotency/implicit-tool_call_re*.',
  needs: ['events', 'retry'],
  checks: {
    'reply-lost': 'Stored, then the connection is lost: one event.',
    'reply-503': 'Stored, then answered 503: one event.',
  },
  async drive(stage) {
    const run = async (fault: { kind: 'store-then-drop' } | { kind: 'store-then-status'; status: 503 }) => {
      const scene = await stage.scene();
      scene.whyops.faults.next('ingest', fault);
      await scene.call('toolCallRequest', CALL);
      return scene.seen(decided(2));
    };
    const [lost, unavailable] = await Promise.all([
      run({ kind: 'store-then-drop' }),
      run({ kind: 'store-then-status', status: 503 }),
    ]);
    return { 'reply-lost': lost, 'reply-503': unavailable };
  },
  judge(observed, verdict) {
    for (const [check, seen] of Object.entries(observed)) {
      const events = storedOf(seen, 'tool_call_request');
      verdict.that(
        check,
        events.length === 1,
        `One toolCallRequest was stored ${plural(events.length, 'time')}, in ${plural(ingests(seen).length, 'attempt')}.`,
        manual(seen).map(shown),
      );
    }
  },
});

const distinct = requirement({
  id: 'key-distinct',
  level: 'MUST',
  group: GROUP,
  sentence: 'Two equal events are two events.',
  consequence:
    'The user said "yes" twice; the backend takes the second for a copy and drops it, with its tokens.',
  source: 'Observed: idempotency/implicit-multi-turn-yes, /llm-response-same.',
  needs: ['events'],
  checks: {
    'user-message': 'The same user message twice in a trace is stored twice.',
    'llm-response': 'The same answer twice in a trace is stored twice.',
    'tool-call': 'The same tool call twice in a trace is stored twice.',
  },
  async drive(stage) {
    const scene = await stage.scene();
    // Otherwise the first of two equal events waits for the registration, and the driver may change its payload meanwhile.
    await scene.initAgent();
    for (let i = 0; i < 2; i++) {
      await scene.say('yes', 'user-message');
      await scene.call(
        'llmResponse',
        { model: 'gpt-4o-mini', provider: 'openai', content: 'Done.' },
        {},
        { traceId: 'llm-response' },
      );
      await scene.call('toolCallRequest', CALL, {}, { traceId: 'tool-call' });
    }
    return scene.seen(decided(6));
  },
  judge(seen, verdict) {
    for (const traceId of ['user-message', 'llm-response', 'tool-call']) {
      const kept = stored(seen).filter((event) => event.traceId === traceId);
      verdict.that(
        traceId,
        kept.length === 2,
        `Of two equal events ${kept.length} ${kept.length === 1 ? 'was' : 'were'} stored.`,
        manual(seen)
          .filter((event) => event.traceId === traceId)
          .map(shown),
      );
    }
  },
});

const own = requirement({
  id: 'key-of-the-application',
  level: 'MUST',
  group: GROUP,
  sentence: 'The idempotency key that the application gives is the one that is sent, with every attempt.',
  consequence: 'A queue that replays its jobs stores every event again.',
  source: 'Documented: set idempotencyKey when a queue replay may submit the event twice.',
  needs: ['events', 'retry'],
  checks: {
    'every-attempt': 'All attempts carry the given key.',
    'replay-is-one': 'The same call with the same key, made twice, is one event.',
  },
  async drive(stage) {
    const scene = await stage.scene();
    scene.whyops.faults.next('ingest', { kind: 'status', status: 503 });
    await scene.call('toolCallRequest', CALL, { idempotencyKey: 'order-17-charge' });
    await scene.until(storedAtLeast(1));
    await scene.call('toolCallRequest', CALL, { idempotencyKey: 'order-17-charge' });
    return scene.seen(decided(3));
  },
  judge(seen, verdict) {
    const keys = manual(seen).map((event) => event.sent?.idempotencyKey ?? null);
    verdict.that(
      'every-attempt',
      keys.length >= 2 && keys.every((key) => key === 'order-17-charge'),
      `The attempts carried ${JSON.stringify(keys)}.`,
      manual(seen).map(shown),
    );
    verdict.that(
      'replay-is-one',
      stored(seen).length === 1,
      `The replayed event was stored ${plural(stored(seen).length, 'time')}.`,
      manual(seen).map(shown),
    );
  },
});

const interleaved = requirement({
  id: 'no-event-lost-between-retries',
  level: 'MUST',
  group: GROUP,
  sentence: 'Retries of one event leave the others alone.',
  consequence: 'An event that follows a failed one is lost or stored twice.',
  source: 'Follows from the promises above; published queues fail here when they batch.',
  needs: ['events', 'retry'],
  checks: { exactly: 'Of three traces with a lost reply in each, every event is stored exactly once.' },
  async drive(stage) {
    const scene = await stage.scene();
    await scene.initAgent();
    scene.whyops.faults.next('ingest', { kind: 'drop' }, { kind: 'status', status: 503 }, { kind: 'drop' });
    const traces = ['a', 'b', 'c'];
    await Promise.all(
      traces.map(async (trace) => {
        for (const text of ['one', 'two', 'three']) await scene.say(`${trace} ${text}`, trace);
      }),
    );
    return scene.seen(storedAtLeast(9));
  },
  judge(seen, verdict) {
    const kept = texts(stored(seen)).sort();
    const wanted = ['a', 'b', 'c']
      .flatMap((trace) => ['one', 'two', 'three'].map((n) => `${trace} ${n}`))
      .sort();
    verdict.that(
      'exactly',
      sameJson(kept, wanted),
      `Stored was ${JSON.stringify(kept)}.`,
      manual(seen).map(shown),
    );
  },
});

export const idempotency = [stable, distinct, own, interleaved];
