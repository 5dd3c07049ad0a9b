import typescriptParser from '@typescript-eslint/parser';
import { Linter as Linter10 } from 'eslint';
import { Linter as Linter9 } from 'eslint-9';
import plugin from '../../src/index.ts';
import type { Reported } from './oxlint.ts';

export const hosts = { 'ESLint 10': Linter10, 'ESLint 9': Linter9 as unknown as typeof Linter10 };
export type Host = keyof typeof hosts;
export const parsers = { espree: undefined, typescript: typescriptParser };
export type ParserName = keyof typeof parsers;

export function languageOptions(parser: ParserName): Linter10.LanguageOptions {
  const chosen = parsers[parser];
  return { sourceType: 'module', ...(chosen && { parser: chosen as unknown as Linter10.Parser }) };
}

export interface LintRequest {
  code: string;
  rules: Record<string, readonly unknown[]>;
  settings?: Record<string, unknown>;
  host?: Host;
  parser?: ParserName;
}

export type Message = Reported & {
  messageId: string | undefined;
  suggestions: { messageId: string | undefined; message: string; output: string }[];
};

/** Lints one text with the plugin's sources and returns what was found, in the order of the text. */
export function lint({
  code,
  rules,
  settings = {},
  host = 'ESLint 10',
  parser = 'typescript',
}: LintRequest): Message[] {
  const messages = new hosts[host]().verify(
    code,
    {
      files: ['**/*.js', '**/*.ts'],
      plugins: { whyops: plugin },
      languageOptions: languageOptions(parser),
      // Comments of foreign sources speak of rules that are not loaded here.
      linterOptions: { reportUnusedDisableDirectives: 'off', noInlineConfig: true },
      settings,
      rules: Object.fromEntries(
        Object.entries(rules).map(([id, options]) => [id, ['error', ...options] as never]),
      ),
    },
    { filename: parser === 'espree' ? 'case.js' : 'case.ts' },
  );
  // Without a rule and a warning: "this comment has no effect".
  const found = messages.filter(({ ruleId, severity }) => ruleId !== null || severity === 2);
  return found.map(({ ruleId, message, line, column, messageId, suggestions, fatal }) => {
    if (fatal) throw new SyntaxError(`${message} (${line}:${column}) in:\n${code}`);
    return {
      rule: String(ruleId),
      message,
      messageId,
      line,
      column,
      suggestions: (suggestions ?? []).map(({ messageId: id, desc, fix }) => ({
        messageId: id,
        message: desc,
        output: code.slice(0, fix.range[0]) + fix.text + code.slice(fix.range[1]),
      })),
    };
  });
}
