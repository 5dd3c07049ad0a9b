import type { Suite } from '../harness/marked.ts';

const request = (tool = `'search'`): string => `trace.toolCallRequest(${tool}, calls)`;
const response = (span = 'span', tool = 'search'): string =>
  `await trace.toolCallResponse('${tool}', ${span}, calls, results);`;
const opened = (tool = `'search'`): string => `const span = await ${request(tool)};`;
const run = (body: string): string => `export async function run(input) { ${body} }`;

/** Functions of which it cannot be said that they open one span for whoever calls them, and a caller that shows it. */
const openNothing: [name: string, definition: string, body: string][] = [
  ['a generator', `async function* start() { return ${request()}; }`, `const span = start(); ${response()}`],
  [
    'an unknown span on one path',
    `async function start(x) { if (x) return x.span; return ${request(`'pay'`)}; }`,
    `const span = await start(); ${response()}`,
  ],
  [
    'a made-up id on one path',
    `async function start(x) { if (x) return 'none'; return ${request(`'pay'`)}; }`,
    `const span = await start(); ${response()}`,
  ],
  [
    'nothing on one path',
    `async function start(x) { if (x) return ${request(`'pay'`)}; }`,
    `const span = await start(); ${response()}`,
  ],
  [
    'one of two spans',
    `async function start(x) { return x ? ${request(`'pay'`)} : ${request(`'ship'`)}; }`,
    `const span = await start(); ${response()}`,
  ],
  [
    'a span of a round before',
    `async function start(x) { let last; for (const each of x) { const span = await ${request(`'pay'`)}; if (last) return last; last = span; } return last; }`,
    `const span = await start(); ${response()}`,
  ],
  [
    'a span that it closed',
    `async function start() { ${opened()} ${response()} return span; }`,
    `const span = await start(); log(span);`,
  ],
  [
    'a span that it may have closed',
    `async function start(x) { ${opened()} if (x) ${response()} return span; }`,
    `const span = await start(); log(span);`,
  ],
  ['its parameter', `const same = (span) => span;`, `${opened()} const id = same(span); ${response('id')}`],
  [
    'a tool that it was given in an object',
    `async function start({ tool }) { return ${request('tool')}; }`,
    `const span = await start({ tool: 'pay' }); ${response()}`,
  ],
  [
    'a tool with a default',
    `async function start(tool = 'search') { return ${request('tool')}; }`,
    `const span = await start('pay'); ${response()}`,
  ],
  [
    'a tool that the caller left out',
    `async function start(tool) { return ${request('tool')}; }`,
    `const span = await start(); ${response()}`,
  ],
  [
    'a tool that a spread gives',
    `async function start(tool) { return ${request('tool')}; }`,
    `const span = await start(...input); ${response()}`,
  ],
  [
    'a tool with a name of its own',
    `async function start(tool) { const name = tool; return ${request('name')}; }`,
    `const span = await start('pay'); ${response()}`,
  ],
  [
    'a method of the name',
    `async function start() { return ${request(`'pay'`)}; }`,
    `const span = await input.start(); ${response()} await start().then(keep);`,
  ],
  [
    'a parameter of the name',
    `async function start() { return ${request(`'pay'`)}; }`,
    `const f = async (start) => { const span = await start(); ${response()} }; await f(input); return start();`,
  ],
];

/** Functions that do not close what they are given, or perhaps not. */
const closeNothing: [name: string, definition: string, body: string][] = [
  [
    'an object that it takes apart',
    `async function finish({ span }) { ${response()} }`,
    `${opened()} await finish({ span }); ${response()}`,
  ],
  [
    'a parameter with a default',
    `async function finish(span = 'x') { ${response()} }`,
    `${opened()} await finish(span); ${response()}`,
  ],
  [
    'an exception in any case',
    `async function fail(span) { ${response()} throw new Error(); }`,
    `${opened()} try { await fail(span); } catch { ${response()} }`,
  ],
  [
    'another tool on one path',
    `async function finish(span, x) { if (x) ${response()} else ${response('span', 'pay')} }`,
    `${opened(`'ship'`)} await finish(span, 1);`,
  ],
  [
    'a promise that it awaits',
    `async function finish(span) { ${response('await span')} }`,
    `const span = ${request()}; await finish(span);`,
  ],
  [
    'a promise that it was given',
    `async function finish(span) { ${response()} }`,
    `const span = ${request()}; await finish(span);`,
  ],
  [
    'arguments of a spread',
    `async function finish(span) { ${response()} }`,
    `${opened()} await finish(...[span]); ${response()}`,
  ],
  [
    'another parameter',
    `async function finish(other, span) { ${response()} }`,
    `${opened()} await finish(span, input); ${response()}`,
  ],
  [
    'a method of the name',
    `async function finish(span) { ${response()} }`,
    `${opened()} await this.finish(span); ${response()} await finish(input);`,
  ],
  [
    'an argument that it ignores',
    `async function finish(span, other) { ${response()} }`,
    `${opened()} const more = await ${request(`'pay'`)}; await finish(span, more);`,
  ],
];

