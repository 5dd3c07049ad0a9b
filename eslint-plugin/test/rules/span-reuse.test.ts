import { runSuites, suite } from '../harness/marked.ts';
import { addFunctions, addJoins } from './span-reuse-functions.ts';
import { addPaths } from './span-reuse-paths.ts';
import { addFileValues, addValues } from './span-reuse-values.ts';

const head = `import { WhyOps } from '@whyops/sdk';
const whyops = new WhyOps({ apiKey, agentName: 'a', agentMetadata });
const trace = whyops.trace('t1');
`;

/** A body inside an async function of an agent that has \`trace\`. */
const inAgent = suite((body) => `${head}async function agent(input) {\n${body}\n}\n`);
const { valid, invalid } = inAgent;
/** A whole file below the same head. */
const inFile = suite((body) => `${head}${body}\n`);

const request = (tool = 'search', more = ''): string => `trace.toolCallRequest('${tool}', calls${more})`;
const response = (span: string, tool = 'search'): string =>
  `await trace.toolCallResponse('${tool}', ${span}, calls, results);`;
const opened = (name = 'span', tool = 'search'): string => `const ${name} = await ${request(tool)};`;

// --- The plain pair ------------------------------------------------------------------------------------------------

valid('a request and its response', `${opened()} ${response('span')}`);
valid('let instead of const', `let span = await ${request()}; ${response('span')}`);
valid('declared first, assigned later', `let span; span = await ${request()}; ${response('span')}`);
valid(
  'var, read before its declaration could run',
  `if (input) { var span = await ${request()}; } if (span) ${response('span')}`,
);
valid(
  'two spans, crossed in time',
  `${opened('a')} ${opened('b', 'pay')} ${response('b', 'pay')} ${response('a')}`,
);
valid(
  'one variable for two spans in turn',
  `let span = await ${request()}; ${response('span')} span = await ${request('pay')}; ${response('span', 'pay')}`,
);
valid(
  'the promise kept and awaited in the response',
  `const pending = ${request()}; await work(); ${response('await pending')}`,
);
valid(
  'the promise awaited into a name',
  `const pending = ${request()}; const span = await pending; ${response('span')}`,
);
valid('a copy of the span', `${opened()} const id = span; ${response('id')}`);
valid('the request inside the response', response(`await ${request()}`));
valid(
  'tool names in variables',
  `const span = await trace.toolCallRequest(name, calls); await trace.toolCallResponse(tool, span, calls, results);`,
);
valid(
  'one tool name in a constant',
  `const tool = 'search'; const span = await trace.toolCallRequest(tool, calls); ${response('span')}`,
);
valid(
  'optional trace',
  `const span = await trace?.toolCallRequest('search', calls); await trace?.toolCallResponse('search', span, calls, results);`,
);
valid('a type assertion on the span', `const span = (await ${request()}) as string; ${response('span!')}`, {
  only: 'typescript',
});
valid(
  'a span satisfies a type',
  `const span = (await ${request()}) satisfies string; ${response('(span satisfies string)')}`,
  { only: 'typescript' },
);
valid(
  'the span is looked at on the way',
  `${opened()} console.log('opened', span, { span }); if (span === other) count++; ${response('span')}`,
);
valid(
  'toolResult names the span too',
  `${opened()} ${response('span')} await trace.toolResult('search', results, { spanId: span });`,
);

