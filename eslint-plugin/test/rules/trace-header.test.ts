import { runSuites, suite } from '../harness/marked.ts';
import { addIds } from './trace-header-ids.ts';

const inAgent = suite(
  (body) => `import { WhyOps } from '@whyops/sdk';
import OpenAI from 'openai';
const whyops = new WhyOps({ apiKey, agentName: 'shop', agentMetadata });
const openai = whyops.openai(new OpenAI({ apiKey }));
export async function agent(traceId, requestId) {
  ${body}
}`,
);
const { valid, invalid } = inAgent;

valid(
  'the same variable in both places',
  `const trace = whyops.trace(traceId);
  await openai.chat.completions.create(body, { headers: { 'X-Trace-ID': traceId, 'X-Thread-ID': traceId } });
  await trace.toolResult('search', {});`,
);
valid(
  'a proxied call without events around it',
  `return openai.chat.completions.create({ model: 'gpt-5', messages });`,
);
valid(
  'events without a proxied call',
  `await whyops.trace(traceId).userMessage(messages); return other.chat.completions.create({});`,
);
valid(
  'one literal in both places',
  `await openai.responses.create(body, { headers: { 'X-Trace-ID': 'checkout-8841' } });
  await whyops.trace('checkout-8841').toolResult('search', {});`,
);
valid(
  'an alias of the id',
  `const id = traceId; await openai.responses.create(body, { headers: { 'x-trace-id': id } });
  await whyops.trace(traceId).toolResult('search', {});`,
);
valid(
  'an id that is made once and shared',
  `const id = crypto.randomUUID(); const trace = whyops.trace(id);
  await openai.responses.create(body, { headers: { 'X-Trace-ID': id, 'X-Thread-ID': id } });
  await trace.toolResult('search', {});`,
);
valid(
  'a header alone in X-Thread-ID',
  `await openai.responses.create(body, { headers: { 'X-Thread-ID': traceId } });
  await whyops.trace(traceId).toolResult('search', {});`,
);
valid(
  'a template of the same parts',
  `await openai.responses.create(body, { headers: { 'X-Trace-ID': \`chat-\${traceId}\` } });
  await whyops.trace(\`chat-\${traceId}\`).toolResult('search', {});`,
);
valid(
  'headers from a function',
  `await openai.responses.create(body, { headers: traceHeaders(traceId) });
  await whyops.trace(traceId).toolResult('search', {});`,
);
valid(
  'headers with a spread',
  `await openai.responses.create(body, { headers: { ...traced, Accept: 'text/plain' } });
  await whyops.trace(traceId).toolResult('search', {});`,
);
valid(
  'options from elsewhere',
  `await openai.responses.create(body, options); await whyops.trace(traceId).toolResult('search', {});`,
);
valid(
  'headers in the constructor',
  `const client = whyops.openai(new OpenAI({ apiKey, defaultHeaders: { 'X-Trace-ID': traceId } }));
  await client.responses.create(body); await whyops.trace(traceId).toolResult('search', {});`,
);
valid(
  'a fetch of your own that may add the header',
  `const client = whyops.openai(new OpenAI({ apiKey, fetch: tracedFetch }));
  await client.responses.create(body); await whyops.trace(traceId).toolResult('search', {});`,
);
valid(
  'a constructor that is not in sight',
  `const client = makeOpenAI(traceId); whyops.openai(client);
  await client.responses.create(body); await whyops.trace(traceId).toolResult('search', {});`,
);
valid(
  'headers assigned as the guide shows it',
  `openai.defaultHeaders = { ...openai.defaultHeaders, 'X-Trace-ID': traceId, 'X-Thread-ID': traceId };
  await openai.responses.create(body); await whyops.trace(traceId).toolResult('search', {});`,
);
valid(
  'one of two traces of the function',
  `await whyops.trace(traceId).userMessage(messages);
  await whyops.trace(requestId).error('late');
  await openai.responses.create(body, { headers: { 'X-Trace-ID': requestId } });`,
);
valid(
  'a trace of another client',
  `const audit = new WhyOps({ apiKey, agentName: 'audit', agentMetadata });
  await audit.trace('audit').error('late');
  await openai.responses.create(body, { headers: { 'X-Trace-ID': traceId } });`,
);
valid(
  'a client that is patched under a condition',
  `const plain = new OpenAI({ apiKey }); if (enabled) whyops.openai(plain);
  await plain.responses.create(body); await whyops.trace(traceId).toolResult('search', {});`,
);
valid(
  'events in another function',
  `const ask = () => openai.responses.create(body);
  const note = () => whyops.trace(traceId).toolResult('search', {});
  return [ask, note];`,
);
valid(
  'an id that a call returns',
  `await openai.responses.create(body, { headers: { 'X-Trace-ID': currentTraceId() } });
  await whyops.trace(traceId).toolResult('search', {});`,
);
valid(
  'two parameters that the code compares',
  `if (traceId !== requestId) throw new Error('Two ids.');
  await openai.responses.create(body, { headers: { 'X-Trace-ID': requestId } });
  await whyops.trace(traceId).toolResult('search', {});`,
);
valid(
  'an id with a default may be any',
  `const run = async (own, thread = own) => {
    await openai.responses.create(body, { headers: { 'X-Trace-ID': own, 'X-Thread-ID': thread } });
  };
  await run(traceId);`,
);
valid(
  'trace headers of another client',
  `await fetch(url, { headers: { 'X-Trace-ID': 'a', 'X-Thread-ID': 'b' } });`,
);
valid(
  'a constant that is handed on may be the parameter',
  `const known = 'demo-1';
  async function inner(id) {
    await openai.responses.create(body, { headers: { 'X-Trace-ID': known } });
    await whyops.trace(id).toolResult('search', {});
  }
  await inner(known);`,
);
// FN: two members may hold the same id.
valid(
  'two members',
  `await openai.responses.create(body, { headers: { 'X-Trace-ID': requestId.id } });
  await whyops.trace(traceId.id).toolResult('search', {});`,
);
// FN: a variable that is written twice is not followed.
valid(
  'a variable with two values',
  `let id = 'a'; id = requestId;
  await openai.responses.create(body, { headers: { 'X-Trace-ID': id } });
  await whyops.trace('b').toolResult('search', {});`,
);

