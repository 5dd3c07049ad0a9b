import { readFileSync } from 'node:fs';
import type { Capability } from '../../src/contract/protocol.ts';
import type { Column } from './column.ts';
import { expectedColumn } from './expected-column.ts';

const FOLDER = new URL('../../fixtures/drivers/python/', import.meta.url);

/** The published Python SDK, which `npm run contract:python` holds to its files of expected failures. */
export function pythonColumns(): Column[] {
  const capabilities = JSON.parse(found('driver.py', /capabilities=(\[[^\]]*\])/)) as Capability[];
  const version = (name: string) => found('requirements.txt', new RegExp(`^${name}==(.+)$`, 'm'));
  const providers = `\`openai\` ${version('openai')} and \`anthropic\` ${version('anthropic')}`;
  return ['async', 'sync'].map((mode) =>
    expectedColumn({
      heading: ['Python', mode],
      tested: `\`whyops\` ${version('whyops')} from PyPI, ${mode}, with ${providers}`,
      capabilities,
      expected: read(`expected-${mode}.json`),
    }),
  );
}

function read(name: string): string {
  return readFileSync(new URL(name, FOLDER), 'utf8');
}

function found(name: string, pattern: RegExp): string {
  const [, group] = pattern.exec(read(name)) ?? [];
  if (group === undefined) throw new Error(`fixtures/drivers/python/${name} has nothing like ${pattern}.`);
  return group;
}
