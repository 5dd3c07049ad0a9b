import { defineConfig } from 'vitest/config';

/** What decides on a mutant of a rule: quick tests alone, loaded by one file, because each file costs a start. */
export default defineConfig({
  test: { include: ['test/mutation/all.ts'], testTimeout: 20_000 },
});
