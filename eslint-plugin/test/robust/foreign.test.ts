import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import plugin from '../../src/index.ts';
import { lint, type ParserName } from '../harness/lint.ts';

const packages = fileURLToPath(new URL('../../../node_modules/', import.meta.url));
const everyRule = Object.fromEntries(
  Object.keys(plugin.rules).map((id): [string, unknown[]] => [`whyops/${id}`, []]),
);

/**
 * Large sources that have nothing to do with WhyOps. The limit keeps the run short: files are taken evenly from the
 * whole package, and none is longer than a person would write.
 */
const sources: [name: string, folder: string, extension: string, parser: ParserName][] = [
  ['ai', 'ai/src', '.ts', 'typescript'],
  ['@ai-sdk/openai', '@ai-sdk/openai/src', '.ts', 'typescript'],
  ['openai', 'openai/src', '.ts', 'typescript'],
  ['@anthropic-ai/sdk', '@anthropic-ai/sdk/src', '.ts', 'typescript'],
  ['@langchain/core', '@langchain/core/dist', '.js', 'espree'],
  ['@langchain/openai', '@langchain/openai/dist', '.js', 'espree'],
  ['typescript-eslint', 'typescript-eslint/dist', '.js', 'espree'],
  ['@typescript-eslint/eslint-plugin', '@typescript-eslint/eslint-plugin/dist/rules', '.js', 'espree'],
  ['@typescript-eslint/parser', '@typescript-eslint/parser/dist', '.js', 'espree'],
  ['@typescript-eslint/scope-manager', '@typescript-eslint/scope-manager/dist', '.js', 'espree'],
  ['@typescript-eslint/type-utils', '@typescript-eslint/type-utils/dist', '.js', 'espree'],
  ['@typescript-eslint/typescript-estree', '@typescript-eslint/typescript-estree/dist', '.js', 'espree'],
  ['@typescript-eslint/utils', '@typescript-eslint/utils/dist', '.js', 'espree'],
  ['vitest', 'vitest/dist', '.js', 'espree'],
];
const filesPerPackage = 60;
const longestFile = 120_000;

async function sample(folder: string, extension: string): Promise<{ file: string; code: string }[]> {
  const names = (await readdir(path.join(packages, folder), { recursive: true }))
    .filter(
      (name) =>
        name.endsWith(extension) && !name.endsWith(`.d${extension}`) && !name.endsWith(`.test${extension}`),
    )
    .sort();
  const step = Math.max(1, Math.floor(names.length / filesPerPackage));
  const chosen = names.filter((_name, index) => index % step === 0);
  const read = await Promise.all(
    chosen.map(async (file) => ({ file, code: await readFile(path.join(packages, folder, file), 'utf8') })),
  );
  return read.filter(({ code }) => code.length <= longestFile);
}

describe('foreign sources: no crash and nothing to say', () => {
  // Without evidence nothing may be said; and with every name of ours "evident", still nothing.
  it.each(sources)('%s', { timeout: 60_000 }, async (_name, folder, extension, parser) => {
    const files = await sample(folder, extension);
    expect(files).not.toEqual([]);
    for (const { file, code } of files) {
      expect(lint({ code, rules: everyRule, parser }), file).toEqual([]);
      // The same with the SDK in the file, so that the fast path does not spare the rules the work.
      const evident = `import { WhyOps } from '@whyops/sdk';\n${code.replace(/^#!.*/, '')}`;
      expect(lint({ code: evident, rules: everyRule, parser }), `${file}, as if it used the SDK`).toEqual([]);
    }
  });
});
