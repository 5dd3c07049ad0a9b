import type { Exchange } from '../../recording/exchange.ts';
import { type Provider, isUnsupported } from '../protocol.ts';
import { type Requirement, requirement, type Verdict } from '../requirement.ts';
import type { Seen, Stage } from '../stage.ts';
import { plural, shownExchange } from './observe.ts';

const GROUP = 'proxied';
const ROUTES = { openai: '/v1/chat/completions', anthropic: '/v1/messages' } as const;
const NAMES = { openai: 'OpenAI', anthropic: 'Anthropic' } as const;

/** What reached the proxy for a model, on a route or beside one. */
const calls = (seen: Seen): Exchange[] =>
  seen.exchanges.filter(({ service, path }) => service === 'proxy' && !path.endsWith('/agents/init'));

type Change = Parameters<Awaited<ReturnType<Stage['scene']>>['model']>[1];

/** Makes one model call, with the agent registered as documented. */
async function call(stage: Stage, provider: Provider, change?: Change) {
  const scene = await stage.scene();
  await scene.initAgent();
  const answer = await scene.model(provider, change);
  const arrived = (now: Seen) =>
    calls(now).some((exchange) => exchange.endSeq !== null) || now.bypasses.length > 0;
  const failed = 'ok' in answer && !answer.ok;
  return { answer, ...(await scene.seen(failed || isUnsupported(answer) ? undefined : arrived)) };
}

type Called = Awaited<ReturnType<typeof call>>;

/** Emits `check` for every call that reached the proxy; none is a failure that says why. */
function eachCall(
  seen: Called,
  verdict: Verdict,
  check: string,
  holds: (call: Exchange) => string | null,
): void {
  if (isUnsupported(seen.answer)) {
    verdict.that(check, false, 'The driver declares the provider and answers "unsupported".');
    return;
  }
  const made = calls(seen);
  if (made.length === 0) {
    const thrown =
      'ok' in seen.answer && !seen.answer.ok
        ? `: ${seen.answer.error.name}: ${seen.answer.error.message}`
        : '';
    const where = seen.bypasses.length > 0 ? '; it went straight to the provider' : '';
    verdict.that(check, false, `No call reached the proxy${where}${thrown}.`, seen.bypasses);
    return;
  }
  for (const exchange of made) {
    const wrong = holds(exchange);
    verdict.that(check, wrong === null, wrong ?? '', [shownExchange(exchange)]);
  }
}

