import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Linter } from 'eslint';
import { ESLint } from 'eslint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import plugin from '../../src/index.ts';
import { runOxlint } from '../harness/oxlint.ts';
import { rulesTable, section, settingsTable, unpadded } from './tables.ts';

const pluginFolder = fileURLToPath(new URL('../../', import.meta.url));
const readme = await readFile(path.join(pluginFolder, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/^```(js|json)\n([\s\S]*?)^```$/gm)].map(([, language, code]) => ({
  language: language!,
  code: code!,
}));

const mistake = `import { WhyOps } from '@whyops/sdk';
const trace = new WhyOps({}).trace('t');
export const span = async () => { trace.userMessage([]); };
`;

let project: string;

beforeAll(async () => {
  project = await mkdtemp(path.join(tmpdir(), 'whyops-readme-'));
  const modules = path.join(project, 'node_modules');
  await mkdir(modules);
  await symlink(pluginFolder, path.join(modules, 'eslint-plugin-whyops'));
  await symlink(
    path.join(pluginFolder, '../node_modules/typescript-eslint'),
    path.join(modules, 'typescript-eslint'),
  );
  await writeFile(path.join(project, 'package.json'), '{ "type": "module" }');
  await writeFile(path.join(project, 'agent.js'), mistake);
});

afterAll(() => rm(project, { recursive: true, force: true }));

describe('the README', () => {
  it('lists rules and settings as they are', () => {
    expect(unpadded(section(readme, 'rules')!)).toBe(unpadded(rulesTable()));
    expect(unpadded(section(readme, 'settings')!)).toBe(unpadded(settingsTable()));
  });

  it.each(blocks.filter(({ language }) => language === 'js').map(({ code }) => [code]))(
    'has a configuration that finds a mistake: %s',
    async (code) => {
      const file = path.join(project, `eslint.config.${Math.abs(hash(code))}.js`);
      await writeFile(file, code);
      const config = ((await import(pathToFileURL(file).href)) as { default: Linter.Config[] }).default;
      const eslint = new ESLint({ cwd: project, overrideConfigFile: true, overrideConfig: config });
      const [result] = await eslint.lintFiles(['agent.js']);
      expect(result!.messages.map(({ ruleId }) => ruleId)).toContain('whyops/awaited-events');
    },
  );

  it('has a configuration for oxlint that names every rule of recommended and finds a mistake', async () => {
    const { code } = blocks.find(({ language }) => language === 'json')!;
    const config = JSON.parse(code) as { rules: object };
    expect(Object.keys(config.rules).sort()).toEqual(Object.keys(plugin.configs.recommended.rules!).sort());
    await writeFile(path.join(project, '.oxlintrc.json'), code);
    const output = await runOxlint(project, ['--format', 'json', 'agent.js']);
    expect(output).toContain('whyops(awaited-events)');
  });
});

function hash(text: string): number {
  return [...text].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) | 0, 7);
}
