import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { checkCommand } from '../../src/cli/check.ts';
import { contractCommand } from '../../src/cli/contract.ts';
import { demoCommand } from '../../src/cli/demo.ts';
import { explainCommand } from '../../src/cli/explain.ts';
import { reportCommand } from '../../src/cli/report.ts';
import { rulesCommand } from '../../src/cli/rules.ts';
import { runCommand } from '../../src/cli/run.ts';
import { serveCommand } from '../../src/cli/serve.ts';
import { blocks, PAGES, ROOT } from './blocks.ts';

/** Every command, made to read its arguments and do nothing. */
function commands(): Map<string, Command> {
  const all = [
    demoCommand,
    serveCommand,
    runCommand,
    checkCommand,
    contractCommand,
    reportCommand,
    rulesCommand,
    explainCommand,
  ].map((make) => make());
  for (const command of [...all, ...all.flatMap((parent) => parent.commands)])
    command
      .exitOverride()
      .configureOutput({ writeErr: () => {} })
      .action(() => {});
  return new Map(all.map((command) => [command.name(), command]));
}

/** The simple commands of a script: comments cut off, pipes and lists taken apart, continued lines joined. */
function simpleCommands(script: string): string[][] {
  return script
    .replaceAll('\\\n', ' ')
    .replaceAll(/\s# .*$/gm, '')
    .split(/\n|\||&&/)
    .map((line) =>
      [...line.matchAll(/'[^']*'|"[^"]*"|\S+/g)].map(([word]) => word.replaceAll(/^['"]|['"]$/g, '')),
    );
}

/** A script that the reader is taken to have. */
const READERS_OWN = 'e2e';

/** What stands before and after a command in a step of a workflow and in a call of Spark. */
const AROUND = /^.*(?:run: |pipe\(")|", checkCode=True\)/gm;

const written = ['sh', 'yaml', 'python'].flatMap((language) =>
  blocks(language).flatMap(({ place, code }) =>
    simpleCommands(code.replaceAll(AROUND, '')).map((words) => ({ place, words })),
  ),
);

const own = written.flatMap(({ place, words }) => {
  const at = words.indexOf('whyops-testkit');
  return at < 0 || words.includes('install') ? [] : [{ place, args: words.slice(at + 1) }];
});

describe('the command lines in README.md and docs', () => {
  test('are there', () => {
    expect(own.length).toBeGreaterThanOrEqual(12);
    expect(own.map(({ args }) => args[0])).toEqual(expect.arrayContaining(['run', 'check', 'contract']));
  });

  test.each(own)('whyops-testkit $args ($place)', ({ args: [name = '', ...args] }) => {
    const known = commands();
    expect([...known.keys()]).toContain(name);
    // GNU parallel puts a number for the braces.
    const given = args.map((word) => word.replace('{}', '1'));
    expect(() => known.get(name)!.parse(given, { from: 'user' })).not.toThrow();
  });

  test('name scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
    const named = PAGES.flatMap((page) =>
      [...readFileSync(join(ROOT, page), 'utf8').matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name),
    );
    expect(named).toContain('demo');
    expect(named.filter((name) => !(name in scripts) && name !== READERS_OWN)).toEqual([]);
  });
});
