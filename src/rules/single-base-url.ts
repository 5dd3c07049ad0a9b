import { type Exchange, MODEL_ROUTES } from '../recording/exchange.ts';
import { bareModel } from '../recording/model-turn.ts';
import { isPlainObject } from '../recording/canonical.ts';
import { kind, type Rule } from './rule.ts';
import { line, type Seen, seenExchange } from './seen.ts';
import { quote } from './text.ts';

type Request = {
  readonly request: Seen;
  readonly origin: string;
  readonly service: string;
  readonly count: number;
};
type Changed = {
  readonly first: Seen;
  readonly second: Seen;
  readonly firstOrigin: string;
  readonly secondOrigin: string;
  readonly service: string;
  readonly agentName: string;
};

type Leftover =
  | {
      readonly open: 'base';
      readonly client: string;
      readonly agentName: string;
      readonly service: string;
      readonly origin: string;
      readonly traceId: string | null;
      readonly seen: Seen;
      readonly seq: number;
    }
  | {
      readonly open: 'bypass';
      readonly model: string;
      readonly traceId: string | null;
      readonly request: Request;
    }
  | { readonly open: 'reported'; readonly model: string };

const setOnce = 'set proxyBaseUrl and analyseBaseUrl once, on the WhyOps client, and on no single request.';

const path = (summary: string, says: string, fix: string) =>
  kind<Request>({
    tier: 'E',
    summary,
    explain: ({ request, count }) => [
      line(request),
      `${says}${count > 1 ? ` (${count} requests)` : ''}: no route answers there.`,
    ],
    fix: () => fix,
  });

/** What goes to another address is in another WhyOps, or in none. */
export const singleBaseUrl: Rule<Leftover> = {
  id: 'single-base-url',
  statement: 'Every request of a client goes to its one proxy and its one analyse base URL.',
  kinds: {
    'hosted-service': kind<Request>({
      tier: 'E',
      summary: 'A request went to the hosted service although other addresses are configured.',
      explain: ({ request, origin, service, count }) => [
        line(request),
        `${count > 1 ? `${count} requests` : 'The request'} went to the hosted ${service} ${quote(origin)}, not to the configured one.`,
      ],
      fix: () => setOnce,
    }),
    'straight-to-provider': kind<Request>({
      tier: 'E',
      summary: 'A model was called at its provider, past the proxy, and nobody reported the call.',
      explain: ({ request, origin }) => [
        line(request),
        `The call went straight to ${quote(origin)}: WhyOps never sees it.`,
      ],
      fix: () => 'give the model client the base URL of the proxy, or report the call by hand.',
    }),
    'base-url-changed': kind<Changed>({
      tier: 'E',
      summary: 'One client sent requests to two base URLs of one service.',
      explain: ({ first, second, firstOrigin, secondOrigin, service, agentName }) => [
        line(first),
        line(second),
        `Agent ${quote(agentName)} used ${quote(firstOrigin)} and ${quote(secondOrigin)} for its ${service === 'proxy' ? 'model calls' : 'events'}.`,
      ],
      fix: () => setOnce,
    }),
    'doubled-v1': path(
      'A path has /v1 twice.',
      'The path has /v1 twice',
      'take one /v1 off the end of the base URL of this model client.',
    ),
    'missing-v1': path(
      'A path lacks /v1.',
      'The path lacks /v1',
      'end the base URL of this model client with /v1.',
    ),
    'doubled-api': path(
      'A path has /api twice.',
      'The path has /api twice',
      'end analyseBaseUrl with one /api.',
    ),
    'missing-api': path('A path lacks /api.', 'The path lacks /api', 'end analyseBaseUrl with /api.'),
    'wrong-service': path(
      'A request for one of the two services went to the other.',
      'The path belongs to the other service of WhyOps',
      'give model clients the proxy base URL and the WhyOps client both: they are two addresses.',
    ),
    'double-slash': path(
      'A path has an empty part.',
      'The path has //',
      'write base URLs without a slash at the end.',
    ),
  },

  applies: (trace) => {
    if (!trace.evidence.exchanges) return 'HTTP requests were not seen';
    return trace.exchanges.length > 0 || 'no HTTP requests';
  },

  check(trace, report) {
    const leftovers: Leftover[] = [];
    const told = new Map<string, { kind: string; exchange: Exchange; count: number }>();
    const bases = new Set<string>();
    for (const exchange of trace.exchanges) {
      const found = fault(exchange);
      if (found) {
        const place = `${found} ${exchange.origin}`;
        const before = told.get(place);
        if (before) before.count += 1;
        else told.set(place, { kind: found, exchange, count: 1 });
      }
      const bypass = bypassOf(exchange);
      if (bypass !== null)
        leftovers.push({ open: 'bypass', model: bypass, traceId: trace.id, request: facts(exchange, 1) });
      const { service, address, origin } = exchange;
      if (address !== 'configured') continue;
      for (const agentName of agentsOf(exchange)) {
        const client = JSON.stringify([agentName, service, exchange.credentials[0]?.hint]);
        if (bases.has(client + base(origin))) continue;
        bases.add(client + base(origin));
        leftovers.push({
          open: 'base',
          client,
          agentName,
          service,
          origin,
          traceId: trace.id,
          seen: seenExchange(exchange, { host: origin }),
          seq: exchange.seq,
        });
      }
    }
    for (const { kind: found, exchange, count } of told.values())
      report({ kind: found, traceId: trace.id, witness: [exchange.id], facts: facts(exchange, count) });
    const models = new Set<string>();
    for (const { eventType, representation, metadata } of trace.attempts)
      if (representation === 'manual' && (eventType === 'llm_response' || eventType === 'embedding_response'))
        models.add(bareModel(metadata?.['model']));
    return [...leftovers, ...[...models].map((model) => ({ open: 'reported' as const, model }))];
  },

  join(leftovers, report) {
    const reported = new Set(
      leftovers.flatMap((leftover) => (leftover.open === 'reported' ? [leftover.model] : [])),
    );
    const inOrder = leftovers.filter((leftover) => leftover.open === 'base').sort((a, b) => a.seq - b.seq);
    const first = new Map<string, Leftover & { open: 'base' }>();
    const told = new Set<string>();
    for (const leftover of inOrder) {
      const before = first.get(leftover.client);
      if (!before) first.set(leftover.client, leftover);
      else if (
        base(before.origin) !== base(leftover.origin) &&
        !told.has(leftover.client + leftover.origin)
      ) {
        told.add(leftover.client + leftover.origin);
        report({
          kind: 'base-url-changed',
          traceId: leftover.traceId,
          witness: [before.seen.id, leftover.seen.id],
          facts: {
            first: before.seen,
            second: leftover.seen,
            firstOrigin: before.origin,
            secondOrigin: leftover.origin,
            service: leftover.service,
            agentName: leftover.agentName,
          } satisfies Changed,
        });
      }
    }
    for (const leftover of leftovers) {
      // A call outside the proxy is fine when its answer is reported by hand.
      if (leftover.open !== 'bypass' || isReported(leftover.model, reported)) continue;
      report({
        kind: 'straight-to-provider',
        traceId: leftover.traceId,
        witness: [leftover.request.request.id],
        facts: leftover.request,
      });
    }
  },
};

