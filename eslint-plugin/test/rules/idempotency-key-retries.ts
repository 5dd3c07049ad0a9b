import type { Suite } from '../harness/marked.ts';

const request = `trace.toolCallRequest('pay', calls)`;
const keyed = (key = 'traceId'): string =>
  `trace.toolCallRequest(call.name, [call], { idempotencyKey: ${key} })`;

/** Loops that are no retries: success stays in them, or failure leaves them. */
const noRetry: [name: string, body: string][] = [
  [
    'the start of a retry loop',
    `for (let span = await ${request}; ; ) { try { await pay(span); break; } catch { log(); } }`,
  ],
  [
    'what a retry loop walks over',
    `for (const delay of await ${request}) { try { await pay(); break; } catch { await wait(delay); } }`,
  ],
  ['a try without a catch', `while (true) { try { await ${request}; break; } finally { log(); } }`],
  ['a loop that goes on after success', `while (more()) { try { await ${request}; } catch { log(); } }`],
  ['a loop that fails at once', `while (true) { try { await ${request}; break; } catch { break; } }`],
  [
    'a loop that fails at once, on both branches',
    `while (true) { try { await ${request}; break; } catch (error) { if (calls) throw error; else return; } }`,
  ],
  [
    'a loop that fails at once, in a block',
    `while (true) { try { await ${request}; break; } catch (error) { { log(); throw error; } } }`,
  ],
  [
    'a loop that success leaves by an exception',
    `while (true) { try { await ${request}; throw new Error(); } catch { log(); } }`,
  ],
  [
    'a loop that ends below the try whatever happened',
    `while (true) { try { await ${request}; } catch { log(); } break; }`,
  ],
  ['a loop that ends below an empty catch', `while (true) { try { await ${request}; } catch {} break; }`],
  [
    'a loop that only sometimes skips its end',
    `while (true) { try { await ${request}; } catch { if (calls) continue; } break; }`,
  ],
  [
    'a loop without an end below the try',
    `while (more()) { try { await ${request}; } catch { continue; } log(); }`,
  ],
  [
    'a loop that leaves for the next piece of work',
    `each: for (const call of calls) { while (true) { try { await ${request}; } catch { continue each; } break; } }`,
  ],
  [
    'a loop that only leaves a block',
    `while (more()) { done: { try { await ${request}; break done; } catch { log(); } } }`,
  ],
  [
    'a loop that only leaves a switch',
    `while (more()) { try { await ${request}; switch (calls) { default: break; } } catch { log(); } }`,
  ],
  [
    'a loop that only sometimes ends',
    `while (more()) { try { await ${request}; if (calls) return; } catch { log(); } }`,
  ],
  [
    'another flag',
    `let done = false, sent; while (!done) { try { await ${request}; sent = true; } catch { log(); } }`,
  ],
  [
    'a flag that goes on',
    `let done = false; while (!done) { try { await ${request}; done = false; } catch { log(); } }`,
  ],
  [
    'a flag that the test does not deny',
    `let more = true; while (more) { try { await ${request}; more = true; } catch { log(); } }`,
  ],
  [
    'a flag that the test negates as a number',
    `let more = 1; while (-more) { try { await ${request}; more = 1; } catch { log(); } }`,
  ],
  [
    'a flag that is added to',
    `let done = 0; while (!done) { try { await ${request}; done += 1; } catch { log(); } }`,
  ],
  [
    'a flag of the try alone',
    `let done = false; while (!done) { try { await ${request}; const done = true; } catch { log(); } }`,
  ],
  [
    'a flag that is only looked at',
    `let done = false; while (!done) { try { await ${request}; done; } catch { log(); } }`,
  ],
  [
    'a loop that walks over what is not there',
    `for (const at in calls) { try { await ${request}; } catch { log(); } }`,
  ],
  [
    'a function that is written again',
    `let payOnce = async () => { await ${request}; }; payOnce = other; await pRetry(payOnce);`,
  ],
  [
    'a function of the name that is another one',
    `async function payOnce() { await ${request}; } { const payOnce = other; await pRetry(payOnce); } await payOnce();`,
  ],
  [
    'a function that is called beside the wrapper',
    `async function payOnce() { await ${request}; } await pRetry(other); await payOnce();`,
  ],
  [
    'a function in a pattern',
    `const { payOnce = async () => { await ${request}; } } = calls; await pRetry(payOnce);`,
  ],
  ['what the wrapper returns', `await pRetry(pay).then(async () => { await ${request}; });`],
  ['a method of the name of a wrapper', `await store.pRetry(async () => { await ${request}; });`],
  ['a wrapper of another name', `await pRetryAll(async () => { await ${request}; });`],
  ['a queue without a handler', `new Worker('tools'); await ${request};`],
  [
    'a class of the name of a queue',
    `class Worker { constructor(f) { f(); } } new Worker(async () => { await ${request}; });`,
  ],
];

