import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const plugin = new URL('../../', import.meta.url);

async function newest(folder: URL): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const times = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => (await stat(`${entry.parentPath}/${entry.name}`)).mtimeMs);
  return Math.max(0, ...(await Promise.all(times)));
}

/** Builds the plugin when its sources or pages are newer than `dist`: oxlint runs the compiled files. */
export default async function buildPlugin(): Promise<void> {
  const [sources, pages, compiled] = await Promise.all(
    ['src/', '../docs/rules/', 'dist/docs/rules/'].map((folder) => newest(new URL(folder, plugin))),
  );
  if (compiled! > Math.max(sources!, pages!)) return;
  const compiler = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', plugin));
  const run = promisify(execFile);
  await run(process.execPath, [compiler, '-p', fileURLToPath(new URL('tsconfig.json', plugin))]);
  await run(process.execPath, [fileURLToPath(new URL('scripts/copy-pages.mjs', plugin))]);
}
