import { runSuites, suite } from '../harness/marked.ts';

const inAgent = suite(
  (body) => `import { WhyOps } from '@whyops/sdk';
import OpenAI from 'openai';
import { nanoid } from 'nanoid';
const whyops = new WhyOps({ apiKey, agentName: 'shop', agentMetadata });
const openai = whyops.openai(new OpenAI({ apiKey }));
export async function agent(sessionId, questions, messages) {
  ${body}
}`,
);
const { valid, invalid } = inAgent;

valid(
  'one id, made once, for the whole workflow',
  `const traceId = crypto.randomUUID();
  await whyops.trace(traceId).userMessage(messages);
  const span = await whyops.trace(traceId).toolCallRequest('search', []);
  await whyops.trace(traceId).toolCallResponse('search', span, [], {});
  await whyops.trace(traceId).llmResponse('gpt-5', 'openai', 'Done.');`,
);
valid(
  'one trace, made once, with a fresh id',
  `const trace = whyops.trace(crypto.randomUUID());
  await trace.userMessage(messages);
  await trace.llmResponse('gpt-5', 'openai', 'Done.');`,
);
valid(
  'one trace a question',
  `for (const question of questions) {
    const trace = whyops.trace(crypto.randomUUID());
    await trace.userMessage([{ role: 'user', content: question }]);
    const span = await trace.toolCallRequest('search', []);
    await trace.toolCallResponse('search', span, [], {});
    await trace.llmResponse('gpt-5', 'openai', await ask(question));
  }`,
);
valid(
  'one trace a question, in parallel',
  `await Promise.all(questions.map(async (question) => {
    const trace = whyops.trace(nanoid());
    await trace.userMessage([{ role: 'user', content: question }]);
    await trace.llmResponse('gpt-5', 'openai', await ask(question));
  }));`,
);
valid(
  'a single message for each trace, to fill a demo',
  `for (const question of questions) await whyops.trace(crypto.randomUUID()).userMessage([question]);`,
);
valid(
  'one event that is a trace of its own',
  `await whyops.trace(crypto.randomUUID()).error('The agent could not start.');`,
);
valid(
  'a session that is given from outside',
  `await whyops.trace(sessionId).userMessage(messages);
  await whyops.trace(sessionId).llmResponse('gpt-5', 'openai', 'Done.');`,
);
valid(
  'an id from the session',
  `await whyops.trace(\`chat-\${sessionId}\`).userMessage(messages);
  await whyops.trace(\`chat-\${sessionId}\`).llmResponse('gpt-5', 'openai', 'Done.');`,
);
valid(
  'an id for each request handler',
  `app.post('/chat', async (request, response) => {
    const trace = whyops.trace(crypto.randomUUID());
    await trace.userMessage(request.body.messages);
    await trace.llmResponse('gpt-5', 'openai', await ask(request.body));
  });`,
);
valid(
  'a known id, or a fresh one',
  `const trace = whyops.trace(sessionId ?? crypto.randomUUID());
  await trace.userMessage(messages); await trace.llmResponse('gpt-5', 'openai', 'Done.');`,
);
valid(
  'a function that returns one trace',
  `const shared = whyops.trace(crypto.randomUUID()); const trace = () => shared;
  await trace().userMessage(messages); await trace().llmResponse('gpt-5', 'openai', 'Done.');`,
);
valid(
  'two whole workflows in one function',
  `const one = whyops.trace('demo-1'); const two = whyops.trace('demo-2');
  await one.userMessage(messages); await one.llmResponse('gpt-5', 'openai', 'One.');
  await two.userMessage(messages); await two.llmResponse('gpt-5', 'openai', 'Two.');`,
);
valid(
  'two agents, each with a trace',
  `const planner = new WhyOps({ apiKey, agentName: 'planner', agentMetadata });
  await planner.trace(crypto.randomUUID()).userMessage(messages);
  const tools = whyops.trace(crypto.randomUUID());
  const span = await tools.toolCallRequest('search', []); await tools.toolCallResponse('search', span, [], {});`,
);
valid(
  'tools in the trace of the turn, from a callback',
  `const trace = whyops.trace(crypto.randomUUID());
  await trace.userMessage(messages);
  await Promise.all(questions.map(async (name) => {
    const span = await trace.toolCallRequest(name, []); await trace.toolCallResponse(name, span, [], {});
  }));`,
);
valid(
  'a job of tools alone',
  `for (const name of questions) {
    const trace = whyops.trace(crypto.randomUUID());
    const span = await trace.toolCallRequest(name, []); await trace.toolCallResponse(name, span, [], {});
  }`,
);
valid(
  'a trace that is handed on, where it may get its turn',
  `await whyops.trace(sessionId).userMessage(messages);
  const sub = whyops.trace(crypto.randomUUID());
  await sub.toolCallRequest('search', []); await runSubAgent(sub);`,
);
valid(
  'a trace of tools whose id depends on the session',
  `await whyops.trace(sessionId).userMessage(messages);
  const sub = whyops.trace(\`\${sessionId}-tools\`); await sub.toolResult('search', {});`,
);
valid(
  'a message in one branch and an answer in the other',
  `if (questions.length > 0) await whyops.trace('asked').userMessage(messages);
  else await whyops.trace('answered').llmResponse('gpt-5', 'openai', 'Done.');`,
);
valid(
  'a span that is closed where it was opened',
  `const trace = whyops.trace(sessionId); const span = await trace.toolCallRequest('search', []);
  await whyops.trace(sessionId).toolCallResponse('search', span, [], {});`,
);
valid(
  'a new question in each round under an id of its own',
  `while (true) {
    messages.push({ role: 'user', content: await nextQuestion() });
    const answer = await openai.chat.completions.create({ messages }, { headers: { 'X-Trace-ID': crypto.randomUUID() } });
    messages.push({ role: 'tool', content: 'none' }, answer.choices[0].message);
  }`,
);
valid(
  'a tool loop under one id',
  `const traceId = crypto.randomUUID();
  while (true) {
    const answer = await openai.chat.completions.create({ messages }, { headers: { 'X-Trace-ID': traceId } });
    messages.push({ role: 'tool', content: await runTool(answer) });
  }`,
);
valid(
  'calls of unrelated prompts under two ids',
  `await openai.responses.create({ input: questions }, { headers: { 'X-Trace-ID': nanoid() } });
  const note = { role: 'tool', content: 'none' };
  await openai.responses.create({ input: [note, messages] }, { headers: { 'X-Trace-ID': nanoid() } });`,
);
valid(
  'something else with a trace',
  `await tracer.trace(crypto.randomUUID()).userMessage(messages); await tracer.trace(crypto.randomUUID()).llmResponse('a', 'b', 'c');`,
);
valid(
  'either of two events that are a trace of their own',
  `if (questions.length > 0) await whyops.trace(crypto.randomUUID()).userMessage(messages);
  else await whyops.trace(crypto.randomUUID()).error('Nothing was asked.');`,
);
valid(
  'an early way out with an event of its own',
  `if (questions.length === 0) { await whyops.trace(crypto.randomUUID()).error('Nothing was asked.'); return; }
  if (messages.length > 0) await whyops.trace(crypto.randomUUID()).userMessage(messages);`,
);
valid(
  'two events that one answer chooses from',
  `switch (questions.length) {
    case 0: return whyops.trace(nanoid()).error('Nothing was asked.');
    default: return whyops.trace(nanoid()).userMessage(messages);
  }`,
);
// FN: two parameters may hold the same id.
valid(
  'two variables',
  `await whyops.trace(sessionId).userMessage(messages);
  await whyops.trace(questions).llmResponse('gpt-5', 'openai', 'Done.');`,
);
// FN: an id that is written twice is not followed.
valid(
  'an id that is made again in between',
  `let id = crypto.randomUUID(); await whyops.trace(id).userMessage(messages);
  id = crypto.randomUUID(); await whyops.trace(id).llmResponse('gpt-5', 'openai', 'Done.');`,
);
// FN: whether an imported function makes an id or knows one cannot be seen.
valid(
  'an id from another module',
  `await whyops.trace(newId()).userMessage(messages); await whyops.trace(newId()).llmResponse('gpt-5', 'openai', 'Done.');`,
);

