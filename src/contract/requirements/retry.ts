import type { Fault } from '../../server/faults.ts';
import { requirement } from '../requirement.ts';
import type { Stage } from '../stage.ts';
import { ingests, manual, plural, reportOf, shown, shownExchange, stored, storedAtLeast } from './observe.ts';

const GROUP = 'retry';

const TRANSIENT: Readonly<Record<string, Fault>> = {
  ...Object.fromEntries(
    [429, 500, 502, 503, 504].map((status) => [String(status), { kind: 'status', status }]),
  ),
  'no-answer': { kind: 'drop' },
};

const transient = requirement({
  id: 'retry-transient',
  level: 'MUST',
  group: GROUP,
  sentence: 'A send that failed for a passing reason is repeated until it is stored.',
  consequence:
    'A deployment of the backend, or one full minute of its rate limit, leaves holes in every trace.',
  source: 'Documented: retry 429 and 5xx after 200, 400 and 800 ms.',
  needs: ['events', 'retry'],
  checks: Object.fromEntries(
    Object.keys(TRANSIENT).map((name) => [name, `After ${name} the event is sent again and stored.`]),
  ),
  async drive(stage) {
    return perFault(stage, TRANSIENT, async (scene) => scene.seen(storedAtLeast(1)));
  },
  judge(observed, verdict) {
    for (const [name, seen] of Object.entries(observed))
      verdict.that(
        name,
        stored(seen).length >= 1,
        `${plural(ingests(seen).length, 'attempt')}, and the event was not stored.`,
        ingests(seen).map(shownExchange),
      );
  },
});

/** A thousand would do as well; ten attempts at growing pauses are more than any outage that retries can bridge. */
const MOST_ATTEMPTS = 10;

const bounded = requirement({
  id: 'retry-bounded',
  level: 'MUST',
  group: GROUP,
  sentence: 'A send that always fails is given up after a few attempts.',
  consequence: 'Every client hammers a backend that is down, and the application never gets its memory back.',
  source: 'Documented: up to three retries.',
  needs: ['events', 'retry'],
  checks: {
    'at-least-two': 'At least a second attempt is made.',
    'at-most-ten': `At most ${MOST_ATTEMPTS} attempts are made.`,
  },
  async drive(stage) {
    const scene = await stage.scene();
    scene.whyops.faults.next('ingest', ...Array.from({ length: 60 }, () => UNAVAILABLE));
    await scene.say('hello');
    await scene.until((now) => ingests(now).length > MOST_ATTEMPTS, 3_000);
    const seen = scene.now();
    // An SDK that never gives up comes to rest when it is answered.
    scene.whyops.faults.reset();
    return seen;
  },
  judge(seen, verdict) {
    const attempts = ingests(seen).length;
    verdict.that('at-least-two', attempts >= 2, `${plural(attempts, 'attempt')} was made against a 503.`);
    verdict.that('at-most-ten', attempts <= MOST_ATTEMPTS, `${plural(attempts, 'attempt')} were made.`);
  },
});

const UNAVAILABLE: Fault = { kind: 'status', status: 503 };

const PERMANENT: Readonly<Record<string, Fault>> = Object.fromEntries(
  [400, 401, 403, 404, 409, 413, 422, 501].map((status) => [String(status), { kind: 'status', status }]),
);

const permanent = requirement({
  id: 'retry-not-permanent',
  level: 'MUST',
  group: GROUP,
  sentence: 'A send that was refused is not repeated.',
  consequence: 'A wrong key or a malformed event is sent over and over, and counts against the rate limit.',
  source: 'Documented: no other 4xx is retried.',
  needs: ['events'],
  checks: Object.fromEntries(
    Object.keys(PERMANENT).map((name) => [name, `After ${name} no second attempt is made.`]),
  ),
  async drive(stage) {
    return perFault(stage, PERMANENT, async (scene) => {
      await scene.until((now) => ingests(now).length > 0);
      await scene.until((now) => ingests(now).length > 1, 1_500);
      return scene.seen();
    });
  },
  judge(observed, verdict) {
    for (const [name, seen] of Object.entries(observed))
      verdict.that(
        name,
        ingests(seen).length === 1,
        `${plural(ingests(seen).length, 'attempt')} for an event that was answered ${name}.`,
        ingests(seen).map(shownExchange),
      );
  },
});

const retryAfter = requirement({
  id: 'retry-after',
  level: 'SHOULD',
  group: GROUP,
  sentence: 'The pause that the server asks for is kept.',
  consequence:
    'Clients that come back too early keep the rate limit closed for themselves: refused requests count.',
  source: 'RFC 9110, Retry-After. Observed: proxy-rate.',
  needs: ['events', 'retry'],
  checks: {
    pause:
      'Twice answered 429 with Retry-After: 2, the next attempt comes no earlier than two seconds later.',
  },
  async drive(stage) {
    const scene = await stage.scene();
    const busy: Fault = { kind: 'status', status: 429, headers: { 'retry-after': '2' } };
    scene.whyops.faults.next('ingest', busy, busy);
    await scene.say('hello');
    return scene.seen(storedAtLeast(1));
  },
  judge(seen, verdict) {
    const [first, second, third] = ingests(seen).map(({ startedAt }) => startedAt);
    const pauses = [second! - first!, third! - second!].filter((pause) => !Number.isNaN(pause));
    // The shorter one: a busy machine may stretch an SDK's own short pause to two seconds, but hardly twice in a row.
    // Timers may fire a little early.
    verdict.that(
      'pause',
      pauses.length > 0 && Math.min(...pauses) >= 1950,
      pauses.length === 0
        ? 'There was no second attempt.'
        : `The next attempt came after ${Math.min(...pauses)} ms.`,
      ingests(seen).map(shownExchange),
    );
  },
});

