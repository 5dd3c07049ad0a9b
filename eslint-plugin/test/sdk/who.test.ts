import { describe, expect, it } from 'vitest';
import { lint, type ParserName } from '../harness/lint.ts';
import { isTrace, settings, type Example } from './is-trace.ts';

const javascript: Example[] = [
  ['a named import', `import { WhyOps } from '@whyops/sdk'; new WhyOps({}).trace('t').error('e');`],
  ['an alias', `import { WhyOps as W } from '@whyops/sdk'; const w = new W({}); w.trace('t').error('e');`],
  ['a string alias', `import { 'WhyOps' as W } from '@whyops/sdk'; new W({}).trace('t').error('e');`],
  ['the default import', `import WhyOps from '@whyops/sdk'; new WhyOps({}).trace('t').error('e');`],
  ['a namespace', `import * as sdk from '@whyops/sdk'; new sdk.WhyOps({}).trace('t').error('e');`],
  ['require', `const { WhyOps } = require('@whyops/sdk'); new WhyOps({}).trace('t').error('e');`],
  ['require with an alias', `const { WhyOps: W } = require('@whyops/sdk'); new W({}).trace('t').error('e');`],
  ['a member of require', `const W = require('@whyops/sdk').WhyOps; new W({}).trace('t').error('e');`],
  ['a required module', `const sdk = require('@whyops/sdk'); new sdk.WhyOps({}).trace('t').error('e');`],
  [
    'a dynamic import',
    `const { WhyOps } = await import('@whyops/sdk'); new WhyOps({}).trace('t').error('e');`,
  ],
  [
    'a local alias of the class',
    `import { WhyOps } from '@whyops/sdk'; const W = WhyOps; new W({}).trace('t').error('e');`,
  ],
  [
    'a subclass',
    `import { WhyOps } from '@whyops/sdk'; class Ops extends WhyOps {} new Ops({}).trace('t').error('e');`,
  ],
  [
    'a client that is made once',
    `import { WhyOps } from '@whyops/sdk'; let w; w ??= new WhyOps({}); w.trace('t').error('e');`,
  ],
  [
    'a client kept on a global',
    `import { WhyOps } from '@whyops/sdk'; const w = globalThis.w ?? new WhyOps({}); w.trace('t').error('e');`,
  ],
  [
    'a class field',
    `import { WhyOps } from '@whyops/sdk'; class A { w = new WhyOps({}); run() { this.w.trace('t').error('e'); } }`,
  ],
  [
    'a private field',
    `import { WhyOps } from '@whyops/sdk'; class A { #t = new WhyOps({}).trace('t'); run() { this.#t.error('e'); } }`,
  ],
  [
    'a field set in the constructor',
    `import { WhyOps } from '@whyops/sdk'; class A { constructor() { this.t = new WhyOps({}).trace('t'); } run() { this.t.error('e'); } }`,
  ],
  [
    'a field used in an arrow',
    `import { WhyOps } from '@whyops/sdk'; class A { t = new WhyOps({}).trace('t'); run = () => { this.t.error('e'); } }`,
  ],
  [
    'an object literal',
    `import { WhyOps } from '@whyops/sdk'; const deps = { w: new WhyOps({}) }; deps.w.trace('t').error('e');`,
  ],
  [
    'a destructured object literal',
    `import { WhyOps } from '@whyops/sdk'; const deps = { w: new WhyOps({}) }; const { w } = deps; w.trace('t').error('e');`,
  ],
  [
    'a parameter default',
    `import { WhyOps } from '@whyops/sdk'; function run(w = new WhyOps({})) { w.trace('t').error('e'); }`,
  ],
  [
    'a local factory',
    `import { WhyOps } from '@whyops/sdk'; const make = () => new WhyOps({}); make().trace('t').error('e');`,
  ],
  [
    'a local trace factory',
    `import { WhyOps } from '@whyops/sdk'; const w = new WhyOps({}); function traceOf(id) { return w.trace(id); } traceOf('t').error('e');`,
  ],
  [
    'a trace in a variable',
    `import { WhyOps } from '@whyops/sdk'; const t = new WhyOps({}).trace('t'); t?.error('e');`,
  ],
  [
    'a named client factory',
    `import { createOps } from './ops'; createOps().trace('t').error('e');`,
    settings({ clientFactories: ['createOps'] }),
  ],
  [
    'a renamed import of a named factory',
    `import { createOps as c } from './ops'; c().trace('t').error('e');`,
    settings({ clientFactories: ['createOps'] }),
  ],
  [
    'an awaited factory',
    `import { createOps } from './ops'; (await createOps()).trace('t').error('e');`,
    settings({ clientFactories: ['createOps'] }),
  ],
  [
    'a named trace factory',
    `import { traceOf } from './ops'; traceOf('t').error('e');`,
    settings({ traceFactories: ['traceOf'] }),
  ],
  [
    'a dotted trace factory',
    `context.traceOf('t').error('e');`,
    settings({ traceFactories: ['context.traceOf'] }),
  ],
  [
    'a named factory of a namespace',
    `import * as ops from './ops'; ops.traceOf('t').error('e');`,
    settings({ traceFactories: ['traceOf'] }),
  ],
  [
    "a configured module's class",
    `import { WhyOps } from './tracing'; new WhyOps({}).trace('t').error('e');`,
    settings({ modules: ['./tracing'] }),
  ],
  [
    "a configured module's client",
    `import { whyops } from '../lib/tracing'; whyops.trace('t').error('e');`,
    settings({ modules: ['*/tracing'] }),
  ],
];

