import { runSuites, suite } from '../harness/marked.ts';

const inAgent = suite(
  (body) => `import { WhyOps } from '@whyops/sdk';
const whyops = new WhyOps({ apiKey, agentName: 'writer', agentMetadata });
const trace = whyops.trace(traceId);
${body}`,
);
const { valid, invalid } = inAgent;
const report = (provider: string, usage: string): string =>
  `await trace.llmResponse(model, ${provider}, text, { usage: ${usage} });`;

valid('no options', `await trace.llmResponse('gpt-5', 'openai', 'Done.');`);
valid('no usage', `await trace.llmResponse('gpt-5', 'openai', 'Done.', { latencyMs: 860 });`);
valid(
  'a total that is the sum',
  report(`'openai'`, `{ promptTokens: 12, completionTokens: 3, totalTokens: 15 }`),
);
valid('zero is a count', report(`'openai'`, `{ promptTokens: 0, completionTokens: 0, totalTokens: 0 }`));
valid(
  'Anthropic counts the cache beside the prompt',
  report(
    `'anthropic'`,
    `{ promptTokens: 1200, completionTokens: 240, totalTokens: 9940, cacheReadTokens: 8200, cacheCreationTokens: 300 }`,
  ),
);
valid(
  'OpenAI counts the cache in the prompt',
  report(
    `'openai'`,
    `{ promptTokens: 1200, completionTokens: 240, totalTokens: 1440, cacheReadTokens: 1024 }`,
  ),
);
valid(
  'another provider may count the cache in the prompt',
  report(
    `'openrouter'`,
    `{ promptTokens: 1200, completionTokens: 240, totalTokens: 1440, cacheReadTokens: 1024 }`,
  ),
);
valid(
  'another provider may count the cache beside the prompt',
  report(
    `'bedrock'`,
    `{ promptTokens: 1200, completionTokens: 240, totalTokens: 9640, cacheReadTokens: 8200 }`,
  ),
);
valid(
  'a provider that is not written may count either way',
  report(
    'provider',
    `{ promptTokens: 1200, completionTokens: 240, totalTokens: 9640, cacheReadTokens: 8200 }`,
  ),
);
valid('no total', report(`'openai'`, `{ promptTokens: 12, completionTokens: 3 }`));
valid('only a total', report(`'openai'`, `{ totalTokens: 15 }`));
valid(
  'a total of an embedding is all prompt',
  `await trace.embeddingResponse('e', 'openai', { embeddingCount: 1 }, { usage: { promptTokens: 8, totalTokens: 8 } });`,
);
valid(
  'a computed total',
  report(`'openai'`, `{ promptTokens: 12, completionTokens: 3, totalTokens: prompt + completion }`),
);
valid(
  'computed parts below the total',
  report(`'openai'`, `{ promptTokens: prompt, completionTokens: 3, totalTokens: 15 }`),
);
valid(
  'the usage of the provider, mapped',
  report(
    `'openai'`,
    `{ promptTokens: usage.prompt_tokens, completionTokens: usage.completion_tokens, totalTokens: usage.total_tokens, cacheReadTokens: usage.prompt_tokens_details?.cached_tokens }`,
  ),
);
valid('a usage from elsewhere', report(`'openai'`, 'usage'));
valid('options from elsewhere', `await trace.llmResponse(model, 'openai', text, options);`);
valid(
  'a cache that may be anything',
  report(
    `'anthropic'`,
    `{ promptTokens: 12, completionTokens: 3, totalTokens: 99, cacheReadTokens: cached }`,
  ),
);
valid(
  'a cache that a spread may hold',
  report(`'anthropic'`, `{ ...cache, promptTokens: 12, completionTokens: 3, totalTokens: 99 }`),
);
valid(
  'a spread that may change the total',
  report(`'openai'`, `{ promptTokens: 12, completionTokens: 3, totalTokens: 99, ...usage }`),
);
valid(
  'a cache that was not used',
  report(
    `'anthropic'`,
    `{ promptTokens: 12, completionTokens: 3, totalTokens: 15, cacheReadTokens: 0, cacheCreationTokens: undefined }`,
  ),
);
valid(
  'what was written to the cache under another name of the backend',
  report(
    `'anthropic'`,
    `{ promptTokens: 12, completionTokens: 3, totalTokens: 45, cacheWrite5mTokens: 30, cacheReadTokens: 0 }`,
  ),
);
valid(
  'constants that add up',
  `const prompt = 12; const completion = 3; ${report(`'openai'`, `{ promptTokens: prompt, completionTokens: completion, totalTokens: prompt + completion }`)}`,
);
valid('names of another object', `await billing.record({ usage: { prompt_tokens: 12, total_tokens: 3 } });`);
valid(
  'both names, where the right one counts',
  report(`'openai'`, `{ promptTokens: 12, prompt_tokens: 12, completionTokens: 3, totalTokens: 15 }`),
);
valid(
  'a usage that is changed before it is sent',
  `const usage = { promptTokens: 1, completionTokens: 1, totalTokens: 0 };
usage.totalTokens = 2;
await trace.llmResponse(model, 'openai', text, { usage });`,
);
// FN: the usage object of a provider in a variable has no names to read without types.
valid(
  'the usage of the provider, as it is',
  `await trace.llmResponse(model, 'openai', text, { usage: response.usage });`,
);
// FN: a doubled cache needs arithmetic over variables.
valid(
  'a computed total that counts the cache twice',
  report(`'openai'`, `{ promptTokens: p, completionTokens: c, cacheReadTokens: r, totalTokens: p + c + r }`),
);

