import { runSuites, suite } from '../harness/marked.ts';

const head = `import { WhyOps } from '@whyops/sdk';
const whyops = new WhyOps({ apiKey, agentName: 'a', agentMetadata });
const trace = whyops.trace('t1');
`;
const inAgent = suite((body) => `${head}async function agent(input) {\n${body}\n}\n`);
const inFile = suite((body) => `${head}${body}\n`);
const { valid, invalid } = inAgent;
const event = `trace.userMessage([])`;

// --- Handled -------------------------------------------------------------------------------------------------------

valid('awaited', `await ${event};`);
valid('returned', `return ${event};`);
valid('returned in parentheses and by a condition', `return input ? (${event}) : undefined;`);
valid('void says that nobody waits', `void ${event};`);
valid('catch handles the failure', `${event}.catch(() => {});`);
valid('then with two handlers', `${event}.then(log, log);`);
valid('then and catch', `${event}.then(log).catch(log);`);
valid('a chain that is awaited', `await ${event}.then(log).finally(done);`);
valid('Promise.all', `await Promise.all([${event}, trace.error('e')]);`);
valid(
  'Promise.all over a map',
  `await Promise.all(input.map((call) => trace.toolCallRequest('a', [call])));`,
);
valid('waitUntil', `context.waitUntil(${event});`);
valid('after, of a framework', `after(() => ${event});`);
valid('pushed to a list', `pending.push(${event});`);
valid('kept in a variable that is used', `const sent = ${event}; await work(); await sent;`);
valid('kept in a field', `this.sent = ${event};`);
valid('assigned', `sent = ${event};`);
valid('the value of an arrow function', `const send = () => ${event}; await send();`);
valid('yielded', `await each(function* () { yield ${event}; });`);
valid('put into an object', `return { sent: ${event} };`);
valid('awaited behind an optional trace', `await trace?.userMessage([]);`);
valid('awaited in a condition', `if (await ${event}) log();`);
valid('awaited by for await', `for await (const part of [${event}]) log(part);`);
valid('behind && and awaited', `input && (await ${event});`);
valid('a method of the client', `whyops.initAgent();`);
valid('a trace that sends nothing', `whyops.trace('t2');`);
valid('another object', `console.error('e'); logger.userMessage([]);`);
inFile.valid('exported', `export const sent = ${event};`);
inFile.valid('a default export', `export default ${event};`);
inFile.valid('a constructor hands it on', `class A { constructor() { this.ready = ${event}; } }`);
inFile.valid('a file without the SDK', `function run(trace) { trace.userMessage([]); }`);
// FN: forEach drops what its callback returns, but without types it may be a forEach that waits.
valid('forEach drops the promise', `input.forEach((call) => ${event});`);
// FN: a list of promises that nobody takes.
valid('map drops the promises', `input.map((call) => ${event});`);
// FN: an argument of a function that may well wait.
valid('an argument of any function', `log(${event});`);

// --- Floating ------------------------------------------------------------------------------------------------------

const addAwait = (body: string) => [{ messageId: 'floating', suggestions: [['addAwait', body] as const] }];

invalid('a statement of its own', `⟦${event}⟧;`, [
  {
    messageId: 'floating',
    message:
      'Nothing waits for `userMessage`: the event can arrive out of order, or not at all when the process ends first. Await it, return it, or collect it for `Promise.all`.',
    suggestions: [['addAwait', `await ${event};`]],
  },
]);
invalid(
  'a span id that nobody waits for',
  `⟦trace.toolCallRequest('a', calls)⟧;`,
  addAwait(`await trace.toolCallRequest('a', calls);`),
);
invalid('an optional trace', `⟦trace?.userMessage([])⟧;`, addAwait(`await trace?.userMessage([]);`));
invalid(
  'a trace made on the spot',
  `⟦whyops.trace('t2').error('e')⟧;`,
  addAwait(`await whyops.trace('t2').error('e');`),
);
invalid('then with one handler', `⟦${event}⟧.then(log);`, addAwait(`await ${event}.then(log);`));
invalid('finally', `⟦${event}⟧.finally(done);`, addAwait(`await ${event}.finally(done);`));
invalid('behind &&', `input && ⟦${event}⟧;`, addAwait(`input && await ${event};`));
invalid('in a conditional', `input ? ⟦${event}⟧ : log();`, addAwait(`input ? await ${event} : log();`));
invalid('in a sequence', `⟦${event}⟧, log();`, addAwait(`await ${event}, log();`));
invalid(
  'in a variable that nobody reads',
  `const sent = ⟦${event}⟧;`,
  addAwait(`const sent = await ${event};`),
);
invalid(
  'in a block of an async arrow function',
  `const send = async () => { ⟦${event}⟧; }; await send();`,
  addAwait(`const send = async () => { await ${event}; }; await send();`),
);
invalid('in a function that is not async', `const send = () => { ⟦${event}⟧; }; send();`, ['floating']);
invalid('two in a row', `⟦${event}⟧; await work(); ⟦trace.error('e')⟧;`, [
  { messageId: 'floating', suggestions: [['addAwait', `await ${event}; await work(); trace.error('e');`]] },
  { messageId: 'floating', suggestions: [['addAwait', `${event}; await work(); await trace.error('e');`]] },
]);
inFile.invalid('at the top of a module', `⟦${event}⟧;`, addAwait(`await ${event};`));
inFile.invalid('in a constructor', `class A { constructor() { ⟦${event}⟧; } }`, ['floating']);
invalid(
  'behind a type assertion',
  `⟦(trace as any).userMessage([])⟧;`,
  addAwait(`await (trace as any).userMessage([]);`),
  { only: 'typescript' },
);