invalid(
  'a fresh id for each call',
  `await whyops.trace(⟦crypto.randomUUID()⟧).userMessage(messages);
  await whyops.trace(⟦crypto.randomUUID()⟧).llmResponse('gpt-5', 'openai', 'Done.');`,
  [
    {
      messageId: 'freshPerEvent',
      message:
        'This trace id is made for one event alone: the other events of the workflow go to other traces. Make the id once and share it.',
    },
    'freshPerEvent',
  ],
);
invalid(
  'a clock in the id of each call',
  `await whyops.trace(⟦\`chat-\${Date.now()}\`⟧).userMessage(messages);
  await whyops.trace(⟦\`chat-\${Date.now()}\`⟧).llmResponse('gpt-5', 'openai', 'Done.');`,
  ['freshPerEvent', 'freshPerEvent'],
);
invalid(
  'a function that makes a trace for each call',
  `const trace = () => whyops.trace(⟦nanoid()⟧);
  await trace().userMessage(messages); await trace().llmResponse('gpt-5', 'openai', 'Done.');`,
  ['freshPerEvent'],
);
invalid(
  'a getter that makes a trace for each call',
  `class Agent {
    get trace() { return whyops.trace(⟦crypto.randomUUID()⟧); }
    async run() { await this.trace.userMessage(messages); await this.trace.llmResponse('gpt-5', 'openai', 'Done.'); }
  }`,
  ['freshPerEvent'],
);
invalid(
  'a function of this file that makes the id',
  `const newId = () => 'chat-' + Math.random().toString(36).slice(2);
  await whyops.trace(⟦newId()⟧).userMessage(messages);
  await whyops.trace(sessionId).llmResponse('gpt-5', 'openai', 'Done.');`,
  ['freshPerEvent'],
);
invalid(
  'a tool request that no response can join',
  `const open = (name) => whyops.trace(⟦crypto.randomUUID()⟧).toolCallRequest(name, []);`,
  ['freshPerEvent'],
);
invalid(
  'an error that leaves its workflow',
  `const trace = whyops.trace(sessionId);
  try { await trace.userMessage(messages); } catch (error) { await whyops.trace(⟦crypto.randomUUID()⟧).error(String(error)); }`,
  ['freshPerEvent'],
);
invalid(
  'a span that is closed in another trace',
  `const one = whyops.trace('order-1'); const two = whyops.trace('order-2');
  const span = await one.toolCallRequest('search', []);
  await ⟦two.toolCallResponse('search', span, [], {})⟧;`,
  [
    {
      messageId: 'spanMoves',
      message:
        "The span was opened in `trace('order-1')` (line 8) and is closed in `trace('order-2')`: it stays open in the one and has no request in the other. Use one trace id.",
    },
  ],
);
invalid(
  'a span that is closed under an id made in between',
  `const span = await whyops.trace(sessionId).toolCallRequest('search', []);
  const closing = whyops.trace(crypto.randomUUID());
  await ⟦closing.toolCallResponse('search', span, [], {})⟧;`,
  ['spanMoves'],
);
invalid(
  'a fresh id inside the loop over the tools of a turn',
  `const trace = whyops.trace(sessionId);
  await trace.userMessage(messages);
  for (const name of questions) {
    const tools = whyops.trace(⟦crypto.randomUUID()⟧);
    const span = await tools.toolCallRequest(name, []); await tools.toolCallResponse(name, span, [], {});
  }`,
  [
    {
      messageId: 'toolsApart',
      message:
        'These tools go to `trace(crypto.randomUUID())`, while the turn that calls them goes to `trace(sessionId)` (line 8). Use the trace of the turn.',
    },
  ],
);
invalid(
  'a fresh id inside a callback of the turn',
  `const trace = whyops.trace(crypto.randomUUID());
  await trace.userMessage(messages);
  const execute = async (name) => {
    const id = nanoid(); const tools = whyops.trace(⟦id⟧);
    const span = await tools.toolCallRequest(name, []); await tools.toolCallResponse(name, span, [], {});
  };
  await trace.llmResponse('gpt-5', 'openai', await ask(execute));`,
  ['toolsApart'],
);
invalid(
  'two literals for the turn and its tools',
  `await whyops.trace('chat').userMessage(messages);
  const span = await whyops.trace(⟦'tools'⟧).toolCallRequest('search', []);
  await whyops.trace('tools').toolCallResponse('search', span, [], {});`,
  ['toolsApart'],
);
invalid(
  'a fresh id for the tools of a proxied call',
  `const answer = await openai.chat.completions.create({ messages }, options);
  for (const call of answer.choices[0].message.tool_calls) {
    const tools = whyops.trace(⟦crypto.randomUUID()⟧);
    const span = await tools.toolCallRequest(call.name, []); await tools.toolCallResponse(call.name, span, [], {});
  }`,
  [
    {
      messageId: 'toolsBesideCall',
      message:
        'These tools go to `trace(crypto.randomUUID())`, which is made anew for them alone: the proxied call that asks for them (line 7) cannot carry its id. Make the id once, before the call.',
    },
  ],
);
invalid(
  'a message and its answer under two ids',
  `await whyops.trace('question').userMessage(messages);
  await ⟦whyops.trace('answer').llmResponse('gpt-5', 'openai', 'Done.')⟧;`,
  [
    {
      messageId: 'turnSplit',
      message:
        "The answer goes to `trace('answer')`, the message it answers went to `trace('question')` (line 7). Use one trace id.",
    },
  ],
);
invalid(
  'a message and its answer under two ids made in the function',
  `const one = whyops.trace(crypto.randomUUID()); await one.userMessage(messages);
  const two = whyops.trace(crypto.randomUUID()); await ⟦two.llmResponse('gpt-5', 'openai', 'Done.')⟧;`,
  ['turnSplit'],
);
invalid(
  'a tool loop that takes a new id in each round',
  `while (true) {
    const traceId = crypto.randomUUID();
    const answer = await openai.chat.completions.create({ messages }, { headers: { 'X-Trace-ID': ⟦traceId⟧ } });
    if (!answer.choices[0].message.tool_calls) return answer;
    for (const call of answer.choices[0].message.tool_calls) {
      messages.push({ role: 'tool', tool_call_id: call.id, content: await runTool(call) });
    }
  }`,
  [
    {
      messageId: 'roundMoves',
      message:
        'This call answers a tool call under a new trace id: each round of the workflow becomes a trace of its own. Make the id once, before the first call.',
    },
  ],
);
invalid(
  'an Anthropic tool loop that takes a new id in each round',
  `const anthropic = whyops.anthropic(new Anthropic());
  for (let round = 0; round < 5; round++) {
    const answer = await anthropic.messages.create({ messages }, { headers: { 'X-Trace-ID': ⟦nanoid()⟧ } });
    messages.push({ role: 'user', content: [{ type: 'tool_result', content: await runTool(answer) }] });
  }`,
  ['roundMoves'],
);
invalid(
  'the second round under another id',
  `const first = await openai.chat.completions.create({ messages }, { headers: { 'X-Trace-ID': crypto.randomUUID() } });
  messages.push(first.choices[0].message, { role: 'tool', content: await runTool(first) });
  return openai.chat.completions.create({ messages }, { headers: { 'X-Trace-ID': ⟦crypto.randomUUID()⟧ } });`,
  ['roundMoves'],
);

