/// <reference types="vite/types/importMeta.d.ts" />
import { describe } from 'vitest';

/*
 * Every quick test of the rules as one file, so that a mutant costs one start. Left out are what opens sockets and the long
 * runs of test/property. Each file keeps its name, because equal names of tests would be one test to the mutation run.
 */
const files = import.meta.glob<unknown>([
  '../rules/**/*.test.ts',
  '!../rules/on-the-fake.test.ts',
  './generated.ts',
]);

for (const [path, load] of Object.entries(files))
  describe(path, async () => {
    await load();
  });
