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

/** Compiles the plugin when its sources are newer than `dist`: oxlint runs the compiled files. */
export default async function buildPlugin(): Promise<void> {
  const [sources, compiled] = await Promise.all([
    newest(new URL('src/', plugin)),
    newest(new URL('dist/', plugin)),
  ]);
  if (compiled > sources) return;
  const compiler = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', plugin));
  await promisify(execFile)(process.execPath, [
    compiler,
    '-p',
    fileURLToPath(new URL('tsconfig.json', plugin)),
  ]);
}