const typescript: Example[] = [
  [
    'a typed parameter',
    `import type { WhyOpsTrace } from '@whyops/sdk'; function run(t: WhyOpsTrace) { t.error('e'); }`,
  ],
  [
    'an optional typed parameter',
    `import type { WhyOpsTrace } from '@whyops/sdk'; function run(t?: WhyOpsTrace | null) { t?.error('e'); }`,
  ],
  [
    'a typed client',
    `import { type WhyOps } from '@whyops/sdk'; const run = (w: WhyOps) => { w.trace('t').error('e'); };`,
  ],
  ['an import type', `function run(t: import('@whyops/sdk').WhyOpsTrace) { t.error('e'); }`],
  [
    'a namespace type',
    `import type * as sdk from '@whyops/sdk'; function run(t: sdk.WhyOpsTrace) { t.error('e'); }`,
  ],
  [
    'the return type of trace()',
    `import type { WhyOps } from '@whyops/sdk'; function run(t: ReturnType<WhyOps['trace']>) { t.error('e'); }`,
  ],
  [
    'the type of a value',
    `import { WhyOps } from '@whyops/sdk'; const w = new WhyOps({}); function run(o: typeof w) { o.trace('t').error('e'); }`,
  ],
  [
    'a type alias',
    `import type { WhyOpsTrace } from '@whyops/sdk'; type T = WhyOpsTrace; function run(t: T) { t.error('e'); }`,
  ],
  [
    'a destructured typed parameter',
    `import type { WhyOpsTrace } from '@whyops/sdk'; function run({ t }: { t: WhyOpsTrace }) { t.error('e'); }`,
  ],
  [
    'an interface',
    `import type { WhyOpsTrace } from '@whyops/sdk'; interface Deps { t: WhyOpsTrace } function run(deps: Deps) { deps.t.error('e'); }`,
  ],
  [
    'a wrapped interface',
    `import type { WhyOpsTrace } from '@whyops/sdk'; interface Deps { t: WhyOpsTrace } function run(deps: Readonly<Deps>) { deps.t.error('e'); }`,
  ],
  [
    'a typed field',
    `import type { WhyOps } from '@whyops/sdk'; class A { private w!: WhyOps; run() { this.w.trace('t').error('e'); } }`,
  ],
  [
    'a parameter property',
    `import type { WhyOpsTrace } from '@whyops/sdk'; class A { constructor(private readonly t: WhyOpsTrace) {} run() { this.t.error('e'); } }`,
  ],
  [
    'a field with an interface type',
    `import type { WhyOpsTrace } from '@whyops/sdk'; interface Deps { t: WhyOpsTrace } class A { constructor(private deps: Deps) {} run() { this.deps.t.error('e'); } }`,
  ],
  ['an assertion', `import { WhyOps } from '@whyops/sdk'; (new WhyOps({}) as any).trace('t')!.error('e');`],
  [
    'a declared return type',
    `import type { WhyOpsTrace } from '@whyops/sdk'; const current = (): WhyOpsTrace => store.get(); current().error('e');`,
  ],
  ['import equals', `import sdk = require('@whyops/sdk'); new sdk.WhyOps({}).trace('t').error('e');`],
];