// --- Where a check must hold back ----------------------------------------------------------------------------------

valid('looked at before ||', `${event} || log();`);
valid('behind && in a value', `const sent = input && ${event}; await sent;`);
valid('the question of a condition', `${event} ? log() : warn();`);
valid('the value of a sequence', `await (log(), ${event});`);
valid('taken apart', `const { then } = ${event};`);
valid('only its method is handed on', `log(${event}.then);`);
valid('a method by a text', `${event}['then'](log);`);
valid('a method by a name that may be anything', `${event}[then](log);`);
valid('behind &&, and that before ||', `(input && ${event}) || log();`);
valid('behind &&, and that the question of a condition', `(input && ${event}) ? log() : warn();`);
valid('behind &&, and that a branch of a value', `return input ? input && ${event} : null;`);
valid('behind && twice, and returned', `return input && (ready && ${event});`);
valid('behind &&, and that the value of a sequence', `return (log(), input && ${event});`);
invalid('first in a sequence whose value is used', `const done = (⟦${event}⟧, 1); log(done);`, [
  { messageId: 'floating', suggestions: [['addAwait', `const done = (await ${event}, 1); log(done);`]] },
]);
invalid('behind &&, first in a sequence whose value is used', `return (input && ⟦${event}⟧, 1);`, [
  { messageId: 'floating', suggestions: [['addAwait', `return (input && await ${event}, 1);`]] },
]);
invalid('behind && twice', `input && (ready && ⟦${event}⟧);`, [
  { messageId: 'floating', suggestions: [['addAwait', `input && (ready && await ${event});`]] },
]);

invalid('last in a sequence that is dropped', `log(), ⟦${event}⟧;`, [
  { messageId: 'floating', suggestions: [['addAwait', `log(), await ${event};`]] },
]);
invalid('a branch of a branch', `input ? (ready ? ⟦${event}⟧ : log()) : warn();`, [
  {
    messageId: 'floating',
    suggestions: [['addAwait', `input ? (ready ? await ${event} : log()) : warn();`]],
  },
]);
invalid('behind && in a branch', `input ? ready && ⟦${event}⟧ : warn();`, [
  { messageId: 'floating', suggestions: [['addAwait', `input ? ready && await ${event} : warn();`]] },
]);
invalid('behind &&, last in a sequence that is dropped', `log(), input && ⟦${event}⟧;`, [
  { messageId: 'floating', suggestions: [['addAwait', `log(), input && await ${event};`]] },
]);
valid('behind &&, last in a sequence that is returned', `return (log(), warn(), input && ${event});`);
valid('a branch of a branch that is awaited', `await (input ? (ready ? ${event} : null) : null);`);
inFile.invalid(
  'in a default of a parameter, where nothing can be awaited',
  `async function run(a = (⟦${event}⟧, 1)) { return a; }`,
  ['floating'],
);
inFile.invalid('in a static block', `class A { static { ⟦${event}⟧; } }`, ['floating']);
inFile.invalid('in a class field', `class A { sent = (⟦${event}⟧, 1); }`, ['floating']);
inFile.invalid(
  'in the name of a class member, which belongs to the code around',
  `class A { [(⟦${event}⟧, 'a')] = 1; }`,
  [{ messageId: 'floating', suggestions: [['addAwait', `class A { [(await ${event}, 'a')] = 1; }`]] }],
);
inFile.valid('the value of a class field', `class A { sent = ${event}; }`);

// --- What only looks like it ---------------------------------------------------------------------------------------

valid('handlers that are spread may be two', `${event}.then(...handlers);`);
valid('a failure that is handled at the end of a chain', `${event}.then(log).then(undefined, report);`);
valid('a failure that is handled before the end of a chain', `${event}.catch(report).finally(done);`);
valid('behind && and dropped with void', `input && void ${event};`);
valid('a queue that one field keeps', `this.queue = this.queue.then(() => ${event});`);
valid('a variable that is filled when it is empty', `sent ??= ${event}; await sent;`);
valid('a parameter of the name of the trace', `input.forEach((trace) => { trace.error('e'); });`);
valid('a logger of the name of the trace', `for (const trace of input.loggers) trace.error('e');`);
valid(
  'a trace of another library',
  `const { trace } = require('@opentelemetry/api'); trace.error('e'); trace.userMessage([]);`,
);
valid(
  'the value of a default, which the function waits for',
  `await work(async (sent = ${event}) => { await sent; });`,
);
valid('kept in a variable that a callback reads', `const sent = ${event}; onExit(() => sent);`);
valid('a race with a timeout', `await Promise.race([${event}.finally(done), timeout(500)]);`);
inFile.valid('exported in a list', `const sent = ${event}; export { sent };`);
inFile.valid('exported the old way', `module.exports.sent = ${event};`);

runSuites('awaited-events', inAgent, inFile);
