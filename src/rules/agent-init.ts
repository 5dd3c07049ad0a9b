import { isPlainObject } from '../recording/canonical.ts';
import { type Exchange, MODEL_ROUTES } from '../recording/exchange.ts';
import { isGoodAnswer } from '../recording/sendings.ts';
import { kind, type Rule } from './rule.ts';
import { line, type Seen, seenEvent, seenExchange } from './seen.ts';
import { quote } from './text.ts';

type Unregistered = { readonly first: Seen; readonly agentName: string; readonly init: Seen | null };
type Refused = {
  readonly init: Seen;
  readonly agentName: string;
  readonly status: number | null;
  readonly tool: string | null;
  readonly member: string | null;
};

type Leftover =
  | {
      readonly open: 'used';
      readonly agentName: string;
      readonly seq: number;
      readonly traceId: string | null;
      readonly seen: Seen;
    }
  | { readonly open: 'registered'; readonly agentName: string; readonly seq: number; readonly seen: Seen }
  | { readonly open: 'refused'; readonly agentName: string; readonly facts: Refused; readonly told: boolean };

/** The first event of an unknown agent makes a version of it from what the event happens to say. */
export const agentInit: Rule<Leftover> = {
  id: 'agent-init',
  statement: 'An agent is registered, with complete tools, before its first event or call.',
  kinds: {
    'never-registered': kind<Unregistered>({
      tier: 'W',
      summary: 'An agent was used and never registered.',
      explain: ({ first, agentName }) => [
        line(first),
        `Agent ${quote(agentName)} was never registered: the backend made up a placeholder version of it.`,
      ],
      fix: () => 'call initAgent() and wait for it before the first event.',
    }),
    'registered-late': kind<Unregistered>({
      tier: 'W',
      summary: 'An agent was registered after its first event or call.',
      explain: ({ first, init, agentName }) => [
        line(first),
        ...(init ? [line(init)] : []),
        `Agent ${quote(agentName)} was used before it was registered: running traces stay bound to a placeholder version.`,
      ],
      fix: () => 'call initAgent() and wait for it before the first event.',
    }),
    'registration-refused': kind<Refused>({
      tier: 'W',
      summary: 'The registration of an agent was refused.',
      explain: ({ init, agentName, status, tool, member }) => [
        line(init),
        tool === null
          ? `The registration of ${quote(agentName)} was answered with ${status ?? 'nothing'}: the agent stays unknown.`
          : `The tool ${quote(tool)} of ${quote(agentName)} has no ${member}: the whole registration is refused.`,
      ],
      fix: ({ tool }) =>
        tool === null
          ? 'check what initAgent() returns, and try again when it failed.'
          : 'give each tool a name, description, inputSchema and outputSchema, all non-empty texts.',
    }),
  },

  applies: (trace) => {
    if (!trace.evidence.registration) return 'registrations were not seen';
    return (
      trace.attempts.length > 0 ||
      trace.exchanges.some((exchange) => exchange.agentName !== null || isRegistration(exchange)) ||
      'no agent'
    );
  },

  check(trace) {
    const leftovers: Leftover[] = [];
    const used = new Map<string, Leftover & { open: 'used' }>();
    const use = (agentName: string | null, seq: number, seen: () => Seen) => {
      if (!agentName || (used.get(agentName)?.seq ?? Infinity) < seq) return;
      used.set(agentName, { open: 'used', agentName, seq, traceId: trace.id, seen: seen() });
    };
    for (const exchange of trace.exchanges) {
      const { seq, status, route } = exchange;
      const agentName = exchange.agentName ?? nameIn(exchange.request);
      if (!isRegistration(exchange)) {
        if (exchange.service === 'proxy' && MODEL_ROUTES.has(route))
          use(agentName, seq, () => seenExchange(exchange));
        continue;
      }
      const seen = seenExchange(exchange, { status });
      if (isGoodAnswer(exchange))
        leftovers.push({ open: 'registered', agentName: agentName ?? '', seq: exchange.endSeq ?? seq, seen });
      else
        leftovers.push({
          open: 'refused',
          agentName: agentName ?? '',
          facts: { init: seen, agentName: agentName ?? '', status, ...incomplete(exchange.request) },
          told: isToldElsewhere(exchange),
        });
    }
    for (const event of trace.attempts) use(event.agentName, event.seq, () => seenEvent(event));
    return [...leftovers, ...used.values()];
  },

  join(leftovers, report) {
    const registered = new Map<string, Leftover & { open: 'registered' }>();
    const refused = new Map<string, Leftover & { open: 'refused' }>();
    let anyRefused = false;
    const used = new Map<string, Leftover & { open: 'used' }>();
    for (const leftover of leftovers) {
      const { agentName } = leftover;
      if (leftover.open === 'registered') {
        const before = registered.get(agentName);
        if (!before || leftover.seq < before.seq) registered.set(agentName, leftover);
      } else if (leftover.open === 'used') {
        const before = used.get(agentName);
        if (!before || leftover.seq < before.seq) used.set(agentName, leftover);
      } else {
        // Without a valid key not even the body is read.
        anyRefused ||= agentName === '' && leftover.told;
        if (!refused.has(agentName)) refused.set(agentName, leftover);
      }
    }
    for (const [agentName, { facts, told }] of refused) {
      if (told || registered.has(agentName)) continue;
      report({ kind: 'registration-refused', traceId: null, witness: [facts.init.id], facts });
    }
    for (const [agentName, { seq, traceId, seen }] of used) {
      const init = registered.get(agentName);
      if ((init && init.seq < seq) || (!init && (anyRefused || refused.has(agentName)))) continue;
      report({
        kind: init ? 'registered-late' : 'never-registered',
        traceId,
        witness: init ? [seen.id, init.seen.id] : [seen.id],
        facts: { first: seen, agentName, init: init?.seen ?? null } satisfies Unregistered,
      });
    }
  },
};

/** By its path: a registration that a fault met, or that was sent to a wrong path, reached no route. */
function isRegistration({ method, path }: Exchange): boolean {
  return method === 'POST' && /\/(entities|agents)\/init\/?(\?|$)/.test(path);
}

/** A path that nothing answers is single-base-url's, a key that is refused event-accepted's or key-safety's. */
function isToldElsewhere({ status, service }: Exchange): boolean {
  const wasReached = service === 'proxy' || service === 'analyse';
  return !wasReached || status === 401 || status === 403 || status === 404;
}

function nameIn(body: unknown): string | null {
  const name = isPlainObject(body) ? body['agentName'] : undefined;
  return typeof name === 'string' ? name : null;
}

/** The first tool of a registration that lacks a member, and which. */
function incomplete(body: unknown): { tool: string | null; member: string | null } {
  const metadata = isPlainObject(body) ? body['metadata'] : undefined;
  const tools = isPlainObject(metadata) && Array.isArray(metadata['tools']) ? metadata['tools'] : [];
  for (const tool of tools.filter(isPlainObject)) {
    const member = ['name', 'description', 'inputSchema', 'outputSchema'].find(
      (name) => typeof tool[name] !== 'string' || tool[name] === '',
    );
    if (member) return { tool: String(tool['name'] ?? ''), member };
  }
  return { tool: null, member: null };
}
