import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import plugin from '../../src/index.ts';
import { hosts, lint, type Host, type ParserName } from '../harness/lint.ts';
import { fileOf, programs } from './programs.ts';

const everyRule = Object.fromEntries(
  Object.keys(plugin.rules).map((id): [string, unknown[]] => [
    `whyops/${id}`,
    id === 'span-reuse' ? [{ missingOnPath: true }] : [],
  ]),
);

// A rule that throws makes `lint` throw.
describe('no rule crashes on random programs', () => {
  it.each(Object.keys(hosts) as Host[])('in %s', { timeout: 60_000 }, (host) => {
    const kinds = ['async function', 'async function*'];
    fc.assert(
      fc.property(
        programs,
        fc.constantFrom<ParserName>('espree', 'typescript'),
        fc.constantFrom(...kinds),
        (program, parser, kind) => {
          lint({ code: fileOf(program, kind), rules: everyRule, host, parser });
        },
      ),
      { numRuns: 400, seed: 20_261_124 },
    );
  });
});

const head = `import { WhyOps } from '@whyops/sdk'; const trace = new WhyOps({}).trace('t');`;
const oddities: [name: string, code: string][] = [
  [
    'no arguments at all',
    `${head} trace.toolCallRequest(); trace.toolCallResponse(); trace.userMessage(); trace.llmResponse();`,
  ],
  [
    'spread arguments',
    `${head} trace.toolCallRequest(...a); trace.toolCallResponse(...a); trace.toolCallResponse('a', ...b);`,
  ],
  [
    'holes and rests in patterns',
    `${head} const [, a, ...b] = [1, await trace.toolCallRequest('a', c), 3]; const { x: [y] = [], ...z } = o; [a.b, c[d]] = e;`,
  ],
  [
    'a class with everything',
    `${head} class A extends (await trace.toolCallRequest('a', c), B) { static { await_(trace); } #p = trace.error('e'); get g() { return trace; } [k()]() {} static x = trace; }`,
  ],
  [
    'defaults that open spans',
    `${head} async function f(a = trace.toolCallRequest('a', c), { b = a } = {}, ...r) { await trace.toolCallResponse('a', a, c, b); }`,
  ],
  [
    'labels on everything',
    `${head} a: b: { c: if (x) break a; else break c; } d: try { break d; } finally { e: switch (x) { case 1: break e; } }`,
  ],
  ['a switch without cases', `${head} switch (trace.error('e')) {}`],
  [
    'new.target, import.meta and super',
    `${head} class A extends B { constructor() { super(new.target, import.meta.url); super.x = trace; } }`,
  ],
  [
    'for loops without anything',
    `${head} async function f() { for (;;) {} } async function g() { for await (x.y of trace) ; for (var i in trace) ; }`,
  ],
  ['tagged templates', `${head} trace.error\`e\`; String.raw\`\${trace.toolCallRequest('a', c)}\`;`],
  [
    'assignments in odd places',
    `${head} (a = trace.toolCallRequest('a', c)) && (a ||= b, a &&= c, a **= 2, a++); [a, [b]] = [trace.error('e')];`,
  ],
  ['using', `${head} { using a = trace.toolCallRequest('a', c); }`],
  ['a sum of five hundred parts', `${head} const x = ${'a + '.repeat(500)}trace.error('e');`],
  ['five hundred nested calls', `${head} ${'f('.repeat(500)}trace.error('e')${')'.repeat(500)};`],
  [
    'finally blocks seven deep',
    `${head} async function f() { ${'try { await g(); } finally { '.repeat(7)} await trace.toolCallRequest('a', c); ${'}'.repeat(7)} }`,
  ],
];

describe('no rule crashes on', () => {
  it.each(oddities)('%s', (_name, code) => {
    for (const host of Object.keys(hosts) as Host[])
      expect(() => lint({ code, rules: everyRule, host })).not.toThrow();
  });
});
