import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, test } from 'vitest';
import { blocks, ROOT } from './blocks.ts';

/** What the pages leave to the reader: an agent of one's own, an SDK of one's own, a fake that was made further up. */
const READERS_OWN = `
import type { FakeWhyOps, FakeWhyOpsOptions } from 'whyops-testkit';
import type { EventCall, SdkConfig } from 'whyops-testkit/contract';

declare global {
  const whyops: FakeWhyOps;
  const mockUrl: string;
  const WHYOPS_API_KEY: string, agentName: string, traceId: string;
  const client: { baseURL: string; apiKey: string; defaultHeaders: Record<string, string> };
  const OpenAI: typeof import('openai').default;
  function refundAgent(env: { WHYOPS_PROXY_BASE_URL: string; WHYOPS_ANALYSE_BASE_URL: string; WHYOPS_API_KEY: string }): Promise<string>;
  const askWeather: typeof refundAgent;
  function runAgent(where: Required<Pick<FakeWhyOpsOptions, 'proxyBaseUrl' | 'analyseBaseUrl' | 'apiKey'>>): Promise<void>;
  class MySdk {
    constructor(config: SdkConfig);
    init(): Promise<void>;
    trace(traceId: string): MyTrace;
  }
  interface MyTrace {}
  function call(trace: MyTrace, method: EventCall['method'], args: EventCall['args'], options: EventCall['options']): Promise<unknown>;
}
`;

const FOLDER = join(ROOT, 'snippets');
const snippets = blocks('ts').map(({ place, code }) => ({
  place,
  file: join(FOLDER, `${place.replaceAll(/\W/g, '-')}.ts`),
  text: `export {};${code}`,
}));
const files = new Map([
  [join(FOLDER, 'readers-own.ts'), READERS_OWN],
  [join(FOLDER, 'refund-agent.ts'), 'export const refundAgent = globalThis.refundAgent;'],
  ...snippets.map(({ file, text }) => [file, text] as const),
]);

/** Every door, at its source. */
function doors(): Record<string, string[]> {
  const { name, exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    name: string;
    exports: Record<string, string | { default: string }>;
  };
  return Object.fromEntries(
    Object.entries(exports).flatMap(([door, target]) =>
      typeof target === 'string'
        ? []
        : [[name + door.slice(1), [target.default.replace('./dist', './src').replace(/\.js$/, '.ts')]]],
    ),
  );
}

/** One program over all snippets, which exist in memory alone. */
function program(): ts.Program {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(ROOT, 'tsconfig.json'),
    { paths: doors() },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} },
  );
  const options = { ...config!.options, noEmit: true };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, directoryExists } = host;
  return ts.createProgram([...files.keys()], options, {
    ...host,
    fileExists: (path) => files.has(path) || fileExists(path),
    readFile: (path) => files.get(path) ?? readFile(path),
    directoryExists: (path) => path === FOLDER || directoryExists!(path),
    getSourceFile: (path, target) => {
      const text = files.get(path) ?? readFile(path);
      return text === undefined ? undefined : ts.createSourceFile(path, text, target);
    },
  });
}

describe('the TypeScript in README.md and docs', () => {
  let compiled: ts.Program;
  beforeAll(() => {
    compiled = program();
  }, 120_000);

  /** What is wrong with a file, as `line: text`. */
  const problems = (file: string) => {
    const source = compiled.getSourceFile(file)!;
    return [...compiled.getSyntacticDiagnostics(source), ...compiled.getSemanticDiagnostics(source)].map(
      ({ messageText, start = 0 }) =>
        `${source.getLineAndCharacterOfPosition(start).line + 1}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    );
  };

  test('is there', () => {
    expect(snippets.length).toBeGreaterThanOrEqual(12);
    expect(snippets.map(({ place }) => place.split(':')[0])).toContain('README.md');
  });

  test('leaves to the reader what has a type', () => {
    expect(problems(join(FOLDER, 'readers-own.ts'))).toEqual([]);
  });

  test.each(snippets)(
    'compiles as printed: $place',
    ({ file }) => {
      expect(problems(file)).toEqual([]);
    },
    60_000,
  );
});
