import { RuleTester as RuleTester10, type Rule } from 'eslint';
import { RuleTester as RuleTester9 } from 'eslint-9';
import { beforeAll, describe, expect, it } from 'vitest';
import plugin from '../../src/index.ts';
import { languageOptions, lint, type ParserName } from './lint.ts';
import { lintWithOxlint, type Reported, type Source } from './oxlint.ts';

export interface ExpectedSuggestion {
  messageId: string;
  output: string;
}

export interface ExpectedError {
  messageId: string;
  /** Text of the message after interpolation; give it where the text is the point of the case. */
  message?: string;
  data?: Record<string, string>;
  line: number;
  column: number;
  endLine?: number;
  endColumn?: number;
  suggestions?: ExpectedSuggestion[];
}

export interface Case {
  /** What the case is about, as a sentence; names are unique in a rule. */
  name: string;
  code: string;
  options?: readonly unknown[];
  settings?: Record<string, unknown>;
  /** `typescript` for code that only the TypeScript parser reads, `espree` for code it refuses. Default: both. */
  only?: ParserName;
}

export interface InvalidCase extends Case {
  errors: ExpectedError[];
}

export interface Cases {
  valid: Case[];
  invalid: InvalidCase[];
}

const testers = { 'ESLint 10': RuleTester10, 'ESLint 9': RuleTester9 as unknown as typeof RuleTester10 };
for (const tester of Object.values(testers)) Object.assign(tester, { describe, it, itOnly: it.only });

/**
 * Runs every case of a rule in ESLint 10 and 9, under espree and the TypeScript parser, and the same texts through
 * oxlint with the compiled plugin, where the reports must be those of ESLint, message by message.
 */
export function runRule(id: string, cases: Cases): void {
  const rule = (plugin.rules as Record<string, Rule.RuleModule>)[id];
  if (!rule) throw new Error(`The plugin has no rule "${id}": add it to src/rules/index.ts.`);
  const all = [...cases.valid, ...cases.invalid];
  const names = all.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`Two cases of ${id} are called "${twice}".`);

  for (const [host, Tester] of Object.entries(testers)) {
    for (const parser of ['espree', 'typescript'] as const) {
      const readable = ({ only }: Case) => only === undefined || only === parser;
      describe(`${host}, ${parser}`, () => {
        new Tester({ languageOptions: languageOptions(parser) } as never).run(id, rule, {
          valid: cases.valid.filter(readable).map(forTester),
          invalid: cases.invalid.filter(readable).map((item) => ({
            ...forTester(item),
            errors: item.errors.map((error) => ({ ...error, suggestions: error.suggestions ?? [] })),
          })) as never,
        });
      });
    }
  }

  describe('oxlint', () => {
    let reported: Map<Case, Reported[]>;
    beforeAll(async () => {
      reported = await inOxlint(id, all);
    });
    it.each(all.map((item): [string, Case] => [item.name, item]))('%s', (_name, item) => {
      const expected = lint({
        code: item.code,
        parser: item.only ?? 'typescript',
        rules: { [`whyops/${id}`]: item.options ?? [] },
        settings: item.settings ?? {},
      });
      expect(reported.get(item)).toEqual(
        expected.map(({ rule: ruleId, message, line, column }) => ({ rule: ruleId, message, line, column })),
      );
    });
  });
}

function forTester({ name, code, options, settings }: Case) {
  return { name, code, ...(options && { options: [...options] }), ...(settings && { settings }) };
}

/** One process for each set of settings: oxlint takes them from the root of its configuration only. */
async function inOxlint(id: string, cases: readonly Case[]): Promise<Map<Case, Reported[]>> {
  const groups = new Map<string, Case[]>();
  for (const item of cases) {
    const key = JSON.stringify(item.settings ?? {});
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  const reported = new Map<Case, Reported[]>();
  for (const [settings, group] of groups) {
    const sources = group.map(({ code, options = [], only }): Source => ({
      code,
      extension: only === 'espree' ? 'js' : 'ts',
      rules: { [`whyops/${id}`]: options },
    }));
    const answers = await lintWithOxlint(sources, JSON.parse(settings) as Record<string, unknown>);
    group.forEach((item, index) => reported.set(item, answers[index]!));
  }
  return reported;
}