invalid('a literal', response(`⟦'span-1'⟧`), [
  {
    messageId: 'spanNotFromRequest',
    message:
      "`'span-1'` is no span id: no `toolCallRequest` returned it, so this response closes nothing. Pass what `await trace.toolCallRequest(…)` returned.",
  },
]);
invalid('undefined', response('⟦undefined⟧'), ['spanNotFromRequest']);
invalid('null', response('⟦null⟧'), ['spanNotFromRequest']);
invalid('a variable that nothing was written to', `let span; ${response('⟦span⟧')}`, ['spanNotFromRequest']);
invalid('a fresh id', response('⟦crypto.randomUUID()⟧'), ['spanNotFromRequest']);
invalid('a fresh id in a variable', `const id = crypto.randomUUID(); ${response('⟦id⟧')}`, [
  'spanNotFromRequest',
]);
invalid('a made-up template', response('⟦`span-${input.id}`⟧'), ['spanNotFromRequest']);
invalid(
  'the tool calls in the place of the span',
  `await trace.toolCallResponse('search', ⟦[{ name: 'search' }]⟧, results);`,
  ['spanNotFromRequest'],
);
invalid('the answer of another event', `const sent = await trace.userMessage([]); ${response('⟦sent⟧')}`, [
  'spanNotFromRequest',
]);
invalid(
  'a fresh id although the span is at hand: use it',
  `${opened()} ${response('⟦crypto.randomUUID()⟧')}`,
  [{ messageId: 'spanNotFromRequest', suggestions: [['useSpan', `${opened()} ${response('span')}`]] }],
);
invalid(
  'no suggestion when two spans fit',
  `${opened('a')} ${opened('b')} ${response(`⟦'x'⟧`)} ${response('a')} ${response('b')}`,
  ['spanNotFromRequest'],
);
invalid(
  'of two open spans the one of the same tool is meant',
  `${opened('a')} ${opened('b', 'pay')} ${response(`⟦'x'⟧`, 'pay')} ${response('a')}`,
  [
    {
      messageId: 'spanNotFromRequest',
      suggestions: [
        ['useSpan', `${opened('a')} ${opened('b', 'pay')} ${response('b', 'pay')} ${response('a')}`],
      ],
    },
  ],
);
invalid('every branch is made up', response(`⟦input ? 'a' : undefined⟧`), ['spanNotFromRequest']);

invalid('the promise instead of the span', `const span = ${request()}; ${response('⟦span⟧')}`, [
  {
    messageId: 'spanIsPromise',
    message:
      '`span` is the promise of a span id, so the response is sent with no usable id. Await the request first.',
    suggestions: [
      ['awaitRequest', `const span = await ${request()}; ${response('span')}`],
      ['addAwait', `const span = ${request()}; ${response('await span')}`],
    ],
  },
]);
invalid('the promise itself in the response', response(`⟦${request()}⟧`), [
  { messageId: 'spanIsPromise', suggestions: [['addAwait', response(`await ${request()}`)]] },
]);
invalid(
  'a promise on both branches',
  `const a = ${request()}; const b = ${request()}; ${response('⟦input ? a : b⟧')}`,
  [
    {
      messageId: 'spanIsPromise',
      suggestions: [
        ['addAwait', `const a = ${request()}; const b = ${request()}; ${response('await (input ? a : b)')}`],
      ],
    },
  ],
);
valid(
  'a promise on one branch only',
  `const a = ${request()}; const span = input ? a : await a; ${response('span')}`,
);

invalid('the span of another tool', `${opened('span', 'pay')} ${response('⟦span⟧', 'search')}`, [
  {
    messageId: 'toolNameMismatch',
    message:
      'This response is for "search", but `span` is the span of a request for "pay". Pass the span of the same tool.',
  },
]);
invalid(
  'two spans swapped',
  `${opened('a')} ${opened('b', 'pay')} ${response('⟦b⟧')} ${response('⟦a⟧', 'pay')}`,
  ['toolNameMismatch', 'toolNameMismatch'],
);
invalid(
  'other tools on both branches',
  `const span = input ? await ${request('pay')} : await ${request('ship')}; ${response('⟦span⟧')}`,
  [
    {
      messageId: 'toolNameMismatch',
      message:
        'This response is for "search", but `span` is the span of a request for "pay" or "ship". Pass the span of the same tool.',
    },
  ],
);
valid(
  'the same tool on one branch',
  `const span = input ? await ${request('pay')} : await ${request()}; ${response('span')}`,
);

