import { runSuites, suite } from '../harness/marked.ts';

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
  'a header whose name is no name of a property',
  `${plain}
⟦openai.defaultHeaders['2-it\\'s'] = 'a'⟧;
⟦openai.defaultHeaders['2nd'] = 'b'⟧;`,
  [
    {
      messageId: 'mutated',
      suggestions: [
        ['moveToConstructor', `${inline(`'2-it\\'s': 'a'`)}\nopenai.defaultHeaders['2nd'] = 'b';`],
      ],
    },
    {
      messageId: 'mutated',
      suggestions: [
        ['moveToConstructor', `${inline(`'2nd': 'b'`)}\nopenai.defaultHeaders['2-it\\'s'] = 'a';`],
      ],
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

// --- What only looks like it ---------------------------------------------------------------------------------------

const reads: [name: string, body: string][] = [
  ['taken out by name', `const { defaultHeaders } = openai; log(defaultHeaders);`],
  ['compared', `if (openai.defaultHeaders === headers) log();`],
  ['one of them read', `log(openai.defaultHeaders['X-Trace-ID'], openai.defaultHeaders?.a);`],
  ['asked for a name', `const has = 'X-Trace-ID' in openai.defaultHeaders;`],
  ['kept with a fallback', `const headers = openai.defaultHeaders ?? {};`],
  ['walked over', `for (const name in openai.defaultHeaders) log(name);`],
  ['handed to another client', `const other = new OpenAI({ defaultHeaders: openai.defaultHeaders });`],
  ['handed to a function', `check(openai.defaultHeaders);`],
  ['given to another object', `config.headers = openai.defaultHeaders; config.defaultHeaders = {};`],
  ['in a string', `log('openai.defaultHeaders = {}');`],
  ['in a comment', `// openai.defaultHeaders = {};`],
  ['their type asked for', `log(typeof openai.defaultHeaders);`],
  ['frozen', `Object.freeze(openai.defaultHeaders);`],
];
for (const [name, body] of reads) patched.valid(`headers that are only read: ${name}`, body);

const others: [name: string, body: string][] = [
  ['the WhyOps client', `whyops.defaultHeaders = {};`],
  ['a trace', `whyops.trace('t1').defaultHeaders = {};`],
  [
    'a resource of the client',
    `openai.chat.defaultHeaders = {}; openai.chat.completions.defaultHeaders = {};`,
  ],
  ['what a call returned', `const answer = ${ask} answer.defaultHeaders = {};`],
  ['a field with a longer name', `openai.defaultHeadersOf = {}; openai.myDefaultHeaders = {};`],
  ['a field that differs in case', `openai.DefaultHeaders = {}; openai.defaultheaders = {};`],
  ['a private field of the name', `class Agent { #defaultHeaders; set(h) { this.#defaultHeaders = h; } }`],
  ['the query of the client', `openai.defaultQuery = { a: '1' };`],
  ['the headers of a request', `request.headers['X-Trace-ID'] = id; options.headers = {};`],
  ['a header two levels down', `openai.defaultHeaders.a.b = id;`],
  ['a variable of the name', `let defaultHeaders = {}; defaultHeaders = { 'X-Trace-ID': id };`],
  ['a copy', `const copy = { ...openai.defaultHeaders }; copy['X-Trace-ID'] = id;`],
  ['an object that has the client', `agent.openai.defaultHeaders = {}; agent.defaultHeaders = openai;`],
  ['a list of the client', `openai[0].defaultHeaders = {};`],
  ['an Object of another kind', `const Object = store; Object.assign(openai.defaultHeaders, headers);`],
  ['a deeper method called assign', `Object.prototype.assign(openai.defaultHeaders, headers);`],
  ['assign of one that is computed', `Object.assign(openai[field], headers);`],
  ['a spread that assign may get the headers from', `Object.assign(...[openai.defaultHeaders, headers]);`],
];
for (const [name, body] of others) patched.valid(`headers of something else: ${name}`, body);

file.valid(
  'options that are completed before the client is made',
  `const options = { apiKey }; options.defaultHeaders = { 'X-Trace-ID': id }; const openai = whyops.openai(new OpenAI(options));`,
);
file.valid(
  'headers in options that the client is made with',
  `const openai = whyops.openai(new OpenAI({ apiKey })).withOptions({ defaultHeaders: { 'X-Trace-ID': id } });`,
);
file.valid(
  'a client that another class has under the name',
  `class A { openai = whyops.openai(new OpenAI()); } class B { openai = new OpenAI(); start() { this.openai.defaultHeaders = {}; } }`,
);
file.valid(
  'a field of the class that is not the client',
  `class Agent { openai = whyops.openai(new OpenAI()); start() { this.defaultHeaders = {}; this.client.defaultHeaders = {}; } }`,
);
file.valid(
  "another object's this",
  `class Agent { openai = whyops.openai(new OpenAI()); start() { return { set() { this.openai.defaultHeaders = {}; } }; } }`,
);
file.valid(
  'a class that keeps headers of its own',
  `class Agent { constructor() { this.openai = whyops.openai(new OpenAI()); this.defaultHeaders = {}; } }`,
);
file.valid(
  'a client of another name that only its parameter has',
  `const openai = whyops.openai(new OpenAI()); export const run = ({ openai }) => { openai.defaultHeaders = {}; };`,
);
file.valid(
  'patched in another function, by a parameter of its own',
  `const patch = (client) => whyops.openai(client); export function run(client) { client.defaultHeaders = {}; }`,
);
file.valid(
  'typed as a client that nobody patched',
  `function run(openai: OpenAI) { openai.defaultHeaders = {}; }`,
  {
    only: 'typescript',
  },
);
// FN: a name for the headers is not followed.
patched.valid('a name for the headers', `const headers = openai.defaultHeaders; headers['X-Trace-ID'] = id;`);
// FN: assignments that no agent writes.
patched.valid(
  'patterns and definitions',
  `[openai.defaultHeaders] = [{}]; Object.assign(openai, { defaultHeaders: {} }); Reflect.set(openai, 'defaultHeaders', {});`,
);
// FN: the copy with other options has the same headers, but it is not followed.
patched.valid(
  'a copy with other options',
  `const slow = openai.withOptions({ timeout }); slow.defaultHeaders = {};`,
);

// --- What can be offered -------------------------------------------------------------------------------------------

const known = `const id = '1';\n${plain}`;
file.invalid(
  'Object.assign of what is written',
  `${plain}\n⟦Object.assign(openai.defaultHeaders, { a: '1' })⟧;`,
  [{ messageId: 'mutated', suggestions: [['moveToConstructor', inline(`a: '1'`)]] }],
);
file.invalid('Object.assign of nothing', `${plain}\n⟦Object.assign(openai.defaultHeaders)⟧;`, ['mutated']);
file.invalid('no header but its own', `${plain}\n⟦openai.defaultHeaders = { ...openai.defaultHeaders }⟧;`, [
  'mutated',
]);
file.invalid(
  'a constructor with empty options',
  `const openai = whyops.openai(new OpenAI({}));\n⟦openai.defaultHeaders = { a: '1' }⟧;`,
  [
    {
      messageId: 'mutated',
      suggestions: [
        ['moveToConstructor', `const openai = whyops.openai(new OpenAI({ defaultHeaders: { a: '1' } }));`],
      ],
    },
  ],
);
file.invalid(
  'a constructor with more arguments',
  `const openai = whyops.openai(new OpenAI({ apiKey }, more));\n⟦openai.defaultHeaders = { a: '1' }⟧;`,
  ['mutated'],
);
file.invalid(
  'a constructor that is not in sight',
  `const openai = whyops.openai(createClient());\n⟦openai.defaultHeaders = { a: '1' }⟧;`,
  ['mutated'],
);
file.invalid('a template of what never changes', `${known}\n⟦openai.defaultHeaders.a = \`t-\${id}\`⟧;`, [
  {
    messageId: 'mutated',
    suggestions: [['moveToConstructor', `const id = '1';\n${inline('a: `t-${id}`')}`]],
  },
]);
file.invalid(
  'a template of what is made on the spot',
  `${known}\n⟦openai.defaultHeaders.a = \`t-\${id}-\${make()}\`⟧;`,
  ['mutated'],
);
file.invalid(
  'a field of what never changes',
  `const job = { id: 1 };\n${plain}\n⟦openai.defaultHeaders.a = job.id⟧;`,
  [
    {
      messageId: 'mutated',
      suggestions: [['moveToConstructor', `const job = { id: 1 };\n${inline('a: job.id')}`]],
    },
  ],
);
file.invalid(
  'two headers, and one is made on the spot',
  `${plain}\n⟦openai.defaultHeaders = { a: '1', b: make() }⟧;\n${ask}`,
  ['mutated'],
);
file.invalid(
  'two calls, and one has options',
  `${hidden}⟦openai.defaultHeaders = { a: '1' }⟧;\n${ask} ${askWith(`b: '2'`)}`,
  ['mutated'],
);
file.invalid(
  'an id that is made after the client',
  `${plain}\nconst id = '1';\n⟦openai.defaultHeaders = { a: id }⟧;\n${ask}`,
  [
    {
      messageId: 'mutated',
      suggestions: [['passPerCall', `${plain}\nconst id = '1';\n${askWith('a: id')}`]],
    },
  ],
);
file.invalid(
  'headers of another object move along',
  `${hidden}⟦openai.defaultHeaders = { ...common.defaultHeaders, a: '1' }⟧;\n${ask}`,
  [
    {
      messageId: 'mutated',
      suggestions: [['passPerCall', `${hidden}${askWith(`...common.defaultHeaders, a: '1'`)}`]],
    },
  ],
);

const makers: [name: string, body: string][] = [
  [
    'a client of Anthropic that was never patched',
    `const claude = new Anthropic(); claude.defaultHeaders = {};`,
  ],
  ['a client that something else made', `const openai = makeClient(whyops); openai.defaultHeaders = {};`],
  ['the client of a request', `app.post('/', (request) => { request.openai.defaultHeaders = {}; });`],
  ['a client in an object', `const clients = { openai: new OpenAI() }; clients.openai.defaultHeaders = {};`],
  ['a client in a list', `const clients = [whyops.openai(new OpenAI())]; clients[0].defaultHeaders = {};`],
  [
    'a client that another agent patched',
    `const openai = agents.support.openai(new OpenAI()); openai.defaultHeaders = {};`,
  ],
  [
    'a client that a trace would patch',
    `const openai = whyops.trace('t').openai(new OpenAI()); openai.defaultHeaders = {};`,
  ],
  [
    'a client that another method returns',
    `const openai = whyops.langchain(new OpenAI()); openai.defaultHeaders = {};`,
  ],
  [
    'a client of an object with the method',
    `const ops = { openai: (x) => x }; ops.openai(new OpenAI()).defaultHeaders = {};`,
  ],
];
for (const [name, body] of makers) file.valid(`not patched here: ${name}`, body);

const mixed: [name: string, body: string][] = [
  [
    'a variable that gets another client',
    `let openai = whyops.openai(new OpenAI()); openai = other; openai.defaultHeaders = {};`,
  ],
  [
    'a variable that may get another client',
    `let openai = whyops.openai(new OpenAI()); if (test) openai = fake(); openai.defaultHeaders = {};`,
  ],
  [
    'a variable that a pattern writes',
    `let openai = whyops.openai(new OpenAI()); ({ openai } = clients); openai.defaultHeaders = {};`,
  ],
  [
    'a variable that a loop writes',
    `let openai = whyops.openai(new OpenAI()); for (openai of clients) openai.defaultHeaders = {};`,
  ],
  [
    'one of two clients',
    `const openai = traced ? whyops.openai(new OpenAI()) : fake(); openai.defaultHeaders = {};`,
  ],
  [
    'the other of two clients',
    `const openai = traced ? fake() : whyops.openai(new OpenAI()); openai.defaultHeaders = {};`,
  ],
  [
    'a client that somebody may have given',
    `const openai = given ?? whyops.openai(new OpenAI()); openai.defaultHeaders = {};`,
  ],
  [
    'a client with a fallback',
    `const openai = whyops.openai(new OpenAI()) || fake(); openai.defaultHeaders = {};`,
  ],
  [
    'one of two that is one of two',
    `const openai = a ? (b ? whyops.openai(new OpenAI()) : fake()) : null; openai.defaultHeaders = {};`,
  ],
  [
    'a parameter with a default',
    `function run(openai = whyops.openai(new OpenAI())) { openai = fake(); openai.defaultHeaders = {}; }`,
  ],
];
for (const [name, body] of mixed) file.valid(`perhaps another client: ${name}`, body);
const surely: [name: string, body: string][] = [
  [
    'a variable that is filled once',
    `let openai = null; openai ??= whyops.openai(new OpenAI()); ⟦openai.defaultHeaders = headers⟧;`,
  ],
  [
    'a variable that gets a second patched client',
    `let openai = whyops.openai(new OpenAI()); openai = whyops.openai(new OpenAI(more)); ⟦openai.defaultHeaders = headers⟧;`,
  ],
  [
    'a client that is patched or not',
    `const raw = new OpenAI(); const openai = traced ? whyops.openai(raw) : raw; ⟦openai.defaultHeaders = headers⟧;`,
  ],
  [
    'a client or nothing',
    `const openai = traced ? whyops.openai(new OpenAI()) : undefined; ⟦openai.defaultHeaders = headers⟧;`,
  ],
  [
    'a client in an object',
    `const clients = { openai: whyops.openai(new OpenAI()) }; const { openai } = clients; ⟦openai.defaultHeaders = headers⟧;`,
  ],
  [
    'a client that is made later, and patched as an argument',
    `let openai; openai = new OpenAI(options); whyops.openai(openai); ⟦openai.defaultHeaders = headers⟧;`,
  ],
];
for (const [name, body] of surely) file.invalid(`surely the patched client: ${name}`, body, ['mutated']);

file.invalid(
  'a client that is asked for another client before it is patched',
  `const openai = new OpenAI(options); openai.openai(1); whyops.openai(openai); ⟦openai.defaultHeaders = headers⟧;`,
  ['mutated'],
);

file.invalid(
  'a client with nothing as its fallback',
  `const openai = whyops.openai(new OpenAI()) ?? null; ⟦openai.defaultHeaders = headers⟧;`,
  ['mutated'],
);
file.valid(
  'a client with a fallback that is a client for some',
  `const openai = whyops.openai(new OpenAI()) ?? (test ? fake() : null); openai.defaultHeaders = headers;`,
);
file.valid(
  'a client that a loop picks',
  `const one = whyops.openai(new OpenAI()); for (const each of [one, other]) each.defaultHeaders = headers;`,
);

const replaced: [name: string, body: string][] = [
  [
    'a field that gets a fake',
    `class Agent { openai = whyops.openai(new OpenAI()); useFake() { this.openai = fake(); } start() { this.openai.defaultHeaders = {}; } }`,
  ],
  [
    'a field that the constructor may fill',
    `class Agent { openai = whyops.openai(new OpenAI()); constructor(openai) { if (openai) this.openai = openai; } start() { this.openai.defaultHeaders = {}; } }`,
  ],
  [
    'a member of an object that gets a fake',
    `const clients = { openai: whyops.openai(new OpenAI()) }; clients.openai = fake(); clients.openai.defaultHeaders = {};`,
  ],
  [
    'a member by a computed name that gets a fake',
    `const clients = { openai: whyops.openai(new OpenAI()) }; clients[name] = fake(); clients.openai.defaultHeaders = {};`,
  ],
  [
    'a default of a parameter',
    `function run(openai = whyops.openai(new OpenAI())) { openai.defaultHeaders = {}; }`,
  ],
  [
    'a default in the pattern of a parameter',
    `function run({ openai = whyops.openai(new OpenAI()) } = {}) { openai.defaultHeaders = {}; }`,
  ],
  [
    'a default in a pattern',
    `const { openai = whyops.openai(new OpenAI()) } = given; openai.defaultHeaders = {};`,
  ],
  [
    'a variable that a setter writes',
    `let openai = whyops.openai(new OpenAI()); export const use = (client) => { openai = client; }; export const run = () => { openai.defaultHeaders = {}; };`,
  ],
  [
    'a variable that gets what a caller gives',
    `export function make(given) { let openai = whyops.openai(new OpenAI()); if (given) openai = given; openai.defaultHeaders = {}; }`,
  ],
  [
    'what a caller gives, or the patched one',
    `export function make(given) { const openai = given ? given : whyops.openai(new OpenAI()); openai.defaultHeaders = {}; }`,
  ],
  [
    'a fake in a catch',
    `let openai; try { openai = whyops.openai(new OpenAI()); } catch { openai = fake(); } openai.defaultHeaders = {};`,
  ],
  [
    'a client of another provider in one case',
    `let client; switch (name) { case 'openai': client = whyops.openai(new OpenAI()); break; default: client = new Mistral(); } client.defaultHeaders = {};`,
  ],
];
for (const [name, body] of replaced) file.valid(`perhaps replaced by another client: ${name}`, body);

const namesakes: [name: string, body: string][] = [
  [
    'in another function',
    `function live() { const openai = whyops.openai(new OpenAI()); return openai; } function plain() { const openai = new OpenAI(); openai.defaultHeaders = {}; return openai; }`,
  ],
  [
    'in a block',
    `const openai = whyops.openai(new OpenAI()); { const openai = fake(); openai.defaultHeaders = {}; }`,
  ],
  [
    'a function that calls itself so',
    `const openai = whyops.openai(new OpenAI()); const run = function openai() { openai.defaultHeaders = {}; };`,
  ],
  [
    'a public field beside a private one',
    `class Agent { #openai = whyops.openai(new OpenAI()); openai = new OpenAI(); start() { this.openai.defaultHeaders = {}; } }`,
  ],
  [
    'a field of a class below',
    `class Base { openai = whyops.openai(new OpenAI()); } class Plain extends Base { openai = new OpenAI(); start() { this.openai.defaultHeaders = {}; } }`,
  ],
  [
    'a field of another instance',
    `class Agent { openai = whyops.openai(new OpenAI()); copyTo(other) { other.openai.defaultHeaders = {}; } }`,
  ],
  [
    'the client whose copy was patched',
    `const raw = new OpenAI(); const openai = whyops.openai(raw.withOptions({ timeout })); raw.defaultHeaders = {};`,
  ],
];
for (const [name, body] of namesakes) file.valid(`a client of the same name: ${name}`, body);
file.valid(
  'a class that adds headers in the method of that name',
  `class Traced extends OpenAI { defaultHeaders(options) { return { ...super.defaultHeaders(options), 'X-Trace-ID': id }; } } const openai = whyops.openai(new Traced());`,
);
patched.valid(
  'the headers of the client, copied into those of a call',
  askWith(`...openai.defaultHeaders, 'X-Trace-ID': id`),
);
patched.valid(
  'headers that a test replaces',
  `vi.spyOn(openai, 'defaultHeaders', 'get').mockReturnValue({});`,
);
file.invalid(
  'another member of the object that holds the client is written',
  `const clients = { openai: whyops.openai(new OpenAI(options)) }; clients.mistral = new Mistral(); ⟦clients.openai.defaultHeaders = headers⟧;`,
  ['mutated'],
);

runSuites('no-header-mutation', patched, file);