const pair = (trace: string, name = `'search'`): string =>
  `const span = await ${trace}.toolCallRequest(${name}, []); await ${trace}.toolCallResponse(${name}, span, [], {});`;
const asked = `await whyops.trace('chat').userMessage(messages);`;
const answered = `.llmResponse('gpt-5', 'openai', 'Done.');`;
const create = `const answer = await openai.chat.completions.create({ messages });`;

// --- Spans ---------------------------------------------------------------------------------------------------------

invalid(
  'a span that is closed in another trace, awaited there',
  `const pending = whyops.trace('one').toolCallRequest('search', []); await ⟦whyops.trace('two').toolCallResponse('search', await pending, [], {})⟧;`,
  ['spanMoves'],
);
invalid(
  'a span that is opened in one trace for the response in another',
  `await ⟦whyops.trace('two').toolCallResponse('search', await whyops.trace('one').toolCallRequest('search', []), [], {})⟧;`,
  ['spanMoves'],
);
valid(
  'a span of which nothing is known',
  `const one = whyops.trace('one'); await one.toolCallRequest('search', []); await whyops.trace('two').toolCallResponse('search', spans[0], [], {});`,
);
valid(
  'a span with two values',
  `let span = await whyops.trace('one').toolCallRequest('search', []); span = spans[0]; await whyops.trace('two').toolCallResponse('search', span, [], {});`,
);
valid(
  'a span that is closed in a trace that may be the same',
  `const span = await whyops.trace(sessionId).toolCallRequest('search', []); await whyops.trace(questions).toolCallResponse('search', span, [], {});`,
);
valid(
  'the id of an event that is no request',
  `const sent = await whyops.trace('one').userMessage(messages); await whyops.trace('one').toolCallResponse('search', sent, [], {});`,
);

