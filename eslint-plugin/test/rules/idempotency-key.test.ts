import { runSuites, suite } from '../harness/marked.ts';
import { addRetries } from './idempotency-key-retries.ts';

const inAgent = suite(
  (body) => `import { WhyOps } from '@whyops/sdk';
import pRetry from 'p-retry';
import { nanoid } from 'nanoid';
import { Worker } from 'bullmq';
const whyops = new WhyOps({ apiKey, agentName: 'shop', agentMetadata });
export async function agent(traceId, calls) {
  const trace = whyops.trace(traceId);
  ${body}
}`,
);
const { valid, invalid } = inAgent;

valid('tool events that are sent once need no key', `await trace.toolCallRequest('search', calls);`);
valid(
  'a key of its own for each event',
  `const span = await trace.toolCallRequest('pay', calls, { idempotencyKey: 'pay:request' });
  await trace.toolCallResponse('pay', span, calls, {}, { idempotencyKey: 'pay:response' });`,
);
valid(
  'a retry loop with a key made before it',
  `const key = crypto.randomUUID();
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      await trace.toolCallRequest('pay', calls, { idempotencyKey: key });
      return;
    } catch { continue; }
  }`,
);
valid(
  'a retry loop with a key from the work itself',
  `while (true) {
    try {
      await trace.toolCallRequest('pay', calls, { idempotencyKey: \`\${traceId}:pay\` });
      break;
    } catch (error) { await wait(error); }
  }`,
);
valid(
  'a key that counts the attempts, so that each is seen',
  `for (let attempt = 0; attempt < 3; attempt++) {
    try {
      await trace.toolCallRequest('pay', calls, { idempotencyKey: \`\${traceId}:pay:\${attempt}\` });
      return;
    } catch { continue; }
  }`,
);
valid(
  'a failed attempt closes its own span, so that each is seen',
  `for (let attempt = 0; attempt < 3; attempt++) {
    const span = await trace.toolCallRequest('pay', calls);
    try {
      const result = await pay();
      await trace.toolCallResponse('pay', span, calls, result);
      return result;
    } catch (error) {
      await trace.toolCallResponse('pay', span, calls, { error: String(error) });
    }
  }`,
);
valid(
  'the loop retries the tool alone',
  `const span = await trace.toolCallRequest('pay', calls);
  let result;
  for (let attempt = 0; attempt < 3; attempt++) {
    try { result = await pay(); break; } catch { continue; }
  }
  await trace.toolCallResponse('pay', span, calls, result);`,
);
valid(
  'an agent loop sends another event in each pass',
  `while (true) {
    try {
      const call = await next();
      if (!call) return;
      const span = await trace.toolCallRequest(call.name, [call]);
      await trace.toolCallResponse(call.name, span, [call], await runTool(call));
    } catch (error) { await trace.error(String(error)); }
  }`,
);
valid(
  'a loop over calls that goes on after a failure',
  `for (const call of calls) {
    try { await trace.toolCallRequest(call.name, [call]); return; } catch { continue; }
  }`,
);
valid(
  'a loop that ends at the first failure is no retry',
  `while (more()) {
    try { await trace.toolCallRequest('search', calls); break; } catch (error) { throw error; }
  }`,
);
valid(
  'a payload that is changed in the loop',
  `let query = 'a';
  while (true) {
    try { await trace.toolCallRequest('search', [{ name: 'search', arguments: { query } }]); query += 'b'; break; } catch { query = 'c'; }
  }`,
);
valid(
  'events without a content hash are tool events only',
  `await pRetry(async () => { await trace.userMessage([{ role: 'user', content: 'Hi' }]); });`,
);
valid(
  'a retry wrapper with a key from outside',
  `const key = nanoid();
  await pRetry(() => trace.toolCallRequest('pay', calls, { idempotencyKey: key }));`,
);
valid(
  'a retry wrapper around the tool alone',
  `const span = await trace.toolCallRequest('pay', calls);
  const result = await pRetry(() => pay());
  await trace.toolCallResponse('pay', span, calls, result);`,
);
valid(
  'a retried function with a trace of its own for each attempt',
  `await pRetry(async () => {
    const attempt = whyops.trace(crypto.randomUUID());
    await attempt.toolCallRequest('pay', calls);
  });`,
);
valid(
  'a retry wrapper by name that this function defines itself',
  `const retry = (f) => f(); await retry(() => trace.toolCallRequest('pay', calls));`,
);
valid(
  'a queue handler with a key from the job',
  `new Worker('tools', async (job) => {
    await whyops.trace(job.data.traceId).toolCallRequest('pay', calls, { idempotencyKey: \`\${job.id}:request\` });
  });`,
);
valid(
  'a random key for an event that is sent once, for the retries of the SDK',
  `await trace.toolCallRequest('pay', calls, { idempotencyKey: crypto.randomUUID() });`,
);
valid('options from elsewhere', `await pRetry(() => trace.toolCallRequest('pay', calls, options));`);
valid(
  'a key in a spread',
  `await pRetry(() => trace.toolCallRequest('pay', calls, { ...keyed, latencyMs: 3 }));`,
);
valid(
  'one key in two branches',
  `if (ok) await trace.toolResult('pay', { ok }, { idempotencyKey: 'paid' });
  else await trace.error('not paid', { idempotencyKey: 'paid' });`,
);
valid(
  'one key in two ways out',
  `if (!ok) { await trace.error('not paid', { idempotencyKey: 'end' }); return; }
  await trace.toolResult('pay', {}, { idempotencyKey: 'end' });`,
);
valid(
  'a second attempt at the same event',
  `try { await trace.toolResult('pay', {}, { idempotencyKey: 'paid' }); }
  catch { await trace.toolResult('pay', {}, { idempotencyKey: 'paid' }); }`,
);
valid(
  'one key in two traces',
  `await whyops.trace('t1').error('one', { idempotencyKey: 'end' });
  await whyops.trace('t2').error('two', { idempotencyKey: 'end' });`,
);
valid(
  'a literal key in a loop, with a trace for each pass',
  `for (const call of calls) {
    const sub = whyops.trace(call.id);
    await sub.toolCallRequest(call.name, [call], { idempotencyKey: 'request' });
  }`,
);
valid(
  'a literal key in a loop that ends there',
  `for (const call of calls) {
    await trace.toolCallRequest(call.name, [call], { idempotencyKey: 'first' });
    break;
  }`,
);
valid(
  'a literal key for the one pass that qualifies',
  `for (const call of calls) if (call.isFirst) await trace.toolCallRequest(call.name, [call], { idempotencyKey: 'first' });`,
);
valid(
  'a key that differs in each pass',
  `for (const call of calls) await trace.toolCallRequest(call.name, [call], { idempotencyKey: call.id });`,
);
valid('an undefined key', `await trace.error('late', { idempotencyKey: undefined });`);
valid('a retried call on something else', `await pRetry(() => log.toolCallRequest('pay', calls));`);
// FN: a retry by recursion is not recognised.
valid(
  'a retry by recursion',
  `async function attempt(left) {
    try { await trace.toolCallRequest('pay', calls); } catch (error) { if (left > 0) return attempt(left - 1); throw error; }
  }
  await attempt(3);`,
);
// FN: two functions may be called for two traces.
valid(
  'one key in two functions',
  `const one = () => trace.error('one', { idempotencyKey: 'end' });
  const two = () => trace.error('two', { idempotencyKey: 'end' });
  await one(); await two();`,
);

