import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'eslint-plugin/test/**/*.test.ts'],
    globalSetup: ['eslint-plugin/test/harness/build.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