/** What a function of the file does for its caller. */
export function addFunctions({ valid, invalid }: Suite): void {
  for (const [name, definition, body] of openNothing)
    valid(`a function that returns ${name}`, `${definition} ${run(body)}`);
  for (const [name, definition, body] of closeNothing)
    valid(`a function that gets ${name}`, `${definition} ${run(body)}`);

  invalid(
    'an arrow function that opens for another tool',
    `const start = () => ${request(`'pay'`)}; ${run(`const span = await start(); ${response('⟦span⟧')}`)}`,
    ['toolNameMismatch'],
  );
  invalid(
    'a function that gets the tool as its second parameter',
    `async function start(id, tool) { log(id); return ${request('tool')}; } ${run(`const span = await start(1, 'pay'); ${response('⟦span⟧')}`)}`,
    ['toolNameMismatch'],
  );
  invalid(
    'a function that closes for another tool',
    `async function finish(span) { ${response()} } ${run(`${opened(`'pay'`)} await finish(⟦span⟧);`)}`,
    ['toolNameMismatch'],
  );
  invalid(
    'a function that closes for another tool on both paths',
    `async function finish(span, x) { if (x) ${response()} else ${response()} } ${run(`${opened(`'pay'`)} await finish(⟦span⟧, 1);`)}`,
    ['toolNameMismatch'],
  );
  invalid(
    'a function that closes its second parameter, twice',
    `async function finish(id, span) { log(id); ${response()} } ${run(`${opened()} await finish(1, span); await finish(2, ⟦span⟧);`)}`,
    ['alreadyClosed'],
  );
  invalid(
    'an arrow function that closes, twice',
    `const finish = (span) => trace.toolCallResponse('search', span, calls, {}); ${run(`${opened()} await finish(span); await finish(⟦span⟧);`)}`,
    ['alreadyClosed'],
  );
}

const onEveryPath = { options: [{ missingOnPath: true }] };

/** What must hold in every copy of a place, and what became of a span elsewhere. */
export function addJoins({ valid, invalid }: Suite): void {
  valid(
    'answered where all goes well, and in finally',
    `${opened()} try { await work(); ${response()} } finally { ${response()} }`,
  );
  valid(
    'answered where something fails, and in finally',
    `${opened()} try { await work(); } catch (error) { ${response()} throw error; } finally { ${response()} }`,
  );
  valid(
    'answered where something returns, and in finally',
    `${opened()} try { if (input) { ${response()} return; } await work(); } finally { ${response()} }`,
  );
  valid(
    'one of two spans is answered, and then the first',
    `const a = await ${request()}; const b = await ${request()}; ${response('input ? a : b')} ${response('a')}`,
  );
  valid(
    'returned on one path, answered on the other',
    `${opened()} if (input) return span; ${response()}`,
    onEveryPath,
  );
  valid(
    'passed on on one path, answered on another',
    `${opened()} if (input) ${response()} else if (calls) keep(span);`,
    onEveryPath,
  );
  valid('passed on on one path alone', `${opened()} if (input) keep(span);`, onEveryPath);
  valid(
    'thrown on one path, answered on another',
    `${opened()} if (input) ${response()} else if (calls) throw new WorkError(span);`,
    onEveryPath,
  );
  valid(
    'one of two spans is passed on',
    `const a = await ${request()}; const b = await ${request()}; keep(input ? a : b); ${response('a')}`,
  );
  invalid(
    'thrown without its span on one path, answered on another',
    `const span = await ⟦${request()}⟧; if (input) ${response()} else if (calls) throw new WorkError();`,
    ['missingOnPath'],
    onEveryPath,
  );
  invalid(
    'a variable that was made up once',
    `let span = 'x'; span = await ${request()}; keep(span); ${response()} ${response('⟦span⟧')}`,
    ['alreadyClosed'],
  );
  invalid('the promise is overwritten', `let span = ${request()}; ⟦span⟧ = null;`, ['overwritten']);
  invalid(
    'overwritten when the copy is gone',
    `let span = await ${request()}; let copy = span; copy = null; ⟦span⟧ = copy;`,
    ['overwritten'],
  );
  invalid(
    'a made-up id where the span is closed: it is not offered',
    `${opened()} ${response()} ${response(`⟦'x'⟧`)}`,
    ['spanNotFromRequest'],
  );
  invalid('a made-up id where a span of some tool is open', `${opened('name')} ${response(`⟦'x'⟧`)}`, [
    { messageId: 'spanNotFromRequest', suggestions: [['useSpan', `${opened('name')} ${response('span')}`]] },
  ]);
  invalid('a made-up id for some tool', `${opened()} await trace.toolCallResponse(name, ⟦'x'⟧, calls, {});`, [
    {
      messageId: 'spanNotFromRequest',
      suggestions: [['useSpan', `${opened()} await trace.toolCallResponse(name, span, calls, {});`]],
    },
  ]);
  invalid(
    'a made-up id where the span is only perhaps in its variable',
    `let span = null; if (input) span = await ⟦${request()}⟧; ${response(`⟦'x'⟧`)}`,
    ['neverClosed', 'spanNotFromRequest'],
  );
}
