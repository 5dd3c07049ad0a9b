import { suite } from '../harness/marked.ts';

const head = `import { WhyOps } from '@whyops/sdk';
import OpenAI from 'openai';
const whyops = new WhyOps({ apiKey, agentName: 'a', agentMetadata });
`;
const patched = suite((body) => `${head}const openai = whyops.openai(new OpenAI({ apiKey }));\n${body}\n`);
const file = suite((body) => `${head}${body}\n`);
const ask = `await openai.chat.completions.create({ model, messages });`;
const askWith = (headers: string): string =>
  `await openai.chat.completions.create({ model, messages }, { headers: { ${headers} } });`;

// --- What works ----------------------------------------------------------------------------------------------------

file.valid(
  'headers given to the constructor',
  `const openai = whyops.openai(new OpenAI({ apiKey, defaultHeaders: { 'X-Trace-ID': id } }));`,
);
patched.valid('headers given to the call', askWith(`'X-Trace-ID': id`));
patched.valid('headers read', `const headers = openai.defaultHeaders; log({ ...openai.defaultHeaders });`);
patched.valid(
  'headers copied to another object',
  `const headers = Object.assign({}, openai.defaultHeaders, { 'X-Trace-ID': id });`,
);
patched.valid('another field of the client', `openai.timeout = 5; openai.maxRetries = 2;`);
patched.valid('the base URL is another rule', `openai.baseURL = url;`);
patched.valid(
  'the options of the client, where newer versions look',
  `openai._options.defaultHeaders = headers;`,
);
patched.valid('a computed name that may be another field', `openai[field] = headers;`);
patched.valid('a shadowing client', `function run(openai) { openai.defaultHeaders = {}; }`);
patched.valid(
  'another library',
  `axios.defaultHeaders = {}; axios.defaults.headers.common['X-Trace-ID'] = id;`,
);
patched.valid(
  'Object.assign to another object',
  `Object.assign(headers, { 'X-Trace-ID': id }); Object.keys(openai.defaultHeaders);`,
);
patched.valid('a method called assign', `store.assign(openai.defaultHeaders, {});`);
file.valid(
  'a client that was never patched',
  `const openai = new OpenAI({ apiKey }); openai.defaultHeaders = {};`,
);
file.valid(
  'another client than the patched one',
  `const a = new OpenAI(); const b = new OpenAI(); whyops.openai(a); b.defaultHeaders = {};`,
);
file.valid('an object that is called openai', `const openai = createLogger(); openai.defaultHeaders = {};`);
file.valid(
  'patched by something else',
  `const openai = other.openai(new OpenAI()); openai.defaultHeaders = {};`,
);
file.valid(
  'headers on a class field that was never patched',
  `class Agent { openai = new OpenAI(); start() { this.openai.defaultHeaders = {}; } }`,
);
// FN: the client comes from a place that cannot be seen.
file.valid('a client from a parameter', `export function run(openai) { openai.defaultHeaders = {}; }`);
// FN: deleting a header is as useless as setting one, and nobody does it.
patched.valid('delete', `delete openai.defaultHeaders['X-Trace-ID'];`);

// --- What does not -------------------------------------------------------------------------------------------------

const inline = (headers: string): string =>
  `const openai = whyops.openai(new OpenAI({ apiKey, defaultHeaders: { ${headers} } }));`;
const plain = `const openai = whyops.openai(new OpenAI({ apiKey }));`;

