import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import typescriptParser from '@typescript-eslint/parser';
import { Linter } from 'eslint';
import type sourcePlugin from '../../eslint-plugin/src/index.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The compiled plugin, as users run it: a loader for TypeScript makes functions slower. */
const compiled = new URL('../../eslint-plugin/dist/index.js', import.meta.url).href;
const { default: plugin } = (await import(compiled)) as { default: typeof sourcePlugin };

/** Two core rules that walk paths and scopes, as ours do: what people already accept to pay for. */
export const peers = ['no-useless-assignment', 'require-atomic-updates'] as const;

export interface Cost {
  files: number;
  /** Milliseconds a file, for all rules of `strict` together. */
  ours: number;
  peers: Record<(typeof peers)[number], number>;
  /** Ours to the cheaper peer. */
  ratio: number;
}

const ourRules = Object.keys(plugin.configs.strict.rules!);

/**
 * The cost of our rules and of the peers over the same files in the same runs, by ESLint's own statistics: the time in
 * `create` and in the listeners of each rule. Parsing, scopes and code paths are in nobody's number. What it costs to
 * take the time is in it, about 0.1 µs for each call of a listener.
 *
 * Each number is the sum of the smallest of the rounds for each file: all that makes a file slower in one round than
 * in another is noise of the machine, or code that is not compiled yet, ours or the peers'.
 */
export function costOver(codes: readonly string[], rounds: number): Cost {
  const linter = new Linter();
  const config: Linter.Config = {
    files: ['**/*.ts'],
    plugins: { whyops: plugin },
    languageOptions: { parser: typescriptParser as Linter.Parser },
    linterOptions: { noInlineConfig: true },
    rules: Object.fromEntries([...ourRules, ...peers].map((id) => [id, 'error' as const])),
  };
  const best = codes.map(() => new Map<string, number>());
  for (let round = 0; round < rounds; round++) {
    codes.forEach((code, index) => {
      // Only this method collects statistics.
      linter.verifyAndFix(code, config, { filename: 'file.ts', fix: false, stats: true } as never);
      const { passes } = linter.getTimes() as unknown as {
        passes: { rules: Record<string, { total: number }> }[];
      };
      const { rules } = passes.at(-1)!;
      const keep = (name: string, time: number): void => {
        best[index]!.set(name, Math.min(best[index]!.get(name) ?? Infinity, time));
      };
      // Our rules share their knowledge of a file, so only their sum says something.
      keep(
        'ours',
        ourRules.reduce((sum, id) => sum + rules[id]!.total, 0),
      );
      for (const id of peers) keep(id, rules[id]!.total);
    });
  }
  const perFile = (name: string): number =>
    best.reduce((sum, ofFile) => sum + ofFile.get(name)!, 0) / codes.length;
  const [first, second] = peers;
  const cheaper = Math.min(perFile(first), perFile(second));
  return {
    files: codes.length,
    ours: perFile('ours'),
    peers: { [first]: perFile(first), [second]: perFile(second) } as Cost['peers'],
    ratio: perFile('ours') / cheaper,
  };
}

/** Files of a folder, evenly taken. */
export async function sources(
  folder: string,
  limit: number,
  wanted: (basename: string) => boolean = () => true,
): Promise<string[]> {
  const names = (await readdir(path.join(root, folder), { recursive: true }))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts') && wanted(path.basename(name)))
    .sort();
  const step = Math.max(1, Math.ceil(names.length / limit));
  const chosen = names.filter((_name, index) => index % step === 0);
  return Promise.all(chosen.map((name) => readFile(path.join(root, folder, name), 'utf8')));
}

/** A module without its imports and exports, so that it can stand below another one. */
export const ordinaryCode = (code: string): string =>
  code
    .replace(/^import [^;]*;$/gm, '')
    .replace(/^export (?:type )?[{*][^;]*;$/gm, '')
    .replace(/^export (?:default )?(?=\w)/gm, '');

/**
 * One function that opens and closes `count` spans, each in its own `try`, some in branches. A span in a constant can
 * be judged by its shape; one in a variable that is written later has to be followed along the paths.
 */
export function manySpans(count: number, kept: 'in constants' | 'in variables'): string {
  const spans = Array.from({ length: count }, (_, index) => {
    const tool = `tool_${index}`;
    const declaration = kept === 'in constants' ? 'const' : `let span${index};\n `;
    return `  ${declaration} span${index} = await trace.toolCallRequest('${tool}', calls);
  try {
    result = await run('${tool}');
    if (result.skip) result = {};
    await trace.toolCallResponse('${tool}', span${index}, calls, result);
  } catch (error) {
    await trace.toolCallResponse('${tool}', span${index}, calls, { error });
  }`;
  });
  return `import { WhyOps } from '@whyops/sdk';
const trace = new WhyOps({ apiKey, agentName: 'bench', agentMetadata }).trace('bench');
export async function agent(calls: unknown[], run: (tool: string) => Promise<any>) {
  let result: any;
${spans.join('\n')}
}
`;
}
