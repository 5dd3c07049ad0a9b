import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const compiledPlugin = path.join(root, 'eslint-plugin/dist/index.js');

export interface Source {
  code: string;
  extension: 'js' | 'ts';
  /** Rule ids with the plugin prefix, and their options. */
  rules: Record<string, readonly unknown[]>;
}

export interface Reported {
  rule: string;
  message: string;
  line: number;
  column: number;
}

interface Diagnostic {
  message: string;
  code?: string;
  filename: string;
  labels: { span: { line: number; column: number } }[];
}

/** Lints all sources in one oxlint process with the compiled plugin; the answers come in the order of the sources. */
export async function lintWithOxlint(
  sources: readonly Source[],
  settings: Record<string, unknown>,
): Promise<Reported[][]> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'whyops-oxlint-')));
  try {
    const files = sources.map(({ extension }, index) => `source-${index}.${extension}`);
    await Promise.all(sources.map(({ code }, index) => writeFile(path.join(folder, files[index]!), code)));
    await mkdir(path.join(folder, 'config'));
    const config = path.join(folder, 'oxlintrc.json');
    await writeFile(
      config,
      JSON.stringify({
        plugins: [],
        jsPlugins: [compiledPlugin],
        categories: { correctness: 'off' },
        settings,
        overrides: sources.map(({ rules }, index) => ({
          files: [files[index]],
          rules: Object.fromEntries(
            Object.entries(rules).map(([id, options]) => [id, ['error', ...options]]),
          ),
        })),
      }),
    );
    const output = await runOxlint(folder, ['-c', config, '--format', 'json', '.']);
    const { diagnostics } = JSON.parse(output) as { diagnostics: Diagnostic[] };
    const answers = new Map(files.map((file): [string, Reported[]] => [file, []]));
    for (const { message, code, filename, labels } of diagnostics) {
      const rule = /^whyops\((.+)\)$/.exec(code ?? '')?.[1];
      if (!rule) throw new Error(`oxlint could not lint ${filename}: ${message}`);
      const [{ span }] = labels as [Diagnostic['labels'][0]];
      answers
        .get(path.basename(filename))!
        .push({ rule: `whyops/${rule}`, message, line: span.line, column: span.column });
    }
    return [...answers.values()].map((reports) =>
      reports.toSorted((a, b) => a.line - b.line || a.column - b.column),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs oxlint in a folder and returns what it prints as JSON. It exits with 1 when it reports something; only silence is a failure. */
export function runOxlint(folder: string, args: string[]): Promise<string> {
  const executable = path.join(root, 'node_modules/oxlint/bin/oxlint');
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [executable, ...args],
      { cwd: folder, maxBuffer: 1 << 28 },
      (error, stdout, stderr) => {
        if (stdout.trimStart().startsWith('{')) resolve(stdout);
        else reject(new Error(`oxlint broke: ${stdout}${stderr}`, { cause: error }));
      },
    );
  });
}
