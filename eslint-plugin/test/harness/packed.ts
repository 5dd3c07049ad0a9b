import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const pluginFolder = fileURLToPath(new URL('../../', import.meta.url));

/** Packs the plugin as it would be published, and unpacks it into the `node_modules` of a project. */
export async function installPacked(project: string): Promise<void> {
  const { stdout } = await run(
    'npm',
    // What is packed was built before the tests began.
    ['pack', '--ignore-scripts', '--json', '--pack-destination', project],
    { cwd: pluginFolder, shell: process.platform === 'win32' },
  );
  const answer = JSON.parse(stdout) as Record<string, { filename: string }> | { filename: string }[];
  const [{ filename }] = Object.values(answer) as [{ filename: string }];
  const target = path.join(project, 'node_modules/eslint-plugin-whyops');
  await mkdir(target, { recursive: true });
  await run('tar', ['-xzf', path.join(project, filename), '-C', target, '--strip-components', '1']);
}