invalid('a wrong sum', report(`'openai'`, `{ promptTokens: 12, completionTokens: 3, totalTokens: ⟦51⟧ }`), [
  {
    messageId: 'wrongTotal',
    message: '`totalTokens` is 51, but promptTokens + completionTokens is 15.',
    suggestions: [
      ['writeTotal', report(`'openai'`, `{ promptTokens: 12, completionTokens: 3, totalTokens: 15 }`)],
    ],
  },
]);
invalid(
  'Anthropic without the cache in the total',
  report(
    `'anthropic'`,
    `{ promptTokens: 1200, completionTokens: 240, totalTokens: ⟦1440⟧, cacheReadTokens: 8200, cacheCreationTokens: 300 }`,
  ),
  [
    {
      messageId: 'wrongTotal',
      message:
        '`totalTokens` is 1440, but promptTokens + completionTokens + cacheReadTokens + cacheCreationTokens is 9940.',
      suggestions: [
        [
          'writeTotal',
          report(
            `'anthropic'`,
            `{ promptTokens: 1200, completionTokens: 240, totalTokens: 9940, cacheReadTokens: 8200, cacheCreationTokens: 300 }`,
          ),
        ],
      ],
    },
  ],
);
invalid(
  'OpenAI with the cache counted twice',
  report(
    `'openai'`,
    `{ promptTokens: 1200, completionTokens: 240, totalTokens: ⟦2464⟧, cacheReadTokens: 1024 }`,
  ),
  [
    {
      messageId: 'wrongTotal',
      message: '`totalTokens` is 2464, but promptTokens + completionTokens is 1440.',
      suggestions: [
        [
          'writeTotal',
          report(
            `'openai'`,
            `{ promptTokens: 1200, completionTokens: 240, totalTokens: 1440, cacheReadTokens: 1024 }`,
          ),
        ],
      ],
    },
  ],
);
invalid(
  'OpenAI with more cached than there was prompt',
  report(
    `'openai'`,
    `{ promptTokens: 1200, completionTokens: 240, totalTokens: ⟦1440⟧, cacheReadTokens: 8200 }`,
  ),
  [
    {
      messageId: 'wrongTotal',
      message:
        '`totalTokens` is 1440, but `cacheReadTokens` (8200) is more than `promptTokens` (1200) that should hold it.',
    },
  ],
);
invalid(
  'neither reading fits another provider',
  report(
    `'openrouter'`,
    `{ promptTokens: 1200, completionTokens: 240, totalTokens: ⟦2000⟧, cacheReadTokens: 1000 }`,
  ),
  [
    {
      messageId: 'wrongTotal',
      message:
        '`totalTokens` is 2000, but promptTokens + completionTokens + cacheReadTokens + cacheCreationTokens is 2440; or promptTokens + completionTokens is 1440.',
      suggestions: [
        [
          'writeTotal',
          report(
            `'openrouter'`,
            `{ promptTokens: 1200, completionTokens: 240, totalTokens: 2440, cacheReadTokens: 1000 }`,
          ),
        ],
        [
          'writeTotal',
          report(
            `'openrouter'`,
            `{ promptTokens: 1200, completionTokens: 240, totalTokens: 1440, cacheReadTokens: 1000 }`,
          ),
        ],
      ],
    },
  ],
);
invalid(
  'a total below its known parts',
  report(`'openai'`, `{ promptTokens: 1200, completionTokens: completion, totalTokens: ⟦240⟧ }`),
  [{ messageId: 'wrongTotal', message: '`totalTokens` is 240, but its parts alone are 1200.' }],
);
invalid(
  'a negative count',
  report(`'openai'`, `{ promptTokens: ⟦-1⟧, completionTokens: 3, totalTokens: 2 }`),
  [
    {
      messageId: 'notACount',
      message: '`promptTokens` is -1: a token count is a whole number from 0 up.',
    },
  ],
);
invalid('a broken count', report(`'openai'`, `{ completionTokens: ⟦12.5⟧ }`), ['notACount']);
invalid('a count as text', report(`'openai'`, `{ totalTokens: ⟦'1440'⟧ }`), [
  { messageId: 'notACount', message: '`totalTokens` is "1440": a token count is a whole number from 0 up.' },
]);
invalid(
  'the names of the provider',
  report(`'openai'`, `{ ⟦prompt_tokens⟧: 12, ⟦completion_tokens⟧: 3, ⟦total_tokens⟧: 15 }`),
  [
    {
      messageId: 'unknownCount',
      message: 'WhyOps does not count `prompt_tokens`: write `promptTokens`.',
      suggestions: [
        ['rename', report(`'openai'`, `{ promptTokens: 12, completion_tokens: 3, total_tokens: 15 }`)],
      ],
    },
    {
      messageId: 'unknownCount',
      suggestions: [
        ['rename', report(`'openai'`, `{ prompt_tokens: 12, completionTokens: 3, total_tokens: 15 }`)],
      ],
    },
    {
      messageId: 'unknownCount',
      suggestions: [
        ['rename', report(`'openai'`, `{ prompt_tokens: 12, completion_tokens: 3, totalTokens: 15 }`)],
      ],
    },
  ],
);
invalid('a name of the provider in short', report(`'anthropic'`, `{ ⟦input_tokens⟧ }`), [
  {
    messageId: 'unknownCount',
    suggestions: [['rename', report(`'anthropic'`, `{ promptTokens: input_tokens }`)]],
  },
]);
invalid(
  'a usage in a constant, with constants in it',
  `const prompt = 12;
const usage = { promptTokens: prompt, completionTokens: 3, totalTokens: ⟦prompt⟧ };
await trace.llmResponse(model, 'openai', text, { usage, latencyMs: 5 });`,
  [
    {
      messageId: 'wrongTotal',
      suggestions: [
        [
          'writeTotal',
          `const prompt = 12;
const usage = { promptTokens: prompt, completionTokens: 3, totalTokens: 15 };
await trace.llmResponse(model, 'openai', text, { usage, latencyMs: 5 });`,
        ],
      ],
    },
  ],
);
invalid(
  'an embedding response',
  `await trace.embeddingResponse('e', 'openai', { embeddingCount: 1 }, { usage: { promptTokens: 8, totalTokens: ⟦7⟧ } });`,
  ['wrongTotal'],
);
invalid(
  'numbers with separators and through an assertion',
  report(`'openai'`, `({ promptTokens: 1_200, completionTokens: 240, totalTokens: ⟦1_400⟧ } as const)`),
  [
    {
      messageId: 'wrongTotal',
      suggestions: [
        [
          'writeTotal',
          report(`'openai'`, `({ promptTokens: 1_200, completionTokens: 240, totalTokens: 1440 } as const)`),
        ],
      ],
    },
  ],
  { only: 'typescript' },
);

