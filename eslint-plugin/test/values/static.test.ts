import { describe, expect, it } from 'vitest';
import { lint } from '../harness/lint.ts';

const agent = (body: string): string => `import { WhyOps } from '@whyops/sdk';
const trace = new WhyOps({}).trace('t');
export async function agent(x) { ${body} }`;

const found = (rule: string, body: string): (string | undefined)[] =>
  lint({ code: agent(body), rules: { [`whyops/${rule}`]: [] } }).map(({ messageId }) => messageId);

type Example = [expression: string, head?: string];

/** A parent that is not earlier than step 6 is reported exactly where it is known to be 6 or more. */
const isKnownNumber = (expression: string, head = ''): boolean =>
  found(
    'parent-step',
    `${head} await trace.error('e', { parentStepId: ${expression}, stepId: 6 });`,
  ).includes('notEarlier');

const numbers: Example[] = [
  ['6'],
  ['6.5'],
  ['+6'],
  ['-(-6)'],
  ['5 + 1'],
  ['9 - 3'],
  ['3 * 2'],
  ['(2 + 1) * 2'],
  ['(6 as number)!'],
  ['six', 'const six = 6;'],
  ['other', 'const six = 6; const other = six;'],
  ['1 + five', 'const five = 5;'],
];
const noNumbers: Example[] = [
  ['5'],
  ['-6'],
  ['5 - 1'],
  ['2 * 2'],
  ["'6'"],
  ['12n'],
  ['x'],
  ['+x'],
  ['-x'],
  ['!6'],
  ['~6'],
  ['12 / 2'],
  ['12 % 9'],
  ['2 ** 3'],
  ['6 + x'],
  ['x + 6'],
  ['x * 6'],
  ["'1' + 6"],
  ['six', 'let six = 6; six = 1;'],
  ['six', 'const { six = 6 } = x;'],
  ['six()', 'const six = () => 6;'],
  ['a', 'const a = b; const b = a;'],
];

/** A response for another tool is reported exactly where both names are known. */
const isKnownText = (expression: string, head = ''): boolean =>
  found(
    'span-reuse',
    `${head} const span = await trace.toolCallRequest(${expression}, []); await trace.toolCallResponse('other', span, [], {});`,
  ).includes('toolNameMismatch');

const texts: Example[] = [
  ["'search'"],
  ["''"],
  ['`search`'],
  ["'sea' + 'rch'"],
  ["'se' + 'ar' + 'ch'"],
  ["`se${'ar'}ch`"],
  ["(name as 'search')!", "const name = 'search';"],
  ['name', "const name = 'search';"],
  ['other', "const name = 'search'; const other = `${name}-all`;"],
];
const noTexts: Example[] = [
  ['x'],
  ['6'],
  ['null'],
  ["'search' + x"],
  ["x + 'search'"],
  ["'search' - 'other'"],
  ['`search-${x}`'],
  ['name', "let name = 'search'; name = x;"],
  ['name', "const { name = 'search' } = x;"],
  ['name.trim()', "const name = 'search';"],
  ["'oth' + 'er'"],
  ['`${part}er`', "const part = 'oth';"],
];

/** A parent step without a step is reported exactly where it is sent at all. */
const isSent = (expression: string, head = ''): boolean =>
  found('parent-step', `${head} await trace.error('e', { parentStepId: ${expression} });`).includes(
    'withoutStep',
  );

const sent: Example[] = [
  ['1'],
  ['x'],
  ["''"],
  ['false'],
  ['-1'],
  ['!x'],
  ['/x/'],
  ["'void'"],
  ['undefined', 'const undefined = 3;'],
  ['nothing', 'let nothing = null; nothing = 3;'],
];
const notSent: Example[] = [
  ['0'],
  ['null'],
  ['undefined'],
  ['void 0'],
  ['1 - 1'],
  ['-0'],
  ['nothing', 'const nothing = null;'],
  ['nothing', 'const nothing = undefined;'],
  ['(undefined as never)'],
];

