import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import plugin from '../../src/index.ts';
import { rules } from '../../src/rules/index.ts';
import { lint, type Message } from '../harness/lint.ts';
import { ruleSection, section, unpadded } from './tables.ts';

/**
 * Every `ts` block below "In code" says what linting gives: `correct`, or `wrong:` and the message ids of the page's
 * rule in the order of the text, with options behind them if they differ from the defaults.
 */
const ids = Object.keys(rules) as (keyof typeof rules)[];
const everyRule = Object.fromEntries(
  Object.keys(plugin.configs.strict.rules!).map((id): [string, unknown[]] => [id, []]),
);

/** What stands around an example that does not import the SDK itself. */
const around = (code: string): string => `import { WhyOps } from '@whyops/sdk';
import OpenAI from 'openai';
import pRetry from 'p-retry';
const whyops = new WhyOps({ apiKey, agentName, agentMetadata });
const openai = whyops.openai(new OpenAI({ apiKey }));
export async function agent(traceId: string, customerId: string) {
const trace = whyops.trace(traceId);
${code}
}`;

interface Example {
  info: string;
  code: string;
}

function examples(page: string): Example[] {
  const inCode = page.split(/^## /m).find((part) => part.startsWith('In code\n')) ?? '';
  return [...inCode.matchAll(/^```(\w+) ?(.*)\n([\s\S]*?)^```$/gm)]
    .filter(([, language]) => language === 'ts')
    .map(([, , info, code]) => ({ info: info!, code: code! }));
}

function readInfo(info: string): { messages: string[]; options: unknown[] } {
  const parsed = /^(?:correct|wrong: ([\w, ]+?)(?: (\[.*\]))?)$/.exec(info);
  if (!parsed) throw new Error(`"${info}" says neither "correct" nor "wrong: messageId".`);
  const [, messages, options] = parsed;
  return {
    messages: messages?.split(', ') ?? [],
    options: options ? (JSON.parse(options) as unknown[]) : [],
  };
}

function lintExample(id: string, info: string, code: string): Message[] {
  return lint({
    code: code.includes('@whyops/sdk') ? code : around(code),
    rules: { ...everyRule, [`whyops/${id}`]: readInfo(info).options },
  });
}

describe.each(ids)('docs/rules/%s.md', async (id) => {
  const page = await readFile(new URL(`../../../docs/rules/${id}.md`, import.meta.url), 'utf8');
  const found = examples(page);

  it('has correct and wrong examples, and one for each message', () => {
    expect(found.some(({ info }) => info === 'correct')).toBe(true);
    const reports = found.flatMap(({ info, code }) => lintExample(id, info, code));
    const shown = reports
      .filter(({ rule }) => rule === `whyops/${id}`)
      .flatMap(({ messageId, suggestions }) => [messageId, ...suggestions.map((each) => each.messageId)]);
    expect([...new Set(shown)].sort()).toEqual(Object.keys(rules[id].meta.messages).sort());
  });

  it.each(found)('$info', ({ info, code }) => {
    const { messages } = readInfo(info);
    const expected = messages.map((messageId) => `whyops/${id} ${messageId}`);
    const reports = lintExample(id, info, code);
    expect(reports.map(({ rule, messageId }) => `${rule} ${messageId}`)).toEqual(expected);
  });

  it('tells presets, suggestions and options as they are', () => {
    expect(unpadded(section(page, `rule: ${id}`) ?? 'no section')).toBe(unpadded(ruleSection(id)));
  });
});