invalid(
  'two literals',
  `await openai.responses.create(body, { headers: { 'X-Trace-ID': ⟦'checkout-1'⟧ } });
  await whyops.trace('checkout-2').toolResult('search', {});`,
  [
    {
      messageId: 'otherId',
      message:
        "The proxied call goes to the trace 'checkout-1', the events around it go to `trace('checkout-2')` (line 7): one workflow becomes two traces. Use one id for both.",
      suggestions: [
        [
          'useTraceId',
          `await openai.responses.create(body, { headers: { 'X-Trace-ID': 'checkout-2' } });
  await whyops.trace('checkout-2').toolResult('search', {});`,
        ],
      ],
    },
  ],
);
invalid(
  'an id made for the call alone',
  `const trace = whyops.trace(traceId);
  await openai.chat.completions.create(body, { headers: { 'X-Trace-ID': ⟦crypto.randomUUID()⟧ } });
  await trace.toolResult('search', {});`,
  [
    {
      messageId: 'otherId',
      suggestions: [
        [
          'useTraceId',
          `const trace = whyops.trace(traceId);
  await openai.chat.completions.create(body, { headers: { 'X-Trace-ID': traceId } });
  await trace.toolResult('search', {});`,
        ],
      ],
    },
  ],
);
invalid(
  'two parameters',
  `const trace = whyops.trace(traceId);
  await openai.chat.completions.create(body, { headers: { 'X-Trace-ID': ⟦requestId⟧ } });
  await trace.toolResult('search', {});`,
  [
    {
      messageId: 'otherId',
      suggestions: [
        [
          'useTraceId',
          `const trace = whyops.trace(traceId);
  await openai.chat.completions.create(body, { headers: { 'X-Trace-ID': traceId } });
  await trace.toolResult('search', {});`,
        ],
      ],
    },
  ],
);
invalid(
  'headers in a constant that two calls share',
  `const headers = { 'x-trace-id': ⟦'a'⟧ };
  await openai.responses.create(body, { headers });
  await openai.responses.create(body, { headers });
  await whyops.trace('b').error('late');`,
  [
    {
      messageId: 'otherId',
      suggestions: [
        [
          'useTraceId',
          `const headers = { 'x-trace-id': 'b' };
  await openai.responses.create(body, { headers });
  await openai.responses.create(body, { headers });
  await whyops.trace('b').error('late');`,
        ],
      ],
    },
  ],
);
invalid(
  'events in a callback of the function that calls the model',
  `const answer = await openai.responses.create(body, { headers: { 'X-Trace-ID': ⟦requestId⟧ } });
  await Promise.all(answer.calls.map(async (call) => { await whyops.trace(traceId).toolResult(call.name, {}); }));`,
  [
    {
      messageId: 'otherId',
      suggestions: [
        [
          'useTraceId',
          `const answer = await openai.responses.create(body, { headers: { 'X-Trace-ID': traceId } });
  await Promise.all(answer.calls.map(async (call) => { await whyops.trace(traceId).toolResult(call.name, {}); }));`,
        ],
      ],
    },
  ],
);
invalid(
  'a fixed header in the constructor',
  `const client = whyops.openai(new OpenAI({ apiKey, defaultHeaders: { 'X-Trace-ID': ⟦'demo'⟧ } }));
  await client.responses.create(body); await whyops.trace(traceId).toolResult('search', {});`,
  [
    {
      messageId: 'otherId',
      suggestions: [
        [
          'useTraceId',
          `const client = whyops.openai(new OpenAI({ apiKey, defaultHeaders: { 'X-Trace-ID': traceId } }));
  await client.responses.create(body); await whyops.trace(traceId).toolResult('search', {});`,
        ],
      ],
    },
  ],
);
invalid(
  'an assigned header',
  `openai.defaultHeaders = { ...openai.defaultHeaders, 'X-Trace-ID': ⟦'a'⟧, 'X-Thread-ID': 'a' };
  await whyops.trace('b').toolResult('search', {});`,
  [
    {
      messageId: 'otherId',
      suggestions: [
        [
          'useTraceId',
          `openai.defaultHeaders = { ...openai.defaultHeaders, 'X-Trace-ID': 'b', 'X-Thread-ID': 'a' };
  await whyops.trace('b').toolResult('search', {});`,
        ],
      ],
    },
  ],
);
invalid(
  'two ids for trace and thread',
  `return openai.responses.create(body, { headers: { 'X-Trace-ID': traceId, 'X-Thread-ID': ⟦requestId⟧ } });`,
  [
    {
      messageId: 'threadDiffers',
      message:
        '`X-Thread-ID` is requestId, `X-Trace-ID` is traceId: WhyOps takes one id for both and ignores the thread. Give both the same value.',
      suggestions: [
        [
          'useTraceId',
          `return openai.responses.create(body, { headers: { 'X-Trace-ID': traceId, 'X-Thread-ID': traceId } });`,
        ],
      ],
    },
  ],
);
invalid(
  'two ids in the constructor',
  `return whyops.openai(new OpenAI({ defaultHeaders: { 'X-Trace-ID': 'a', 'X-Thread-ID': ⟦'b'⟧ } }));`,
  [
    {
      messageId: 'threadDiffers',
      suggestions: [
        [
          'useTraceId',
          `return whyops.openai(new OpenAI({ defaultHeaders: { 'X-Trace-ID': 'a', 'X-Thread-ID': 'a' } }));`,
        ],
      ],
    },
  ],
);
invalid(
  'no header at all',
  `const trace = whyops.trace(traceId);
  const answer = await ⟦openai.chat.completions.create({ model: 'gpt-5', messages })⟧;
  await trace.toolCallRequest('search', answer.calls);`,
  [
    {
      messageId: 'missing',
      message:
        'This proxied call carries no `X-Trace-ID`, while events around it go to `trace(traceId)`: WhyOps puts the call into another trace. Pass the id as a header of the call or of the client.',
      suggestions: [
        [
          'addHeaders',
          `const trace = whyops.trace(traceId);
  const answer = await openai.chat.completions.create({ model: 'gpt-5', messages }, { headers: { 'X-Trace-ID': traceId, 'X-Thread-ID': traceId } });
  await trace.toolCallRequest('search', answer.calls);`,
        ],
      ],
    },
  ],
);
invalid(
  'other options, but no header',
  `await ⟦openai.chat.completions.create(body, { timeout: 5000 })⟧;
  await whyops.trace('t1').toolResult('search', {});`,
  [
    {
      messageId: 'missing',
      suggestions: [
        [
          'addHeaders',
          `await openai.chat.completions.create(body, { headers: { 'X-Trace-ID': 't1', 'X-Thread-ID': 't1' }, timeout: 5000 });
  await whyops.trace('t1').toolResult('search', {});`,
        ],
      ],
    },
  ],
);
invalid(
  'other headers, but not this one',
  `await ⟦openai.embeddings.create(body, { headers: { Accept: 'text/plain' } })⟧;
  await whyops.trace(session(traceId)).toolResult('search', {});`,
  [{ messageId: 'missing' }],
);
invalid(
  'an id that is not yet known at the call',
  `const answer = await ⟦openai.responses.create(body)⟧;
  const id = answer.id; await whyops.trace(id).toolResult('search', {});`,
  ['missing'],
);
invalid(
  'an Anthropic client',
  `const anthropic = whyops.anthropic(new Anthropic());
  await ⟦anthropic.messages.create(body)⟧; await whyops.trace('t1').toolResult('search', {});`,
  [
    {
      messageId: 'missing',
      suggestions: [
        [
          'addHeaders',
          `const anthropic = whyops.anthropic(new Anthropic());
  await anthropic.messages.create(body, { headers: { 'X-Trace-ID': 't1', 'X-Thread-ID': 't1' } }); await whyops.trace('t1').toolResult('search', {});`,
        ],
      ],
    },
  ],
);
invalid(
  'a trace that is handed in, by its type',
  `async function inner(trace: import('@whyops/sdk').WhyOpsTrace) {
    await ⟦openai.responses.create(body)⟧; await trace.toolResult('search', {});
  }`,
  [
    {
      messageId: 'missing',
      message:
        'This proxied call carries no `X-Trace-ID`, while events around it go to a trace of their own: WhyOps puts the call into another trace. Pass the id as a header of the call or of the client.',
    },
  ],
  { only: 'typescript' },
);