invalid('two responses', `${opened()} ${response('span')} ${response('⟦span⟧')}`, [
  {
    messageId: 'alreadyClosed',
    message:
      '`span` already has its response on every path to here. Each attempt needs a request of its own.',
  },
]);
invalid(
  'two responses through a copy',
  `${opened()} const id = span; ${response('id')} ${response('⟦span⟧')}`,
  ['alreadyClosed'],
);
invalid(
  'a response on both branches and one behind',
  `${opened()} if (input) { ${response('span')} } else { ${response('span')} } ${response('⟦span⟧')}`,
  ['alreadyClosed'],
);
invalid(
  'a retry that answers the old span',
  `${opened()} try { ${response('span')} } finally { done(); } ${response('⟦span⟧')}`,
  ['alreadyClosed'],
);
valid(
  'a response on one branch, none on the other',
  `${opened()} if (input) { ${response('span')} return; } ${response('span')}`,
);
// FN: the first round closes the span, every further one closes it again.
valid(
  'a response in a loop over one span',
  `${opened()} for (const result of input) { ${response('span')} }`,
);

invalid(
  'overwritten while open',
  `let span = await ${request()}; ⟦span⟧ = await ${request('pay')}; ${response('span', 'pay')}`,
  [
    {
      messageId: 'overwritten',
      message:
        '`span` held the only span id of the open request for "search"; after this it can never get its response. Send the response first.',
    },
  ],
);
invalid('set to null while open', `let span = await ${request()}; await work(); ⟦span⟧ = null;`, [
  'overwritten',
]);
valid(
  'overwritten while a copy remains',
  `let span = await ${request()}; const first = span; span = await ${request('pay')}; ${response('first')} ${response('span', 'pay')}`,
);
valid('awaited into itself', `let span = ${request()}; span = await span; ${response('span')}`);
valid(
  'overwritten on one path only',
  `let span = await ${request()}; if (input) ${response('span')} span = null;`,
);

invalid('never answered', `const span = await ⟦${request()}⟧; return span.length;`, [
  {
    messageId: 'neverClosed',
    message:
      'No path sends the response for this request, so its span stays open. Keep the span id and pass it to `toolCallResponse`, also when the tool fails.',
  },
]);
invalid('the span id is not kept', `await ⟦${request()}⟧; await work();`, ['neverClosed']);
invalid('only printed', `const span = await ⟦${request()}⟧; console.log(span);`, ['neverClosed']);
invalid(
  'one of two parallel requests is forgotten',
  `const [a, b] = await Promise.all([${request()}, ⟦${request('pay')}⟧]); ${response('a')}`,
  ['neverClosed'],
);
valid('never answered, but the option says no', `${opened()} await work();`, {
  options: [{ neverClosed: false }],
});
valid('the only way out is an exception', `${opened()} throw new Error(span);`);
valid('an endless loop', `for (;;) { ${opened()} ${response('span')} }`);
valid(
  'closed where it fails, which is enough for the default',
  `${opened()} try { return await work(); } catch (error) { ${response('span')} throw error; }`,
);
valid('missing on one path, by default', `${opened()} if (input) ${response('span')}`);
invalid(
  'missing on one path',
  `const span = await ⟦${request()}⟧; if (input) ${response('span')}`,
  ['missingOnPath'],
  { options: [{ missingOnPath: true }] },
);
invalid(
  'an early return leaves it open',
  `const span = await ⟦${request()}⟧; if (!input) return; ${response('span')}`,
  ['missingOnPath'],
  { options: [{ missingOnPath: true }] },
);
valid(
  'no path is missing',
  `${opened()} try { results = await work(); } catch (error) { results = { error }; } ${response('span')}`,
  { options: [{ missingOnPath: true }] },
);
valid(
  'an exception is not a path that must close',
  `${opened()} const results = await work(); ${response('span')}`,
  { options: [{ missingOnPath: true }] },
);

// --- try, catch, finally -------------------------------------------------------------------------------------------