invalid(
  'a retry loop that returns when it succeeds',
  `for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const span = await ⟦trace.toolCallRequest('pay', calls)⟧;
      const result = await pay();
      await ⟦trace.toolCallResponse('pay', span, calls, result)⟧;
      return result;
    } catch (error) { if (attempt === 2) throw error; }
  }`,
  [
    {
      messageId: 'missing',
      message:
        '`toolCallRequest` stands in a retry loop, without `idempotencyKey`: each attempt is stored as another event. Make a key before the first attempt and pass it here.',
    },
    'missing',
  ],
);
invalid(
  'a retry loop that breaks below the try',
  `while (true) {
    try { await ⟦trace.toolCallRequest('pay', calls, { latencyMs: 3 })⟧; } catch { continue; }
    break;
  }`,
  ['missing'],
);
invalid(
  'a retry loop that waits for a flag',
  `let done = false;
  while (!done) {
    try { await ⟦trace.toolCallRequest('pay', calls)⟧; done = true; } catch (error) { await wait(error); }
  }`,
  ['missing'],
);
invalid(
  'a retry loop over delays',
  `for (const delay of [200, 400, 800]) {
    try { return await ⟦trace.toolCallRequest('pay', calls)⟧; } catch { await wait(delay); }
  }`,
  ['missing'],
);
invalid(
  'a request before the try of a retry loop',
  `for (;;) {
    await ⟦trace.toolCallRequest('pay', [{ name: 'pay', arguments: { amount: 3 } }])⟧;
    try { return await pay(); } catch (error) { await trace.error(String(error)); }
  }`,
  ['missing'],
);
invalid(
  'a key of undefined',
  `await pRetry(() => ⟦trace.toolCallRequest('pay', calls, { idempotencyKey: undefined })⟧);`,
  ['missing'],
);
invalid(
  'a retried function',
  `await pRetry(async () => {
    const span = await ⟦trace.toolCallRequest('pay', calls)⟧;
    await ⟦trace.toolCallResponse('pay', span, calls, await pay())⟧;
  }, { retries: 3 });`,
  ['missing', 'missing'],
);
invalid(
  'a retried function that has a name',
  `async function payOnce() { await ⟦trace.toolCallRequest('pay', calls)⟧; }
  await pRetry(payOnce);`,
  ['missing'],
);
invalid(
  'a retry wrapper of your own',
  `await again(async () => { await ⟦trace.toolCallRequest('pay', calls)⟧; });`,
  ['missing'],
  { settings: { whyops: { retryWrappers: ['again'] } } },
);
invalid(
  'a queue handler',
  `new Worker('tools', async (job) => {
    await ⟦whyops.trace(job.data.traceId).toolCallRequest('pay', calls)⟧;
  });`,
  [
    {
      messageId: 'missing',
      message:
        '`toolCallRequest` stands in a queue handler, which runs again when a job is delivered again, without `idempotencyKey`: each attempt is stored as another event. Make a key before the first attempt and pass it here.',
    },
  ],
);
invalid(
  'a handler in an object',
  `await consumer.run({ eachMessage: async ({ message }) => { await ⟦trace.toolCallRequest('pay', calls)⟧; } });`,
  ['missing'],
);
invalid(
  'a key made in the attempt',
  `await pRetry(() => trace.toolCallRequest('pay', calls, { idempotencyKey: ⟦crypto.randomUUID()⟧ }));`,
  [
    {
      messageId: 'madeAnew',
      message:
        'This `idempotencyKey` is made anew in a function that is retried: no attempt is recognised as a repetition. Make it before the first attempt.',
    },
  ],
);
invalid(
  'a constant of the attempt',
  `for (let attempt = 0; attempt < 3; attempt++) {
    const key = \`pay-\${Date.now()}\`;
    try { await trace.toolCallRequest('pay', calls, { idempotencyKey: ⟦key⟧ }); return; } catch { continue; }
  }`,
  ['madeAnew'],
);
invalid(
  'a template with a random part, in an event of any kind',
  `await pRetry(async () => { await trace.error('late', { idempotencyKey: ⟦\`late-\${Math.random()}\`⟧ }); });`,
  ['madeAnew'],
);
invalid(
  'a key of a library in a queue handler',
  `new Worker('tools', async (job) => {
    const id = nanoid();
    await whyops.trace(job.data.traceId).toolResult('pay', {}, { idempotencyKey: ⟦\`\${job.id}-\${id}\`⟧ });
  });`,
  ['madeAnew'],
);
invalid(
  'one literal for a request and its response',
  `const span = await trace.toolCallRequest('pay', calls, { idempotencyKey: 'pay' });
  await trace.toolCallResponse('pay', span, calls, {}, { idempotencyKey: ⟦'pay'⟧ });`,
  [
    {
      messageId: 'shared',
      message:
        '`toolCallResponse` has the `idempotencyKey` of another event (line 8): WhyOps looks up the key alone and drops the second event. Give each event a key of its own.',
    },
  ],
);
invalid(
  'one constant for a request and its response',
  `const key = crypto.randomUUID();
  const span = await trace.toolCallRequest('pay', calls, { idempotencyKey: key });
  try { await pay(); } finally { await trace.toolCallResponse('pay', span, calls, {}, { idempotencyKey: ⟦key⟧ }); }`,
  ['shared'],
);
invalid(
  'one literal for two messages, over two handles of the trace',
  `await whyops.trace(traceId).error('one', { idempotencyKey: 'error' });
  await trace.error('two', { idempotencyKey: ⟦'error'⟧ });`,
  ['shared'],
);
invalid(
  'a template of the same parts',
  `await trace.error('one', { idempotencyKey: \`\${traceId}:error\` });
  if (bad) await trace.error('two', { idempotencyKey: ⟦\`\${traceId}:error\`⟧ });`,
  ['shared'],
);
invalid(
  'a literal key in a loop over calls',
  `for (const call of calls) await trace.toolCallRequest(call.name, [call], { idempotencyKey: ⟦'tool'⟧ });`,
  ['sharedByPasses'],
);
invalid(
  'the trace id as a key for parallel calls',
  `await Promise.all(calls.map(async (call) => {
    await trace.toolCallRequest(call.name, [call], { idempotencyKey: ⟦traceId⟧ });
  }));`,
  [
    {
      messageId: 'sharedByPasses',
      message:
        'Every pass sends another event with the same `idempotencyKey`: WhyOps keeps only the first. Put what differs into the key.',
    },
  ],
);