// --- Tools beside a turn -------------------------------------------------------------------------------------------

invalid(
  'tools beside an answer',
  `await whyops.trace('chat')${answered} const tools = whyops.trace(⟦'tools'⟧); ${pair('tools')}`,
  ['toolsApart'],
);
valid(
  'a turn that has tools of its own',
  `${asked} await whyops.trace('chat').toolResult('a', {}); const tools = whyops.trace('tools'); ${pair('tools')}`,
);
valid(
  'a turn of which nothing is known beside the known one',
  `${asked} await traces[0].userMessage(messages); await whyops.trace(next()).userMessage(messages); const tools = whyops.trace('tools'); ${pair('tools')}`,
);
valid(
  'a trace of tools and an error',
  `${asked} const tools = whyops.trace('tools'); ${pair('tools')} await tools.error('late');`,
);
valid(
  'tools of another client',
  `${asked} const other = new WhyOps({ apiKey, agentName: 'tools', agentMetadata }); const tools = other.trace('tools'); ${pair('tools')}`,
);
valid(
  'tools of a function beside that of the turn',
  `const ask = async () => { ${asked} }; const run = async () => { const tools = whyops.trace('tools'); ${pair('tools')} }; return [ask, run];`,
);

// --- Tools beside a proxied call -----------------------------------------------------------------------------------

