import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { built } from '../build.ts';
import { blocks, ROOT } from './blocks.ts';

/** The reader's agent: a proxied call and a tool that is reported as documented, with its response on that span. */
const agentAnsweringOn = (span: string) => `
import OpenAI from 'openai';
import { WhyOps } from 'whyops-testkit/client';

export async function runAgent({ apiKey, proxyBaseUrl, analyseBaseUrl }) {
  const agentMetadata = { systemPrompt: 'You refund orders.', tools: [] };
  const sdk = new WhyOps({ apiKey, proxyBaseUrl, analyseBaseUrl, agentName: 'refunds', agentMetadata });
  await sdk.initAgent();
  const openai = new OpenAI(sdk.openai('refund-17'));
  await openai.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Refund 17.' }] });
  const trace = sdk.trace('refund-17');
  const calls = [{ name: 'refund', arguments: { order: 17 } }];
  const opened = await trace.toolCallRequest('refund', calls);
  await trace.toolCallResponse('refund', ${span}, calls, { ok: true });
  await sdk.close();
}

export const refundAgent = (env) =>
  runAgent({
    apiKey: env.WHYOPS_API_KEY,
    proxyBaseUrl: env.WHYOPS_PROXY_BASE_URL,
    analyseBaseUrl: env.WHYOPS_ANALYSE_BASE_URL,
  });
`;

const [vitestSnippet, otherSnippet] = blocks('ts').filter(({ place }) => place.startsWith('README.md'));

/** A project that has installed what the README says, with that agent. */
async function project(agent: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'whyops-testkit-readme-'));
  await mkdir(join(folder, 'node_modules'));
  await symlink(ROOT, join(folder, 'node_modules/whyops-testkit'));
  for (const name of ['openai', 'vitest'])
    await symlink(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(join(folder, 'agent.js'), agent);
  const importing = (names: string) => `import { ${names} } from './agent.js';\n`;
  await writeFile(join(folder, 'refund.test.ts'), importing('refundAgent') + vitestSnippet!.code);
  await writeFile(join(folder, 'script.js'), importing('runAgent') + otherSnippet!.code);
  return folder;
}

function run(folder: string, ...args: string[]): Promise<{ code: number; said: string }> {
  // The variables of the run that this test belongs to would make Vitest take itself for one of its workers.
  const inherited = Object.entries(process.env).filter(([name]) => !/^VITEST|^FORCE_COLOR$/.test(name));
  const env = { ...Object.fromEntries(inherited), NO_COLOR: '1' };
  return new Promise((resolve) =>
    execFile(process.execPath, args, { cwd: folder, env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, said: stdout + stderr }),
    ),
  );
}

const inVitest = (folder: string) => run(folder, join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run');
const inNode = (folder: string) => run(folder, 'script.js');

describe('the first pages of README.md, run as printed', () => {
  let right = '';
  let wrong = '';
  beforeAll(async () => {
    await built();
    [right, wrong] = await Promise.all([
      project(agentAnsweringOn('opened')),
      project(agentAnsweringOn("'another'")),
    ]);
  }, 180_000);
  afterAll(() => Promise.all([right, wrong].map((folder) => rm(folder, { recursive: true, force: true }))));

  test('the Vitest example passes for a correct agent', async () => {
    const { code, said } = await inVitest(right);
    expect(code, said).toBe(0);
    expect(said).toContain('1 passed');
  }, 60_000);

  test('and fails for one that answers on another span', async () => {
    const { code, said } = await inVitest(wrong);
    expect(code, said).toBe(1);
    expect(said).toContain('Docs: docs/rules/span-reuse.md');
  }, 60_000);

  test('the example for any other runner passes for a correct agent', async () => {
    expect(await inNode(right)).toEqual({ code: 0, said: '' });
  }, 60_000);

  test('and throws with the timeline for one that answers on another span', async () => {
    const { code, said } = await inNode(wrong);
    expect(code, said).toBe(1);
    expect(said).toContain('Docs: docs/rules/span-reuse.md');
  }, 60_000);
});
