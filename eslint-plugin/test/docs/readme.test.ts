import { access, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ESLint as ESLint10 } from 'eslint';
import { ESLint as ESLint9 } from 'eslint-9';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import plugin from '../../src/index.ts';
import { runOxlint } from '../harness/oxlint.ts';
import { installPacked } from '../harness/packed.ts';
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
  project = await realpath(await mkdtemp(path.join(tmpdir(), 'whyops-readme-')));
  await installPacked(project);
  await symlink(
    path.join(pluginFolder, '../node_modules/typescript-eslint'),
    path.join(project, 'node_modules/typescript-eslint'),
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

  describe.each([
    ['ESLint 10', ESLint10],
    ['ESLint 9', ESLint9 as unknown as typeof ESLint10],
  ])('in %s, with the packed plugin', (_host, ESLint) => {
    it.each(blocks.filter(({ language }) => language === 'js').map(({ code }) => [code]))(
      'has a configuration that finds a mistake: %s',
      async (code) => {
        const file = path.join(project, `eslint.config.${Math.abs(hash(code))}.js`);
        await writeFile(file, code);
        const eslint = new ESLint({ cwd: project, overrideConfigFile: file });
        const [result] = await eslint.lintFiles(['agent.js']);
        expect(result!.messages.map(({ ruleId }) => ruleId)).toContain('whyops/awaited-events');
        const { url } = eslint.getRulesMetaForResults([result!])['whyops/awaited-events']!.docs!;
        await access(fileURLToPath(url!));
      },
    );
  });

  it('packs a page for each rule, where the link of the rule leads', async () => {
    const entry = path.join(project, 'node_modules/eslint-plugin-whyops/dist/index.js');
    const packed = ((await import(pathToFileURL(entry).href)) as { default: typeof plugin }).default;
    for (const [id, { meta }] of Object.entries(packed.rules)) {
      const page = fileURLToPath(meta!.docs!.url!);
      expect(page.startsWith(project), page).toBe(true);
      expect(await readFile(page, 'utf8'), id).toContain(`ESLint rule \`whyops/${id}\``);
    }
  });

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