invalid(
  'tools of a callback beside a proxied call',
  `${create} const run = async (name) => { const tools = whyops.trace(⟦nanoid()⟧); ${pair('tools', 'name')} }; return run(answer);`,
  ['toolsBesideCall'],
);
invalid(
  'tools of a callback with an id that has a name',
  `${create} const run = async (name) => { const id = nanoid(); const tools = whyops.trace(⟦id⟧); ${pair('tools', 'name')} }; return run(answer);`,
  ['toolsBesideCall'],
);
valid(
  'tools whose id others know',
  `${create} for (const name of answer) { const id = nanoid(); const tools = whyops.trace(id); ${pair('tools', 'name')} log(id); }`,
);
valid(
  'tools whose id is a text',
  `${create} for (const name of answer) { const tools = whyops.trace('tools'); ${pair('tools', 'name')} }`,
);
valid(
  'tools whose trace is made before the loop',
  `${create} const tools = whyops.trace(nanoid()); for (const name of answer) { ${pair('tools', 'name')} }`,
);
valid(
  'a call in the loop of the tools',
  `for (const name of questions) { ${create} const tools = whyops.trace(nanoid()); ${pair('tools', 'name')} log(answer); }`,
);
valid(
  'a call of another client',
  `const other = new WhyOps({ apiKey, agentName: 'other', agentMetadata }); ${create} for (const name of answer) { const tools = other.trace(nanoid()); ${pair('tools', 'name')} }`,
);
valid(
  'a call of another function',
  `const ask = async () => { ${create} return answer; }; const run = async () => { for (const name of questions) { const tools = whyops.trace(nanoid()); ${pair('tools', 'name')} } }; return [ask, run];`,
);

