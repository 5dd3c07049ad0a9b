import type { RecordedEvent } from '../recording/event.ts';
import { MODEL_ROUTES } from '../recording/exchange.ts';
import { kind, type Rule } from './rule.ts';
import { line, type Seen, seenEvent, seenExchange } from './seen.ts';
import { quote } from './text.ts';

type Missing = { readonly call: Seen; readonly status: number | null; readonly count: number };
type Two = {
  readonly first: Seen;
  readonly second: Seen;
  readonly firstAgent: string;
  readonly secondAgent: string;
  readonly count: number;
};

/** A trace is bound to the agent version of its first event; whatever names another one is refused with 409. */
export const agentName: Rule = {
  id: 'agent-name',
  statement: 'Every proxied call names its agent, and a trace has one agent name and version.',
  kinds: {
    'missing-header': kind<Missing>({
      tier: 'E',
      summary: 'A proxied call carries no X-Agent-Name.',
      explain: ({ call, status, count }) => [
        line(call),
        `${call.id}${count > 1 ? ` and ${count - 1} more` : ''} carried no X-Agent-Name: the proxy refuses the call${status === null ? '' : ` with ${status}`}.`,
      ],
      fix: () =>
        'give the header X-Agent-Name to the constructor of the model client or to the call; assigning defaultHeaders afterwards does nothing.',
    }),
    'two-agents': kind<Two>({
      tier: 'E',
      summary: 'A trace has events of two agents.',
      explain: ({ first, second, firstAgent, secondAgent }) => [
        line(first),
        line(second),
        `The trace belongs to agent ${quote(firstAgent)}; what ${quote(secondAgent)} sends to it is refused with 409.`,
      ],
      fix: () => 'use one agent name for a trace, and give a sub-agent a trace of its own.',
    }),
    'version-changed': kind<Two>({
      tier: 'E',
      summary: 'The agent was registered anew, with other metadata, while a trace was running.',
      explain: ({ first, second, firstAgent, count }) => [
        line(first),
        line(second),
        `The trace belongs to the version of ${quote(firstAgent)} that was current at ${first.id}; ${count > 1 ? `${count} events` : second.id} came after a new version and ${count > 1 ? 'are' : 'is'} refused with 409.`,
      ],
      fix: () => 'register the agent once, before its first event, and start a new trace after a change.',
    }),
  },

  applies: (trace) => {
    if (trace.attempts.some((event) => event.agentName !== null)) return true;
    return trace.exchanges.some(({ route }) => MODEL_ROUTES.has(route)) || 'no agent names';
  },

  check(trace, report) {
    const nameless = trace.exchanges.filter(
      ({ route, service, headers }) =>
        service === 'proxy' && MODEL_ROUTES.has(route) && !headers['x-agent-name'],
    );
    const [call] = nameless;
    if (call)
      report({
        kind: 'missing-header',
        traceId: trace.id,
        witness: [call.id],
        facts: { call: seenExchange(call), status: call.status, count: nameless.length } satisfies Missing,
      });
    const [first] = trace.attempts;
    if (!first) return;
    const other = trace.attempts.find(
      (event) => event.agentName !== first.agentName && event.agentName && first.agentName,
    );
    const refused = trace.attempts.filter(isConflict);
    const second = other ?? refused[0];
    if (!second) return;
    report({
      kind: other ? 'two-agents' : 'version-changed',
      traceId: trace.id,
      witness: [first.id, second.id],
      facts: {
        first: seenEvent(first, { agent: first.agentName }),
        second: seenEvent(second, { agent: second.agentName }),
        firstAgent: first.agentName ?? '',
        secondAgent: second.agentName ?? '',
        count: refused.length,
      } satisfies Two,
    });
  },
};

function isConflict({ outcome }: RecordedEvent): boolean {
  return 'error' in outcome && outcome.error.includes('already bound to a different agent');
}
