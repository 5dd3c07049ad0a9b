import { isPlainObject } from '../recording/canonical.ts';
import type { RecordedEvent } from '../recording/event.ts';
import { perTrace } from '../recording/per-trace.ts';
import { sendings } from '../recording/sendings.ts';
import type { Trace } from '../recording/trace.ts';
import { kind, type Rule } from './rule.ts';
import { line, type Seen, seenEvent } from './seen.ts';
import { clip, quote } from './text.ts';

type Counts = Readonly<Record<string, unknown>>;
type BadName = { readonly event: Seen; readonly name: string; readonly meant: string | null };
type BadCount = { readonly event: Seen; readonly name: string; readonly value: unknown };
type BadTotal = {
  readonly event: Seen;
  readonly style: 'anthropic' | 'openai' | 'unknown';
  readonly prompt: number;
  readonly completion: number;
  readonly cacheRead: number;
  readonly cacheCreation: number;
  readonly total: number;
};

const KNOWN = new Set([
  'promptTokens',
  'completionTokens',
  'totalTokens',
  'cacheReadTokens',
  'cacheCreationTokens',
  // Further names that the backend has columns for.
  'inputTokens',
  'outputTokens',
  'cacheWriteTokens',
  'cacheWrite5mTokens',
  'cacheWrite1hTokens',
]);

/** Names that providers and frameworks use for the same counts, and that the backend does not read. */
const MEANT: Readonly<Record<string, string>> = {
  prompt_tokens: 'promptTokens',
  input_tokens: 'promptTokens',
  completion_tokens: 'completionTokens',
  output_tokens: 'completionTokens',
  total_tokens: 'totalTokens',
  cache_read_input_tokens: 'cacheReadTokens',
  cache_creation_input_tokens: 'cacheCreationTokens',
  cached_tokens: 'cacheReadTokens',
  cached_prompt_tokens: 'cacheReadTokens',
  cachedInputTokens: 'cacheReadTokens',
  cachedPromptTokens: 'cacheReadTokens',
  cachedTokens: 'cacheReadTokens',
  cacheWriteInputTokens: 'cacheCreationTokens',
  prompt: 'promptTokens',
  completion: 'completionTokens',
  total: 'totalTokens',
};

/** Costs and token sums are computed from these numbers; the backend checks none of them. */
export const usageTotal: Rule = {
  id: 'usage-total',
  statement:
    'Token counts are integers from 0 under their known names, and totalTokens is their sum, cached tokens counted once.',
  kinds: {
    'unknown-name': kind<BadName>({
      tier: 'E',
      summary: 'A token count has a name that the backend does not read.',
      explain: ({ event, name }) => [
        line(event),
        `The backend does not read usage.${name}: the count is lost.`,
      ],
      fix: ({ name, meant }) =>
        meant === null
          ? `use the names promptTokens, completionTokens, totalTokens, cacheReadTokens, cacheCreationTokens instead of ${quote(name)}.`
          : `write ${meant} instead of ${name}.`,
    }),
    'not-a-count': kind<BadCount>({
      tier: 'E',
      summary: 'A token count is not an integer from 0.',
      explain: ({ event, name, value }) => [
        line(event),
        `usage.${name} is ${clip(JSON.stringify(value))}, not an integer from 0.`,
      ],
      fix: () => 'pass the whole number that the provider reported, and leave out what it did not report.',
    }),
    'total-differs': kind<BadTotal>({
      tier: 'E',
      summary: 'totalTokens is not the sum of its parts.',
      explain: (facts) => [line(facts.event), `totalTokens is ${facts.total}, but ${sumText(facts)}.`],
      fix: ({ style }) =>
        style === 'openai'
          ? 'send prompt + completion: the prompt already includes the tokens read from the cache.'
          : style === 'anthropic'
            ? 'send prompt + completion + cacheRead + cacheCreation: the prompt does not include cached tokens.'
            : 'send prompt + completion when the prompt includes the cached tokens, else the sum of all four.',
    }),
    'cache-exceeds-prompt': kind<BadTotal>({
      tier: 'E',
      summary: 'More tokens were read from the cache than the prompt has.',
      explain: ({ event, cacheRead, prompt, total }) => [
        line(event),
        `cacheReadTokens ${cacheRead} is more than promptTokens ${prompt}, though totalTokens ${total} says that the prompt includes it.`,
      ],
      fix: () => 'send promptTokens with the cached tokens included, as OpenAI reports them.',
    }),
  },

  applies: (trace) => reports(trace).length > 0 || 'no usage',

  check(trace, report) {
    for (const { event, usage } of reports(trace)) {
      if (isSound(usage)) continue;
      const seen = seenEvent(event, {
        model: typeof event.metadata?.['model'] === 'string' ? event.metadata['model'] : null,
      });
      const tell = (found: string, facts: BadName | BadCount | BadTotal) =>
        report({ kind: found, traceId: event.traceId, witness: [event.id], facts });
      const badName = Object.keys(usage).find(isMisnamed);
      const badCount = Object.entries(usage).find(([name, value]) => KNOWN.has(name) && !isCount(value));
      if (badName !== undefined)
        tell('unknown-name', { event: seen, name: badName, meant: MEANT[badName] ?? null });
      if (badCount) tell('not-a-count', { event: seen, name: badCount[0], value: badCount[1] });
      if (badName !== undefined || badCount) continue;
      const facts = totals(event, seen, usage);
      if (facts) {
        const found = contradiction(facts);
        if (found) tell(found, facts);
      }
    }
  },
};