// --- Where a check must hold back ----------------------------------------------------------------------------------

valid(
  'the same event in every pass',
  `for (const call of calls) { await trace.userMessage(traceId, { idempotencyKey: 'question' }); await run(call); }`,
);
valid(
  'a trace of its own in every pass',
  `for (const call of calls) await whyops.trace(call.id).userMessage([call], { idempotencyKey: 'question' });`,
);

// --- Whether two events with one key are sent in one run -----------------------------------------------------------

const first = `trace.error('one', { idempotencyKey: 'end' })`;
const second = `trace.error('two', { idempotencyKey: 'end' })`;
const marked = `trace.error('two', { idempotencyKey: ⟦'end'⟧ })`;

/** The first event is sent in some runs; whether the second one is sent in the same run depends on what is around it. */
const apart: [name: string, body: string][] = [
  ['behind &&', `ok && (await ${second});`],
  ['behind ||', `ok || (await ${second});`],
  ['in a value that is filled when missing', `let sent; sent ??= await ${second};`],
  ['as a default of a parameter', `const send = async (sent = ${second}) => sent;`],
  ['as a default in a pattern', `const { sent = await ${second} } = calls;`],
  ['in a case of a switch', `switch (calls.length) { case 1: await ${second}; }`],
  ['in a branch of a conditional', `const sent = ok ? null : await ${second};`],
  ['in a catch', `try { await work(); } catch { await ${second}; }`],
  ['in a while loop', `while (more()) await ${second};`],
  ['in a for loop that may not begin', `for (let at = 0; at < calls.length; at++) await ${second};`],
  ['in a for loop that never begins', `for (let at = 3; at < 3; at++) await ${second};`],
  ['in a for loop that never begins, with the limit', `for (let at = 5; at <= 3; at++) await ${second};`],
  ['in a for loop that begins somewhere', `for (let at = from; at < 3; at++) await ${second};`],
  ['in a for loop that tests something else', `for (let at = 0; calls.length < 3; at++) await ${second};`],
  ['in a for loop that counts down', `for (let at = 0; at > 3; at++) await ${second};`],
  ['in a for loop over another variable', `let to = 0; for (let at = 0; to < 3; at++) await ${second};`],
  ['in a for loop without a start', `for (; calls.length < 3;) await ${second};`],
  ['in a for loop with a plain start', `let at; for (at = 0; at < 3; at++) await ${second};`],
  ['in the step of a for loop', `for (let at = 0; at < 3; await ${second}) at++;`],
  ['in a for-of loop', `for (const call of calls) await ${second};`],
  ['in a for-in loop', `for (const call in calls) await ${second};`],
  ['in a function', `const send = () => ${second};`],
  ['in a class field', `class Sender { sent = ${second}; }`],
  ['behind a return', `if (calls.length > 3) return; await ${second};`],
  ['behind a throw', `if (calls.length > 3) throw new Error(); await ${second};`],
];
for (const [name, body] of apart)
  valid(`one key, and the second event ${name}`, `if (calls.length > 1) await ${first};\n  ${body}`);
