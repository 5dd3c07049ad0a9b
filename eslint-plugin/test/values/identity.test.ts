import { describe, expect, it } from 'vitest';
import { lint } from '../harness/lint.ts';

type Example = [one: string, other: string, head?: string];

const around = (head: string, body: string): string => `import { WhyOps } from '@whyops/sdk';
import OpenAI from 'openai';
const whyops = new WhyOps({ apiKey, agentName: 'a', agentMetadata });
const openai = whyops.openai(new OpenAI({ apiKey }));
export async function agent(x, y, z = 'z') { ${head} ${body} }`;

/** One key for two events is reported exactly where both certainly have it. */
function areSame(one: string, other: string, head = ''): boolean {
  const body = `const trace = whyops.trace('t');
await trace.error('one', { idempotencyKey: ${one} }); await trace.error('two', { idempotencyKey: ${other} });`;
  return lint({ code: around(head, body), rules: { 'whyops/idempotency-key': [] } }).length > 0;
}

/** Another id in a header is reported exactly where it is known not to be that of the trace. */
function areDifferent(header: string, id: string, head = ''): boolean {
  const body = `const trace = whyops.trace(${id}); await trace.error('e');
await openai.responses.create(body, { headers: { 'X-Trace-ID': ${header} } });`;
  const found = lint({ code: around(head, body), rules: { 'whyops/trace-header': [] } });
  return found.some(({ messageId }) => messageId === 'otherId');
}

const same: Example[] = [
  ["'a'", '`a`'],
  ["'ab'", "'a' + 'b'"],
  ["'abc'", '`a${b}c`', "const b = 'b';"],
  ["'a'", 'id', "const id = 'a';"],
  ['one', 'two', "const one = 'a'; const two = 'a';"],
  ['`${x}`', '`${x}`'],
  ['`a-${x}-b`', '`a-${x}-b`'],
  ['`a-${x.id}-${y}`', '`a-${x.id}-${y}`'],
  ['`a-${one}`', '`a-${x}`', 'const one = x;'],
  ['x', 'x'],
  ['x', 'id', 'const id = x;'],
  ['x', '(x as string)!'],
  ['x.id', 'x.id'],
  ['x.id', "x['id']"],
  ['x.a.id', 'x.a.id'],
  ['id', 'id', 'const { id } = x;'],
  ['id', 'id', 'const id = make();'],
  ['id', 'two', 'const id = make(); const two = id;'],
  ['id', 'two', 'const id = crypto.randomUUID(); const two = id;'],
  ['z', 'z'],
  ['process.env.KEY', 'process.env.KEY'],
  ['import.meta.env.KEY', 'import.meta.env.KEY'],
  ['KEY', 'KEY'],
  ['one', 'one', 'const [one] = x;'],
];

const notSame: Example[] = [
  ["'a'", "'b'"],
  ["'a'", 'x'],
  ["'x'", 'x'],
  ["'KEY'", 'KEY'],
  ['`a-${x}`', '`b-${x}`'],
  ['`a-${x}`', '`${x}-a`'],
  ['`a-${x}`', '`a-${y}`'],
  ['`${x}-${y}`', '`${y}-${x}`'],
  ['`a-${make()}`', '`a-${make()}`'],
  ['`a-${Date.now()}`', '`a-${Date.now()}`'],
  ['x', 'y'],
  ['x.id', 'x.key'],
  ['x.id', 'y.id'],
  ['x', 'x.id'],
  ['x[y]', 'x[y]'],
  ['make()', 'make()'],
  ['make().id', 'make().id'],
  ['crypto.randomUUID()', 'crypto.randomUUID()'],
  ['process.env.ONE', 'process.env.TWO'],
  ['import.meta.one', 'import.meta.two'],
  ['id', 'id', "let id = 'a'; id = x;"],
  ['id.key', 'id.key', 'let id = x; id = y;'],
  ['x + y', 'x + y'],
  ['a', 'b', 'const a = b; const b = a;'],
  ['one', 'two', 'const one = make(); const two = make();'],
  ['one', 'two', 'const { one, two } = x;'],
];

const different: Example[] = [
  ["'a'", "'b'"],
  ['one', "'b'", "const one = 'a';"],
  ['crypto.randomUUID()', "'a'"],
  ['crypto.randomUUID()', 'x'],
  ['crypto.randomUUID()', 'x.id'],
  ['crypto.randomUUID()', 'crypto.randomUUID()'],
  ['id', "'a'", 'const id = crypto.randomUUID();'],
  ["'a'", 'id', 'const id = crypto.randomUUID();'],
  ['id', 'x', 'const id = crypto.randomUUID();'],
  ['x', 'id', 'const id = crypto.randomUUID();'],
  ['one', 'two', 'const one = crypto.randomUUID(); const two = crypto.randomUUID();'],
  ['x', 'y'],
  ["'a'", 'x'],
  ['x', "'a'"],
  ['one', 'y', 'const one = x;'],
  ['one', 'x', "const one = 'a';"],
  ['x', 'one', "const one = 'a';"],
];

describe('ids that are the same', () => {
  it.each(same)('%s and %s %s', (one, other, head) => expect(areSame(one, other, head)).toBe(true));
});
describe('ids that are perhaps not the same', () => {
  it.each(notSame)('%s and %s %s', (one, other, head) => expect(areSame(one, other, head)).toBe(false));
});
describe('ids that differ', () => {
  it.each(different)('%s and %s %s', (one, other, head) => expect(areDifferent(one, other, head)).toBe(true));
});
it('an id of the function around may be the parameter of a function in it', () => {
  const code = (owner: string, inner: string) => `import { WhyOps } from '@whyops/sdk';
import OpenAI from 'openai';
const whyops = new WhyOps({ apiKey, agentName: 'a', agentMetadata });
const openai = whyops.openai(new OpenAI({ apiKey }));
export function outer(${owner}) {
  const id = crypto.randomUUID();
  return async (${inner}) => {
    await whyops.trace(x).error('e'); await openai.responses.create(body, { headers: { 'X-Trace-ID': id } });
  };
}`;
  const rules = { 'whyops/trace-header': [] };
  expect(lint({ code: code('x', 'y'), rules })).toHaveLength(1);
  expect(lint({ code: code('y', 'x'), rules })).toEqual([]);
});