// --- Where a check must hold back ----------------------------------------------------------------------------------

invalid(
  'a name that is computed cannot be rewritten',
  report(`'openai'`, `{ [⟦'prompt_tokens'⟧]: 12, completionTokens: 3 }`),
  ['unknownCount'],
);

const usageOf = (provider: string, prompt: string, completion: string, total: string, more: string): string =>
  report(
    provider,
    `{ promptTokens: ${prompt}, completionTokens: ${completion}, totalTokens: ${total}, ${more} }`,
  );

invalid(
  'a part that is no count is told alone',
  usageOf(`'openai'`, '⟦-1⟧', '3', '15', 'cacheReadTokens: 0'),
  ['notACount'],
);
valid('all of the prompt was cached', usageOf(`'openai'`, '1024', '240', '1264', 'cacheReadTokens: 1024'));
valid(
  'a prompt that is not in sight, with a cache in it',
  usageOf(`'openai'`, 'n', '240', '1440', 'cacheReadTokens: 1024'),
);
valid('a cache that is not in sight', usageOf(`'openai'`, '1200', '240', '1440', 'cacheReadTokens: n'));
valid(
  'a cache of undefined',
  usageOf(`'anthropic'`, '12', '3', '15', 'cacheReadTokens: undefined, cacheCreationTokens: null'),
);
valid(
  'what was written to the cache, in one count',
  usageOf(`'anthropic'`, '10', '2', '20', 'cacheWriteTokens: 8'),
);
valid(
  'what was written to the cache for an hour',
  usageOf(`'anthropic'`, '10', '2', '20', 'cacheWrite1hTokens: 8'),
);
valid(
  'the name of the provider in capitals',
  usageOf(`'OpenAI'`, '1200', '240', '1440', 'cacheReadTokens: 1024'),
);
valid(
  'the name of Anthropic in capitals',
  usageOf(`'ANTHROPIC'`, '1200', '240', '9640', 'cacheReadTokens: 8200'),
);
valid(
  'the total of another event',
  `await trace.toolResult('count', { usage: { promptTokens: 1, completionTokens: 1, totalTokens: 3 } });`,
);
invalid(
  'Anthropic with a small cache left out',
  usageOf(`'anthropic'`, '1200', '240', '⟦1440⟧', 'cacheReadTokens: 1000'),
  [
    {
      messageId: 'wrongTotal',
      suggestions: [['writeTotal', usageOf(`'anthropic'`, '1200', '240', '2440', 'cacheReadTokens: 1000')]],
    },
  ],
);
invalid(
  'another provider with more cached than the prompt could hold',
  usageOf(`'bedrock'`, '10', '2', '⟦12⟧', 'cacheReadTokens: 100'),
  [
    {
      messageId: 'wrongTotal',
      suggestions: [['writeTotal', usageOf(`'bedrock'`, '10', '2', '112', 'cacheReadTokens: 100')]],
    },
  ],
);
const embedded = (total: string): string =>
  `await trace.embeddingResponse('e', 'openai', {}, { usage: { promptTokens: 8, completionTokens: 0, totalTokens: ${total}, cacheReadTokens: 4 } });`;
