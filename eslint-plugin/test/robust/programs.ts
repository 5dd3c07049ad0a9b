import fc from 'fast-check';

/**
 * Random programs over three variables, with every statement that bends control flow. Each statement stands on a line
 * of its own, so that a report can be told from its line; `choose()` decides branches when the program runs.
 */
export const programs: fc.Arbitrary<string> = fc
  .letrec((tie) => ({
    block: fc.array(tie('statement'), { maxLength: 4 }).map((lines) => (lines as string[][]).flat()),
    statement: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'statement' },
      { arbitrary: leaf(), weight: 9 },
      { arbitrary: wrap('if (choose()) {', tie('block'), '}'), weight: 2 },
      fc
        .tuple(tie('block'), tie('block'))
        .map(([a, b]) => ['if (choose()) {', ...(a as string[]), '} else {', ...(b as string[]), '}']),
      wrap('while (choose()) {', tie('block'), '}'),
      wrap('do {', tie('block'), '} while (choose());'),
      wrap('for (;;) {', tie('block'), 'if (choose()) break;', '}'),
      wrap('outer: for (const x of list()) {', tie('block'), 'if (choose()) continue outer;', '}'),
      wrap('named: {', tie('block'), 'if (choose()) break named;', '}'),
      {
        arbitrary: fc
          .tuple(tie('block'), tie('block'), tie('block'), fc.constantFrom('both', 'catch', 'finally'))
          .map(([a, b, c, kind]) => [
            'try {',
            ...(a as string[]),
            ...(kind === 'finally' ? [] : ['} catch {', ...(b as string[])]),
            ...(kind === 'catch' ? [] : ['} finally {', ...(c as string[])]),
            '}',
          ]),
        weight: 3,
      },
      fc
        .tuple(tie('block'), tie('block'), fc.boolean())
        .map(([a, b, falls]) => [
          'switch (pick()) {',
          'case 0:',
          ...(a as string[]),
          ...(falls ? [] : ['break;']),
          'default:',
          ...(b as string[]),
          '}',
        ]),
      fc
        .tuple(tie('block'), tie('block'))
        .map(([a, b]) => [
          'while (choose()) {',
          'try {',
          ...(a as string[]),
          'if (choose()) break;',
          'if (choose()) continue;',
          '} finally {',
          ...(b as string[]),
          '}',
          '}',
        ]),
      wrap('{', tie('block'), '}'),
    ),
  }))
  .block.map((lines) => uniqueLabels(lines as string[]).join('\n'));

/** A label must not stand inside a statement of the same label. */
function uniqueLabels(lines: readonly string[]): string[] {
  let count = 0;
  const open: number[] = [];
  return lines.map((line) => {
    if (/^(outer|named):/.test(line)) open.push(++count);
    const number = /(continue outer|break named);$/.test(line) ? open.pop() : open.at(-1);
    return line.replace(/\b(outer|named)(?=[:;])/, `$1${number}`);
  });
}

function wrap(before: string, block: fc.Arbitrary<unknown>, ...after: string[]): fc.Arbitrary<string[]> {
  return block.map((lines) => [before, ...(lines as string[]), ...after]);
}

function leaf(): fc.Arbitrary<string[]> {
  const name = fc.constantFrom('a', 'b', 'c');
  const tool = fc.constantFrom('x', 'y');
  const request = tool.map((t) => `trace.toolCallRequest('${t}', [])`);
  const response = fc
    .tuple(
      tool,
      fc.oneof(
        name,
        name,
        name.map((n) => `await ${n}`),
        fc.tuple(name, name).map(([n, m]) => `choose() ? ${n} : ${m}`),
        name.map((n) => `${n} ?? 'none'`),
      ),
    )
    .map(([t, span]) => `trace.toolCallResponse('${t}', ${span}, [], {})`);
  return fc
    .oneof(
      { arbitrary: fc.tuple(name, request).map(([n, call]) => `${n} = await ${call};`), weight: 5 },
      fc.tuple(name, request).map(([n, call]) => `${n} = ${call};`),
      fc.tuple(name, request).map(([n, call]) => `${n} ??= await ${call};`),
      request.map((call) => `await ${call};`),
      fc
        .tuple(name, name, request, request)
        .map(([n, m, p, q]) => `[${n}, ${m}] = await Promise.all([${p}, ${q}]);`),
      { arbitrary: response.map((call) => `await ${call};`), weight: 6 },
      response.map((call) => `choose() && (await ${call});`),
      fc.tuple(name, name).map(([n, m]) => `${n} = ${m};`),
      fc.tuple(name, name).map(([n, m]) => `${n} = await ${m};`),
      fc.tuple(name, name, name).map(([n, m, k]) => `${n} = choose() ? ${m} : ${k};`),
      name.map((n) => `${n} = null;`),
      name.map((n) => `keep(${n});`),
      fc.constant('mayThrow();'),
      fc.constantFrom(
        'if (choose()) return;',
        'if (choose()) throw new Error();',
        'for (;;) break;',
        `if (choose()) return ${'a'};`,
      ),
    )
    .map((line) => [line]);
}

export const head = [
  `import { WhyOps } from '@whyops/sdk';`,
  `const trace = new WhyOps({}).trace('t');`,
  `export async function run() {`,
  `let a, b, c;`,
];

/** A whole file around a program, and how many lines stand before it. */
export const fileOf = (program: string, kind = 'async function'): string =>
  [...head, program, '}'].join('\n').replace('async function', kind);
