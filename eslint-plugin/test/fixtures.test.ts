import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import plugin from '../src/index.ts';
import { hosts, lint, type Host } from './harness/lint.ts';
import { lintWithOxlint } from './harness/oxlint.ts';

/**
 * `fixtures/code/<rule>/{valid,invalid}-*.ts` are whole small agents. Every rule of `strict` runs on each; what is
 * expected stands at the end of the line it is reported on, `// expect: span-reuse neverClosed`, or on the line below
 * it with `expect-above`.
 */
const folder = new URL('../../fixtures/code/', import.meta.url);
const rules = Object.fromEntries(
  Object.keys(plugin.configs.strict.rules!).map((id): [string, unknown[]] => [id, []]),
);

const files = await Promise.all(
  (await readdir(folder, { recursive: true }))
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map(async (name) => ({ name, code: await readFile(new URL(name, folder), 'utf8') })),
);

interface Finding {
  line: number;
  rule: string;
  messageId: string;
}

function expected(code: string): Finding[] {
  return code.split('\n').flatMap((text, index): Finding[] => {
    const notes = [...text.matchAll(/\/\/ expect(-above)?: ([a-z-]+ \w+(?:, [a-z-]+ \w+)*)/g)];
    return notes.flatMap(([, above, list]) =>
      list!.split(', ').map((entry) => {
        const [rule, messageId] = entry.split(' ') as [string, string];
        return { line: index + (above ? 0 : 1), rule: `whyops/${rule}`, messageId };
      }),
    );
  });
}

const sorted = (findings: Finding[]): string[] =>
  findings.map(({ line, rule, messageId }) => `${line} ${rule} ${messageId}`).sort();

describe.each(Object.keys(hosts) as Host[])('agents in fixtures/code, in %s', (host) => {
  it.each(files)('$name', ({ name, code }) => {
    const found = lint({ code, rules, host });
    expect(sorted(found as Finding[])).toEqual(sorted(expected(code)));
    const [rule, file] = name.split('/') as [string, string];
    // A fixture shows what its folder says.
    const ofRule = expected(code).filter((finding) => finding.rule === `whyops/${rule}`);
    if (file.startsWith('invalid-')) expect(ofRule).not.toEqual([]);
    else expect(expected(code)).toEqual([]);
  });
});

it('agents in fixtures/code, in oxlint', async () => {
  const answers = await lintWithOxlint(
    files.map(({ code }) => ({ code, extension: 'ts', rules })),
    {},
  );
  const ofEslint = files.map(({ code }) =>
    lint({ code, rules }).map(({ rule, message, line, column }) => ({ rule, message, line, column })),
  );
  expect(answers).toEqual(ofEslint);
});

it('every rule has an agent that breaks it and one that does not', () => {
  for (const id of Object.keys(plugin.rules)) {
    const kinds = files
      .filter(({ name }) => name.startsWith(`${id}/`))
      .map(({ name }) => name.split('/')[1]!.split('-')[0]);
    expect([...new Set(kinds)].sort(), id).toEqual(['invalid', 'valid']);
  }
});
