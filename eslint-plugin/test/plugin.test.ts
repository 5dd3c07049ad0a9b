import { readdir, readFile } from 'node:fs/promises';
import { Linter as Linter10 } from 'eslint';
import { Linter as Linter9 } from 'eslint-9';
import { describe, expect, it } from 'vitest';
import type { AnyRule } from '../src/create-rule.ts';
import plugin from '../src/index.ts';
import { rules } from '../src/rules/index.ts';
import { readSettings, settingsSchema } from '../src/sdk/settings.ts';

const packageJson = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
  name: string;
  version: string;
  dependencies?: object;
};

describe('the plugin', () => {
  it('is called as its package', () => {
    expect(plugin.meta).toEqual({
      name: packageJson.name,
      version: packageJson.version,
      namespace: 'whyops',
    });
  });

  it('depends on nothing', () => {
    expect(packageJson.dependencies).toBeUndefined();
  });

  it('has one rule for each file of its folder', async () => {
    const files = await readdir(new URL('../src/rules/', import.meta.url));
    const names = files.map((file) => file.replace('.ts', '')).filter((name) => name !== 'index');
    expect(Object.keys(rules).sort()).toEqual(names.sort());
    for (const [id, rule] of Object.entries(rules)) expect(rule.name).toBe(id);
  });

  it('has presets that name the plugin itself', () => {
    for (const preset of ['recommended', 'strict'] as const) {
      expect(plugin.configs[preset].plugins).toEqual({ whyops: plugin });
      for (const id of Object.keys(plugin.configs[preset].rules!))
        expect(id.slice(7) in rules, id).toBe(true);
    }
    const recommended = Object.keys(plugin.configs.recommended.rules!);
    expect(Object.keys(plugin.configs.strict.rules!)).toEqual(expect.arrayContaining(recommended));
  });

  it.each([
    ['ESLint 10', Linter10],
    ['ESLint 9', Linter9 as unknown as typeof Linter10],
  ])('can be used as a preset in %s', (_name, Linter) => {
    const code = `import { WhyOps } from '@whyops/sdk'; new WhyOps({}).trace('t').error('e');`;
    const found = new Linter().verify(code, [plugin.configs.recommended]);
    expect(found.map(({ ruleId }) => ruleId)).toEqual(['whyops/awaited-events']);
  });

  it.each(Object.entries(rules) as [string, AnyRule][])(
    '%s tells its page and whom its messages help',
    (id, rule) => {
      expect(new URL(rule.meta.docs!.url).pathname).toMatch(new RegExp(`/docs/rules/${id}\\.md$`));
      expect(rule.meta.docs!.description).toMatch(/^[A-Z].*[^.]$/);
      for (const text of Object.values(rule.meta.messages)) expect(text).toMatch(/\.$/);
    },
  );

  it.each(Object.entries(rules) as [string, AnyRule][])('%s fixes nothing on its own', (_id, rule) => {
    expect(rule.meta).not.toHaveProperty('fixable');
  });

  it('has a test file for each rule, which counts its cases', async () => {
    const folder = new URL('rules/', import.meta.url);
    for (const id of Object.keys(rules))
      expect(await readFile(new URL(`${id}.test.ts`, folder), 'utf8')).toContain(`runSuites('${id}',`);
  });

  it('reads every setting that its schema names', () => {
    expect(Object.keys(readSettings({})).sort()).toEqual(Object.keys(settingsSchema.properties).sort());
  });
});