valid(
  'open = await req(); resp(open); open = null in try, if (open) resp(open) in catch',
  `let open = null; try { open = await ${request()}; await work(); ${response('open')} open = null; } catch { if (open) ${response('open')} }`,
);
valid(
  'the same with undefined and a typeof',
  `let open; try { open = await ${request()}; await work(); ${response('open')} open = undefined; } catch (error) { if (typeof open === 'string') ${response('open')} throw error; }`,
);
valid(
  'the same in a loop',
  `let open = null; for (const call of input) { try { open = await ${request()}; await work(call); ${response('open')} open = null; } catch { if (open) { ${response('open')} open = null; } } }`,
);
valid(
  'a write in try that is read in catch',
  `let span; try { span = await ${request()}; await work(); ${response('span')} } catch (error) { ${response('span')} }`,
);
valid(
  'the second of two writes in try is read in catch',
  `let span = 'none'; try { span = await ${request()}; ${response('span')} span = await ${request('pay')}; ${response('span', 'pay')} } catch { ${response('span')} }`,
);
valid('closed in finally', `${opened()} try { await work(); } finally { ${response('span')} }`);
valid(
  'opened in try, closed in finally',
  `let span; try { span = await ${request()}; await work(); } finally { if (span) ${response('span')} }`,
);
valid(
  'a response in finally after one on some paths',
  `${opened()} try { if (input) return ${response('span').slice(6)} await work(); } catch { await work(); } finally { ${response('span')} }`,
);
invalid(
  'answered in try and in finally',
  `${opened()} ${response('span')} try { await work(); } finally { ${response('⟦span⟧')} }`,
  ['alreadyClosed'],
);
invalid('a literal in finally', `try { return await work(); } finally { ${response(`⟦'x'⟧`)} }`, [
  'spanNotFromRequest',
]);
invalid(
  'finally { return } after a span that nobody closes',
  `const span = await ⟦${request()}⟧; try { await work(); throw new Error(); } finally { return; }`,
  ['neverClosed'],
);
valid(
  'finally { return } that swallows the exception',
  `${opened()} try { await work(); ${response('span')} } finally { return; }`,
);
invalid(
  'three nested finally blocks',
  `${opened()} ${response('span')} try { try { try { await work(); } finally { one(); } } finally { two(); } } finally { ${response('⟦span⟧')} }`,
  ['alreadyClosed'],
);
valid(
  'a jump through finally',
  `for (const call of input) { ${opened()} try { if (call.skip) continue; if (call.last) break; await work(); } finally { ${response('span')} } }`,
);
valid(
  'a request that fails in try gives nobody a span',
  `let span; try { span = await ${request()}; } catch { return; } ${response('span')}`,
  { options: [{ missingOnPath: true }] },
);
invalid(
  'closed in every catch as well, then again',
  `${opened()} try { await work(); ${response('span')} } catch { ${response('span')} } ${response('⟦span⟧')}`,
  ['alreadyClosed'],
);

// --- Loops, labels, switch, generators -----------------------------------------------------------------------------