describe('numbers that are written', () => {
  it.each(numbers)('%s %s', (expression, head) => expect(isKnownNumber(expression, head)).toBe(true));
  it.each(noNumbers)('not %s %s', (expression, head) => expect(isKnownNumber(expression, head)).toBe(false));
});
describe('texts that are written', () => {
  it.each(texts)('%s %s', (expression, head) => expect(isKnownText(expression, head)).toBe(true));
  it.each(noTexts)('not %s %s', (expression, head) => expect(isKnownText(expression, head)).toBe(false));
});
describe('values that are sent', () => {
  it.each(sent)('%s %s', (expression, head) => expect(isSent(expression, head)).toBe(true));
  it.each(notSent)('not %s %s', (expression, head) => expect(isSent(expression, head)).toBe(false));
});

/** Options in a constant are read exactly where nothing can have changed them. */
const isRead = (uses: string): boolean =>
  found(
    'parent-step',
    `const options = { parentStepId: 3, stepId: 2 }; ${uses} await trace.error('e', options);`,
  ).includes('notEarlier');

const untouched: Example[] = [
  [''],
  ["await trace.error('one', options);"],
  ["await trace.error('one', { ...options });"],
  ["await trace.llmResponse('m', 'openai', options);"],
  ["await trace.error('one', { options });"],
  ["await trace.error('one', { inner: options });"],
  ['const step = options.stepId;'],
  ['if (options.stepId > 3) log();'],
  ['const copy = { ...options }; copy.stepId = 4;'],
  ['const list = [...options];'],
  ['x = options.stepId;'],
  ['const step = -options.stepId;'],
  ['for (const step of options.steps) log();'],
  ['const step = { id: options.stepId };'],
  ['const { step = options.stepId } = x;'],
];
const touched: Example[] = [
  ['options.stepId = 4;'],
  ['options.stepId++;'],
  ['delete options.stepId;'],
  ['options.list.push(4);'],
  ['options.change();'],
  ['options.inner.step = 4;'],
  ['Object.assign(options, x);'],
  ['change(options);'],
  ['change({ options });'],
  ['change([options]);'],
  ["await trace.error('one', [options]);"],
  ["await trace.error('one', { inner: { options } });"],
  ['const other = options; other.stepId = 4;'],
  ['x.options = options;'],
  ['const change = () => options;'],
  ['list[options] = 4;'],
  ['for (options.stepId of x) log();'],
  ['for (options.stepId in x) log();'],
  ['[options.stepId] = x;'],
  ['[...options.steps] = x;'],
  ['[options.stepId = 3] = x;'],
  ['({ step: options.stepId } = x);'],
];

describe('options in a constant', () => {
  it.each(untouched)('are read although %s', (uses) => expect(isRead(uses)).toBe(true));
  it.each(touched)('are not read where %s', (uses) => expect(isRead(uses)).toBe(false));
});

/** Where the options of an event are read. */
const options: [call: string, isRead: boolean][] = [
  [`trace.error('e', { parentStepId: 3, stepId: 2 })`, true],
  [`trace.error('e', { ...x, parentStepId: 3, stepId: 2 })`, true],
  [`trace.error('e', { parentStepId: 3, ...x, stepId: 2 })`, false],
  [`trace.error('e', { parentStepId: 3, stepId: 2, ...x })`, false],
  [`trace.error('e', { parentStepId: 3, stepId: 2, [x]: 1 })`, false],
  [`trace.error('e', { [x]: 1, parentStepId: 3, stepId: 2 })`, true],
  [`trace.error('e', { 'parentStepId': 3, ['stepId']: 2 })`, true],
  [`trace.error('e', { parentStepId: 3, stepId: 4, stepId: 2 })`, true],
  [`trace.error('e', { parentStepId: 3, stepId: 2, stepId: 4 })`, false],
  [`trace.error(...x, { parentStepId: 3, stepId: 2 })`, false],
  [`trace.error('e', x, { parentStepId: 3, stepId: 2 })`, false],
  [`trace.embeddingResponse('m', 'openai', {}, { parentStepId: 3, stepId: 2 })`, true],
  [`trace.embeddingResponse('m', 'openai', 3, 1536, { parentStepId: 3, stepId: 2 })`, true],
  [`trace.embeddingResponse('m', 'openai', {}, x)`, false],
  [`trace.llmResponse('m', 'openai', 'a', x, { parentStepId: 3, stepId: 2 })`, false],
];
describe('the options of an event', () => {
  it.each(options)('%s: %s', (call, answer) =>
    expect(found('parent-step', `await ${call};`).includes('notEarlier')).toBe(answer),
  );
});