/** Answers that look like success to a client that reads the status alone. */
const FALSE_SUCCESS = {
  truncated: { kind: 'truncate' },
  'not-json': { kind: 'not-json' },
  negative: { kind: 'status', status: 200, body: { success: false, error: 'Failed to enqueue event(s)' } },
} as const satisfies Record<string, Fault>;

const falseSuccess = requirement({
  id: 'no-false-success',
  level: 'MUST',
  group: GROUP,
  sentence: 'A 2xx whose body is cut off, no JSON or negative is no success.',
  consequence: 'A captive portal or a dying gateway swallows the event, and nobody learns of it.',
  source:
    'Observed: replies are JSON with success or status members. Published SDKs look at the status alone.',
  needs: ['events'],
  checks: {
    truncated: 'A reply that ends in the middle: the event is stored in the end, or its loss is reported.',
    'not-json': 'An HTML page: the event is stored in the end, or its loss is reported.',
    negative: '{"success": false}: the event is stored in the end, or its loss is reported.',
  },
  drive: (stage) => perDeceit(stage, () => FALSE_SUCCESS),
  judge(observed, verdict) {
    for (const [name, seen] of Object.entries(observed))
      verdict.that(
        name,
        stored(seen).length > 0 || seen.reported,
        'The event was not stored, and nothing was thrown, returned or logged.',
        [...ingests(seen).map(shownExchange), ...manual(seen).map(shown)],
      );
  },
});

const redirect = requirement({
  id: 'no-redirect-as-success',
  level: 'MUST',
  group: GROUP,
  sentence: 'A redirect to a page that answers 200 is no success, and the key does not travel along.',
  consequence:
    'http:// instead of https:// in a base URL turns every event into a GET of a login page: all are lost.',
  source: 'RFC 9110: 301 and 302 turn a POST into a GET. Observed with published SDKs.',
  needs: ['events'],
  checks: {
    '301': 'After 301 the event is stored in the end, or its loss is reported.',
    '302': 'After 302 the event is stored in the end, or its loss is reported.',
    key: 'The WhyOps key is not sent to the address of the redirect.',
  },
  drive: (stage) =>
    perDeceit(stage, (page) => ({
      '301': { kind: 'redirect', status: 301, to: page },
      '302': { kind: 'redirect', status: 302, to: page },
    })),
  judge(observed, verdict) {
    for (const [name, seen] of Object.entries(observed)) {
      verdict.that(
        name,
        stored(seen).length > 0 || seen.reported,
        'The event was not stored, and nothing was thrown, returned or logged.',
        [...ingests(seen).map(shownExchange), ...seen.bypasses],
      );
      const leaked = seen.bypasses.filter((bypass) => bypass.whyopsKey);
      verdict.that('key', leaked.length === 0, 'The redirect was followed with the WhyOps key.', leaked);
    }
  },
});

type Scene = Awaited<ReturnType<Stage['scene']>>;

/** One scene a fault, side by side: the fault meets the first event. */
async function perFault<T>(
  stage: Stage,
  faults: Readonly<Record<string, Fault>>,
  finish: (scene: Scene) => Promise<T>,
): Promise<Record<string, T>> {
  const runs = Object.entries(faults).map(async ([name, fault]) => {
    const scene = await stage.scene();
    scene.whyops.faults.next('ingest', fault);
    await scene.say(`after ${name}`);
    return [name, await finish(scene)] as const;
  });
  return Object.fromEntries(await Promise.all(runs));
}

/**
 * What is logged meanwhile counts as a report, so each scene has a driver of its own: a call that another scene left hanging
 * may be given up, and logged, at any time.
 */
async function perDeceit<Name extends string>(
  stage: Stage,
  faults: (page: string) => Readonly<Record<Name, Fault>>,
) {
  const observed: Record<string, Awaited<ReturnType<Scene['seen']>> & { reported: boolean }> = {};
  const names = Object.keys(faults(''));
  for (const name of names) {
    const scene = await stage.sceneWithOwnDriver();
    await scene.initAgent();
    const mark = scene.logged;
    scene.whyops.faults.next('ingest', faults(scene.page)[name as Name]);
    const answer = await scene.say('hello');
    const thrown = reportOf(answer) !== null;
    const logged = thrown || (await scene.untilReaction(storedAtLeast(1), mark));
    observed[name] = { ...(await scene.seen()), reported: thrown || logged };
  }
  return observed;
}

export const retry = [transient, bounded, permanent, retryAfter, falseSuccess, redirect];
