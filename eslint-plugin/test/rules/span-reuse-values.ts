import type { Suite } from '../harness/marked.ts';

const request = (tool = 'search', more = ''): string => `trace.toolCallRequest('${tool}', calls${more})`;
const response = (span = 'span', tool = 'search'): string =>
  `await trace.toolCallResponse('${tool}', ${span}, calls, results);`;
const opened = (name = 'span', tool = 'search'): string => `const ${name} = await ${request(tool)};`;

/** Values that may be a span, or that may have got their response elsewhere. */
const unknownValues: [name: string, body: string][] = [
  [
    'a template of the text that was chosen',
    `await ${request('search', `, { spanId: 'call-1' }`)}; ${response('`call-1`')}`,
  ],
  ['taken out of an object, over a made-up one', `let span = 'x'; ({ span } = input); ${response()}`],
  ['taken out under another name', `let span = 'x'; ({ id: span } = input); ${response()}`],
  ['taken out under a computed name', `let span = 'x'; ({ [name]: span } = input); ${response()}`],
  ['taken out with a default', `let span = 'x'; ({ span = 'y' } = input); ${response()}`],
  ['the rest of an object', `let span = 'x'; ({ ...span } = input); ${response()}`],
  ['taken out of a list', `let span = 'x'; [span] = input; ${response()}`],
  ['taken out of a list behind a hole', `let span = 'x'; [, span] = input; ${response()}`],
  ['the rest of a list', `let span = 'x'; [...span] = input; ${response()}`],
  ['taken out two levels down', `let span = 'x'; ({ tools: [{ span }] } = input); ${response()}`],
  ['declared with a default', `const { span = 'x' } = input; ${response()}`],
  ['declared in a list with a default', `const [span = 'x'] = input; ${response()}`],
  ['of a list that is too short', `const [a, b] = [await ${request()}]; ${response('a')} ${response('b')}`],
  ['written by a for-of loop', `let span = 'x'; for (span of input) ${response()}`],
  ['written by a pattern of a for-of loop', `let span = 'x'; for ({ span } of input) ${response()}`],
  ['declared by a for-of loop', `for (const span of input) ${response()}`],
  ['caught', `try { await work(); } catch (span) { ${response()} }`],
  ['caught and taken apart', `try { await work(); } catch ({ span }) { ${response()} }`],
  ['a parameter with a default', `const finish = async (span = 'x') => { ${response()} };`],
  ['a parameter that is taken apart', `const finish = async ({ span = 'x' }) => { ${response()} };`],
  ['the rest of the parameters', `const finish = async (...span) => { ${response()} };`],
  ['a copy in a template', `${opened()} ${response('`${span}`')}`],
  ['of an optional member', `let span = 'x'; span = input?.span; ${response()}`],
  [
    'of something that is only called like Promise',
    `const [a] = await store.all([${request()}]); ${response('a', 'pay')}`,
  ],
  [
    'of a list with a spread',
    `const [a, b] = await Promise.all([...input, ${request('pay')}]); ${response('b')}`,
  ],
  ['of another list', `const [a] = await Promise.all(input.map(work)); ${response('a')}`],
  [
    'of promises that may fail',
    `const [a] = await Promise.allSettled([${request()}]); ${response('a.value')}`,
  ],
  [
    'made up, and ids are chosen elsewhere by spread options',
    `await ${request('search', ', { ...options }')}; ${response(`'x'`)}`,
  ],
  [
    'made up, and the arguments of the request are not in sight',
    `await trace.toolCallRequest(...input); ${response(`'x'`)}`,
  ],
  [
    'made up, and its options are not in sight',
    `await trace.toolCallRequest('search', ...input); ${response(`'x'`)}`,
  ],
  [
    'swapped',
    `let a = await ${request()}; let b = await ${request('pay')}; [a, b] = [b, a]; ${response('b')} ${response('a', 'pay')}`,
  ],
  [
    'a literal that was chosen under a name',
    `const id = 'call-1'; await ${request('search', ', { spanId: id }')}; ${response(`'call-1'`)}`,
  ],
  [
    'chosen, under the name before',
    `const id = crypto.randomUUID(); const first = id; await ${request('search', ', { spanId: id }')}; ${response('first')}`,
  ],
  [
    'chosen from a call, and taken from there again',
    `const id = input.id; await ${request('search', ', { spanId: id }')}; ${response('input.id')}`,
  ],
  [
    'chosen, and converted again',
    `const id = String(input.id); await ${request('search', ', { spanId: id }')}; ${response('String(input.id)')}`,
  ],
  [
    'chosen, and kept in an object',
    `const job = { id: crypto.randomUUID() }; const { id } = job; await ${request('search', ', { spanId: id }')}; ${response('job.id')}`,
  ],
  [
    'written, and then chosen',
    `let id; id = crypto.randomUUID(); await ${request('search', ', { spanId: id }')}; ${response('id')}`,
  ],
];

