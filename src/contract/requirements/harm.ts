import type { Fault } from '../../server/faults.ts';
import { type Answer, isTimeout, UNSERIALISABLE } from '../protocol.ts';
import { requirement } from '../requirement.ts';
import { inits, ingests, plural, shownExchange } from './observe.ts';

const GROUP = 'harm';

const many = (fault: Fault): Fault[] => Array.from({ length: 40 }, () => fault);

const noThrow = requirement({
  id: 'never-throws',
  level: 'MUST',
  group: GROUP,
  sentence: 'Tracing never throws into the application.',
  consequence: 'The agent fails because its observer did.',
  source: 'Documented: SDKs never throw into user code from an event send.',
  needs: ['events'],
  checks: {
    'server-errors': 'A backend that answers 500 to everything.',
    'connection-lost': 'A backend that drops every connection.',
    'key-refused': 'A key that the backend refuses.',
    unserialisable: 'Metadata that cannot be written as JSON.',
  },
  async drive(stage) {
    const run = async (
      name: string,
      set: (faults: { next(target: 'init' | 'ingest', ...f: Fault[]): void }) => void,
    ) => {
      const scene = await stage.scene(
        name === 'key-refused' ? { config: (config) => ({ ...config, apiKey: 'whyops_unknown_key' }) } : {},
      );
      set(scene.whyops.faults);
      const options = name === 'unserialisable' ? { metadata: { value: UNSERIALISABLE } } : {};
      const answer = await scene.say('hello', 't1', options);
      return [name, answer] as const;
    };
    const cases: [string, Parameters<typeof run>[1]][] = [
      [
        'server-errors',
        (faults) => (
          faults.next('init', ...many(SERVER_ERROR)),
          faults.next('ingest', ...many(SERVER_ERROR))
        ),
      ],
      [
        'connection-lost',
        (faults) => (faults.next('init', ...many(LOST)), faults.next('ingest', ...many(LOST))),
      ],
      ['key-refused', () => {}],
    ];
    if (stage.hello.capabilities.includes('unserialisable')) cases.push(['unserialisable', () => {}]);
    const answers = await Promise.all(cases.map(([name, set]) => run(name, set)));
    return Object.fromEntries(answers) as Record<string, Answer>;
  },
  judge(answers, verdict) {
    for (const [name, answer] of Object.entries(answers)) {
      if (isTimeout(answer))
        verdict.that(name, false, `The call did not return within ${answer.timedOutAfterMs} ms.`);
      else if ('unsupported' in answer) verdict.unsupported(name, 'The SDK takes no metadata here.');
      else
        verdict.that(
          name,
          answer.ok,
          answer.ok ? '' : `The SDK threw ${answer.error.name}: ${answer.error.message}`,
          [answer],
        );
    }
    if (!('unserialisable' in answers))
      verdict.unsupported('unserialisable', 'The driver does not offer "unserialisable".');
  },
});

const SERVER_ERROR: Fault = { kind: 'status', status: 500 };
const LOST: Fault = { kind: 'drop' };

/** Longer than any answer of a healthy service, shorter than any user's patience. Milliseconds. */
const PATIENCE = 5_000;

const blocking = requirement({
  id: 'bounded-blocking',
  level: 'SHOULD',
  group: GROUP,
  sentence: `A backend that never answers holds up no call for longer than ${PATIENCE / 1000} s.`,
  consequence: 'The agent stands still for a minute before every step, because of its telemetry.',
  source: 'Measured with published SDKs: 61.5 s a call.',
  needs: ['events'],
  checks: {
    ingest: 'With an ingest that never answers a call returns in time.',
    init: 'With a registration that never answers a call returns in time.',
  },
  async drive(stage) {
    const run = async (target: 'init' | 'ingest') => {
      const scene = await stage.scene();
      scene.whyops.faults.next(target, ...many({ kind: 'hang' }));
      const answer = await scene.say('hello', 't1', {}, PATIENCE);
      await scene.until((now) => now.exchanges.length > 0);
      const seen = scene.now();
      // Otherwise the SDK waits on, and with it the end of the whole run.
      await scene.letGo();
      return { answer, seen };
    };
    const [ingest, init] = await Promise.all([run('ingest'), run('init')]);
    return { ingest, init };
  },
  judge(observed, verdict) {
    for (const [name, { answer, seen }] of Object.entries(observed)) {
      const asked = name === 'init' ? inits(seen) : [...ingests(seen), ...inits(seen)];
      verdict.that(
        name,
        !isTimeout(answer) && asked.length > 0,
        asked.length === 0 ? 'Nothing was sent at all.' : `The call had not returned after ${PATIENCE} ms.`,
        asked.map(shownExchange),
      );
    }
  },
});

const SECRET = 'whyops_contract_secret_7f3a';

const keysNotLogged = requirement({
  id: 'key-not-logged',
  level: 'MUST',
  group: GROUP,
  sentence: 'The WhyOps key stands in no log and no error.',
  consequence: 'Logs are read by many and kept for long: whoever reads them can write into the account.',
  source: 'Measured: an SDK prints a key that is no legal header value.',
  needs: ['events'],
  checks: {
    refused: 'A key that the backend refuses appears in no log and no error.',
    malformed: 'A key that is no legal header value appears in no log and no error.',
  },
  async drive(stage) {
    const run = async (apiKey: string) => {
      const scene = await stage.sceneWithOwnDriver({ config: (config) => ({ ...config, apiKey }) });
      const init = await scene.initAgent();
      const event = await scene.say('hello');
      await scene.until((now) => ingests(now).length > 0, 500);
      const logged = await scene.untilLogged(new RegExp(apiKey.slice(0, SECRET.length + 4)), 500);
      return { logged, said: JSON.stringify([init, event]).includes(apiKey.slice(0, SECRET.length + 4)) };
    };
    const [refused, malformed] = await Promise.all([run(`${SECRET}_one`), run(`${SECRET}_two\nline`)]);
    return { refused, malformed };
  },
  judge(observed, verdict) {
    for (const [name, { logged, said }] of Object.entries(observed))
      verdict.that(
        name,
        !logged && !said,
        `The key was ${[logged && 'logged', said && 'part of an error'].filter(Boolean).join(' and ')}.`,
      );
  },
});

const survives = requirement({
  id: 'survives-large-burst',
  level: 'MUST',
  group: GROUP,
  sentence: 'Two hundred events at once are all stored, once each.',
  consequence: 'A busy agent loses what happens while it is busy.',
  source: 'Follows from the purpose of tracing.',
  needs: ['events'],
  alone: true,
  checks: { 'all-stored': 'Of 200 events on 20 traces, made at once, every one is stored once.' },
  async drive(stage) {
    const scene = await stage.scene();
    await scene.initAgent();
    const calls = Array.from({ length: 200 }, (_, i) => scene.say(`event ${i}`, `t${i % 20}`));
    await Promise.all(calls);
    const seen = await scene.seen(
      (now) => now.events.filter((event) => event.outcome.status === 'stored').length >= 200,
    );
    const counts = new Map<string, number>();
    for (const event of seen.events.filter(({ outcome }) => outcome.status === 'stored')) {
      const key = JSON.stringify(event.content);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return { different: counts.size, most: Math.max(0, ...counts.values()) };
  },
  judge({ different, most }, verdict) {
    verdict.that(
      'all-stored',
      different === 200 && most === 1,
      `${plural(different, 'different event')} of 200 were stored, one of them ${plural(most, 'time')}.`,
    );
  },
});

export const harm = [noThrow, blocking, keysNotLogged, survives];