// --- A turn in two traces ------------------------------------------------------------------------------------------

invalid(
  'a message that may be left out',
  `if (messages.length > 0) ${asked} await ⟦whyops.trace('answer')${answered.slice(0, -1)}⟧;`,
  ['turnSplit'],
);
invalid(
  'an answer that may be left out',
  `${asked} if (messages.length > 0) await ⟦whyops.trace('answer')${answered.slice(0, -1)}⟧;`,
  ['turnSplit'],
);
invalid(
  'a turn in two traces whose client is not in sight',
  `await traceOf('one').userMessage(messages); await ⟦traceOf('two')${answered.slice(0, -1)}⟧;`,
  ['turnSplit'],
  { settings: { whyops: { traceFactories: ['traceOf'] } } },
);
invalid(
  'a function that returns one trace, and another trace',
  `const trace = () => whyops.trace('one'); await trace().userMessage(messages); await ⟦whyops.trace('two')${answered.slice(0, -1)}⟧;`,
  ['turnSplit'],
);
valid(
  'two messages',
  `${asked} await whyops.trace('other').userMessage(messages); await whyops.trace('answer')${answered}`,
);
valid('two answers', `${asked} await whyops.trace('one')${answered} await whyops.trace('two')${answered}`);
valid(
  'an answer in a trace that has its own message',
  `${asked} const other = whyops.trace('other'); await other.userMessage(messages); await other${answered}`,
);
valid(
  'a message in a trace that has more',
  `const chat = whyops.trace('chat'); await chat.userMessage(messages); await chat.error('late'); await whyops.trace('answer')${answered}`,
);
valid(
  'a message in a trace that is handed on',
  `const chat = whyops.trace('chat'); await chat.userMessage(messages); await answerIn(chat); await whyops.trace('answer')${answered}`,
);
valid(
  'another event in a trace of which nothing is known',
  `${asked} await whyops.trace(next()).error('late'); await whyops.trace('answer')${answered}`,
);
valid(
  'a variable that holds two traces',
  `let trace = whyops.trace('one'); await trace.userMessage(messages); trace = whyops.trace('two'); await trace${answered}`,
);
valid(
  'a function that gets the id',
  `const traceFor = (id) => whyops.trace(id); await traceFor('one').userMessage(messages); await traceFor('two')${answered}`,
);
valid(
  'a function that gets a part of the id',
  'const traceFor = (id) => whyops.trace(`chat-${id}`); await traceFor(1).userMessage(messages); await traceFor(1)' +
    answered,
);
valid(
  'a trace in a field',
  `class Agent { trace = whyops.trace(crypto.randomUUID()); async run() { await this.trace.userMessage(messages); await this.trace${answered} } }`,
);
valid(
  'a trace in a field that the constructor fills',
  `class Agent { constructor() { this.trace = whyops.trace(nanoid()); } async run() { await this.trace.userMessage(messages); await this.trace${answered} } }`,
);
invalid(
  'a private getter that makes a trace for each call',
  `class Agent { get #trace() { return whyops.trace(⟦nanoid()⟧); } async run() { await this.#trace.userMessage(messages); await this.#trace${answered} } }`,
  ['freshPerEvent'],
);
invalid(
  'an async function that makes a trace for each call',
  `const trace = async () => whyops.trace(⟦nanoid()⟧); await (await trace()).userMessage(messages); await (await trace())${answered}`,
  ['freshPerEvent'],
);
valid(
  'a name for what an async function made',
  `const make = async () => whyops.trace(nanoid()); const trace = await make(); await trace.userMessage(messages); await trace${answered}`,
);