valid('a pair in each round', `for (const call of input) { ${opened()} ${response('span')} }`);
// FN: the span of every round but the last is lost; the first round has nothing to lose, so it does not hold on all paths.
valid(
  'a loop whose last span alone is answered',
  `let span; for (const call of input) { span = await ${request()}; } if (span) ${response('span')}`,
);
// FN: on the path without a round the variable is empty.
valid(
  'a stale span behind a loop',
  `let span; for (const call of input) { span = await ${request()}; ${response('span')} } ${response('span')}`,
);
invalid(
  'a stale span behind a loop that runs once at least',
  `let span; do { span = await ${request()}; ${response('span')} } while (input.next()); ${response('⟦span⟧')}`,
  ['alreadyClosed'],
);
valid(
  'the span of the round before',
  `let last = null; for (const call of input) { const span = await ${request()}; if (last) ${response('last')} last = span; } if (last) ${response('last')}`,
);
invalid(
  'an open span in each round',
  `for (const call of input) { const span = await ⟦${request()}⟧; await work(call); }`,
  ['neverClosed'],
);
valid(
  'a labelled break out of a block',
  `${opened()} done: { if (input) break done; ${response('span')} return; } ${response('span')}`,
);
valid(
  'a labelled break and continue',
  `outer: for (const a of input) { ${opened()} for (const b of a) { if (b) { ${response('span')} continue outer; } if (!a) { ${response('span')} break outer; } } ${response('span')} }`,
);
invalid(
  'a response on every way out of a labelled loop',
  `${opened()} outer: while (true) { while (input) { ${response('span')} break outer; } ${response('span')} break; } ${response('⟦span⟧')}`,
  ['alreadyClosed'],
);
valid(
  'a retry loop that breaks',
  `for (let attempt = 0; ; attempt++) { ${opened()} try { await work(); ${response('span')} break; } catch { ${response('span')} } }`,
);
valid(
  'switch with a response in each case',
  `${opened()} switch (input) { case 1: ${response('span')} break; case 2: ${response('span')} break; default: ${response('span')} }`,
);
valid(
  'switch that falls through',
  `${opened()} switch (input) { case 1: prepare(); case 2: ${response('span')} break; default: ${response('span')} }`,
);
valid(
  'switch fall-through that may answer twice',
  `${opened()} switch (input) { case 1: ${response('span')} case 2: ${response('span')} }`,
);
invalid(
  'switch whose every case answers',
  `${opened()} switch (input) { case 1: ${response('span')} break; default: ${response('span')} } ${response('⟦span⟧')}`,
  ['alreadyClosed'],
);
valid(
  'correlated ifs',
  `let span; if (input) span = await ${request()}; await work(); if (input) ${response('span')}`,
  { options: [{ missingOnPath: false }] },
);
valid(
  'correlated ifs with an early answer',
  `${opened()} if (input.fast) ${response('span')} await work(); if (!input.fast) ${response('span')}`,
);
valid(
  'logical operators choose',
  `${opened()} input && (${response('span').slice(0, -1)}); input || (${response('span').slice(0, -1)});`,
);
valid(
  'a default for the span',
  `let span; if (input) span = await ${request()}; ${response(`span ?? 'none'`)}`,
);
valid('assigned once, when missing', `let span; span ??= await ${request()}; ${response('span')}`);
valid(
  'the answer stands in an optional call',
  `${opened()} input?.done(${response('span').slice(0, -1)}); ${response('span')}`,
);
valid('hundreds of ternaries', `${opened()} const x = ${'input ? 1 : '.repeat(300)}0; ${response('span')}`);
valid('hundreds of branches', `${opened()} ${'if (input) await work();'.repeat(300)} ${response('span')}`);
invalid(
  'hundreds of branches hide nothing',
  `${opened()} ${response('span')} ${'if (input) await work();'.repeat(300)} ${response('⟦span⟧')}`,
  ['alreadyClosed'],
);
inFile.valid(
  'a generator',
  `async function* run(input) { for (const call of input) { ${opened()} yield call; ${response('span')} } }`,
);
inFile.valid('a generator gives the span away', `async function* run() { ${opened()} yield span; }`);
inFile.invalid(
  'a generator that answers twice',
  `async function* run() { ${opened()} ${response('span')} yield 1; ${response('⟦span⟧')} }`,
  ['alreadyClosed'],
);

// --- Where the span goes -------------------------------------------------------------------------------------------