/** Ways for a span to go where somebody else may send the response. */
const handedOn: [name: string, body: string][] = [
  ['a console of your own', `const console = input; ${opened()} console.log(span);`],
  [
    'the rest of a list',
    `const [a, ...rest] = [await ${request('pay')}, await ${request()}]; ${response('a', 'pay')} keep(rest);`,
  ],
  ['all of a list', `const [...all] = [await ${request()}]; keep(all);`],
  ['a part of the id', `const { length } = await ${request()};`],
  ['an optional call', `${opened()} input?.keep(span);`],
  ['the object of a call', `${opened()} span.keep();`],
  ['a field that is filled when missing', `this.span ??= await ${request()};`],
  ['a field that is added to', `${opened()} this.spans += span;`],
  ['a text that is added to', `${opened()} let text = ''; text += span; keep(text);`],
  ['a sum', `${opened()} const text = 'span ' + span; keep(text);`],
  ['a template', `${opened()} const text = \`span \${span}\`; keep(text);`],
  ['a tagged template', `${opened()} sql\`\${span}\`;`],
  ['a construction', `${opened()} new Work(span);`],
  ['a spread argument', `${opened()} keep(...span);`],
  [
    'the value of a list of promises',
    `const a = ${request()}; const done = await Promise.all([a]); keep(done);`,
  ],
  ['a list of promises that is not awaited', `const a = ${request()}; Promise.all([a]).then(finish);`],
  ['a list of something like Promise', `const a = ${request()}; await store.all([a]);`],
  ['what a loop walks over', `${opened()} for (const each of [span]) keep(each);`],
  ['an object that is thrown', `${opened()} if (input) throw new WorkError({ span });`],
  ['a default of a parameter', `${opened()} const finish = (id = span) => keep(id);`],
  ['the code of a class', `${opened()} class Work { span = span; }`],
  [
    'an id that the caller knows',
    `const start = async (id) => { await ${request('search', ', { spanId: id }')}; };`,
  ],
  [
    'an id from an object that the caller knows',
    `const start = async ({ id }) => { await ${request('search', ', { spanId: id }')}; };`,
  ],
  [
    'an id that was made up elsewhere',
    `const id = makeId(input); await ${request('search', ', { spanId: id }')};`,
  ],
  [
    'an id that other code was given before',
    `const id = crypto.randomUUID(); plan(id); await ${request('search', ', { spanId: id }')};`,
  ],
  [
    'an id that other code was given in an object',
    `const id = crypto.randomUUID(); plan({ id }); await ${request('search', ', { spanId: id }')};`,
  ],
  [
    'an id that an object has as a name',
    `const id = crypto.randomUUID(); plan({ [id]: 1 }); await ${request('search', ', { spanId: id }')};`,
  ],
];