// --- Rounds --------------------------------------------------------------------------------------------------------

const round = (more: string, id = 'crypto.randomUUID()'): string =>
  `while (true) { const answer = await openai.responses.create({ input: messages }, { headers: { 'X-Trace-ID': ${id} } }); ${more} }`;
invalid(
  'a round that answers a function call',
  round(
    `messages.push({ type: 'function_call_output', output: await runTool(answer) });`,
    '⟦crypto.randomUUID()⟧',
  ),
  ['roundMoves'],
);
valid(
  'a round with two calls',
  round(
    `messages.push({ role: 'tool', content: await runTool(answer) }); await openai.responses.create({ input: answer });`,
  ),
);
valid(
  'a round with a message',
  round(
    `messages.push({ role: 'tool', content: await runTool(answer) }); await whyops.trace(sessionId).userMessage(messages);`,
  ),
);
valid(
  'a round with a question in parts',
  round(
    `messages.push({ role: 'tool', content: '' }, { role: 'user', content: [{ type: 'text', text: await nextQuestion() }] });`,
  ),
);
valid(
  'a round with a question from elsewhere',
  round(`messages.push({ role: 'tool', content: '' }, { role: 'user', content: questions });`),
);
valid('a round without tools', round(`messages.push({ role: 'assistant', content: answer.output_text });`));
valid(
  'a round whose id is made before',
  `const id = nanoid(); ${round(`messages.push({ role: 'tool', content: '' });`, 'id')}`,
);
valid(
  'rounds of two functions',
  `const one = () => openai.responses.create({ input: messages }, { headers: { 'X-Trace-ID': 'a' } });
  messages.push({ role: 'tool', content: '' });
  const two = () => openai.responses.create({ input: messages }, { headers: { 'X-Trace-ID': 'b' } }); return [one, two];`,
);
valid(
  'two rounds whose ids may be one',
  `await openai.responses.create({ input: messages }, { headers: { 'X-Trace-ID': sessionId } });
  messages.push({ role: 'tool', content: '' });
  await openai.responses.create({ input: messages }, { headers: { 'X-Trace-ID': questions } });`,
);

// --- Events of one run ---------------------------------------------------------------------------------------------

invalid(
  'a message whose failure is told elsewhere',
  `try { await whyops.trace(⟦nanoid()⟧).userMessage(messages); } catch (error) { await whyops.trace(sessionId).error(String(error)); }`,
  ['freshPerEvent'],
);
invalid(
  'a message, and perhaps an error',
  `await whyops.trace(⟦nanoid()⟧).userMessage(messages); if (questions.length > 3) await whyops.trace(sessionId).error('late');`,
  ['freshPerEvent'],
);
invalid(
  'perhaps a message, and an error',
  `if (questions.length > 3) await whyops.trace(⟦nanoid()⟧).userMessage(messages); await whyops.trace(sessionId).error('late');`,
  ['freshPerEvent'],
);
valid(
  'either of two events in a try',
  `try { if (questions.length > 0) await whyops.trace(nanoid()).userMessage(messages); else await whyops.trace(nanoid()).error('late'); } catch { log(); }`,
);
valid(
  'either of two events in a catch',
  `try { ask(); } catch (error) { if (questions.length > 0) await whyops.trace(nanoid()).userMessage(messages); else await whyops.trace(nanoid()).error(String(error)); }`,
);
invalid(
  'a round with an error',
  round(
    `messages.push({ role: 'tool', content: '' }); await whyops.trace(sessionId).error('late');`,
    '⟦nanoid()⟧',
  ),
  ['roundMoves'],
);
valid(
  'a round whose prompt is not in sight',
  `while (true) { const answer = await openai.responses.create(body, { headers: { 'X-Trace-ID': nanoid() } }); messages.push({ role: 'tool', content: answer }); }`,
);

runSuites('stable-trace-id', inAgent);
