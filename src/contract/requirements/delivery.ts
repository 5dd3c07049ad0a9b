import { isTimeout, isUnsupported } from '../protocol.ts';
import { requirement } from '../requirement.ts';
import { decided, inits, manual, plural, shown, stored, storedAtLeast, storedOf, texts } from './observe.ts';
import { sameJson } from './same-json.ts';

/**
 * How long the first event is held, in milliseconds: longer than a busy machine needs for the others, which must overtake it
 * wherever they can, or be left undelivered.
 */
const HELD = 1_500;

const WORDS = ['one', 'two', 'three', 'four', 'five'];

const sequential = requirement({
  id: 'order-sequential',
  level: 'MUST',
  group: 'order',
  sentence:
    'Awaited events of a trace are stored in the order of the calls, even when one has to be repeated.',
  consequence:
    'The backend numbers steps in the order of arrival: the trace shows effects before their causes.',
  source: 'Observed: steps/* (arrival order, not timestamps).',
  needs: ['events'],
  checks: { order: 'Five awaited events, the first of which is delayed, are stored in order.' },
  async drive(stage) {
    const scene = await stage.scene();
    await scene.initAgent();
    scene.whyops.faults.next('ingest', { kind: 'delay', ms: HELD });
    for (const word of WORDS) await scene.say(word);
    return scene.seen(storedAtLeast(5));
  },
  judge(seen, verdict) {
    const order = texts(stored(seen));
    verdict.that(
      'order',
      sameJson(order, WORDS),
      `Stored in the order ${order.join(', ')}.`,
      manual(seen).map(shown),
    );
  },
});

const unawaited = requirement({
  id: 'order-unawaited',
  level: 'SHOULD',
  group: 'order',
  sentence: 'Events of a trace that were not awaited are stored in the order of the calls.',
  consequence:
    'Fire-and-forget is how most applications trace: a slow first request puts the answer before the question.',
  source: 'Observed: steps/concurrent-posts (posts in flight are ordered by when they finish).',
  needs: ['events'],
  checks: {
    order: 'Five events made at once, the first of which is delayed, are stored in the order of the calls.',
  },
  async drive(stage) {
    const scene = await stage.scene();
    await scene.initAgent();
    scene.whyops.faults.next('ingest', { kind: 'delay', ms: HELD });
    await Promise.all(WORDS.map((word) => scene.say(word)));
    return scene.seen(storedAtLeast(5));
  },
  judge(seen, verdict) {
    const order = texts(stored(seen));
    verdict.that(
      'order',
      sameJson(order, WORDS),
      `Stored in the order ${order.join(', ')}.`,
      manual(seen).map(shown),
    );
  },
});

/** How late the registration is, and how far a clock may be off the call, in milliseconds. */
const LATE = 2_000;
const NEAR = 1_200;

const eventTime = requirement({
  id: 'event-time',
  level: 'SHOULD',
  group: 'time',
  sentence: 'An event has the time of its call, not of its delivery.',
  consequence:
    'The backend puts its own clock on events without a timestamp: a slow registration or a retry moves them by seconds.',
  source: 'Observed: default timestamp is the time of processing. Published SDKs send none.',
  needs: ['events'],
  checks: {
    sent: 'A timestamp is sent, in UTC with a Z.',
    'of-the-call': `It is that of the call, although the registration before it took ${LATE} ms.`,
  },
  async drive(stage) {
    const scene = await stage.scene();
    scene.whyops.faults.next('init', { kind: 'delay', ms: LATE });
    const calledAt = Date.now();
    await scene.say('hello');
    return { calledAt, ...(await scene.seen((now) => storedAtLeast(1)(now) && inits(now).length > 0)) };
  },
  judge(seen, verdict) {
    const timestamp = stored(seen)[0]?.sent?.timestamp;
    verdict.that(
      'sent',
      timestamp !== undefined && timestamp.endsWith('Z'),
      `The timestamp sent was ${JSON.stringify(timestamp)}.`,
      manual(seen).map(shown),
    );
    const shift = timestamp === undefined ? null : Date.parse(timestamp) - seen.calledAt;
    verdict.that(
      'of-the-call',
      shift !== null && Math.abs(shift) < NEAR,
      shift === null ? 'No timestamp was sent.' : `It is ${shift} ms from the call.`,
      manual(seen).map(shown),
    );
  },
});

