import type { Provider } from '../protocol.ts';
import { requirement } from '../requirement.ts';
import type { Stage } from '../stage.ts';
import { plural, shownExchange } from './observe.ts';

const GROUP = 'base URLs';

const UNUSED = {
  analyse: 'The SDK reports no events.',
  proxy: 'The SDK makes no proxied calls.',
} as const;

const reportsEvents = ({ hello }: Stage): boolean => hello.capabilities.includes('events');

const providersOf = ({ hello }: Stage): Provider[] =>
  (['openai', 'anthropic'] as const).filter((name) => hello.capabilities.includes(name));

const slash = requirement({
  id: 'base-url-slash',
  level: 'MUST',
  group: GROUP,
  sentence: 'A trailing slash on a base URL changes nothing.',
  consequence:
    'Requests go to paths such as //events/ingest, which are not found: events are lost in silence, model calls fail with 404.',
  source: 'Observed: body/method/*, 404 for any other path. Measured with published SDKs.',
  needs: [],
  checks: {
    analyse: 'With a slash after /api events and registration reach their routes.',
    proxy: 'With a slash after the proxy root model calls reach their route.',
  },
  async drive(stage) {
    const scene = await stage.scene({
      config: (config) => ({
        ...config,
        analyseBaseUrl: `${config.analyseBaseUrl}/`,
        proxyBaseUrl: `${config.proxyBaseUrl}/`,
      }),
    });
    if (reportsEvents(stage)) {
      await scene.say('hello');
      await scene.until((now) =>
        now.exchanges.some(({ service, path }) => service === 'analyse' && path.endsWith('/ingest')),
      );
    }
    const providers = providersOf(stage);
    for (const provider of providers) await scene.model(provider);
    const uses = { analyse: reportsEvents(stage), proxy: providers.length > 0 };
    return { uses, ...(await scene.seen()) };
  },
  judge(seen, verdict) {
    const of = (name: string) => seen.exchanges.filter(({ service }) => service === name);
    for (const service of ['analyse', 'proxy'] as const) {
      if (!seen.uses[service]) {
        verdict.unsupported(service, UNUSED[service]);
        continue;
      }
      const wrong = of(service).filter(({ path }) => path.includes('//'));
      verdict.that(
        service,
        wrong.length === 0 && of(service).length > 0,
        of(service).length === 0
          ? 'Nothing arrived.'
          : `Requests went to ${wrong.map(({ path }) => path).join(', ')}.`,
        wrong.map(shownExchange),
      );
    }
  },
});

const selfHosted = requirement({
  id: 'self-hosted-only',
  level: 'MUST',
  group: GROUP,
  sentence: 'With self-hosted base URLs nothing goes to any other host.',
  consequence: 'Prompts and keys of an installation that was meant to stay inside leave it.',
  source: 'Documented: set proxyBaseUrl and analyseBaseUrl once, on the client.',
  needs: [],
  alone: true,
  checks: { nothing: 'Neither the provider nor a foreign host hears of it, in the whole run.' },
  async drive(stage) {
    const scene = await stage.scene();
    if (reportsEvents(stage)) {
      // A registration that is not found on one address is where SDKs turn to another.
      scene.whyops.faults.next('init', { kind: 'status', status: 404 });
      await scene.say('hello');
    }
    for (const provider of providersOf(stage)) await scene.model(provider);
    const seen = await scene.seen();
    return { exchanges: seen.exchanges, bypasses: [...seen.bypasses, ...stage.foreign] };
  },
  judge({ exchanges, bypasses }, verdict) {
    if (exchanges.length + bypasses.length === 0) {
      verdict.unsupported('nothing', 'Nothing was sent at all, so nothing could be seen to go elsewhere.');
      return;
    }
    const hosts = [...new Set(bypasses.map(({ host, method, path }) => `${method} ${host}${path}`))];
    verdict.that(
      'nothing',
      bypasses.length === 0,
      `${plural(bypasses.length, 'request')} went elsewhere: ${hosts.slice(0, 5).join(', ')}.`,
      bypasses.slice(0, 5),
    );
  },
});

export const baseUrls = [slash, selfHosted];