// --- Where a check must hold back ----------------------------------------------------------------------------------

valid(
  'headers of the constructor that every call replaces',
  `const own = whyops.openai(new OpenAI({ defaultHeaders: { 'X-Trace-ID': 'default' } }));
  await own.responses.create(body, { headers: { 'X-Trace-ID': traceId } });
  await whyops.trace(traceId).toolResult('search', {});`,
);
valid(
  'headers assigned to something else, or from elsewhere',
  `axios.defaultHeaders = { 'X-Trace-ID': 'other' }; openai.defaultHeaders = makeHeaders();
  await whyops.trace(traceId).toolResult('search', {});`,
);
invalid(
  'another id than both traces around it: there is no one id to offer',
  `await openai.responses.create(body, { headers: { 'X-Trace-ID': ⟦'third'⟧ } });
  await whyops.trace('first').toolResult('search', {}); await whyops.trace('second').toolResult('search', {});`,
  ['otherId'],
);
invalid(
  'options in a constant cannot get the headers',
  `const options = { timeout: 5 }; ⟦await openai.responses.create(body, options)⟧;
  await whyops.trace(traceId).toolResult('search', {});`.replace('⟦await ', 'await ⟦'),
  ['missing'],
);

const inFile = suite(
  (body) => `import { WhyOps } from '@whyops/sdk';
import OpenAI from 'openai';
const whyops = new WhyOps({ apiKey, agentName: 'shop', agentMetadata });
${body}`,
);
const call = (headers: string): string => `await openai.responses.create(body, { headers: { ${headers} } });`;
const many = (count: number): string =>
  Array.from({ length: count }, (_, index) => `await whyops.trace('t-${index}').error('e');`).join(' ');

