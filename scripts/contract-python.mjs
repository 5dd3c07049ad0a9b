// Holds the published Python SDK to the contract, awaited and synchronous. Sets up what it needs once, in .venv.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';

const folder = 'fixtures/drivers/python';
const python = process.platform === 'win32' ? '.venv/Scripts/python.exe' : '.venv/bin/python';

const hadVenv = existsSync(python);

function must(command, ...args) {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 2, 2] });
  if (status === 0) return;
  // Without Debian's python3-venv half an environment is left behind, which the next run would take for a whole one.
  if (!hadVenv) rmSync('.venv', { recursive: true, force: true });
  console.error(
    `contract:python did not run: \`${[command, ...args].join(' ')}\` failed${error ? `: ${error.message}` : '.'}`,
  );
  process.exit(4);
}

if (!hadVenv) must(process.env.PYTHON ?? 'python3', '-m', 'venv', '.venv');
must(
  python,
  '-m',
  'pip',
  'install',
  '--quiet',
  '--disable-pip-version-check',
  '-r',
  `${folder}/requirements.txt`,
);

const given = process.argv.slice(2);
const codes = await Promise.all(
  ['async', 'sync'].map((mode) => {
    const args = [
      '--import',
      'tsx',
      'src/cli/main.ts',
      'contract',
      '--seed',
      '1',
      '--expected',
      `${folder}/expected-${mode}.json`,
      ...given,
      '--',
      python,
      `${folder}/driver.py`,
      mode,
    ];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => (said += chunk));
    return new Promise((resolve) =>
      child.once('close', (code) => (process.stdout.write(said), resolve(code ?? 4))),
    );
  }),
);
process.exitCode = Math.max(...codes);
