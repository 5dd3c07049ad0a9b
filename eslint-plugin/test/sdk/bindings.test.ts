import { describe, expect, it } from 'vitest';
import type { ParserName } from '../harness/lint.ts';
import { isTrace, settings, type Example } from './is-trace.ts';

const sdk = `import { WhyOps } from '@whyops/sdk';`;
const send = `w.trace('t').error('e');`;

/** Ways for a client or a trace to get from where it is made to where it is used. */
const known: Example[] = [
  ['the value of an assignment', `${sdk} let w; (w = new WhyOps({})).trace('t').error('e');`],
  ['the last of a sequence', `${sdk} (log(), new WhyOps({})).trace('t').error('e');`],
  ['the first arm of a conditional', `${sdk} const w = x ? new WhyOps({}) : null; ${send}`],
  ['the second arm of a conditional', `${sdk} const w = x ? null : new WhyOps({}); ${send}`],
  ['before a fallback', `${sdk} const w = new WhyOps({}) ?? x; ${send}`],
  ['a fallback', `${sdk} const w = x || new WhyOps({}); ${send}`],
  ['filled when false', `${sdk} let w; w ||= new WhyOps({}); ${send}`],
  ['one of two values', `${sdk} let w = null; w = new WhyOps({}); ${send}`],
  [
    'a member of a module that is loaded when needed',
    `const W = (await import('@whyops/sdk')).WhyOps; new W({}).trace('t').error('e');`,
  ],
  [
    'a module that is loaded when needed',
    `const sdk = await import('@whyops/sdk'); new sdk.WhyOps({}).trace('t').error('e');`,
  ],
  ['a class that is required on the spot', `new (require('@whyops/sdk').WhyOps)({}).trace('t').error('e');`],
  [
    'a class that is loaded on the spot',
    `new (await import('@whyops/sdk')).WhyOps({}).trace('t').error('e');`,
  ],
  [
    'the default of a namespace',
    `import * as sdk from '@whyops/sdk'; new sdk.default({}).trace('t').error('e');`,
  ],
  [
    'the default of a required module',
    `const W = require('@whyops/sdk').default; new W({}).trace('t').error('e');`,
  ],
  [
    'a subclass that is an expression',
    `${sdk} const Ops = class extends WhyOps {}; new Ops({}).trace('t').error('e');`,
  ],
  ['a function that is called at once', `${sdk} (() => new WhyOps({}))().trace('t').error('e');`],
  [
    'a function expression',
    `${sdk} const make = function () { return new WhyOps({}); }; make().trace('t').error('e');`,
  ],
  [
    'a function that does more',
    `${sdk} function make() { log(); return new WhyOps({}); } make().trace('t').error('e');`,
  ],
  [
    'an async function',
    `${sdk} const make = async () => new WhyOps({}); (await make()).trace('t').error('e');`,
  ],
  [
    'two levels of an object',
    `${sdk} const deps = { a: { w: new WhyOps({}) } }; const { a: { w } } = deps; ${send}`,
  ],
  [
    'the last of two properties',
    `${sdk} const deps = { ...x, w: new WhyOps({}) }; deps.w.trace('t').error('e');`,
  ],
  [
    'a static field',
    `${sdk} class A { static w = new WhyOps({}); static run() { this.w.trace('t').error('e'); } }`,
  ],
  [
    'a field of a class expression',
    `${sdk} const A = class { w = new WhyOps({}); run() { this.w.trace('t').error('e'); } };`,
  ],
  [
    'a getter',
    `${sdk} class A { get t() { return new WhyOps({}).trace('t'); } run() { this.t.error('e'); } }`,
  ],
  [
    'a field that is filled when missing',
    `${sdk} class A { run() { this.w ??= new WhyOps({}); this.w.trace('t').error('e'); } }`,
  ],
  [
    'a field that is filled when false',
    `${sdk} class A { run() { this.w ||= new WhyOps({}); this.w.trace('t').error('e'); } }`,
  ],
  [
    'a field by its name as a text',
    `${sdk} class A { 'w' = new WhyOps({}); run() { this['w'].trace('t').error('e'); } }`,
  ],
  [
    'a field in a static block',
    `${sdk} class A { static w = new WhyOps({}); static { this.w.trace('t').error('e'); } }`,
  ],
  [
    'a field in a field',
    `${sdk} class A { w = new WhyOps({}); sent = [this.w.trace('t')].map((t) => { this.w.trace('t').error('e'); }); }`,
  ],
  ['methods by a template', `${sdk} new WhyOps({})[\`trace\`]('t')['error']('e');`],
  ['an optional chain', `${sdk} const w = new WhyOps({}); w?.trace('t')?.error?.('e');`],
  [
    'a factory that is a class',
    `new createOps().trace('t').error('e');`,
    settings({ clientFactories: ['createOps'] }),
  ],
  [
    'a factory on several lines',
    `context\n.traceOf('t')\n.error('e');`,
    settings({ traceFactories: ['context.traceOf'] }),
  ],
  [
    'a factory of this',
    `class A { run() { this.traceOf('t').error('e'); } }`,
    settings({ traceFactories: ['this.traceOf'] }),
  ],
  [
    'a default import of a factory',
    `import traceOf from './ops'; traceOf('t').error('e');`,
    settings({ traceFactories: ['traceOf'] }),
  ],
  [
    'a required factory',
    `const { traceOf } = require('./ops'); traceOf('t').error('e');`,
    settings({ traceFactories: ['traceOf'] }),
  ],
  [
    'a module with a star in the middle',
    `import { whyops } from '@acme/shop-ops/client'; whyops.trace('t').error('e');`,
    settings({ modules: ['@acme/*/client'] }),
  ],
  [
    'a module with a star at the end',
    `import { whyops } from '@acme/ops'; whyops.trace('t').error('e');`,
    settings({ modules: ['@acme/*'] }),
  ],
  [
    'one of several modules',
    `import { $ops } from './b'; $ops.trace('t').error('e');`,
    settings({ modules: ['./a', './b'] }),
  ],
];