invalid('an embedding with the cache counted twice', embedded('⟦12⟧'), [
  { messageId: 'wrongTotal', suggestions: [['writeTotal', embedded('8')]] },
]);
const named = (total: string): string =>
  report(`'openai'`, `{ inputTokens: 12, outputTokens: 3, totalTokens: ${total} }`);
invalid('the other names of the backend', named('⟦16⟧'), [
  { messageId: 'wrongTotal', suggestions: [['writeTotal', named('15')]] },
]);

// --- What only looks like it ---------------------------------------------------------------------------------------

valid(
  'the names of the provider beside the other names of the backend',
  report(
    `'openai'`,
    `{ inputTokens: 12, outputTokens: 3, input_tokens: 12, output_tokens: 3, totalTokens: 15 }`,
  ),
);
valid(
  'what was written to the cache, by the name of the provider and by another of the backend',
  report(`'anthropic'`, `{ cacheWrite5mTokens: 30, cache_creation_input_tokens: 30 }`),
);
valid(
  'the details of the provider in an object of their own',
  report(`'openai'`, `{ promptTokens: 12, prompt_tokens_details: { cached_tokens: 3 } }`),
);
valid(
  'names of the provider that a spread may complete',
  report(`'openai'`, `{ prompt_tokens: 12, ...mapped }`),
);
valid(
  'a total that is written through the options',
  `const options = { usage: { promptTokens: 12, completionTokens: 3, totalTokens: 0 } };
options.usage.totalTokens = 15;
await trace.llmResponse(model, 'openai', text, options);`,
);
valid(
  'a usage that is completed from that of the provider',
  `const usage = { promptTokens: 0, completionTokens: 0, totalTokens: 1 };
Object.assign(usage, countsOf(response));
await trace.llmResponse(model, 'openai', text, { usage });`,
);
valid(
  'a usage that is changed under another name',
  `const usage = { promptTokens: 1, completionTokens: 1, totalTokens: 0 };
const sums = usage; sums.totalTokens += 2;
await trace.llmResponse(model, 'openai', text, { usage });`,
);
valid(
  'a total that is added up over the parts of a stream',
  `let total = 0; for (const part of parts) total += part.tokens;
${report(`'openai'`, `{ promptTokens: 12, completionTokens: 3, totalTokens: total }`)}`,
);
valid(
  'a usage that is a default',
  `const send = (usage = { promptTokens: 0, completionTokens: 0, totalTokens: 1 }) =>
  trace.llmResponse(model, 'openai', text, { usage });`,
);
valid(
  'a usage that is a fallback',
  report(`'openai'`, `usage ?? { promptTokens: 0, completionTokens: 0, totalTokens: 1 }`),
);
valid(
  'a trace of another library under the name',
  `const send = (trace) => ${report(`'openai'`, `{ prompt_tokens: 12, total_tokens: 3 }`).replace('await ', '').replace(';', '')};`,
);
valid(
  'the arguments of a tool that meters',
  `await trace.toolCallRequest('meter', [{ name: 'meter', arguments: { usage: { prompt_tokens: 12 } } }]);`,
);

runSuites('usage-total', inAgent);