invalid('other ids than each of many traces', `${many(32)} ${call(`'X-Trace-ID': ⟦'a'⟧`)}`, ['otherId']);
// FN: a function with more traces than a workflow has is left alone.
valid('more traces than a workflow has', `${many(33)} ${call(`'X-Trace-ID': 'a'`)}`);
invalid(
  'of two traces, the one that has events is told',
  `const unused = whyops.trace('unused');
  await whyops.trace('used').error('e');
  ${call(`'X-Trace-ID': ⟦'a'⟧`)}`,
  [
    {
      messageId: 'otherId',
      message:
        "The proxied call goes to the trace 'a', the events around it go to `trace('used')` (line 7): one workflow becomes two traces. Use one id for both.",
    },
  ],
);
invalid('a trace that has no events yet', `const trace = whyops.trace('b'); ${call(`'X-Trace-ID': ⟦'a'⟧`)}`, [
  {
    messageId: 'otherId',
    suggestions: [['useTraceId', `const trace = whyops.trace('b'); ${call(`'X-Trace-ID': 'b'`)}`]],
  },
]);
invalid(
  'an id that is named after the call',
  `${call(`'X-Trace-ID': ⟦'a'⟧`)} const id = 'b'; await whyops.trace(id).error('e');`,
  ['otherId'],
);
invalid(
  'an id that is named in a block',
  `{ const id = 'b'; await whyops.trace(id).error('e'); } ${call(`'X-Trace-ID': ⟦'a'⟧`)}`,
  ['otherId'],
);
invalid(
  'an id that is a field',
  `await whyops.trace(requestId.id).error('e'); ${call(`'X-Trace-ID': ⟦crypto.randomUUID()⟧`)}`,
  ['otherId'],
);
invalid(
  'two ids in a constant that two calls share are told once',
  `const headers = { 'X-Trace-ID': 'a', 'X-Thread-ID': ⟦'b'⟧ };
  await openai.responses.create(body, { headers }); await openai.responses.create(body, { headers });`,
  [
    {
      messageId: 'threadDiffers',
      suggestions: [
        [
          'useTraceId',
          `const headers = { 'X-Trace-ID': 'a', 'X-Thread-ID': 'a' };
  await openai.responses.create(body, { headers }); await openai.responses.create(body, { headers });`,
        ],
      ],
    },
  ],
);
valid(
  'a trace without events, and no header',
  `const trace = whyops.trace(traceId); await openai.responses.create(body); return trace;`,
);
invalid(
  'no header, and events of two traces',
  `await whyops.trace(traceId).error('a'); await whyops.trace(requestId).error('b'); await ⟦openai.responses.create(body)⟧;`,
  [
    {
      messageId: 'missing',
      message:
        'This proxied call carries no `X-Trace-ID`, while events around it go to a trace of their own: WhyOps puts the call into another trace. Pass the id as a header of the call or of the client.',
    },
  ],
);
invalid(
  'no header in a call without arguments',
  `await whyops.trace(traceId).error('a'); await ⟦openai.responses.create()⟧;`,
  ['missing'],
);
invalid(
  'no header in empty options',
  `await whyops.trace(traceId).error('a'); await ⟦openai.responses.create(body, {})⟧;`,
  [
    {
      messageId: 'missing',
      suggestions: [
        [
          'addHeaders',
          `await whyops.trace(traceId).error('a'); await openai.responses.create(body, { headers: { 'X-Trace-ID': traceId, 'X-Thread-ID': traceId } });`,
        ],
      ],
    },
  ],
);
invalid(
  'no trace header among empty headers',
  `await whyops.trace(traceId).error('a'); await ⟦openai.responses.create(body, { headers: {} })⟧;`,
  ['missing'],
);
invalid(
  'no header in a callback that makes the trace again',
  `await whyops.trace(traceId).error('a');
  const ask = async () => { whyops.trace(traceId); await ⟦openai.responses.create()⟧; };`,
  ['missing'],
);
invalid(
  'another id in a callback',
  `await whyops.trace('b').error('e');
  messages.map(async () => { ${call(`'X-Trace-ID': ⟦'a'⟧`)} });`,
  [
    {
      messageId: 'otherId',
      suggestions: [
        [
          'useTraceId',
          `await whyops.trace('b').error('e');
  messages.map(async () => { ${call(`'X-Trace-ID': 'b'`)} });`,
        ],
      ],
    },
  ],
);
const made = (value: string): string =>
  `whyops.openai(new OpenAI({ apiKey, defaultHeaders: { 'X-Trace-ID': ${value} } }))`;
