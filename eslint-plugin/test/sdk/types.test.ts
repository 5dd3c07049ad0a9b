import { describe, expect, it } from 'vitest';
import { isTrace, type Example } from './is-trace.ts';

const imports = `import type { WhyOps, WhyOpsTrace } from '@whyops/sdk';`;
const known: Example[] = [
  ['an intersection', `${imports} function run(t: { a: 1 } & WhyOpsTrace) { t.error('e'); }`],
  ['a wrapped type', `${imports} function run(t: Readonly<WhyOpsTrace>) { t.error('e'); }`],
  ['a promise', `${imports} async function run(t: Promise<WhyOpsTrace>) { (await t).error('e'); }`],
  ['a parameter with a default', `${imports} function run(t: WhyOpsTrace = x) { t.error('e'); }`],
  ['a pattern with a default', `${imports} function run({ t }: { t: WhyOpsTrace } = x) { t.error('e'); }`],
  ['a default import', `import type W from '@whyops/sdk'; function run(w: W) { w.trace('t').error('e'); }`],
  [
    'a class of the file',
    `import { WhyOps } from '@whyops/sdk'; class Ops extends WhyOps {} function run(o: Ops) { o.trace('t').error('e'); }`,
  ],
  [
    'an alias of an object',
    `${imports} type Deps = { t: WhyOpsTrace }; function run(deps: Deps) { deps.t.error('e'); }`,
  ],
  [
    'an object in an intersection',
    `${imports} function run(deps: { a: 1 } & { t: WhyOpsTrace }) { deps.t.error('e'); }`,
  ],
  ['an object in a union', `${imports} function run(deps: { t: WhyOpsTrace } | null) { deps.t.error('e'); }`],
  [
    'two levels of an object',
    `${imports} function run(deps: { a: { t: WhyOpsTrace } }) { deps.a.t.error('e'); }`,
  ],
  [
    'two levels of a pattern',
    `${imports} function run({ a: { t } }: { a: { t: WhyOpsTrace } }) { t.error('e'); }`,
  ],
  [
    'a property that has a default',
    `${imports} class A { constructor(private t: WhyOpsTrace = x) {} run() { this.t.error('e'); } }`,
  ],
  [
    'the default of a property',
    `import { WhyOps } from '@whyops/sdk'; class A { constructor(private w = new WhyOps({})) {} run() { this.w.trace('t').error('e'); } }`,
  ],
  ['an accessor', `${imports} class A { accessor t: WhyOpsTrace; run() { this.t.error('e'); } }`],
  ['a variable', `${imports} let t: WhyOpsTrace; t.error('e');`],
  ['a declared constant', `${imports} declare const t: WhyOpsTrace; t.error('e');`],
  [
    'a return type of a function with a body',
    `${imports} function current(): WhyOpsTrace { return store.get(); } current().error('e');`,
  ],
  [
    'a member of a namespace',
    `import type * as sdk from '@whyops/sdk'; function run(w: sdk.WhyOps) { w.trace('t').error('e'); }`,
  ],
  [
    'a renamed type',
    `import type { WhyOpsTrace as T } from '@whyops/sdk'; function run(t: T) { t.error('e'); }`,
  ],
];
const unknown: Example[] = [
  ['a list', `${imports} function run(t: WhyOpsTrace[]) { t.error('e'); }`],
  ['a type that holds some', `${imports} function run(t: Array<WhyOpsTrace>) { t.error('e'); }`],
  [
    'a type of your own with a parameter',
    `${imports} type Readonly<T> = { a: T }; function run(t: Readonly<WhyOpsTrace>) { t.error('e'); }`,
  ],
  ['a function that returns one', `${imports} function run(t: () => WhyOpsTrace) { t.error('e'); }`],
  [
    'what another method returns',
    `${imports} function run(t: ReturnType<WhyOps['openai']>) { t.error('e'); }`,
  ],
  [
    'what a method of something else returns',
    `${imports} function run(t: ReturnType<Logger['trace']>) { t.error('e'); }`,
  ],
  [
    'the parameters of the method',
    `${imports} function run(t: Parameters<WhyOps['trace']>) { t.error('e'); }`,
  ],
  ['what a function returns', `${imports} function run(t: ReturnType<typeof make>) { t.error('e'); }`],
  ['a method by a computed name', `${imports} function run(t: ReturnType<WhyOps[Name]>) { t.error('e'); }`],
  ['the method itself', `${imports} function run(t: WhyOps['trace']) { t.error('e'); }`],
  ['another export', `import type { Other } from '@whyops/sdk'; function run(t: Other) { t.error('e'); }`],
  ['another export of the module', `function run(t: import('@whyops/sdk').Other) { t.error('e'); }`],
  [
    'a type of another module',
    `import '@whyops/sdk'; function run(t: import('./other').WhyOpsTrace) { t.error('e'); }`,
  ],
  ['the module as a type', `function run(t: import('@whyops/sdk')) { t.error('e'); }`],
  ['a type below an export', `function run(t: import('@whyops/sdk').inner.WhyOpsTrace) { t.error('e'); }`],
  [
    'a member of another namespace',
    `import '@whyops/sdk'; import type * as other from './other'; function run(t: other.WhyOpsTrace) { t.error('e'); }`,
  ],
  [
    'a member of a namespace below',
    `import type * as sdk from '@whyops/sdk'; function run(t: sdk.inner.WhyOpsTrace) { t.error('e'); }`,
  ],
  [
    'an own type of the name',
    `import '@whyops/sdk'; interface WhyOpsTrace { error(e: string): void } function run(t: WhyOpsTrace) { t.error('e'); }`,
  ],
  [
    'a class that extends another',
    `${imports} class Ops extends Base {} function run(o: Ops) { o.trace('t').error('e'); }`,
  ],
  ['a global type', `${imports} function run(t: Trace) { t.error('e'); }`],
  ['a method of an object', `${imports} function run(deps: { t(): WhyOpsTrace }) { deps.t.error('e'); }`],
  ['another property', `${imports} function run(deps: { u: WhyOpsTrace }) { deps.t.error('e'); }`],
  ['a property without a type', `${imports} function run(deps: { t }) { deps.t.error('e'); }`],
  [
    'a property by a computed name',
    `${imports} function run(deps: { t: WhyOpsTrace }) { deps[t].error('e'); }`,
  ],
  ['a member of a trace', `${imports} function run(t: WhyOpsTrace) { t.log.error('e'); }`],
  [
    'an object of a wrapper that is none',
    `${imports} function run(deps: Array<{ t: WhyOpsTrace }>) { deps.t.error('e'); }`,
  ],
  [
    'a parameter that is no property',
    `${imports} class A { constructor(t: WhyOpsTrace) {} run() { this.t.error('e'); } }`,
  ],
  [
    'a parameter of the name in another function',
    `${imports} function one(t: WhyOpsTrace) {} function two(t) { t.error('e'); }`,
  ],
  ['an element of a typed list', `${imports} function run([t]: [WhyOpsTrace]) { t.error('e'); }`],
  [
    'the type of another value',
    `import { WhyOps } from '@whyops/sdk'; function run(o: typeof other) { o.trace('t').error('e'); }`,
  ],
  [
    'the type of a member',
    `import { WhyOps } from '@whyops/sdk'; const a = { w: new WhyOps({}) }; function run(o: typeof a.w) { o.trace('t').error('e'); }`,
  ],
  [
    'an import that a name of a namespace is',
    `import sdk = Other.sdk; new sdk.WhyOps({}).trace('t').error('e'); // @whyops/sdk`,
  ],
  // FN: constraints of type parameters are not followed.
  ['a type parameter', `${imports} function run<T extends WhyOpsTrace>(t: T) { t.error('e'); }`],
];

describe('types that are written', () => {
  it.each(known)('knows %s', (_name, code, more) => expect(isTrace(code, more)).toBe(true));
  it.each(unknown)('does not take %s for a trace', (_name, code, more) =>
    expect(isTrace(code, more)).toBe(false),
  );
});