function ofProvider(provider: Provider): Requirement[] {
  const name = NAMES[provider];
  const route = ROUTES[provider];
  const common = { group: GROUP, needs: [provider] } as const;

  const onRoute = (exchange: Exchange) =>
    exchange.path.split('?')[0] === route ? null : `The call went to ${exchange.path} instead of ${route}.`;

  return [
    requirement({
      ...common,
      id: `proxied-${provider}-route`,
      level: 'MUST',
      sentence: `A patched ${name} client calls ${route} of the proxy.`,
      consequence: 'The proxy knows no other path: the model call fails with 404.',
      source: 'Observed: proxy-paths/* (paths without /v1, or with two, are not found).',
      checks: { plain: `A plain call goes to ${route}.`, stream: `A streaming call goes to ${route}.` },
      async drive(stage) {
        const [plain, stream] = await Promise.all([
          call(stage, provider),
          call(stage, provider, { request: { stream: true } }),
        ]);
        return { plain, stream };
      },
      judge(observed, verdict) {
        for (const [check, seen] of Object.entries(observed)) eachCall(seen, verdict, check, onRoute);
      },
    }),
    requirement({
      ...common,
      id: `proxied-${provider}-agent`,
      level: 'MUST',
      sentence: `A call of a patched ${name} client names its agent.`,
      consequence: 'The proxy refuses the call with 400: Missing required header: X-Agent-Name.',
      source: 'Observed: proxy-auth/* (X-Agent-Name is required).',
      checks: { header: 'X-Agent-Name is the name that the client was constructed with.' },
      drive: (stage) => call(stage, provider),
      judge(seen, verdict) {
        eachCall(seen, verdict, 'header', ({ headers }) =>
          headers['x-agent-name'] === 'contract-agent'
            ? null
            : `X-Agent-Name was ${JSON.stringify(headers['x-agent-name'])}.`,
        );
      },
    }),
    requirement({
      ...common,
      id: `proxied-${provider}-trace`,
      level: 'MUST',
      sentence: `A call of a patched ${name} client lands in the trace it belongs to.`,
      consequence: 'The proxy makes up a trace id: the model call and its tool events stand in two traces.',
      source: 'Documented: the same id in X-Trace-ID and trace(id). Observed: proxy-trace/*.',
      checks: {
        'trace-id': 'X-Trace-ID is the trace id of the call.',
        'thread-id': 'X-Thread-ID, if sent, is the same.',
        isolation: 'Two calls at once, for two traces, carry one trace id each.',
      },
      async drive(stage) {
        const one = await call(stage, provider, { traceId: 'checkout-8841' });
        const scene = await stage.scene();
        await scene.initAgent();
        await Promise.all(['left', 'right'].map((traceId) => scene.model(provider, { traceId })));
        const two = await scene.seen((now) => calls(now).length >= 2);
        return { one, two };
      },
      judge({ one, two }, verdict) {
        eachCall(one, verdict, 'trace-id', ({ headers }) =>
          headers['x-trace-id'] === 'checkout-8841'
            ? null
            : `X-Trace-ID was ${JSON.stringify(headers['x-trace-id'])} for a call of trace "checkout-8841".`,
        );
        eachCall(one, verdict, 'thread-id', ({ headers }) =>
          (headers['x-thread-id'] ?? 'checkout-8841') === 'checkout-8841'
            ? null
            : `X-Thread-ID was ${JSON.stringify(headers['x-thread-id'])}.`,
        );
        const seen = calls(two)
          .map(({ headers }) => headers['x-trace-id'] ?? '(none)')
          .sort();
        verdict.that(
          'isolation',
          seen.length === 2 && seen[0] === 'left' && seen[1] === 'right',
          `Two calls for "left" and "right" arrived with ${JSON.stringify(seen)}.`,
          calls(two).map(shownExchange),
        );
      },
    }),
    requirement({
      ...common,
      id: `proxied-${provider}-keys`,
      level: 'MUST',
      sentence: `A patched ${name} client shows the proxy the WhyOps key and no other.`,
      consequence: 'A provider key in the wrong hands; or 401, because the proxy does not know it.',
      source: 'Documented: the provider key lives in the WhyOps dashboard.',
      checks: {
        whyops: 'The proxy gets the WhyOps key.',
        provider: 'A provider key that the application constructed its client with does not reach the proxy.',
      },
      drive: (stage) => call(stage, provider, { providerKey: 'sk-contract-provider-key' }),
      judge(seen, verdict) {
        eachCall(seen, verdict, 'whyops', ({ credentials }) =>
          credentials.some(({ kind }) => kind === 'whyops') ? null : 'The call carried no WhyOps key.',
        );
        eachCall(seen, verdict, 'provider', ({ credentials }) => {
          const leaked = credentials.filter(({ kind }) => kind === 'provider').map(({ header }) => header);
          return leaked.length === 0 ? null : `The provider key came in ${leaked.join(' and ')}.`;
        });
      },
    }),
    requirement({
      ...common,
      id: `proxied-${provider}-derived`,
      level: 'SHOULD',
      sentence: `A client derived from a patched ${name} client is patched too.`,
      consequence: 'withOptions({ timeout }) silently leaves WhyOps, or loses the headers and gets 400.',
      source: 'The provider SDKs derive clients with withOptions, with_options and copy.',
      checks: {
        route: `A call of a derived client goes to ${route}.`,
        headers: 'It carries X-Agent-Name and X-Trace-ID.',
      },
      drive: (stage) => call(stage, provider, { derived: true, traceId: 'derived' }),
      judge(seen, verdict) {
        if (isUnsupported(seen.answer)) {
          verdict.unsupported('route', 'The driver makes no derived clients.');
          verdict.unsupported('headers', 'The driver makes no derived clients.');
          return;
        }
        eachCall(seen, verdict, 'route', onRoute);
        eachCall(seen, verdict, 'headers', ({ headers }) =>
          headers['x-agent-name'] === 'contract-agent' && headers['x-trace-id'] === 'derived'
            ? null
            : `X-Agent-Name was ${JSON.stringify(headers['x-agent-name'])}, X-Trace-ID ${JSON.stringify(headers['x-trace-id'])}.`,
        );
      },
    }),
  ];
}

const hybrid = requirement({
  id: 'proxied-hybrid',
  level: 'MUST',
  group: GROUP,
  sentence: 'A proxied call and the tool events around it form one trace, with every turn once.',
  consequence: 'The documented hybrid flow falls apart into two traces, or shows the model turn twice.',
  source: 'Documented: hybrid tracing (charge_card).',
  needs: ['openai', 'events'],
  checks: {
    'one-trace': 'The call and both tool events are in the trace of the application.',
    once: 'The model turn is there once.',
  },
  async drive(stage) {
    const scene = await stage.scene();
    await scene.initAgent();
    const traceId = 'checkout-8841';
    const toolCalls = [{ name: 'charge_card', arguments: { amount: 4999, currency: 'usd' } }];
    await scene.model('openai', { traceId });
    await scene.call('toolCallRequest', { tool: 'charge_card', toolCalls }, { spanId: 's1' }, { traceId });
    const result = { tool: 'charge_card', spanId: 's1', toolCalls, toolResults: { ok: true } };
    await scene.call('toolCallResponse', result, {}, { traceId });
    return scene.seen((now) => now.events.filter((event) => event.outcome.status === 'stored').length >= 4);
  },
  judge(seen, verdict) {
    const kept = seen.events.filter((event) => event.outcome.status === 'stored');
    const traces = [...new Set(kept.map((event) => event.traceId))];
    const types = kept.map((event) => event.eventType);
    verdict.that(
      'one-trace',
      traces.length === 1 && types.includes('llm_response') && types.includes('tool_call_response'),
      `Stored were ${types.join(', ') || 'no events'} in ${plural(traces.length, 'trace')}: ${traces.join(', ')}.`,
    );
    const answers = types.filter((type) => type === 'llm_response').length;
    verdict.that('once', answers === 1, `The model turn stands there ${plural(answers, 'time')}.`);
  },
});

export const proxied = [...ofProvider('openai'), ...ofProvider('anthropic'), hybrid];