/** Providers answer with the dated name of the model that was asked for: `gpt-4o-2024-08-06` for `gpt-4o`. */
function isReported(asked: string, reported: ReadonlySet<string>): boolean {
  return [...reported].some(
    (model) => model === asked || model.startsWith(`${asked}-`) || asked.startsWith(`${model}-`),
  );
}

/** Several names of one machine are one address. */
function base(origin: string): string {
  return origin.replace(/\/\/(localhost|\[::1\])(?=[:/]|$)/, '//127.0.0.1');
}

/** What only the proxy answers, with any base URL of the analyse service in front; and the other way round. */
const MODEL_PATH = /^(\/api)?(\/v1)?\/(chat\/completions|responses|embeddings|messages|agents\/init)$/;
const EVENT_PATH = /^\/api\/(events|entities)(\/|$)/;

function fault({ service, address, route, path: full }: Exchange): string | undefined {
  if (service !== 'proxy' && service !== 'analyse') return undefined;
  if (address === 'hosted') return 'hosted-service';
  if (route !== null) return undefined;
  const where = full.replace(/\?.*$/, '');
  if (where.includes('//')) return 'double-slash';
  if (service === 'analyse' ? MODEL_PATH.test(where) : EVENT_PATH.test(where)) return 'wrong-service';
  if (where.includes('/v1/v1')) return 'doubled-v1';
  if (where.includes('/api/api')) return 'doubled-api';
  if (service === 'proxy' && /^\/(chat\/completions|responses|embeddings|messages|models)$/.test(where))
    return 'missing-v1';
  return /^\/(events|entities)(\/|$)/.test(where) ? 'missing-api' : undefined;
}

/** The agents that a request names: in its header, or in each event of its body. */
function agentsOf({ agentName, request }: Exchange): ReadonlySet<string> {
  if (agentName !== null && !Array.isArray(request)) return new Set([agentName]);
  const names = (Array.isArray(request) ? request : [request]).map((event: unknown) =>
    isPlainObject(event) ? event['agentName'] : undefined,
  );
  return new Set(names.filter((name) => typeof name === 'string'));
}

/** The model of a call that went to its provider, `null` for every other request. */
function bypassOf({ service, method, request, credentials }: Exchange): string | null {
  if (service !== 'provider' || method !== 'POST' || !isPlainObject(request)) return null;
  // Who sends a WhyOps key to a provider meant the proxy: key-safety tells it, and the lost key is the graver part.
  if (credentials.some(({ kind: whose }) => whose === 'whyops')) return null;
  return typeof request['model'] === 'string' ? bareModel(request['model']) : null;
}

function facts(exchange: Exchange, count: number): Request {
  const service = MODEL_ROUTES.has(exchange.route) ? 'proxy' : exchange.service;
  return {
    request: seenExchange(exchange, { host: exchange.origin }),
    origin: exchange.origin,
    service,
    count,
  };
}