valid('returned', `return ${request()};`);
valid('returned under a name', `${opened()} return span;`);
valid('passed on', `${opened()} await finish(span);`);
valid('stored in a field', `this.span = await ${request()};`);
valid('stored in a map', `spans.set(input.id, await ${request()});`);
valid('put into an object', `${opened()} return { span };`);
valid('pushed to a list', `for (const call of input) spans.push(await ${request()});`);
valid(
  'handed to then',
  `${request()}.then((span) => trace.toolCallResponse('search', span, calls, results));`,
);
valid('closed over', `${opened()} return () => trace.toolCallResponse('search', span, calls, results);`);
valid(
  'closed over and written there',
  `let span; await step(async () => { span = await ${request()}; }); ${response('span')}`,
);
valid('from a parameter', response('input.span'));
valid('from a destructured parameter', `const { span } = input; ${response('span')}`);
valid('from a map', response('spans.get(input.id)'));
valid('from a list', `const spans = await Promise.all([${request()}]); ${response('spans[0]')}`);
valid(
  'parallel requests by position',
  `const [a, b] = await Promise.all([${request()}, ${request('pay')}]); ${response('a')} ${response('b', 'pay')}`,
);
invalid(
  'parallel requests swapped',
  `const [a, b] = await Promise.all([${request()}, ${request('pay')}]); ${response('⟦b⟧')} ${response('⟦a⟧', 'pay')}`,
  ['toolNameMismatch', 'toolNameMismatch'],
);
valid(
  'promises that are waited for together',
  `const a = ${request()}; const b = ${request('pay')}; await Promise.all([a, b]); ${response('await a')} ${response('await b', 'pay')}`,
);
valid(
  'a made-up id that other code may have opened',
  `const id = crypto.randomUUID(); await startSpan(id); ${response('id')}`,
);
valid(
  'an id chosen by the caller',
  `const spanId = crypto.randomUUID(); await ${request('search', ', { spanId }')}; ${response('spanId')}`,
);
invalid(
  'an id chosen by the caller, answered twice',
  `const spanId = crypto.randomUUID(); await ${request('search', ', { spanId }')}; ${response('spanId')} ${response('⟦spanId⟧')}`,
  ['alreadyClosed'],
);
valid(
  'a literal chosen by the caller',
  `await ${request('search', `, { spanId: 'call-1' }`)}; ${response(`'call-1'`)}`,
);
valid(
  'a template chosen by the caller',
  `await ${request('search', ', { spanId: `call-${input}` }')}; ${response('`call-${input}`')}`,
);
valid(
  'an id of the call chosen by the caller',
  `await ${request('search', ', { spanId: input.id }')}; ${response('input.id')}`,
);
valid('options that are not in sight', `await ${request('search', ', options')}; ${response(`'call-1'`)}`);
invalid(
  'options that are in sight hold no id',
  `const span = await ${request('search', ', { latencyMs: 12 }')}; ${response(`⟦'call-1'⟧`)}`,
  [
    {
      messageId: 'spanNotFromRequest',
      suggestions: [
        ['useSpan', `const span = await ${request('search', ', { latencyMs: 12 }')}; ${response('span')}`],
      ],
    },
  ],
);
inFile.valid('exported', `export const span = await ${request()};`);
inFile.valid(
  'a span of the code around',
  `${opened()} export const finish = async () => { ${response('span')} };`,
);
inFile.invalid(
  'the promise of the code around',
  `const pending = ${request()}; export const finish = async () => { ${response('⟦pending⟧')} };`,
  [
    {
      messageId: 'spanIsPromise',
      suggestions: [
        [
          'awaitRequest',
          `const pending = await ${request()}; export const finish = async () => { ${response('pending')} };`,
        ],
        [
          'addAwait',
          `const pending = ${request()}; export const finish = async () => { ${response('await pending')} };`,
        ],
      ],
    },
  ],
);
inFile.invalid(
  'a made-up constant of the code around',
  `const span = 'span-1'; export async function finish() { ${response('⟦span⟧')} }`,
  ['spanNotFromRequest'],
);
inFile.invalid(
  'another tool than the code around',
  `export async function run() { ${opened()} return async () => { ${response('⟦span⟧', 'pay')} }; }`,
  ['toolNameMismatch'],
);
inFile.invalid('at the top level of a module', `const span = await ⟦${request()}⟧; await work();`, [
  'neverClosed',
]);
inFile.invalid(
  'in a static block',
  `export class Agent { static { trace.toolCallResponse('search', ⟦'x'⟧, calls, results); } }`,
  ['spanNotFromRequest'],
);
inFile.valid(
  'a class whose methods share a field',
  `export class Agent { async start() { this.span = await ${request()}; } async finish() { ${response('this.span')} } }`,
);
inFile.valid(
  'another function of the same name',
  `const other = createLogger(); export async function run() { const span = await other.toolCallRequest('a', calls); await other.toolCallResponse('b', 'x', calls, results); }`,
);

invalid(
  'answered, passed on, and answered again',
  `${opened()} ${response('span')} await archive(span); ${response('⟦span⟧')}`,
  ['alreadyClosed'],
);
valid(
  'closed over for the paths that do not answer',
  `${opened()} onFailure(() => trace.toolCallResponse('search', span, calls, {})); if (input) ${response('span')}`,
  { options: [{ missingOnPath: true }] },
);

// --- Functions of the file -----------------------------------------------------------------------------------------