/** Values that are no traces, or of which that cannot be said. */
const unknown: Example[] = [
  [
    'what a generator returns',
    `${sdk} function* make() { return new WhyOps({}); } make().trace('t').error('e');`,
  ],
  [
    'a function that is written again',
    `${sdk} function make() { return new WhyOps({}); } make = x; make().trace('t').error('e');`,
  ],
  [
    'a variable of a function that is written again',
    `${sdk} let make = () => new WhyOps({}); make = x; make().trace('t').error('e');`,
  ],
  [
    'a function that returns early',
    `${sdk} function make() { if (x) return new WhyOps({}); log(); } make().trace('t').error('e');`,
  ],
  [
    'a function that returns nothing',
    `${sdk} function make() { new WhyOps({}); return; } make().trace('t').error('e');`,
  ],
  [
    'a method of an object',
    `${sdk} const ops = { make: () => new WhyOps({}) }; ops.make().trace('t').error('e');`,
  ],
  ['a function that calls itself', `${sdk} const make = () => make(); make().trace('t').error('e');`],
  ['a class in a list', `const { WhyOps: [W] } = require('@whyops/sdk'); new W({}).trace('t').error('e');`],
  [
    'the rest of a module',
    `const { ...sdk } = require('@whyops/sdk'); new sdk.WhyOps({}).trace('t').error('e');`,
  ],
  [
    'a class below an export',
    `const { inner: { WhyOps } } = require('@whyops/sdk'); new WhyOps({}).trace('t').error('e');`,
  ],
  [
    'a member of an export',
    `const W = require('@whyops/sdk').inner.WhyOps; new W({}).trace('t').error('e');`,
  ],
  ['a computed export', `const W = require('@whyops/sdk')[x]; new W({}).trace('t').error('e');`],
  ['another export', `import { Queue } from '@whyops/sdk'; new Queue().trace('t').error('e');`],
  [
    'another export of a namespace',
    `import * as sdk from '@whyops/sdk'; new sdk.Queue().trace('t').error('e');`,
  ],
  [
    'a loader of another name',
    `const { WhyOps } = load('@whyops/sdk'); new WhyOps({}).trace('t').error('e');`,
  ],
  [
    'a loader of an object',
    `const { WhyOps } = x.require('@whyops/sdk'); new WhyOps({}).trace('t').error('e');`,
  ],
  [
    'a module that is named elsewhere',
    `const { WhyOps } = require(x); new WhyOps({}).trace('t').error('e'); // @whyops/sdk`,
  ],
  [
    'a module by a number',
    `const { WhyOps } = require(5); new WhyOps({}).trace('t').error('e'); // @whyops/sdk`,
  ],
  ['a class that extends another', `${sdk} class Ops extends Base {} new Ops({}).trace('t').error('e');`],
  [
    'a class that extends what the SDK returns',
    `${sdk} const w = new WhyOps({}); class Ops extends w {} new Ops({}).trace('t').error('e');`,
  ],
  ['the class itself', `${sdk} WhyOps.trace('t').error('e');`],
  ['the module itself', `import * as sdk from '@whyops/sdk'; sdk.trace('t').error('e');`],
  ['a trace of a trace', `${sdk} new WhyOps({}).trace('t').trace('u').error('e');`],
  ['a provider client', `${sdk} new WhyOps({}).openai(x).error('e');`],
  [
    'a field of another class',
    `${sdk} class A { w = new WhyOps({}); } class B { run() { this.w.trace('t').error('e'); } }`,
  ],
  [
    'a field by a computed name',
    `${sdk} class A { [w] = new WhyOps({}); run() { this.w.trace('t').error('e'); } }`,
  ],
  [
    'a field that is read by a computed name',
    `${sdk} class A { w = new WhyOps({}); run() { this[w].trace('t').error('e'); } }`,
  ],
  [
    'a field that is added to',
    `${sdk} class A { run() { this.w += new WhyOps({}); this.w.trace('t').error('e'); } }`,
  ],
  [
    'a field of another object',
    `${sdk} class A { run(x) { x.w = new WhyOps({}); this.w.trace('t').error('e'); } }`,
  ],
  [
    'a field that a computed name writes',
    `${sdk} class A { run(x) { this[x] = new WhyOps({}); this.x.trace('t').error('e'); } }`,
  ],
  [
    'a private field of the name',
    `${sdk} class A { #w = new WhyOps({}); run() { this.w.trace('t').error('e'); } }`,
  ],
  [
    'a method of the name',
    `${sdk} class A { t() { return new WhyOps({}).trace('t'); } run() { this.t.error('e'); } }`,
  ],
  [
    'a setter of the name',
    `${sdk} class A { set t(x) { return new WhyOps({}).trace('t'); } run() { this.t.error('e'); } }`,
  ],
  [
    'a getter that chooses',
    `${sdk} class A { get t() { if (x) return null; return new WhyOps({}).trace('t'); } run() { this.t.error('e'); } }`,
  ],
  [
    'a getter without a value',
    `${sdk} class A { get t() { return; } get u() {} run() { this.t.error('e'); this.u.error('e'); } }`,
  ],
  [
    "a function's this",
    `${sdk} class A { t = new WhyOps({}).trace('t'); run() { x(function () { this.t.error('e'); }); } }`,
  ],
  ['this outside of classes', `${sdk} const t = new WhyOps({}).trace('t'); this.t.error('e');`],
  [
    'this where the class is defined',
    `${sdk} class A extends x(() => { this.t.error('e'); }) { t = new WhyOps({}).trace('t'); }`,
  ],
  [
    'a property that a spread may hide',
    `${sdk} const deps = { w: new WhyOps({}), ...x }; deps.w.trace('t').error('e');`,
  ],
  [
    'a property that a computed name may hide',
    `${sdk} const deps = { w: new WhyOps({}), [x]: 1 }; deps.w.trace('t').error('e');`,
  ],
  [
    'an object that is written again',
    `${sdk} let deps = { w: new WhyOps({}) }; deps = x; deps.w.trace('t').error('e');`,
  ],
  [
    'an object of another property',
    `${sdk} const deps = { w: new WhyOps({}) }; deps.v.trace('t').error('e');`,
  ],
  ['an element', `${sdk} const list = [new WhyOps({})]; list[0].trace('t').error('e');`],
  ['a sum', `${sdk} let t = ''; t += new WhyOps({}).trace('t'); t.error('e');`],
  ['one of a loop', `${sdk} for (const w of [new WhyOps({})]) ${send}`],
  ['a name that nobody declares', `${sdk} w = new WhyOps({}); ${send}`],
  [
    'a method of the same name as an event',
    `${sdk} const t = new WhyOps({}).trace('t'); t.log.error('e'); t.errors('e');`,
  ],
  [
    'a factory itself',
    `import { createOps } from './ops'; createOps.trace('t').error('e');`,
    settings({ modules: ['./ops'], clientFactories: ['createOps'] }),
  ],
  [
    'a factory of another object',
    `other.traceOf('t').error('e'); a.context.traceOf('t').error('e');`,
    settings({ traceFactories: ['context.traceOf'] }),
  ],
  [
    'a factory that is a member of nothing in sight',
    `x().traceOf('t').error('e'); x[traceOf]('t').error('e');`,
    settings({ traceFactories: ['traceOf', 'context.traceOf'] }),
  ],
  [
    'a factory below a namespace',
    `import * as ops from './ops'; ops.inner.traceOf('t').error('e');`,
    settings({ traceFactories: ['traceOf'] }),
  ],
  [
    'a factory of an import',
    `import { ops } from './ops'; ops.traceOf('t').error('e');`,
    settings({ traceFactories: ['traceOf'] }),
  ],
  [
    'a factory whose name is longer',
    `traceOfAll('t').error('e'); context.traceOfAll('t').error('e');`,
    settings({ traceFactories: ['traceOf', 'context.traceOf'] }),
  ],
  [
    'a default import of another name',
    `import other from './traceOf'; other('t').error('e');`,
    settings({ traceFactories: ['traceOf'] }),
  ],
  [
    'a module that a dot does not match',
    `import { whyops } from './xops'; whyops.trace('t').error('e'); // .ops`,
    settings({ modules: ['./*.ops'] }),
  ],
  [
    'a module that only ends alike',
    `import { whyops } from 'x@acme/ops'; whyops.trace('t').error('e');`,
    settings({ modules: ['@acme/*'] }),
  ],
  [
    'a module that goes on',
    `import { whyops } from '@acme/ops/other'; whyops.trace('t').error('e');`,
    settings({ modules: ['*/ops'] }),
  ],
];
// FN: these are clients, but nobody has written them so.
const missed: Example[] = [
  ['a default in a pattern', `${sdk} const { w = new WhyOps({}) } = x; ${send}`],
  ['an element of a pattern', `${sdk} const [w] = [new WhyOps({})]; ${send}`],
  ['a pattern that assigns', `${sdk} let t; ({ t } = { t: new WhyOps({}).trace('t') }); t.error('e');`],
];

describe.each(['espree', 'typescript'] satisfies ParserName[])('with %s', (parser) => {
  it.each(known)('follows %s', (_name, code, more) => {
    expect(isTrace(code, { parser, ...more })).toBe(true);
  });
  it.each([...unknown, ...missed])('does not take %s for a trace', (_name, code, more) => {
    expect(isTrace(code, { parser, ...more })).toBe(false);
  });
});
