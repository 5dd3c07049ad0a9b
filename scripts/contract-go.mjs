// Holds the published Go SDK to the contract. Builds the driver once, against a pinned commit.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const MODULE = 'github.com/whyops-org/whyops-op/packages/sdk-go';
const COMMIT = 'e18cc21';
const folder = 'fixtures/drivers/go';
const built = resolve('.tmp/contract-go');

function must(args) {
  const { status, error } = spawnSync('go', args, { cwd: built, stdio: ['ignore', 2, 2] });
  if (status === 0) return;
  console.error(
    `contract:go did not run: \`go ${args.join(' ')}\` failed${error ? `: ${error.message}` : '.'}`,
  );
  process.exit(4);
}

mkdirSync(built, { recursive: true });
const { cpSync } = await import('node:fs');
for (const name of ['go.mod', 'main.go']) cpSync(join(folder, name), join(built, name));
must(['get', `${MODULE}@${COMMIT}`]);
must(['build', '-o', 'driver', '.']);

const expected = `${folder}/expected.json`;
const args = ['--import', 'tsx', 'src/cli/main.ts', 'contract', '--seed', '1'];
if (existsSync(expected) || process.argv.includes('--update-expected')) args.push('--expected', expected);
const { status } = spawnSync(
  process.execPath,
  [...args, ...process.argv.slice(2), '--', join(built, 'driver')],
  {
    stdio: 'inherit',
    env: { ...process.env, WHYOPS_SDK_GO_VERSION: COMMIT },
  },
);
process.exitCode = status ?? 4;