/** Copies that are the same span. */
const copies: [name: string, body: string][] = [
  ['the last of a sequence', `${opened()} ${response('(log(), span)')}`],
  ['a name for the last of a sequence', `${opened()} const id = (log(), span); ${response('id')}`],
  ['the value of an assignment', `let span; const id = (span = await ${request()}); ${response('id')}`],
  [
    'the value of an assignment to a member',
    `const id = (this.span = await ${request()}); ${response('id')}`,
  ],
  [
    'a list that is not awaited',
    `const [a, b] = [await ${request()}, await ${request('pay')}]; ${response('a')} ${response('b', 'pay')}`,
  ],
  ['a list with a hole', `const [, b] = await Promise.all([, ${request()}]); ${response('b')}`],
  ['three names on', `${opened('a')} const b = a; const c = b; const d = c; ${response('d')}`],
  ['twice awaited', `const a = ${request()}; ${response('await (await a)')}`],
  ['a var', `var span = await ${request()}; ${response()}`],
  ['a var that is declared again', `var span = 'x'; var span = await ${request()}; ${response()}`],
  [
    'a var that is written in a round before',
    `for (const each of input) { if (span) ${response()} var span = await ${request()}; }`,
  ],
];

/** Correlated paths: the response is missing only where there is no span. */
const filled: [name: string, body: string][] = [
  [
    'the value of filling what is missing',
    `let span; const id = (span ??= await ${request()}); ${response('id')}`,
  ],
  ['filled when false', `let span = ''; span ||= await ${request()}; ${response()}`],
  ['filled when true', `let span = 'x'; span &&= await ${request()}; ${response()}`],
];

const many = Array.from({ length: 40 }, (_, index) => index);