invalid(
  'a header of the constructor, and a call with other headers',
  `const client = ${made(`⟦'a'⟧`)}; await client.responses.create(body, { headers: { Accept: 'text/plain' } }); await whyops.trace('b').error('e');`,
  [
    {
      messageId: 'otherId',
      suggestions: [
        [
          'useTraceId',
          `const client = ${made(`'b'`)}; await client.responses.create(body, { headers: { Accept: 'text/plain' } }); await whyops.trace('b').error('e');`,
        ],
      ],
    },
  ],
);
invalid(
  'a header of a constructor that nobody calls here',
  `const client = ${made(`⟦'a'⟧`)}; await whyops.trace('b').error('e'); return client;`,
  [
    {
      messageId: 'otherId',
      suggestions: [
        ['useTraceId', `const client = ${made(`'b'`)}; await whyops.trace('b').error('e'); return client;`],
      ],
    },
  ],
);
invalid(
  'a header of a constructor that has a name before it is patched',
  `const raw = new OpenAI({ defaultHeaders: { 'X-Trace-ID': ⟦'a'⟧ } }); const client = whyops.openai(raw); await client.responses.create(body); await whyops.trace('b').error('e');`,
  [
    {
      messageId: 'otherId',
      suggestions: [
        [
          'useTraceId',
          `const raw = new OpenAI({ defaultHeaders: { 'X-Trace-ID': 'b' } }); const client = whyops.openai(raw); await client.responses.create(body); await whyops.trace('b').error('e');`,
        ],
      ],
    },
  ],
);
valid(
  'a header of a constructor, and a name with two values',
  `let raw = new OpenAI({ defaultHeaders: { 'X-Trace-ID': 'a' } }); raw = other; const client = whyops.openai(raw); await whyops.trace('b').error('e');`,
);
valid(
  'a header of a constructor in a function, and events in another',
  `const make = () => ${made(`'a'`)}; const note = () => whyops.trace('b').error('e'); return [make, note];`,
);
invalid(
  'two ids that are assigned',
  `openai.defaultHeaders = { 'X-Trace-ID': traceId, 'X-Thread-ID': ⟦requestId⟧ };`,
  [
    {
      messageId: 'threadDiffers',
      suggestions: [
        ['useTraceId', `openai.defaultHeaders = { 'X-Trace-ID': traceId, 'X-Thread-ID': traceId };`],
      ],
    },
  ],
);
valid(
  'two ids that are assigned to something else',
  `axios.defaultHeaders = { 'X-Trace-ID': traceId, 'X-Thread-ID': requestId }; openai.headers = { 'X-Trace-ID': traceId, 'X-Thread-ID': requestId };`,
);
valid(
  'a thread alone that is that of the trace',
  `openai.defaultHeaders = { 'X-Thread-ID': traceId }; await whyops.trace(traceId).error('e');`,
);
valid(
  'the same id in both headers, named and not',
  `const id = 'a'; ${call(`'X-Trace-ID': id, 'X-Thread-ID': 'a'`)}`,
);
valid(
  'two ids, and a spread that may change them',
  call(`'X-Trace-ID': traceId, 'X-Thread-ID': requestId, ...more`),
);
valid('a thread that a call returns', call(`'X-Trace-ID': traceId, 'X-Thread-ID': threadOf(requestId)`));
valid(
  'an id that the trace got from a call',
  `await whyops.trace(newId()).error('e'); ${call(`'X-Trace-ID': traceId`)}`,
);
valid('a trace that is handed in', `await requestId.trace.error('e'); ${call(`'X-Trace-ID': traceId`)}`);
inFile.invalid(
  'a fixed header for the whole file',
  `const openai = ${made(`⟦'a'⟧`)};
export async function run() { await openai.responses.create(body); await whyops.trace('b').error('e'); }`,
  [
    {
      messageId: 'otherId',
      suggestions: [
        [
          'useTraceId',
          `const openai = ${made(`'b'`)};
export async function run() { await openai.responses.create(body); await whyops.trace('b').error('e'); }`,
        ],
      ],
    },
  ],
);
inFile.valid(
  'a fixed header for the whole file, and a trace of another client',
  `const openai = ${made(`'a'`)}; const audit = new WhyOps({ apiKey, agentName: 'audit', agentMetadata });
export async function run() { await openai.responses.create(body); await audit.trace('b').error('e'); }`,
);
inFile.valid(
  'a fixed header that one of the traces has',
  `const openai = ${made(`'a'`)};
export async function run() { await openai.responses.create(body); await whyops.trace('a').error('e'); }
export const note = () => whyops.trace('b').error('e');`,
);
inFile.invalid(
  'a client in a field, made under a name',
  `export class Agent {
  openai = new OpenAI({ defaultHeaders: { 'X-Trace-ID': ⟦'a'⟧ } });
  async run() { whyops.openai(this.openai); await this.openai.responses.create(body); await whyops.trace('b').error('e'); }
}`,
  [
    {
      messageId: 'otherId',
      suggestions: [
        [
          'useTraceId',
          `export class Agent {
  openai = new OpenAI({ defaultHeaders: { 'X-Trace-ID': 'b' } });
  async run() { whyops.openai(this.openai); await this.openai.responses.create(body); await whyops.trace('b').error('e'); }
}`,
        ],
      ],
    },
  ],
);