interface Reported {
  readonly event: RecordedEvent;
  readonly usage: Counts;
}

/** What an event says it cost. The proxy's own reports are not the sender's to get right. */
const reports: (trace: Trace) => readonly Reported[] = perTrace((trace) => {
  const found: Reported[] = [];
  for (const event of sendings(trace).events) {
    const usage = event.metadata?.['usage'];
    if (isPlainObject(usage) && event.representation !== 'proxied' && !isProxyRow(event, usage))
      found.push({ event, usage });
  }
  return found;
});

/** Right by whatever way to count: known names, nothing cached, and a total that is the sum. */
function isSound(usage: Counts): boolean {
  for (const name in usage) {
    const isSummed = name === 'promptTokens' || name === 'completionTokens' || name === 'totalTokens';
    if (!isSummed || !Number.isInteger(usage[name]) || (usage[name] as number) < 0) return false;
  }
  const { promptTokens, completionTokens, totalTokens } = usage as Record<string, number | undefined>;
  return (
    promptTokens !== undefined &&
    completionTokens !== undefined &&
    promptTokens + completionTokens === totalTokens
  );
}

/** The proxy passes an embedding's usage on as the provider wrote it; an exported row does not say who sent it. */
function isProxyRow({ representation, eventType }: RecordedEvent, usage: Counts): boolean {
  return representation === 'unknown' && eventType === 'embedding_response' && 'prompt_tokens' in usage;
}

function isMisnamed(name: string): boolean {
  return !KNOWN.has(name) && (name in MEANT || /^[a-z]+(_[a-z]+)*_tokens$/.test(name));
}

/** `undefined` and `null` say that there is no number. */
function isCount(value: unknown): boolean {
  return value === undefined || value === null || (Number.isInteger(value) && (value as number) >= 0);
}

/** `null` where a total cannot be judged: it, the prompt or the completion was not reported. */
function totals(event: RecordedEvent, seen: Seen, usage: Counts): BadTotal | null {
  const prompt = count(usage, 'promptTokens', 'inputTokens');
  const completion = count(usage, 'completionTokens', 'outputTokens');
  const total = count(usage, 'totalTokens');
  const embeds = event.eventType === 'embedding_response';
  if (total === null || prompt === null || (completion === null && !embeds)) return null;
  return {
    event: seen,
    style: style(event),
    prompt,
    completion: completion ?? 0,
    cacheRead: count(usage, 'cacheReadTokens') ?? 0,
    cacheCreation:
      count(usage, 'cacheCreationTokens', 'cacheWriteTokens') ??
      (count(usage, 'cacheWrite5mTokens') ?? 0) + (count(usage, 'cacheWrite1hTokens') ?? 0),
    total,
  };
}

function contradiction({ style, prompt, completion, cacheRead, cacheCreation, total }: BadTotal) {
  const all = prompt + completion + cacheRead + cacheCreation;
  const included = prompt + completion;
  if (style === 'anthropic') return total === all ? null : 'total-differs';
  if (style === 'unknown' && total === all) return null;
  if (total !== included) return 'total-differs';
  return cacheRead > prompt ? 'cache-exceeds-prompt' : null;
}

function style({ metadata }: RecordedEvent): BadTotal['style'] {
  const named = (name: string) => String(metadata?.[name] ?? '').toLowerCase();
  const provider = named('provider');
  if (provider.includes('anthropic') || /(^|\/)claude/.test(named('model'))) return 'anthropic';
  return provider === 'openai' || provider === 'azure' ? 'openai' : 'unknown';
}

function sumText({ style, prompt, completion, cacheRead, cacheCreation }: BadTotal): string {
  const included = `${prompt} prompt + ${completion} completion = ${prompt + completion}`;
  const all = `${prompt} prompt + ${completion} completion + ${cacheRead} cache read + ${cacheCreation} cache creation = ${prompt + completion + cacheRead + cacheCreation}`;
  if (style === 'anthropic') return all;
  return style === 'openai' || cacheRead + cacheCreation === 0 ? included : `${included}, and ${all}`;
}

function count(usage: Counts, ...names: readonly string[]): number | null {
  for (const name of names) if (typeof usage[name] === 'number') return usage[name];
  return null;
}
