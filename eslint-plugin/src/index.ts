import type { ESLint, Linter } from 'eslint';
import { rules } from './rules/index.ts';

// A constant, because a bundler or oxlint need not find package.json; a test compares the two.
const version = '0.1.0';

const namespace = 'whyops';

/**
 * The plugin. `recommended` holds what is certainly a mistake, `strict` adds what is one unless you meant it.
 *
 * ```js
 * import whyops from 'eslint-plugin-whyops';
 * export default [whyops.configs.recommended];
 * ```
 */
const plugin = {
  meta: { name: 'eslint-plugin-whyops', version, namespace },
  rules: rules as unknown as NonNullable<ESLint.Plugin['rules']>,
  configs: {} as { recommended: Linter.Config; strict: Linter.Config },
} satisfies ESLint.Plugin;

function preset(name: 'recommended' | 'strict'): Linter.Config {
  const on = Object.values(rules).filter(
    ({ meta }) => meta.docs?.preset === 'recommended' || meta.docs?.preset === name,
  );
  return {
    name: `${namespace}/${name}`,
    plugins: { [namespace]: plugin },
    rules: Object.fromEntries(on.map((rule) => [`${namespace}/${rule.name}`, 'error'])),
  };
}

// Presets name the plugin, so they can only be made after it.
plugin.configs.recommended = preset('recommended');
plugin.configs.strict = preset('strict');

export default plugin;
