import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import eslintPlugin from 'eslint-plugin-eslint-plugin';
// The compiled plugin of this repository: `npm run check` builds it first.
import whyops from 'eslint-plugin-whyops';
import tseslint from 'typescript-eslint';

export default defineConfig(
  globalIgnores(['**/dist', '**/node_modules', 'fixtures/code', 'fixtures/wire', 'coverage', 'reports']),
  js.configs.recommended,
  tseslint.configs.strict,
  whyops.configs.strict,
  {
    files: ['eslint-plugin/src/**'],
    extends: [eslintPlugin.configs.recommended],
    rules: { 'eslint-plugin/require-meta-default-options': 'off' }, // createRule fills them in
  },
  {
    languageOptions: {
      globals: { process: 'readonly', console: 'readonly', URL: 'readonly', fetch: 'readonly' },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      'no-control-regex': 'off',
    },
  },
);
