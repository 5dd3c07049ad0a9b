import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lint, type Message } from '../harness/lint.ts';

const tool = fc.constantFrom("'x'", "'x'", "'x'", "'y'", 'name');

/**
 * Spans whose shape alone shows them to be right are not followed, except when `missingOnPath` asks for every path. So
 * with and without that option the rule must say the same, save the message of the option itself.
 */
const programs: fc.Arbitrary<string> = fc
  .letrec((tie) => ({
    block: fc
      .array(tie('statement'), { minLength: 1, maxLength: 4 })
      .map((statements) => (statements as string[]).join('\n')),
    statement: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'statement' },
      { arbitrary: opened(), weight: 6 },
      { arbitrary: answered(), weight: 7 },
      { arbitrary: other(), weight: 3 },
      fc.tuple(tie('block')).map(([a]) => `if (choose()) {\n${String(a)}\n}`),
      fc
        .tuple(tie('block'), tie('block'))
        .map(([a, b]) => `if (choose()) {\n${String(a)}\n} else {\n${String(b)}\n}`),
      fc.tuple(tie('block')).map(([a]) => `while (choose()) {\n${String(a)}\n}`),
      fc
        .tuple(tie('block'))
        .map(([a]) => `for (const x of list()) {\n${String(a)}\nif (choose()) continue;\n}`),
      {
        arbitrary: fc
          .tuple(tie('block'), tie('block'))
          .map(([a, b]) => `try {\n${String(a)}\n} catch {\n${String(b)}\n}`),
        weight: 3,
      },
      fc
        .tuple(tie('block'), tie('block'))
        .map(([a, b]) => `try {\n${String(a)}\n} finally {\n${String(b)}\n}`),
      fc
        .tuple(tie('block'))
        .map(([a]) => `switch (pick()) {\ncase 0: {\n${String(a)}\nbreak;\n}\ndefault:\n}`),
      fc.tuple(tie('block')).map(([a]) => `await each(async () => {\n${String(a)}\n});`),
    ),
  }))
  .block.map((program) => named(program as string));

function opened(): fc.Arbitrary<string> {
  const request = tool.map((name) => `trace.toolCallRequest(${name}, [])`);
  return fc.oneof(
    { arbitrary: request.map((call) => `const NEW = await ${call};`), weight: 5 },
    fc.tuple(request, request).map(([p, q]) => `const [NEW, NEW] = await Promise.all([${p}, ${q}]);`),
    request.map((call) => `let NEW = await ${call};`),
    request.map((call) => `const NEW = ${call};`),
    request.map((call) => `spans.set(name, await ${call});`),
    fc.constantFrom('const NEW = spans.get(name);', 'const NEW = crypto.randomUUID();'),
    fc.constant("const NEW = await trace?.toolCallRequest('x', []);"),
    fc.constant("const NEW = await trace.toolCallRequest('x', [], { spanId: name });"),
  );
}

function answered(): fc.Arbitrary<string> {
  return fc
    .tuple(
      tool,
      fc.constantFrom(
        'await CALL;',
        'await CALL;',
        'await CALL;',
        'CALL;',
        'return CALL;',
        'choose() && (await CALL);',
        'if (choose()) await CALL; else await AGAIN;',
        'choose() ? await CALL : await AGAIN;',
        'await Promise.all([CALL]);',
        'await each(() => CALL);',
        'try { await run(); await CALL; } catch { await AGAIN; }',
      ),
    )
    .map(([name, statement]) =>
      statement
        .replace('CALL', `trace.toolCallResponse(${name}, OLD, [], {})`)
        .replace('AGAIN', "trace.toolCallResponse('x', SAME, [], {})"),
    );
}

function other(): fc.Arbitrary<string> {
  return fc.constantFrom(
    'await run();',
    'return;',
    'throw new Error();',
    'if (choose()) return;',
    'for (;;) {}',
    'while (true) await run();',
    'keep(OLD);',
    'console.log(OLD);',
    'last = OLD;',
  );
}

/** Gives each constant a name of its own, and lets each use mean one of those that are in sight. */
function named(program: string): string {
  let count = 0;
  let last = "'none'";
  const open: string[][] = [[]];
  return program
    .split('\n')
    .map((line) => {
      // What a block declares ends with it, also where another one begins on the same line.
      if (line.startsWith('}')) open.pop();
      const inSight = open.flat();
      const used = line
        .replaceAll('OLD', () => (last = inSight.at(-1 - (count % 3)) ?? inSight.at(-1) ?? "'none'"))
        .replaceAll('SAME', () => last)
        .replaceAll('NEW', () => {
          const name = `span${count++}`;
          open.at(-1)!.push(name);
          return name;
        });
      if (line.endsWith('{')) open.push([]);
      return used;
    })
    .join('\n');
}

const fileOf = (program: string): string => `import { WhyOps } from '@whyops/sdk';
const trace = new WhyOps({}).trace('t');
export async function work(name: string) {
let last;
${program}
}`;

const told = (messages: readonly Message[]): unknown[] =>
  messages.filter(({ messageId }) => messageId !== 'missingOnPath');

it('says the same whether or not every span is followed', { timeout: 120_000 }, () => {
  const seen = new Map<string, number>();
  const check = fc.property(programs, (program) => {
    const code = fileOf(program);
    const short = lint({ code, rules: { 'whyops/span-reuse': [] } });
    const whole = lint({ code, rules: { 'whyops/span-reuse': [{ missingOnPath: true }] } });
    expect(told(short), program).toEqual(told(whole));
    for (const { messageId } of short) seen.set(messageId!, (seen.get(messageId!) ?? 0) + 1);
    if (program.includes('toolCallResponse') && short.length === 0)
      seen.set('nothing', (seen.get('nothing') ?? 0) + 1);
  });
  fc.assert(check, { numRuns: 1500, seed: 20_261_127 });
  // Silence on both sides would pass as well.
  const kinds = [
    'spanNotFromRequest',
    'spanIsPromise',
    'toolNameMismatch',
    'alreadyClosed',
    'neverClosed',
    'nothing',
  ];
  for (const kind of kinds) expect(seen.get(kind) ?? 0, kind).toBeGreaterThan(20);
});
