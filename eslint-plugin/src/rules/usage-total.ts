import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { keyName } from '../ast/unwrap.ts';
import { createRule } from '../create-rule.ts';
import { argument, type EventCall, type Sdk } from '../sdk/index.ts';
import { eventOptions, objectOf, property } from '../values/objects.ts';
import { isNothing, staticNumber, staticText } from '../values/static.ts';

type MessageIds = 'notACount' | 'unknownCount' | 'wrongTotal' | 'rename' | 'writeTotal';

const counts = ['promptTokens', 'completionTokens', 'totalTokens', 'cacheReadTokens', 'cacheCreationTokens'];

/** Names of the providers' own usage objects. WhyOps stores them and counts nothing. */
const providerNames = new Map([
  ['prompt_tokens', 'promptTokens'],
  ['input_tokens', 'promptTokens'],
  ['completion_tokens', 'completionTokens'],
  ['output_tokens', 'completionTokens'],
  ['total_tokens', 'totalTokens'],
  ['cache_read_input_tokens', 'cacheReadTokens'],
  ['cached_tokens', 'cacheReadTokens'],
  ['cache_creation_input_tokens', 'cacheCreationTokens'],
]);

/** Other names under which the backend takes a count. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  promptTokens: ['inputTokens'],
  completionTokens: ['outputTokens'],
  cacheCreationTokens: ['cacheWriteTokens', 'cacheWrite5mTokens', 'cacheWrite1hTokens'],
};

export const usageTotal = createRule<MessageIds, []>({
  name: 'usage-total',
  meta: {
    type: 'problem',
    docs: {
      description: 'Require written token counts to be whole numbers that add up',
      preset: 'recommended',
    },
    hasSuggestions: true,
    schema: [],
    messages: {
      notACount: '`{{name}}` is {{value}}: a token count is a whole number from 0 up.',
      unknownCount: 'WhyOps does not count `{{name}}`: write `{{known}}`.',
      wrongTotal: '`totalTokens` is {{total}}, but {{expected}}.',
      rename: 'Write `{{known}}`.',
      writeTotal: 'Write {{total}}.',
    },
  },
  defaultOptions: [],
  check(sdk, context) {
    function checkNames(usage: TSESTree.ObjectExpression): void {
      for (const member of usage.properties) {
        if (member.type !== 'Property') continue;
        const name = keyName(member);
        const known = name === null ? undefined : providerNames.get(name);
        if (name === null || !known) continue;
        if (property(usage, known, ...(otherNames[known] ?? [])).is !== 'absent') continue;
        const rename = (fixer: TSESLint.RuleFixer) =>
          member.shorthand
            ? fixer.insertTextBefore(member, `${known}: `)
            : fixer.replaceText(member.key, known);
        context.report({
          node: member.key,
          messageId: 'unknownCount',
          data: { name, known },
          suggest: member.computed ? [] : [{ messageId: 'rename', data: { known }, fix: rename }],
        });
      }
    }

    /** Whether every written count is a count. */
    function checkCounts(usage: TSESTree.ObjectExpression): boolean {
      let sound = true;
      for (const name of counts) {
        const count = property(usage, name);
        if (count.is !== 'here') continue;
        const value = staticNumber(sdk, count.value) ?? staticText(sdk, count.value);
        if (value === null || (Number.isSafeInteger(value) && (value as number) >= 0)) continue;
        sound = false;
        context.report({
          node: count.value,
          messageId: 'notACount',
          data: { name, value: JSON.stringify(value) },
        });
      }
      return sound;
    }

    function checkTotal(event: EventCall, usage: TSESTree.ObjectExpression): void {
      const given = property(usage, 'totalTokens');
      const total = given.is === 'here' ? staticNumber(sdk, given.value) : null;
      if (given.is !== 'here' || total === null) return;
      const readings = readingsOf(partsOf(sdk, usage), providerOf(sdk, event));
      if (readings.some((reading) => reading.allows(total))) return;
      const sums = new Set(readings.flatMap(({ exactly }) => exactly ?? []));
      context.report({
        node: given.value,
        messageId: 'wrongTotal',
        data: { total: String(total), expected: readings.map(({ says }) => says).join('; or ') },
        suggest: [...sums].map((sum) => ({
          messageId: 'writeTotal',
          data: { total: String(sum) },
          fix: (fixer) => fixer.replaceText(given.value, String(sum)),
        })),
      });
    }

    for (const event of sdk.events) {
      const options = eventOptions(sdk, event);
      if (options.is !== 'here') continue;
      const given = property(options.value, 'usage');
      const usage = given.is === 'here' ? objectOf(sdk, given.value) : null;
      if (!usage) continue;
      checkNames(usage);
      if (checkCounts(usage)) checkTotal(event, usage);
    }
  },
});