// --- Headers that come in another way ------------------------------------------------------------------------------

const note = `await whyops.trace(traceId).toolResult('search', {});`;
const carried: [name: string, code: string][] = [
  [
    'a Headers object',
    `await openai.responses.create(body, { headers: new Headers({ 'X-Trace-ID': traceId }) });`,
  ],
  ['a list of pairs', `await openai.responses.create(body, { headers: [['X-Trace-ID', traceId]] });`],
  [
    'a name that is computed',
    `await openai.responses.create(body, { headers: { [traceHeader]: traceId } });`,
  ],
  [
    'headers that are filled in later',
    `const headers = {}; headers['X-Trace-ID'] = traceId; await openai.responses.create(body, { headers });`,
  ],
  [
    'options that are filled in later',
    `const options = {}; options.headers = { 'X-Trace-ID': traceId }; await openai.responses.create(body, options);`,
  ],
  [
    'options only when there is an id',
    `await openai.responses.create(body, traceId ? { headers: { 'X-Trace-ID': traceId } } : undefined);`,
  ],
  [
    'arguments that are spread',
    `await openai.responses.create(...[body, { headers: { 'X-Trace-ID': traceId } }]);`,
  ],
  [
    'a copy of the client with the header',
    `await openai.withOptions({ defaultHeaders: { 'X-Trace-ID': traceId } }).responses.create(body);`,
  ],
  [
    'options of the constructor with a spread',
    `const client = whyops.openai(new OpenAI({ ...options, timeout: 5 })); await client.responses.create(body);`,
  ],
  [
    'a client that something wraps',
    `const client = whyops.openai(observe(new OpenAI({ apiKey }))); await client.responses.create(body);`,
  ],
  [
    'a class of this file',
    `class Traced extends OpenAI { prepareOptions(options) { options.headers = current(); } }
  const client = whyops.openai(new Traced({ apiKey })); await client.responses.create(body);`,
  ],
  [
    'a class of a module of your own',
    `const { Traced } = require('./traced-openai'); const client = whyops.openai(new Traced()); await client.responses.create(body);`,
  ],
  [
    'one header that is assigned',
    `openai.defaultHeaders['X-Trace-ID'] = traceId; await openai.responses.create(body);`,
  ],
  [
    'headers that Object.assign adds to',
    `Object.assign(openai.defaultHeaders, { 'X-Trace-ID': traceId }); await openai.responses.create(body);`,
  ],
  [
    'a fallback for an id that is missing',
    `await openai.responses.create(body, { headers: { 'X-Trace-ID': traceId ?? 'anonymous' } });`,
  ],
];
for (const [name, code] of carried) valid(`a header that may be there: ${name}`, `${code} ${note}`);

