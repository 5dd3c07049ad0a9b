// Holds the Go SDK to the contract: the published module at a pinned commit, or the stand-in where that cannot be had.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const MODULE = 'github.com/whyops-org/whyops-op/packages/sdk-go';
const COMMIT = 'e18cc21';
const folder = 'fixtures/drivers/go';
const built = resolve('.tmp/contract-go');

function go(args, env = {}) {
  const { status, error, stderr } = spawnSync('go', args, {
    cwd: built,
    env: { ...process.env, GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local', ...env },
    encoding: 'utf8',
  });
  return status === 0 ? null : `\`go ${args.join(' ')}\` failed:\n${error?.message ?? stderr.trim()}`;
}

function must(...given) {
  const failure = go(...given);
  if (failure === null) return;
  console.error(`contract:go did not run: ${failure}`);
  process.exit(4);
}

rmSync(built, { recursive: true, force: true });
mkdirSync(built, { recursive: true });
for (const name of ['go.mod', 'main.go', 'standin'])
  cpSync(join(folder, name), join(built, name), { recursive: true });
must(['version']);

// Only what cannot be downloaded is stood in for: a driver that does not compile with the published module is a failure.
const missing = go(['get', `${MODULE}@${COMMIT}`]);
if (missing === null) must(['build', '-o', 'driver', '.']);
else {
  console.error(`The published module cannot be had, so a stand-in takes its place. ${missing}`);
  const offline = { GOPROXY: 'off' };
  must(['mod', 'edit', `-require=${MODULE}@v0.0.0`, `-replace=${MODULE}=./standin`], offline);
  must(['build', '-o', 'driver', '.'], offline);
}
const version = missing === null ? COMMIT : `stand-in for ${COMMIT}`;

const args = ['--import', 'tsx', 'src/cli/main.ts', 'contract', '--seed', '1'];
args.push('--expected', `${folder}/expected.json`, ...process.argv.slice(2), '--', join(built, 'driver'));
const { status } = spawnSync(process.execPath, args, {
  stdio: 'inherit',
  env: { ...process.env, WHYOPS_SDK_GO_VERSION: version },
});
console.error(
  missing === null
    ? `The Go driver ran with the published module at ${COMMIT}.`
    : 'The Go driver ran with the stand-in: NOT RUN against the published module.',
);
process.exitCode = status ?? 4;