/** Code that may run again for the same piece of work. */
const retries: [name: string, body: string][] = [
  [
    'a for loop that waits for a flag',
    `let done = false; for (; !done; ) { try { await ⟦${request}⟧; done = true; } catch { log(); } }`,
  ],
  [
    'a do-while loop that waits for a flag',
    `let done = false; do { try { await ⟦${request}⟧; done = true; } catch { log(); } } while (!done);`,
  ],
  [
    'a flag that gets the result',
    `let done; while (!done) { try { await ⟦${request}⟧; done = await pay(); } catch { log(); } }`,
  ],
  ['a loop without a block', `while (true) try { await ⟦${request}⟧; break; } catch { log(); }`],
  [
    'a loop that success leaves on both branches',
    `while (true) { try { await ⟦${request}⟧; if (calls) return; else break; } catch { log(); } }`,
  ],
  [
    'a loop that success leaves from a block',
    `while (true) { try { { await ⟦${request}⟧; return; } } catch { log(); } }`,
  ],
  [
    'a loop that goes on with a label',
    `again: while (true) { try { await ⟦${request}⟧; } catch { continue again; } break; }`,
  ],
  ['a loop whose handler goes on', `while (true) { try { await ⟦${request}⟧; break; } catch { continue; } }`],
  [
    'a loop in a retry loop',
    `while (true) { try { for (let at = 0; at < 3; at++) await ⟦${request}⟧; return; } catch { log(); } }`,
  ],
  [
    'a retry loop in a loop',
    `for (const at of calls) { while (true) { try { await ⟦${request}⟧; break; } catch { log(at); } } }`,
  ],
  [
    'an arrow function that has a name',
    `const payOnce = async () => { await ⟦${request}⟧; }; await pRetry(payOnce, { retries: 3 });`,
  ],
  ['a function in the options of a wrapper', `await pRetry({ run: async () => { await ⟦${request}⟧; } });`],
  [
    'a function inside a retried one',
    `await pRetry(async () => { await Promise.all(calls.map(() => ⟦${request}⟧)); });`,
  ],
  [
    'a handler that a wrapper gets as well',
    `const work = async () => { await ⟦${request}⟧; }; await pRetry(work); new Worker('tools', work);`,
  ],
];

