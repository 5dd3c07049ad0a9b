import { rm } from 'node:fs/promises';

// `tsc` never deletes: without this, a removed source file would live on in the package.
for (const folder of ['dist', 'eslint-plugin/dist']) {
  await rm(new URL(`../${folder}`, import.meta.url), { recursive: true, force: true });
}