/** What is written of each count: a number, or null where a number stands that cannot be read. */
interface Parts {
  prompt: number | null;
  completion: number | null;
  cacheRead: number | null;
  cacheCreation: number | null;
}

function partsOf(sdk: Sdk, usage: TSESTree.ObjectExpression): Parts {
  const part = (ifAbsent: number | null, ...names: string[]): number | null => {
    const found = property(usage, ...names);
    if (found.is === 'absent' || (found.is === 'here' && isNothing(sdk, found.value))) return ifAbsent;
    return found.is === 'here' ? staticNumber(sdk, found.value) : null;
  };
  const writes = property(usage, ...otherNames['cacheCreationTokens']!);
  // A prompt that is not told may have any size; a cache that is not told was not used.
  return {
    prompt: part(null, 'promptTokens', ...otherNames['promptTokens']!),
    completion: part(null, 'completionTokens', ...otherNames['completionTokens']!),
    cacheRead: part(0, 'cacheReadTokens'),
    cacheCreation: writes.is === 'absent' ? part(0, 'cacheCreationTokens') : null,
  };
}

function providerOf(sdk: Sdk, { node, method }: EventCall): string | null {
  const given = method === 'llmResponse' || method === 'embeddingResponse' ? argument(node, 1) : null;
  return given && (staticText(sdk, given)?.toLowerCase() ?? null);
}

/** One way to count: which totals fit, which one is it when all parts are written, and how that is told. */
interface Reading {
  allows(total: number): boolean;
  exactly: number | null;
  says: string;
}

/** Anthropic counts the cache beside the prompt, OpenAI counts it in the prompt; others do either. */
function readingsOf(parts: Parts, provider: string | null): Reading[] {
  const { prompt, completion, cacheRead, cacheCreation } = parts;
  if (cacheRead === 0 && cacheCreation === 0)
    return [sumOf([prompt, completion], 'promptTokens + completionTokens')];
  const beside = sumOf(
    [prompt, completion, cacheRead, cacheCreation],
    'promptTokens + completionTokens + cacheReadTokens + cacheCreationTokens',
  );
  const within = sumOf([prompt, completion], 'promptTokens + completionTokens');
  const fits = prompt === null || cacheRead === null || cacheRead <= prompt;
  const inPrompt: Reading = fits
    ? within
    : {
        allows: () => false,
        exactly: null,
        says: `\`cacheReadTokens\` (${cacheRead}) is more than \`promptTokens\` (${prompt}) that should hold it`,
      };
  if (provider === 'anthropic') return [beside];
  if (provider === 'openai') return [inPrompt];
  return fits ? [beside, within] : [beside];
}

function sumOf(parts: readonly (number | null)[], names: string): Reading {
  const known = parts.reduce<number>((sum, part) => sum + (part ?? 0), 0);
  return parts.includes(null)
    ? {
        allows: (total) => total >= known,
        exactly: null,
        says: `its parts alone are ${known}`,
      }
    : { allows: (total) => total === known, exactly: known, says: `${names} is ${known}` };
}