/** How values travel to the place of the span id. */
export function addValues({ valid, invalid }: Suite): void {
  for (const [name, body] of unknownValues) valid(`a value that may be a span: ${name}`, body);
  for (const [name, body] of handedOn) valid(`a span that is handed on: ${name}`, body);
  for (const [name, body] of copies)
    valid(`the same span: ${name}`, body, { options: [{ missingOnPath: true }] });

  for (const [name, body] of filled) valid(`the same span: ${name}`, body);

  valid('a result that looks like a span id', `await trace.toolResult('search', 'span-1');`);
  valid(
    'forty spans at once',
    [
      ...many.map((at) => opened(`a${at}`, `tool-${at}`)),
      ...many.map((at) => response(`a${at}`, `tool-${at}`)),
    ].join(' '),
    { options: [{ missingOnPath: true }] },
  );
  invalid(
    'forty spans at once, and each is answered twice',
    [
      ...many.map((at) => opened(`a${at}`, `tool-${at}`)),
      ...many.map((at) => response(`a${at}`, `tool-${at}`)),
      ...many.map((at) => response(`⟦a${at}⟧`, `tool-${at}`)),
    ].join(' '),
    many.map(() => 'alreadyClosed'),
  );
  invalid(
    'forty spans at once, and one is forgotten',
    many
      .map((at) => (at === 33 ? `await ⟦${request()}⟧;` : `${opened(`a${at}`)} ${response(`a${at}`)}`))
      .join(' '),
    ['neverClosed'],
  );
  invalid('a var before its declaration', `${response('⟦span⟧')} var span = input; log(span);`, [
    'spanNotFromRequest',
  ]);
  invalid('a var that nothing was written to', `var span; ${response('⟦span⟧')}`, ['spanNotFromRequest']);
  invalid('a span that is counted up', `let span = await ${request()}; ⟦span⟧++;`, ['overwritten']);
  invalid('a span that is added to', `let span = await ${request()}; ⟦span⟧ += '!';`, ['overwritten']);
  invalid('a span that is set when it is there', `let span = await ${request()}; ⟦span⟧ &&= null;`, [
    'overwritten',
  ]);
  invalid(
    'an id made for the request, never answered',
    `const id = crypto.randomUUID(); console.log(id); await ⟦${request('search', ', { spanId: id }')}⟧; await trace.error(id); await trace.toolResult('search', {}, { spanId: id });`,
    ['neverClosed'],
  );
  invalid('made up, with a fallback', `const id = 'x'; ${response(`⟦id ?? 'y'⟧`)}`, ['spanNotFromRequest']);
  invalid('made up on both arms', `const id = 'x'; ${response(`⟦input ? id : 'y'⟧`)}`, [
    'spanNotFromRequest',
  ]);
  invalid('made up, last of a sequence', `const id = 'x'; ${response('(⟦log(), id⟧)')}`, [
    'spanNotFromRequest',
  ]);
  invalid('made up and awaited', `const id = 'x'; ${response('⟦await id⟧')}`, ['spanNotFromRequest']);
  invalid('made up and written on the way', `const id = 'x'; let span; ${response('(⟦span = id⟧)')}`, [
    'spanNotFromRequest',
  ]);
  invalid('made up, out of a list', `const id = 'x'; const [span] = [id]; ${response('⟦span⟧')}`, [
    'spanNotFromRequest',
  ]);
  invalid('made up, three names on', `const a = 'x'; const b = a; const c = b; ${response('⟦c⟧')}`, [
    'spanNotFromRequest',
  ]);
  invalid(
    'a promise that is awaited twice',
    `const pending = ${request()}; ${response('await pending')} ${response('⟦await pending⟧')}`,
    ['alreadyClosed'],
  );
  invalid(
    'a loop that never runs',
    `${opened()} while (0) ${response()} ${response()} ${response('⟦span⟧')}`,
    ['alreadyClosed'],
  );
  invalid(
    'behind a try that returns, after several of its kind',
    `${opened()} ${'try { console.log(span); } finally { done(); }'.repeat(3)} try { if (input) return; ${response()} } finally { done(); } ${response('⟦span⟧')}`,
    ['alreadyClosed'],
  );
  valid(
    'a var that keeps what the round before wrote',
    `for (const each of input) { var span; if (span) ${response()} span = await ${request()}; }`,
  );
  invalid('a made-up id in a block: the span is offered', `${opened()} { log(); ${response(`⟦'x'⟧`)} }`, [
    {
      messageId: 'spanNotFromRequest',
      suggestions: [['useSpan', `${opened()} { log(); ${response('span')} }`]],
    },
  ]);
  invalid('an argument on several lines', response('⟦[\n  1,\n]⟧'), [
    {
      messageId: 'spanNotFromRequest',
      message:
        '`[ 1, ]` is no span id: no `toolCallRequest` returned it, so this response closes nothing. Pass what `await trace.toolCallRequest(…)` returned.',
    },
  ]);
  invalid(
    'another template than the text that was chosen',
    `await ${request('search', `, { spanId: 'call-1' }`)}; ${response('⟦`call-2`⟧')}`,
    ['spanNotFromRequest'],
  );
  invalid('an object', response('⟦{ id: 1 }⟧'), ['spanNotFromRequest']);
  invalid('a function', response('⟦() => input⟧'), ['spanNotFromRequest']);
  invalid('a function of the old kind', response('⟦function () {}⟧'), ['spanNotFromRequest']);
  invalid('a sum with a clock', response(`⟦'span-' + Date.now()⟧`), ['spanNotFromRequest']);
  invalid('a made-up default', `const [span = 'x'] = [undefined]; ${response('⟦span⟧')}`, [
    'spanNotFromRequest',
  ]);
  invalid(
    'a number, though ids may be chosen',
    `await ${request('search', ', options')}; ${response('⟦5⟧')}`,
    ['spanNotFromRequest'],
  );
  invalid(
    'another literal than the one that was chosen',
    `await ${request('search', `, { spanId: 'call-1' }`)}; ${response(`⟦'call-2'⟧`)}`,
    ['spanNotFromRequest'],
  );
  invalid(
    'another literal than the variable that was chosen',
    `const id = crypto.randomUUID(); const span = await ${request('search', ', { spanId: id }')}; ${response('span')} ${response(`⟦'call-2'⟧`, 'pay')}`,
    ['spanNotFromRequest'],
  );
  invalid(
    'optional calls, twice',
    `${opened()} await trace?.toolCallResponse('search', span, calls, {}); await trace?.toolCallResponse('search', ⟦span⟧, calls, {});`,
    ['alreadyClosed'],
  );
  invalid('the last of a sequence, twice', `${opened()} ${response('span')} ${response('(⟦log(), span⟧)')}`, [
    'alreadyClosed',
  ]);
  invalid(
    'the first of a list is dropped',
    `const [, b] = [await ⟦${request('pay')}⟧, await ${request()}]; ${response('b')}`,
    ['neverClosed'],
  );
  invalid('only compared', `const span = await ⟦${request()}⟧; if (span === input || 'a' in span) log();`, [
    'neverClosed',
  ]);
  invalid(
    'only printed, in every form',
    `const span = await ⟦${request()}⟧; console.log('a' + span, \`b \${span}\`, [span], { span }, { ...span }, ...[span]);`,
    ['neverClosed'],
  );
  invalid('only waited for', `const a = ⟦${request()}⟧; await Promise.all([a]);`, ['neverClosed']);
  invalid(
    'only a type of it is used',
    `const span = await ⟦${request()}⟧; new Map<string, typeof span>();`,
    ['neverClosed'],
    { only: 'typescript' },
  );
  invalid('a list that is not awaited', `const [span] = [${request()}]; ${response('⟦span⟧')}`, [
    {
      messageId: 'spanIsPromise',
      suggestions: [['addAwait', `const [span] = [${request()}]; ${response('await span')}`]],
    },
  ]);
  invalid(
    'a response behind a branch that returns',
    `${opened()} if (!input) return work(); ${response()} ${response('⟦span⟧')}`,
    ['alreadyClosed'],
  );
  invalid(
    'a response behind a try whose catch returns',
    `${opened()} try { ${response()} } catch { return; } ${response('⟦span⟧')}`,
    ['alreadyClosed'],
  );
}