file.invalid(
  'the documented form',
  `const traceId = 'checkout-8841';
${plain}
⟦openai.defaultHeaders = { ...openai.defaultHeaders, 'X-Trace-ID': traceId, 'X-Thread-ID': traceId }⟧;
${ask}`,
  [
    {
      messageId: 'mutated',
      message:
        '`openai.defaultHeaders` is read when the client is made: changed here, the headers are never sent (openai 5 and later, @anthropic-ai/sdk) or every call throws (openai 4). Give them to the constructor, or to the call as `{ headers }`.',
      suggestions: [
        [
          'moveToConstructor',
          `const traceId = 'checkout-8841';
${inline(`'X-Trace-ID': traceId, 'X-Thread-ID': traceId`)}
${ask}`,
        ],
        [
          'passPerCall',
          `const traceId = 'checkout-8841';
${plain}
${askWith(`'X-Trace-ID': traceId, 'X-Thread-ID': traceId`)}`,
        ],
      ],
    },
  ],
);
file.invalid(
  'an id that is not known where the client is made',
  `${plain}
export async function run(traceId) {
  ⟦openai.defaultHeaders = { ...(openai.defaultHeaders ?? {}), 'X-Trace-ID': traceId }⟧;
  ${ask}
}`,
  [
    {
      messageId: 'mutated',
      suggestions: [
        [
          'passPerCall',
          `${plain}
export async function run(traceId) {
  ${askWith(`'X-Trace-ID': traceId`)}
}`,
        ],
      ],
    },
  ],
);
file.invalid(
  'one header',
  `${plain}
⟦openai.defaultHeaders['X-Trace-ID'] = 'checkout-8841'⟧;`,
  [
    {
      messageId: 'mutated',
      suggestions: [['moveToConstructor', inline(`'X-Trace-ID': 'checkout-8841'`)]],
    },
  ],
);
file.invalid(
  'a constructor without arguments',
  `const openai = whyops.openai(new OpenAI());
⟦openai.defaultHeaders = { 'X-Trace-ID': 'a' }⟧;`,
  [
    {
      messageId: 'mutated',
      suggestions: [
        [
          'moveToConstructor',
          `const openai = whyops.openai(new OpenAI({ defaultHeaders: { 'X-Trace-ID': 'a' } }));`,
        ],
      ],
    },
  ],
);
file.invalid(
  'a constructor that already has headers',
  `const openai = whyops.openai(new OpenAI({ defaultHeaders: {} }));
⟦openai.defaultHeaders = { 'X-Trace-ID': 'a' }⟧;`,
  ['mutated'],
);
patched.invalid('Object.assign', `⟦Object.assign(openai.defaultHeaders, headers)⟧;`, ['mutated']);
patched.invalid('headers in a variable', `⟦openai.defaultHeaders = headers⟧;`, ['mutated']);
patched.invalid(
  'a header whose value is made on the spot',
  `⟦openai.defaultHeaders['X-Trace-ID'] = crypto.randomUUID()⟧;`,
  ['mutated'],
);
patched.invalid('filled when missing', `⟦openai.defaultHeaders ??= {}⟧;`, ['mutated']);
patched.invalid('a header by a computed name', `⟦openai.defaultHeaders[name] = id⟧;`, ['mutated']);
patched.invalid('bracket notation', `⟦openai['defaultHeaders'] = headers⟧;`, ['mutated']);
patched.invalid('inside an expression', `const headers = (⟦openai.defaultHeaders = other⟧);`, ['mutated']);
patched.invalid(
  'in a condition without braces: no statement to take away',
  `if (id) ⟦openai.defaultHeaders = { 'X-Trace-ID': 'a' }⟧;`,
  ['mutated'],
);
file.invalid(
  'patched as an argument',
  `const client = new OpenAI(options); whyops.openai(client); ⟦client.defaultHeaders = headers⟧;`,
  ['mutated'],
);
file.invalid(
  'changed before it is patched',
  `const client = new OpenAI(options); ⟦client.defaultHeaders = headers⟧; whyops.openai(client);`,
  ['mutated'],
);
file.invalid(
  'anthropic',
  `const claude = whyops.anthropic(new Anthropic()); ⟦claude.defaultHeaders = headers⟧;`,
  ['mutated'],
);
file.invalid(
  'a class field',
  `class Agent { openai = whyops.openai(new OpenAI(options)); start() { ⟦this.openai.defaultHeaders = headers⟧; } }`,
  ['mutated'],
);
file.invalid(
  'a class field that is patched later',
  `class Agent { openai = new OpenAI(options); start() { whyops.openai(this.openai); ⟦this.openai.defaultHeaders = headers⟧; } }`,
  ['mutated'],
);
patched.invalid('behind a type assertion', `⟦(openai as any).defaultHeaders = headers⟧;`, ['mutated'], {
  only: 'typescript',
});

// --- Where a check must hold back ----------------------------------------------------------------------------------

patched.valid('headers taken apart', `({ a: input.a } = openai.defaultHeaders); [input.b] = list;`);
patched.valid('another object of the client', `openai.options.headers = {}; Object.assign(openai, {});`);
patched.valid('the headers of a copy of the class', `OpenAI.defaultHeaders = {};`);

/** Options that are not in sight: so the headers cannot move to the constructor. */
const hidden = `const openai = whyops.openai(new OpenAI(options));\n`;
const unmoved: [name: string, body: string][] = [
  ['a value that is made anew each time', `⟦openai.defaultHeaders = { 'X-Trace-ID': make() }⟧; ${ask}`],
  ['a value that changes later', `let id = '1'; ⟦openai.defaultHeaders = { a: id }⟧; id = '2'; ${ask}`],
  ['a value of a block', `{ const id = '1'; ⟦openai.defaultHeaders = { a: id }⟧; } ${ask}`],
  ['a value by a computed name', `⟦openai.defaultHeaders = { a: ids[0] }⟧; ${ask}`],
  ['a value of this', `⟦openai.defaultHeaders = { a: this.id }⟧; ${ask}`],
  ['a call in another function', `⟦openai.defaultHeaders = { a: '1' }⟧; async function run() { ${ask} }`],
  ['a call with options', `⟦openai.defaultHeaders = { a: '1' }⟧; await openai.responses.create(body, {});`],
  ['a call with a spread', `⟦openai.defaultHeaders = { a: '1' }⟧; await openai.responses.create(...args);`],
  ['a call before', `${ask} ⟦openai.defaultHeaders = { a: '1' }⟧;`],
  [
    'a call of another client',
    `const other = whyops.openai(new OpenAI(more)); ⟦openai.defaultHeaders = { a: '1' }⟧; await other.responses.create(body);`,
  ],
  ['headers only where there are none', `⟦openai.defaultHeaders ??= { a: '1' }⟧; ${ask}`],
  ['a header that is added to', `⟦openai.defaultHeaders['a'] += '1'⟧; ${ask}`],
  ['Object.assign of several objects', `⟦Object.assign(openai.defaultHeaders, { a: '1' }, more)⟧; ${ask}`],
  ['an assignment whose value is used', `log(⟦openai.defaultHeaders = { a: '1' }⟧); ${ask}`],
];
for (const [name, body] of unmoved)
  file.invalid(`nothing can be offered: ${name}`, `${hidden}${body}`, ['mutated']);
file.invalid(
  'headers that are copied from elsewhere move along',
  `${hidden}⟦openai.defaultHeaders = { ...common, a: '1' }⟧;\n${ask}`,
  [{ messageId: 'mutated', suggestions: [['passPerCall', `${hidden}${askWith(`...common, a: '1'`)}`]] }],
);

patched.run('no-header-mutation');
file.run('no-header-mutation');
