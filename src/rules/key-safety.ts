import { sendings } from '../recording/sendings.ts';
import { kind, type Rule } from './rule.ts';
import { line, type Seen, seenEvent, seenExchange } from './seen.ts';
import { keyIn } from './secret-key.ts';
import { quote } from './text.ts';

type Header = {
  readonly request: Seen;
  readonly header: string;
  readonly hint: string;
  readonly origin: string;
};
type Inside = { readonly event: Seen; readonly member: string; readonly hint: string };

/** Recordings are kept and read by many; a key in them is a key given away. */
export const keySafety: Rule = {
  id: 'key-safety',
  statement:
    'No provider key reaches WhyOps, no WhyOps key reaches another host, and no key stands in content or metadata.',
  kinds: {
    'provider-key-to-whyops': kind<Header>({
      tier: 'E',
      summary: 'A provider key was sent to WhyOps.',
      explain: ({ request, header, hint }) => [
        line(request),
        `The header ${header} carries a provider key (${hint}) to WhyOps.`,
      ],
      fix: () => 'give the model client the WhyOps key; the provider key belongs in the WhyOps settings.',
    }),
    'whyops-key-elsewhere': kind<Header>({
      tier: 'E',
      summary: 'A WhyOps key was sent to another host.',
      explain: ({ request, header, hint, origin }) => [
        line(request),
        `The header ${header} carries a WhyOps key (${hint}) to ${quote(origin)}.`,
      ],
      fix: () => 'give the model client the base URL of the proxy, or the provider its own key.',
    }),
    'key-inside': kind<Inside>({
      tier: 'E',
      summary: 'A key stands in the content or metadata of an event.',
      explain: ({ event, member, hint }) => [
        line(event),
        `Its ${member} has what looks like a key (${hint}).`,
      ],
      fix: () => 'take keys out before reporting, and replace the one that was recorded.',
    }),
  },

  applies: (trace) => trace.attempts.length > 0 || trace.exchanges.length > 0 || 'no events',

  check(trace, report) {
    const told = new Set<string>();
    for (const exchange of trace.exchanges) {
      const own = exchange.service === 'proxy' || exchange.service === 'analyse';
      for (const { header, kind: whose, hint } of exchange.credentials) {
        const found =
          own && whose === 'provider'
            ? 'provider-key-to-whyops'
            : !own && whose === 'whyops'
              ? 'whyops-key-elsewhere'
              : null;
        const place = `${found} ${header} ${hint} ${exchange.origin}`;
        if (!found || told.has(place)) continue;
        told.add(place);
        report({
          kind: found,
          traceId: trace.id,
          witness: [exchange.id],
          facts: { request: seenExchange(exchange), header, hint, origin: exchange.origin } satisfies Header,
        });
      }
    }
    if (trace.knownTexts.withoutKeys) return;
    for (const event of sendings(trace).events) {
      const inside = (['content', 'metadata'] as const)
        .map((member) => ({ member, key: keyIn(event[member]) }))
        .find(({ key }) => key);
      if (inside?.key)
        report({
          kind: 'key-inside',
          traceId: event.traceId,
          witness: [event.id],
          facts: {
            event: seenEvent(event),
            member: inside.member,
            hint: `${inside.key.slice(0, 7)}…`,
          } satisfies Inside,
        });
    }
  },
};