const noModelCalls: [name: string, code: string][] = [
  ['a file that is uploaded', `await openai.files.create(file);`],
  ['a message of an assistant', `await openai.beta.threads.messages.create(thread.id, message);`],
  [
    'a batch',
    `const claude = whyops.anthropic(new Anthropic()); await claude.messages.batches.create(body);`,
  ],
  [
    'a model of another agent',
    `const judges = new WhyOps({ apiKey, agentName: 'judge', agentMetadata }); await judges.openai(new OpenAI()).responses.create(body);`,
  ],
];
for (const [name, code] of noModelCalls) valid(`no header is needed: ${name}`, `${code} ${note}`);

// --- Calls and events that never meet ------------------------------------------------------------------------------

const demo = `openai.responses.create(body, { headers: { 'X-Trace-ID': 'demo' } })`;
valid(
  'a call without a header that is returned before the first event',
  `if (!traced) return openai.responses.create(body); ${note}`,
);
valid(
  'a call without a header in a block that returns before the first event',
  `const trace = whyops.trace(traceId);
  if (!traced) { const answer = await openai.responses.create(body); return answer.output_text; }
  await trace.userMessage(messages);`,
);
valid(
  'a call without a header, or an event',
  `if (traced) { ${note} } else { await openai.responses.create(body); }`,
);
valid('another id that is returned before the first event', `if (requestId) return ${demo}; ${note}`);
valid(
  'another id, or an event, by a condition',
  `return requestId ? ${demo} : whyops.trace(traceId).error('e');`,
);
valid(
  'another id, or an event, in a switch',
  `switch (requestId) { case 'demo': { await ${demo}; break; } default: ${note} }`,
);
const untold = 'await ⟦openai.responses.create()⟧';
invalid(
  'a call that is returned, and an event when it fails',
  `try { return ${untold}; } catch (error) { ${note} }`,
  ['missing'],
);
invalid(
  'a call that is returned from a try, and an event when it failed',
  `try { return ${untold}; } catch (error) { log(error); } ${note}`,
  ['missing'],
);
invalid(
  'a call or an event in each pass',
  `for (const step of messages) { if (step.tool) { ${note} } else { ${untold}; } }`,
  ['missing'],
);
invalid(
  'a call that a callback returns',
  `await Promise.all(messages.map(async () => { return ${untold}; })); ${note}`,
  ['missing'],
);
invalid(
  'a call in a case that goes on into the next',
  `switch (requestId) { case 'a': ${untold}; default: ${note} }`,
  ['missing'],
);

addIds(inAgent);

valid(
  'a parameter of the function around and one of the function in it',
  `const outer = (x) => async (y) => { await whyops.trace(y).error('e'); ${call(`'X-Trace-ID': x`)} };`,
);
invalid(
  'of a trace that is made and one that a callback sends events to, the second is told',
  `const unused = whyops.trace('unused'); messages.map(() => whyops.trace('used').error('e'));
  ${call(`'X-Trace-ID': ⟦'a'⟧`)}`,
  [
    {
      messageId: 'otherId',
      message:
        "The proxied call goes to the trace 'a', the events around it go to `trace('used')` (line 6): one workflow becomes two traces. Use one id for both.",
    },
  ],
);

runSuites('trace-header', inAgent, inFile);
