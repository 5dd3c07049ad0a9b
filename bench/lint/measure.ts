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
 * The cost of our rules and of the peers over the same files in the same runs, by ESLint's own statistics. Each number
 * is the smallest of the rounds: everything that makes a round slower is noise of the machine.
 */
export function costOver(codes: readonly string[], rounds: number): Cost {
  const linter = new Linter();
  const rules = Object.fromEntries([...ourRules, ...peers].map((id) => [id, 'error' as const]));
  const config: Linter.Config = {
    files: ['**/*.ts'],
    plugins: { whyops: plugin },
    languageOptions: { parser: typescriptParser as Linter.Parser },
    linterOptions: { noInlineConfig: true },
    rules,
  };
  const best = new Map<string, number>();
  for (let round = 0; round < rounds; round++) {
    const totals = new Map<string, number>();
    for (const code of codes) {
      // Only this method collects statistics.
      linter.verifyAndFix(code, config, { filename: 'file.ts', fix: false, stats: true } as never);
      const { passes } = linter.getTimes() as unknown as {
        passes: { rules: Record<string, { total: number }> }[];
      };
      for (const [id, { total }] of passes.flatMap((pass) => Object.entries(pass.rules))) {
        totals.set(id, (totals.get(id) ?? 0) + total);
      }
    }
    // Our rules share their knowledge of a file, so only their sum of one round says something.
    const ours = ourRules.reduce((sum, id) => sum + (totals.get(id) ?? 0), 0);
    for (const [name, total] of [
      ['ours', ours] as const,
      ...peers.map((id) => [id, totals.get(id) ?? 0] as const),
    ]) {
      best.set(name, Math.min(best.get(name) ?? Infinity, total));
    }
  }
  const perFile = (name: string): number => best.get(name)! / codes.length;
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
  code.replace(/^import [^;]*;$/gm, '').replace(/^export (?=\w)/gm, '');

/** One function that opens and closes `count` spans, each in its own `try`, some in branches. */
export function manySpans(count: number): string {
  const spans = Array.from({ length: count }, (_, index) => {
    const tool = `tool_${index}`;
    return `  const span${index} = await trace.toolCallRequest('${tool}', calls);
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