/** Passes that send the event with a key once, or with another key each time. */
const onePass: [name: string, body: string][] = [
  ['a static block', `for (const call of calls) { class Sender { static { ${keyed()}; } } }`],
  ['a callback that may be called once', `calls.some(async (call) => { await ${keyed()}; });`],
  ['a callback that is not the first argument', `calls.map(work, async (call) => { await ${keyed()}; });`],
  ['a function of the name', `map(async (call) => { await ${keyed()}; });`],
  ['a function that is not called here', `const send = async (call) => { await ${keyed()}; };`],
  ['a class field', `class Sender { sent = (call) => ${keyed()}; }`],
  ['a loop that skips some', `for (const call of calls) { if (!call.first) continue; await ${keyed()}; }`],
  ['a loop that ends before', `for (const call of calls) { if (call.last) return; await ${keyed()}; }`],
  ['a loop that ends from a block', `for (const call of calls) { { await ${keyed()}; } return; }`],
  [
    'a loop that ends on both branches',
    `for (const call of calls) { await ${keyed()}; if (call.last) break; else return; }`,
  ],
  ['a loop that ends by an exception', `for (const call of calls) { await ${keyed()}; throw new Error(); }`],
  [
    'a loop that leaves for the outer one',
    `all: for (const list of calls) { for (const call of list) { await ${keyed()}; continue all; } }`,
  ],
  ['a loop that a label leaves', `all: for (const call of calls) { await ${keyed()}; break all; }`],
  ['a key that counts', `let at = 0; for (const call of calls) await ${keyed('`call-${at++}`')};`],
  [
    'a key that is written in the loop',
    `let key = 'a'; for (const call of calls) { await ${keyed('key')}; key = call.next; }`,
  ],
  [
    'a key of an object that is written in the loop',
    `const job = { id: 'a' }; for (const call of calls) { await ${keyed('job.id')}; job.id = call.next; }`,
  ],
  ['a key that is computed from what differs', `for (const call of calls) await ${keyed('calls[call.at]')};`],
  ['a key that a function makes', `for (const call of calls) await ${keyed('keyOf()')};`],
  ['a key that a constructor makes', `for (const call of calls) await ${keyed('new Key().id')};`],
  ['a key that is waited for', `for (const call of calls) await ${keyed('await next')};`],
  [
    'a trace with an id of its own in every pass',
    `for (const call of calls) { const own = whyops.trace(crypto.randomUUID()); await own.toolCallRequest(call.name, [call], { idempotencyKey: 'a' }); }`,
  ],
  [
    'a payload that is a function',
    `for (const call of calls) await trace.toolCallRequest('a', [() => call], { idempotencyKey: traceId });`,
  ],
];

/** Passes that all send the event, each with the same key. */
const everyPass: [name: string, body: string][] = [
  ['a callback of forEach', `calls.forEach(async (call) => { await ${keyed('⟦traceId⟧')}; });`],
  ['a callback of flatMap', `calls.flatMap((call) => ${keyed('⟦traceId⟧')});`],
  ['a for-in loop', `for (const call in calls) await ${keyed('⟦traceId⟧')};`],
  ['a loop behind a way out', `if (!calls) return; for (const call of calls) await ${keyed('⟦traceId⟧')};`],
  [
    'a loop with a function that returns',
    `for (const call of calls) { const id = [1].map(() => { return 1; }); await ${keyed('⟦traceId⟧')}; log(id); }`,
  ],
  [
    'a loop that ends at some',
    `for (const call of calls) { await ${keyed('⟦traceId⟧')}; if (call.last) break; }`,
  ],
  ['a loop that goes on at once', `for (const call of calls) { await ${keyed('⟦traceId⟧')}; continue; }`],
  [
    'a loop that goes on with a label',
    `all: for (const call of calls) { await ${keyed('⟦traceId⟧')}; continue all; }`,
  ],
  [
    'a loop that only leaves a block',
    `for (const call of calls) { done: { await ${keyed('⟦traceId⟧')}; break done; } }`,
  ],
  [
    'a key of an object that stays',
    `const job = { id: 'a' }; for (const call of calls) { await ${keyed('⟦job.id⟧')}; log(call.id = 1); }`,
  ],
  [
    'a trace of the name of the pass',
    `for (const call of calls) await whyops.trace(traceId).toolCallRequest(call.name, [call], { idempotencyKey: ⟦traceId⟧ });`,
  ],
  [
    'a payload that is computed',
    `for (const call of calls) await trace.toolCallRequest('a', [{ [call]: 1 }], { idempotencyKey: ⟦traceId⟧ });`,
  ],
  [
    'a payload under a computed name',
    `for (const call of calls) await trace.toolCallRequest('a', [calls[call]], { idempotencyKey: ⟦traceId⟧ });`,
  ],
  [
    'a payload that a template holds',
    `for (const call of calls) await trace.userMessage(\`\${call}\`, { idempotencyKey: ⟦traceId⟧ });`,
  ],
  [
    'a response to other tool calls',
    `for (const call of calls) await trace.toolCallResponse('a', 'span', [call], {}, { idempotencyKey: ⟦traceId⟧ });`,
  ],
  [
    'a response to another tool',
    `for (const call of calls) await trace.toolCallResponse(call.name, 'span', calls, {}, { idempotencyKey: ⟦traceId⟧ });`,
  ],
];