const unknown: Example[] = [
  [
    'a class of the same name from elsewhere',
    `import { WhyOps } from './other'; new WhyOps({}).trace('t').error('e'); // @whyops/sdk`,
  ],
  [
    'an own class of the same name',
    `import '@whyops/sdk'; class WhyOps {} new WhyOps({}).trace('t').error('e');`,
  ],
  [
    'a shadowed class',
    `import { WhyOps } from '@whyops/sdk'; function f(WhyOps) { new WhyOps({}).trace('t').error('e'); }`,
  ],
  [
    'a shadowed trace',
    `import { WhyOps } from '@whyops/sdk'; const t = new WhyOps({}).trace('t'); function f(t) { t.error('e'); }`,
  ],
  ['a console', `import { WhyOps } from '@whyops/sdk'; console.error('e');`],
  ['a logger of the same shape', `import { WhyOps } from '@whyops/sdk'; logger.trace('t').error('e');`],
  ['another method of a client', `import { WhyOps } from '@whyops/sdk'; new WhyOps({}).error('e');`],
  [
    'a wrapper matched by name that is another function',
    `import { WhyOps } from '@whyops/sdk'; function traceOf() { return logger; } traceOf('t').error('e');`,
    settings({ modules: ['@whyops/sdk'], traceFactories: ['traceOf'] }),
  ],
  [
    'a named factory that is a parameter',
    `function f(traceOf) { traceOf('t').error('e'); }`,
    settings({ traceFactories: ['traceOf'] }),
  ],
  [
    'another export imported under the name',
    `import { other as traceOf } from './ops'; traceOf('t').error('e');`,
    settings({ traceFactories: ['traceOf'] }),
  ],
  [
    'a computed method',
    `import { WhyOps } from '@whyops/sdk'; const t = new WhyOps({}).trace('t'); t[method]('e');`,
  ],
  [
    "a class of the user's own module",
    `import { Logger } from './tracing'; new Logger().trace('t').error('e');`,
    settings({ modules: ['./tracing'] }),
  ],
  [
    'a module that only begins alike',
    `import { WhyOps } from '@whyops/sdk-mock'; new WhyOps({}).trace('t').error('e');`,
  ],
  [
    'a value defined by itself',
    `import { WhyOps } from '@whyops/sdk'; var t = t; t.error('e'); let a = b, b = a; a.error('e');`,
  ],
  [
    "another object's this",
    `import { WhyOps } from '@whyops/sdk'; class A { t = new WhyOps({}).trace('t'); run() { return { f() { this.t.error('e'); } }; } }`,
  ],
];

describe.each(['espree', 'typescript'] satisfies ParserName[])('with %s', (parser) => {
  it.each(javascript)('knows %s', (_name, code, more) => {
    expect(isTrace(code, { parser, ...more })).toBe(true);
  });
  it.each(unknown)('does not take %s for a trace', (_name, code, more) => {
    expect(isTrace(code, { parser, ...more })).toBe(false);
  });
});

describe('with types', () => {
  it.each(typescript)('knows %s', (_name, code, more) => {
    expect(isTrace(code, more)).toBe(true);
  });
});

describe('settings', () => {
  const code = `import '@whyops/sdk';`;
  it.each([
    [
      { module: ['x'] },
      'settings.whyops has no "module": write one of modules, clientFactories, traceFactories, retryWrappers, queueHandlers.',
    ],
    [{ modules: 'x' }, 'settings.whyops.modules is "x": write a list of names, for example ["name"].'],
    [{ modules: [''] }, 'settings.whyops.modules is [""]: write a list of names, for example ["name"].'],
    ['x', `settings.whyops is "x": write an object, for example { modules: ['@whyops/sdk'] }.`],
  ])('quotes what is wrong: %j', (whyops, message) => {
    expect(() => lint({ code, rules: { 'whyops/awaited-events': [] }, settings: { whyops } })).toThrow(
      message,
    );
  });
});
