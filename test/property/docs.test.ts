import { readFileSync } from 'node:fs';
import * as fastCheck from 'fast-check';
import ts from 'typescript';
import { expect, test } from 'vitest';
import * as testkit from '../../src/index.ts';
import * as property from '../../src/property/index.ts';

const page = readFileSync(new URL('../../docs/property.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code]) => code!);

const modules: Readonly<Record<string, unknown>> = {
  'fast-check': { __esModule: true, ...fastCheck },
  'whyops-testkit': testkit,
  'whyops-testkit/property': property,
};

/** Runs an example as a module of its own: its imports are the sources of this repository. */
async function run(code: string): Promise<void> {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      esModuleInterop: true,
    },
  });
  const load = (name: string) => modules[name] ?? expect.unreachable(`an example imports ${name}`);
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
  await (AsyncFunction('require', 'exports', outputText) as (...given: unknown[]) => Promise<void>)(load, {});
}

test.each(examples.map((code, index) => [index + 1, code] as const))(
  'example %i of docs/property.md runs',
  async (_, code) => {
    await run(code);
  },
  60_000,
);

test('a wrong example would be found', async () => {
  await expect(run("import { mutate } from 'whyops-testkit/property'; mutate('nothing');")).rejects.toThrow(
    'There is no mutation "nothing"',
  );
});

test('the table of docs/property.md has every export', () => {
  const names = Object.keys(property);
  const table = page.slice(page.indexOf('## Everything there is'));
  expect(names.filter((name) => !table.includes(`\`${name}`))).toEqual([]);
});