/** What a retry sends anew each time because it is another event. */
const ownEvents: [name: string, body: string][] = [
  [
    'told of each failure, with a key made there',
    `while (true) { try { return await pay(); } catch { await trace.error('an attempt failed', { idempotencyKey: nanoid() }); } }`,
  ],
  [
    'a tool that is called after each failure',
    `while (true) { try { return await pay(); } catch { await trace.toolCallRequest('notify', calls); } }`,
  ],
  [
    'told of each failure in the options of the wrapper',
    `await pRetry(pay, { onFailedAttempt: (error) => trace.error(error.message, { idempotencyKey: nanoid() }) });`,
  ],
  [
    'a tool that is called in the options of the wrapper',
    `await pRetry(() => pay(), { onFailedAttempt: async () => { await trace.toolCallRequest('notify', calls); } });`,
  ],
  [
    'calls that a failure adds to',
    `const tried = []; while (true) { try { await trace.toolCallRequest('pay', tried); return; } catch { tried.push({}); } }`,
  ],
  [
    'a page that a failure counts up',
    `const page = { at: 0 }; while (true) { try { await trace.toolCallRequest('pay', [{ name: 'pay', arguments: page }]); return; } catch { page.at++; } }`,
  ],
  [
    'a field that holds the next call',
    `class Run { async all() { while (true) { this.call = calls.shift(); try { await trace.toolCallRequest('pay', [this.call]); return; } catch { log(); } } } }`,
  ],
  [
    'another provider in each attempt',
    `for (const provider of calls) { try { await trace.toolCallRequest('pay', [{ name: 'pay', arguments: { provider } }]); return; } catch { log(); } }`,
  ],
  [
    'a listener of the queue beside its handler',
    `const worker = new Worker('tools', work); worker.on('failed', async (job) => { await trace.toolCallRequest('notify', [job]); });`,
  ],
];

/** Keys that an attempt takes from elsewhere, or that each pass has for itself. */
const keptKeys: [name: string, body: string][] = [
  [
    'beside a clock in one object',
    `new Worker('tools', async (job) => { const now = Date.now(); const context = { id: job.id, now }; await trace.toolCallRequest('pay', calls, { idempotencyKey: context.id }); });`,
  ],
  [
    'looked up, and only made when it is missing',
    `await pRetry(async () => { const made = nanoid(); const key = saved.get(traceId) ?? made; saved.set(traceId, key); await trace.toolCallRequest('pay', calls, { idempotencyKey: key }); });`,
  ],
  [
    'made by the first attempt alone',
    `let key; await pRetry(() => trace.toolCallRequest('pay', calls, { idempotencyKey: (key ??= nanoid()) }));`,
  ],
  [
    'a date of the job',
    `new Worker('tools', async (job) => { await trace.toolCallRequest('pay', calls, { idempotencyKey: \`pay-\${new Date(job.timestamp).toISOString()}\` }); });`,
  ],
  [
    'a hash of the calls',
    `const { createHash } = require('node:crypto'); await pRetry(() => trace.toolCallRequest('pay', calls, { idempotencyKey: createHash('sha256').update(JSON.stringify(calls)).digest('hex') }));`,
  ],
  [
    'a UUID of a name',
    `const { v5 } = require('uuid'); await pRetry(() => trace.toolCallRequest('pay', calls, { idempotencyKey: v5('pay', traceId) }));`,
  ],
  [
    'made by the caller of a function with a retry in it',
    `const send = (key) => pRetry(() => trace.toolCallRequest('pay', calls, { idempotencyKey: key })); await send(nanoid());`,
  ],
  [
    'a member that each pass counts up',
    `const counter = { value: 0 }; for (const call of calls) { counter.value++; await ${keyed('`call-${counter.value}`')}; }`,
  ],
  [
    'a counter that each pass moves on',
    `const counter = new Counter(); for (const call of calls) { counter.next(); await ${keyed('`call-${counter.value}`')}; }`,
  ],
  [
    'the position of each call',
    `for (const [at, call] of calls.entries()) await ${keyed('`${traceId}:${at}`')};`,
  ],
];

