import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CACHE = join(ROOT, 'node_modules/.cache/whyops-testkit');
const STAMP = join(CACHE, 'built-from');
const LOCK = join(CACHE, 'build-lock');

/** The built binary, for tests that spawn it. */
export const BIN = join(ROOT, 'dist/cli/main.js');

let building: Promise<void> | undefined;

/**
 * Builds the packages, unless what stands in `dist` was built from these very sources. Test files run in parallel and
 * in several processes: the first one builds, the others wait for it. For `beforeAll(built, 120_000)`.
 */
export function built(): Promise<void> {
  return (building ??= build());
}

async function build(): Promise<void> {
  mkdirSync(CACHE, { recursive: true });
  while (!isFresh()) {
    if (!takeLock()) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      continue;
    }
    try {
      if (isFresh()) return;
      const sources = fingerprint();
      rmSync(STAMP, { force: true });
      await promisify(execFile)('npm', ['run', 'build'], { cwd: ROOT }).catch((error: { stdout: string }) => {
        throw new Error(`npm run build failed:\n${error.stdout}`);
      });
      writeFileSync(STAMP, sources);
    } finally {
      rmSync(LOCK, { force: true });
    }
  }
}

function isFresh(): boolean {
  return existsSync(BIN) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === fingerprint();
}

function takeLock(): boolean {
  try {
    writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    // Left behind by a process that was killed?
    const owner = existsSync(LOCK) ? Number(readFileSync(LOCK, 'utf8')) : 0;
    if (owner > 0 && !isAlive(owner)) rmSync(LOCK, { force: true });
    return false;
  }
}

/** Whether a process is still there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function fingerprint(): string {
  const hash = createHash('sha256');
  for (const folder of ['src', 'eslint-plugin/src']) {
    for (const name of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).sort()) {
      const { size, mtimeMs } = statSync(join(ROOT, folder, name));
      hash.update(`${folder}/${name} ${size} ${mtimeMs}\n`);
    }
  }
  for (const file of ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'eslint-plugin/package.json'])
    hash.update(readFileSync(join(ROOT, file)));
  return hash.digest('hex');
}