/** The same for what a whole file shows. */
export function addFileValues({ valid, invalid }: Suite): void {
  const finish = (body: string): string => `export async function finish() { ${body} }`;
  valid(
    'an id of the code around that a request was told to use',
    `const id = crypto.randomUUID(); export const start = () => ${request('search', ', { spanId: id }')}; ${finish(response('id'))}`,
  );
  valid(
    'an id of the code around that other code was given',
    `const id = 'span-1'; register(id); ${finish(response('id'))}`,
  );
  valid(
    'an id of the code around that an object has',
    `const id = 'span-1'; export const job = { id }; ${finish(response('id'))}`,
  );
  valid('an id of the code around that something returned', `const id = nextId(); ${finish(response('id'))}`);
  valid('an id of the code around that is exported', `export const id = 'span-1'; ${finish(response('id'))}`);
  invalid(
    'an id of the code around that events were given',
    `const id = 'span-1'; await trace.error(id); await ⟦trace.toolCallRequest(id, calls)⟧; ${finish(response('⟦id⟧'))}`,
    ['neverClosed', 'spanNotFromRequest'],
  );
  valid('a span that is exported by its name', `${opened()} export { span };`);
  valid(
    'a generator that fails while it waits',
    `async function* run() { ${opened()} let id = span; try { yield 1; id = 'x'; } catch { log(); } ${response('id')} }`,
  );
  invalid('an export that drops a span', `export const one = (await ⟦${request()}⟧, 1);`, ['neverClosed']);
  invalid('a default export that drops a span', `export default (await ⟦${request()}⟧, 1);`, ['neverClosed']);
  invalid(
    'a default export of a class that drops a span',
    `export default class extends (await ⟦${request()}⟧, Base) {}`,
    ['neverClosed'],
  );
  valid(
    'a default export of a function',
    `export default async function run() { ${opened()} ${response()} }`,
  );
  valid(
    'a function that is written again',
    `async function end(span) { ${response()} } end = other; export async function run() { ${opened()} await end(span); ${response()} }`,
  );
  valid(
    'a function whose parameter is written again',
    `async function start(tool) { tool = 'search'; return trace.toolCallRequest(tool, calls); } export async function run() { const span = await start('pay'); ${response()} }`,
  );
  valid(
    'a private name that is asked for',
    `export class Agent { #key; async run(input) { ${opened()} if (#key in input) console.log(#key in input); ${response()} } }`,
  );
  valid(
    'a parameter that is a property',
    `export class Agent { constructor(private span = 'x') { trace.toolCallResponse('search', span, calls, {}); } }`,
    { only: 'typescript' },
  );
}