/** What runs again, and what runs once. */
export function addRetries({ valid, invalid }: Suite): void {
  for (const [name, body] of noRetry) valid(`no retry: ${name}`, body);
  for (const [name, body] of retries) invalid(`a retry: ${name}`, body, ['missing']);
  for (const [name, body] of onePass) valid(`a key for one pass: ${name}`, body);
  for (const [name, body] of everyPass) invalid(`a key for every pass: ${name}`, body, ['sharedByPasses']);

  valid(
    'a response that differs in its result alone is the same event',
    `for (const call of calls) await trace.toolCallResponse('a', call.span, calls, call.result, { idempotencyKey: traceId });`,
  );
  valid(
    'a failed attempt closes its span in finally',
    `while (true) { const span = await ${request}; try { await pay(); return; } catch { log(); } finally { await trace.toolCallResponse('pay', span, calls, {}); } }`,
  );
  invalid(
    'a handler that tells of its failures is delivered again all the same',
    `new Worker('tools', async () => { const span = await ⟦${request}⟧; try { await pay(); } catch { await ⟦trace.toolCallResponse('pay', span, calls, {})⟧; } });`,
    ['missing', 'missing'],
  );
  invalid(
    'a catch around the retries tells of none of them',
    `try { await pRetry(async () => { await ⟦trace.toolCallResponse('pay', 'span', calls, {})⟧; }); } catch { log(); }`,
    ['missing'],
  );
  valid(
    'a spread key in a queue handler',
    `new Worker('tools', () => trace.toolCallRequest('pay', calls, { ...options }));`,
  );
  invalid(
    'a trace from elsewhere that has the same id in each attempt',
    `await pRetry(async () => { const own = await traceOf(calls); await ⟦own.toolCallRequest('pay', calls)⟧; });`,
    ['missing'],
    { settings: { whyops: { traceFactories: ['traceOf'] } } },
  );
  valid(
    'a trace of a factory without an id, for each attempt',
    `await pRetry(async () => { const own = currentTrace(); await own.toolCallRequest('pay', calls); });`,
    { settings: { whyops: { traceFactories: ['currentTrace'] } } },
  );
  invalid(
    'a queue handler whose trace has the id of the job',
    `new Worker('tools', async (job) => { const own = whyops.trace(job.id); await ⟦own.toolCallRequest('pay', calls)⟧; });`,
    ['missing'],
  );
  // FN: a loop in a retried function is looked at as a retry alone.
  valid(
    'one key for every pass, in a retried function',
    `await pRetry(async () => { for (const call of calls) await ${keyed()}; });`,
  );
  valid(
    'one key in every pass, for a trace that is made on the spot',
    `for (const call of calls) await whyops.trace(crypto.randomUUID()).toolCallRequest(call.name, [call], { idempotencyKey: 'a' });`,
  );
  valid(
    'one key in two traces whose ids cannot be told',
    `const one = whyops.trace(next()); const two = whyops.trace(next()); await one.error('one', { idempotencyKey: 'end' }); await two.error('two', { idempotencyKey: 'end' });`,
  );
  valid(
    'a trace whose id the wrapper gives to each attempt',
    `await pRetry(async (attempt) => { const own = whyops.trace(attempt.id); await own.toolCallRequest('pay', calls); });`,
  );
  valid(
    'two keys made at once',
    `await trace.error('one', { idempotencyKey: crypto.randomUUID() }); await trace.error('two', { idempotencyKey: crypto.randomUUID() });`,
  );
  valid(
    'one key in two traces that are made anew',
    `await whyops.trace(crypto.randomUUID()).error('one', { idempotencyKey: 'end' }); await whyops.trace(crypto.randomUUID()).error('two', { idempotencyKey: 'end' });`,
  );
  valid(
    'one key in two traces that somebody makes',
    `await whyops.trace(next()).error('one', { idempotencyKey: 'end' }); await whyops.trace(next()).error('two', { idempotencyKey: 'end' });`,
  );
  invalid(
    'one key in a trace whose id cannot be told',
    `const own = whyops.trace(next()); await own.error('one', { idempotencyKey: 'end' }); await own.error('two', { idempotencyKey: ⟦'end'⟧ });`,
    ['shared'],
  );
  invalid(
    'one key for three events',
    `await trace.error('one', { idempotencyKey: 'end' }); await trace.error('two', { idempotencyKey: ⟦'end'⟧ }); await trace.error('three', { idempotencyKey: ⟦'end'⟧ });`,
    ['shared', 'shared'],
  );
  invalid(
    'one key for two events that share it with an attempt at the first',
    `await trace.error('one', { idempotencyKey: 'end' }); await trace.error('two', { idempotencyKey: ⟦'end'⟧ }); await trace.error('one', { idempotencyKey: ⟦'end'⟧ });`,
    ['shared', 'shared'],
  );
  valid(
    'a null key for two events',
    `await trace.error('one', { idempotencyKey: null }); await trace.error('two', { idempotencyKey: null });`,
  );

  for (const [name, body] of ownEvents) valid(`an event of its own in each attempt: ${name}`, body);
  for (const [name, body] of keptKeys) valid(`a key that stays: ${name}`, body);
  invalid(
    'an object that holds the calls, and something else is written in it',
    `const job = { calls, tries: 0 }; while (true) { try { await ⟦trace.toolCallRequest('pay', job.calls)⟧; return; } catch { log(this.tries = 1); } }`,
    ['missing'],
  );
  invalid(
    'a wrapper with options, and the request in the function itself',
    `await pRetry(async () => { await ⟦${request}⟧; }, { onFailedAttempt: () => log() });`,
    ['missing'],
  );
  valid(
    'one key of an object for two events, written anew between them',
    `const state = { key: 'a' }; await trace.error('one', { idempotencyKey: state.key }); state.key = 'b'; await trace.error('two', { idempotencyKey: state.key });`,
  );
  valid(
    'one template for two events, with a step that is counted between them',
    `const state = { step: 1 }; await trace.error('one', { idempotencyKey: \`\${traceId}:\${state.step}\` }); state.step++; await trace.error('two', { idempotencyKey: \`\${traceId}:\${state.step}\` });`,
  );
  valid(
    'one field of a key for a request and its response, in a class that counts',
    `class Run { step = 0; async both() { await trace.error('one', { idempotencyKey: \`\${this.step}\` }); this.step += 1; await trace.error('two', { idempotencyKey: \`\${this.step}\` }); } }`,
  );
  valid(
    'keys of a function that is asked for each event',
    `const keyOf = (name) => \`\${traceId}:\${name}\`; await trace.error('one', { idempotencyKey: keyOf('one') }); await trace.error('two', { idempotencyKey: keyOf('two') });`,
  );
  valid(
    'one key with another ending for each event',
    `const key = 'pay'; const span = await trace.toolCallRequest('pay', calls, { idempotencyKey: key + ':request' }); await trace.toolCallResponse('pay', span, calls, {}, { idempotencyKey: key + ':response' });`,
  );
  invalid(
    'a clock behind three names',
    `await pRetry(async () => { const now = Date.now(); const id = \`a-\${now}\`; const key = id; await trace.toolCallRequest('pay', calls, { idempotencyKey: ⟦key⟧ }); });`,
    ['madeAnew'],
  );
  valid(
    'names in the attempt for what is made before it',
    `const now = Date.now(); await pRetry(async () => { const id = \`a-\${now}\`; const key = id; await trace.toolCallRequest('pay', calls, { idempotencyKey: key }); });`,
  );
}
