import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Runs every `bench/*.bench.ts` in a process of its own, one after the other. Names on the command line select; options are handed on. */
const folder = fileURLToPath(new URL('.', import.meta.url));
const names = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const options = process.argv.slice(2).filter((argument) => argument.startsWith('-'));
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.bench.ts'))
  .filter((name) => names.length === 0 || names.some((wanted) => name === `${wanted}.bench.ts`));

if (files.length === 0) {
  console.error(`No benchmark is called ${names.join(' or ')}.`);
  process.exitCode = 2;
}
for (const file of files) {
  console.log(`\n${file}`);
  const child = spawn(process.execPath, ['--import', 'tsx', `${folder}${file}`, ...options], {
    stdio: 'inherit',
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) process.exitCode = 1;
}