valid(
  'one key, and a break out of a block between the events',
  `done: { if (calls.length > 1) await ${first}; if (calls.length > 2) break done; await ${second}; }`,
);
valid(
  'one key, and a break out of the outer loop between the events',
  `done: for (const call of calls) { if (call) await ${first}; for (const part of call) { if (part) break done; } await ${second}; }`,
);
valid(
  'one key, and a continue between the events, in a switch',
  `for (const call of calls) { if (call) await ${first}; switch (call) { case 1: continue; } await ${second}; }`,
);
valid('one key in a try and its catch', `try { await ${first}; } catch { await ${second}; }`);
valid(
  'one key in two cases',
  `switch (calls.length) { case 1: await ${first}; break; case 2: await ${second}; break; }`,
);

const together: [name: string, body: string][] = [
  ['in the test of an if', `if (await ${marked}) await work();`],
  ['before &&', `(await ${marked}) && (await work());`],
  ['in the test of a conditional', `const sent = (await ${marked}) ? 1 : 2;`],
  ['in a plain assignment', `let sent; sent = await ${marked};`],
  ['in what a switch looks at', `switch (await ${marked}) { case 1: await work(); }`],
  ['in a try', `try { await ${marked}; } catch { await work(); }`],
  ['in a finally', `try { await work(); } finally { await ${marked}; }`],
  ['in the test of a while loop', `while (await ${marked}) await work();`],
  ['in a loop without an end', `while (true) { await ${marked}; if (await work()) break; }`],
  ['in a do-while loop', `do { await ${marked}; } while (more());`],
  ['in a for loop without a test', `for (;;) { await ${marked}; if (await work()) break; }`],
  ['in a for loop whose test is constant', `for (; true; ) { await ${marked}; if (await work()) break; }`],
  ['in the start of a for loop', `for (await ${marked}; more();) await work();`],
  ['in a for loop that begins', `for (let at = 0; at < 3; at++) await ${marked};`],
  ['in a for loop with one pass', `for (let at = 3; at <= 3; at++) await ${marked};`],
  ['in what a for-of loop walks over', `for (const call of await ${marked}) await work(call);`],
  ['behind a loop that ends early', `for (const call of calls) { if (call) break; } await ${marked};`],
  ['behind a switch', `switch (calls.length) { case 1: break; } await ${marked};`],
  ['behind a labelled block', `done: { if (calls.length > 3) break done; await work(); } await ${marked};`],
  ['behind a function that returns', `const skip = (call) => { return call; }; await ${marked};`],
];
for (const [name, body] of together)
  invalid(`one key, and the second event ${name}`, `if (calls.length > 1) await ${first};\n  ${body}`, [
    'shared',
  ]);

// --- Events that exclude each other --------------------------------------------------------------------------------

const apartInAll: [name: string, body: string][] = [
  ['one is returned early', `if (calls.length === 0) return ${first}; await ${second};`],
  ['one is thrown', `if (calls.length === 0) throw await ${first}; await ${second};`],
  [
    'one is returned from a try',
    `try { await work(); return await ${first}; } catch { log(); } await ${second};`,
  ],
  [
    'one stands before a return in a try',
    `try { await work(); await ${first}; return; } catch (error) { log(error); } await ${second};`,
  ],
  [
    'one stands before a break in a try',
    `while (true) { try { await work(); await ${first}; break; } catch { log(); } await ${second}; return; }`,
  ],
  ['both are returned, by a condition', `return calls.length > 0 ? ${first} : ${second};`],
  ['both handle one promise', `await work().then(() => ${first}, () => ${second});`],
];
for (const [name, body] of apartInAll) valid(`one key for either of two events: ${name}`, body);
invalid(
  'one key, and the second event behind a try that goes on',
  `try { await ${first}; await work(); } catch { log(); } await ${marked};`,
  ['shared'],
);

addRetries(inAgent);

runSuites('idempotency-key', inAgent);