const start = `async function start(tool) { await prepare(); return trace.toolCallRequest(tool, calls); }`;
const finish = `const finish = async (span, results) => { await trace.toolCallResponse('search', span, calls, results); };`;
inFile.valid(
  'a function that opens',
  `${start} export async function run() { const span = await start('search'); ${response('span')} }`,
);
inFile.invalid(
  'a function that opens for another tool',
  `${start} export async function run() { const span = await start('pay'); ${response('⟦span⟧')} }`,
  ['toolNameMismatch'],
);
inFile.invalid(
  'a function that opens, not awaited',
  `${start} export async function run() { const span = start('search'); ${response('⟦span⟧')} }`,
  [
    {
      messageId: 'spanIsPromise',
      suggestions: [
        [
          'awaitRequest',
          `${start} export async function run() { const span = await start('search'); ${response('span')} }`,
        ],
        [
          'addAwait',
          `${start} export async function run() { const span = start('search'); ${response('await span')} }`,
        ],
      ],
    },
  ],
);
inFile.invalid(
  'a function that opens, never answered',
  `${start} export async function run() { const span = await ⟦start('search')⟧; await work(); }`,
  ['neverClosed'],
);
inFile.valid(
  'a function that closes',
  `${finish} export async function run() { ${opened()} await finish(span, {}); }`,
);
inFile.invalid(
  'a function that closes, twice',
  `${finish} export async function run() { ${opened()} await finish(span, {}); await finish(⟦span⟧, {}); }`,
  ['alreadyClosed'],
);
inFile.invalid(
  'a function that closes a made-up span',
  `${finish} export async function run() { await finish(⟦'x'⟧, {}); }`,
  ['spanNotFromRequest'],
);
inFile.valid(
  'a function that closes on some paths only',
  `async function finish(span) { if (span.ok) ${response('span')} } export async function run() { ${opened()} await finish(span); ${response('span')} }`,
);
inFile.valid(
  'a function that is reassigned',
  `let finish = async (span) => { ${response('span')} }; finish = other; export async function run() { ${opened()} await finish(span); ${response('span')} }`,
);
inFile.valid(
  'a wrapper matched by name that is another function',
  `function finish(span) { log(span); } export async function run() { ${opened()} await finish(span); await work(); }`,
);
// FN: only functions that open or close a span themselves are looked into.
inFile.valid(
  'a function that closes through another one',
  `${finish} async function end(span) { await finish(span, {}); } export async function run() { ${opened()} await end(span); await end(span); }`,
);

// --- Where a check must hold back ----------------------------------------------------------------------------------

invalid(
  'with neverClosed off, the other checks go on',
  `await ${request()}; ${response(`⟦'span-1'⟧`)}`,
  ['spanNotFromRequest'],
  { options: [{ neverClosed: false }] },
);
invalid(
  'a name that means something else at the response is not offered',
  `${opened()} { const span = input; ${response(`⟦'span-1'⟧`)} log(span); }`,
  ['spanNotFromRequest'],
);
invalid(
  'a promise in a function that cannot await',
  `function plain() { const span = ${request()}; trace.toolCallResponse('search', ⟦span⟧, calls, results); }`,
  ['spanIsPromise'],
);
invalid(
  'overwritten, and the tool is not known',
  `let span = await trace.toolCallRequest(name, calls); ⟦span⟧ = null;`,
  [
    {
      messageId: 'overwritten',
      message:
        '`span` held the only span id of the open request for a tool; after this it can never get its response. Send the response first.',
    },
  ],
);
invalid(
  'a long argument is shortened in the message',
  response(`⟦'a-span-id-that-somebody-wrote-down-by-hand-in-the-code'⟧`),
  [
    {
      messageId: 'spanNotFromRequest',
      message:
        "`'a-span-id-that-somebody-wrote-down-b…` is no span id: no `toolCallRequest` returned it, so this response closes nothing. Pass what `await trace.toolCallRequest(…)` returned.",
    },
  ],
);

invalid(
  'a declaration in a loop makes a new variable, so it overwrites nothing',
  `for (const each of input) { let span = null; span = await ⟦${request()}⟧; log(each); }`,
  ['neverClosed'],
);
valid(
  'a declaration in a loop, and a response on some paths',
  `for (const each of input) { let span = null; if (each) span = await ${request()}; if (each && each.ok) ${response('span')} }`,
);

addPaths(inAgent);
addValues(inAgent);
addFileValues(inFile);
addFunctions(inFile);
addJoins(inAgent);

runSuites('span-reuse', inAgent, inFile);