const snapshot = requirement({
  id: 'payload-snapshot',
  level: 'MUST',
  group: 'snapshot',
  sentence: 'An event says what it was given at the call, whatever becomes of the objects afterwards.',
  consequence: 'A message list that grows, or a buffer that is used again, rewrites what is already traced.',
  source: 'Applications append to one messages array turn by turn.',
  needs: ['events'],
  checks: {
    messages: 'A list of messages that is changed right after the call arrives as it was.',
    arguments: 'Nested tool arguments that are changed right after the call arrive as they were.',
  },
  async drive(stage) {
    const scene = await stage.scene();
    scene.whyops.faults.next('init', { kind: 'delay', ms: 200 });
    const calls = [
      scene.say('as it was', 'messages'),
      scene.call('toolCallRequest', { tool: 'search', toolCalls: TOOL_CALLS }, {}, { traceId: 'arguments' }),
    ];
    await Promise.all(calls);
    await scene.seen(storedAtLeast(2));
    return scene.asItArrived();
  },
  judge(seen, verdict) {
    const message = storedOf(seen, 'user_message')[0]?.content as { messages?: unknown } | undefined;
    const messages = Array.isArray(message) ? message : message?.messages;
    verdict.that(
      'messages',
      sameJson(messages, [{ role: 'user', content: 'as it was' }]),
      `The messages arrived as ${JSON.stringify(messages)}.`,
      manual(seen).map(shown),
    );
    const calls = (storedOf(seen, 'tool_call_request')[0]?.content as { toolCalls?: unknown } | undefined)
      ?.toolCalls;
    verdict.that(
      'arguments',
      sameJson(calls, TOOL_CALLS),
      `The tool calls arrived as ${JSON.stringify(calls)}.`,
      manual(seen).map(shown),
    );
  },
});

const TOOL_CALLS = [{ name: 'search', arguments: { query: 'order 17', filters: { open: true } } }];

const flush = requirement({
  id: 'flush-before-exit',
  level: 'MUST',
  group: 'flush',
  sentence: 'What was traced is delivered before the client is closed and before the process ends.',
  consequence:
    'The last events of every short-lived process, job or function are missing: the answer and its error.',
  source: 'Documented: awaited sends before process exit. Observed: recordings of scripts end early.',
  needs: ['events'],
  checks: {
    close: 'Five events made at once are stored when close() has returned.',
    exit: 'Five events are stored when the process has ended by itself.',
  },
  async drive(stage) {
    const words = WORDS;
    const scene = await stage.scene();
    await scene.initAgent();
    scene.whyops.faults.next('ingest', { kind: 'delay', ms: HELD });
    const calls = words.map((word) => scene.say(word));
    const closed = await scene.close();
    const atClose = scene.now();
    await Promise.all(calls);

    if (!stage.command) return { closed, atClose, exit: null };
    const own = await stage.sceneWithOwnDriver();
    await own.initAgent();
    own.whyops.faults.next('ingest', { kind: 'delay', ms: HELD });
    for (const word of words) await own.say(word);
    const byItself = await own.driver.exit(stage.limits.message);
    await own.until(decided(5), 500);
    return { closed, atClose, exit: { byItself, seen: own.now() } };
  },
  judge({ closed, atClose, exit }, verdict) {
    const kept = arrived(atClose);
    if (isUnsupported(closed)) verdict.unsupported('close', 'The SDK has nothing to flush with.');
    else
      verdict.that(
        'close',
        kept === WORDS.length && !isTimeout(closed),
        `When close() returned, ${kept} of ${WORDS.length} events had arrived.`,
        manual(atClose).map(shown),
      );
    if (!exit) return verdict.unsupported('exit', 'The driver runs in this process, which goes on.');
    verdict.that(
      'exit',
      exit.byItself && arrived(exit.seen) === WORDS.length,
      exit.byItself
        ? `When the process had ended, ${plural(arrived(exit.seen), 'event')} of ${WORDS.length} had arrived.`
        : 'The process did not end by itself.',
      manual(exit.seen).map(shown),
    );
  },
});

/** Handed over to the backend: stored, or accepted and still in its queue. */
function arrived(seen: Parameters<typeof manual>[0]): number {
  return manual(seen).filter(({ outcome }) => outcome.status === 'stored' || outcome.status === 'queued')
    .length;
}

export const delivery = [sequential, unawaited, eventTime, snapshot, flush];
