import { runSuites, suite } from '../harness/marked.ts';

const inAgent = suite(
  (body) => `import { WhyOps } from '@whyops/sdk';
import OpenAI from 'openai';
import Anthropic from '@anthropic-ai/sdk';
${body}`,
);
const { valid, invalid } = inAgent;
const client = (more = ''): string =>
  `const whyops = new WhyOps({ apiKey, agentName: 'shop', agentMetadata${more} });`;
const patched = `${client()}
const openai = whyops.openai(new OpenAI({ apiKey }));`;

valid('the hosted service by default', client());
valid(
  'both URLs on the client',
  client(`, proxyBaseUrl: 'https://proxy.example.com', analyseBaseUrl: 'https://analyse.example.com/api'`),
);
valid('URLs from the environment', client(`, proxyBaseUrl: process.env.PROXY, analyseBaseUrl: env.ANALYSE`));
valid('an analyse URL below a path', client(`, analyseBaseUrl: 'https://gateway.example.com/whyops/api'`));
valid('an address of this machine', client(`, analyseBaseUrl: 'http://127.0.0.1:4000/api'`));
valid(
  'a proxy URL with /v1 for an OpenAI client, which adds none',
  `${client(`, proxyBaseUrl: 'https://proxy.example.com/v1'`)} const openai = whyops.openai(new OpenAI());`,
);
valid('an analyse URL that is put together', client(', analyseBaseUrl: `${host}/analyse`'));
valid('options that come from elsewhere', `const whyops = new WhyOps(options);`);
valid('a patched client as it is', `${patched}\nawait openai.responses.create(body, { timeout: 5000 });`);
valid(
  'a base URL on a client that is not patched',
  `${patched}\nconst other = new OpenAI({ baseURL: 'https://x/v1' }); other.baseURL = 'https://y/v1'; await other.responses.create(body, { baseURL: 'https://z' });`,
);
valid(
  'a base URL that is set before the client is patched',
  `${client()} const openai = new OpenAI(); openai.baseURL = process.env.URL; whyops.openai(openai);`,
);
valid(
  'a client that is patched or sent elsewhere',
  `${client()} const openai = new OpenAI(); if (traced) whyops.openai(openai); else openai.baseURL = 'https://x/v1';`,
);
valid('a base URL of undefined', `${patched}\nawait openai.responses.create(body, { baseURL: undefined });`);
valid(
  'two clients for two agents',
  `const one = new WhyOps({ apiKey, agentName: 'one', proxyBaseUrl: 'https://a.example.com' });
const two = new WhyOps({ apiKey, agentName: 'two', proxyBaseUrl: 'https://b.example.com' });`,
);
valid(
  'two clients for two environments',
  `const one = new WhyOps({ apiKey: process.env.STAGING, agentName: 'shop', proxyBaseUrl: 'https://a.example.com' });
const two = new WhyOps({ apiKey: process.env.PRODUCTION, agentName: 'shop', proxyBaseUrl: 'https://b.example.com' });`,
);
valid(
  'one client or the other',
  `const whyops = local ? new WhyOps({ apiKey, agentName: 'shop', analyseBaseUrl: 'http://127.0.0.1:4000/api' }) : new WhyOps({ apiKey, agentName: 'shop' });`,
);
valid(
  'one client in each branch',
  `let whyops;
if (local) whyops = new WhyOps({ apiKey, agentName: 'shop', analyseBaseUrl: 'http://127.0.0.1:4000/api' });
else whyops = new WhyOps({ apiKey, agentName: 'shop' });`,
);
valid(
  'the same URLs twice, once by default',
  `const one = new WhyOps({ apiKey, agentName: 'shop' });
const two = new WhyOps({ apiKey, agentName: 'shop', proxyBaseUrl: 'https://proxy.whyops.com' });`,
);
valid(
  'clients of two functions',
  `const one = () => new WhyOps({ apiKey, agentName: 'shop', proxyBaseUrl: 'https://a.example.com' });
const two = () => new WhyOps({ apiKey, agentName: 'shop', proxyBaseUrl: 'https://b.example.com' });`,
);
valid(
  'a request to a server of your own',
  `${client()} await fetch('https://shop.example.com/api/orders', { method: 'POST' });`,
);
valid('reading a trace back', `${client()} await fetch('https://a.whyops.com/api/events?traceId=t1');`);
valid('a health check of the proxy', `${client()} await fetch('https://proxy.whyops.com/health');`);
valid(
  'a fetch of your own',
  `${client()} const fetch = (url) => url; await fetch('https://a.whyops.com/api/events/ingest');`,
);
valid(
  'a request without an SDK client in the file',
  `await fetch('https://a.whyops.com/api/events/ingest', { method: 'POST', body: WhyOps.name });`,
);
valid(
  'a model of the provider itself',
  `${client()} await fetch('https://api.openai.com/v1/chat/completions', { method: 'POST' });`,
);
valid('a base URL among the options of something else', `${client()} queue.add({ baseURL: 'https://x' });`);
// FN: the base of the URL is not written in this file.
valid('a request to a base that is a variable', `${client()} await fetch(\`\${base}/events/ingest\`);`);
// FN: whether two variables hold the same URL is unknown.
valid(
  'two clients with two variables',
  `const one = new WhyOps({ apiKey, agentName: 'shop', proxyBaseUrl: a });
const two = new WhyOps({ apiKey, agentName: 'shop', proxyBaseUrl: b });`,
);

invalid(
  'a base URL for one call',
  `${patched}\nawait openai.chat.completions.create(body, { ⟦baseURL: 'https://proxy.example.com/v1'⟧, timeout: 1 });`,
  [
    {
      messageId: 'perRequest',
      message:
        '`baseURL` sends this one request elsewhere. Set `proxyBaseUrl` and `analyseBaseUrl` once, on the WhyOps client.',
      suggestions: [['remove', `${patched}\nawait openai.chat.completions.create(body, { timeout: 1 });`]],
    },
  ],
);
invalid(
  'a default base URL for one call',
  `${patched}\nawait openai.responses.create(body, { ⟦defaultBaseURL: url⟧ });`,
  [
    {
      messageId: 'perRequest',
      suggestions: [['remove', `${patched}\nawait openai.responses.create(body, {  });`]],
    },
  ],
);
invalid(
  'a base URL for a derived client',
  `${patched}\nconst other = openai.withOptions({ ⟦baseURL: url⟧, maxRetries: 0 });`,
  [
    {
      messageId: 'perRequest',
      suggestions: [['remove', `${patched}\nconst other = openai.withOptions({ maxRetries: 0 });`]],
    },
  ],
);
invalid(
  'a URL among the options of an event',
  `${patched}\nawait whyops.trace('t1').error('late', { ⟦analyseBaseUrl: url⟧ });`,
  [
    {
      messageId: 'perRequest',
      suggestions: [['remove', `${patched}\nawait whyops.trace('t1').error('late', {  });`]],
    },
  ],
);
invalid(
  'a URL among the options of a trace and of the registration',
  `${patched}\nconst trace = whyops.trace('t1', { ⟦analyseBaseUrl⟧ }); await whyops.initAgent({ ⟦analyseBaseUrl⟧ });`,
  [
    {
      messageId: 'perRequest',
      suggestions: [
        [
          'remove',
          `${patched}\nconst trace = whyops.trace('t1', {  }); await whyops.initAgent({ analyseBaseUrl });`,
        ],
      ],
    },
    {
      messageId: 'perRequest',
      suggestions: [
        [
          'remove',
          `${patched}\nconst trace = whyops.trace('t1', { analyseBaseUrl }); await whyops.initAgent({  });`,
        ],
      ],
    },
  ],
);
invalid('the base URL of a patched client', `${patched}\n⟦openai.baseURL = 'https://x/v1'⟧;`, [
  {
    messageId: 'assigned',
    message:
      '`baseURL` of a client in use is changed: calls before and after go to two places. Set `proxyBaseUrl` and `analyseBaseUrl` once, on the WhyOps client.',
  },
]);
invalid(
  'the base URL of a client that was patched in place',
  `${client()} const openai = new OpenAI(); whyops.openai(openai); ⟦openai.baseURL = url⟧;`,
  ['assigned'],
);
invalid('a URL of the WhyOps client', `${client()} ⟦whyops.proxyBaseUrl = url⟧;`, ['assigned']);
invalid(
  'a second client with another proxy',
  `const one = new WhyOps({ apiKey, agentName: 'shop', proxyBaseUrl: 'https://a.example.com' });
const two = ⟦new WhyOps({ apiKey, agentName: 'shop', proxyBaseUrl: 'https://b.example.com' })⟧;`,
  [
    {
      messageId: 'secondClient',
      message:
        'A second client of the agent sends to another `proxyBaseUrl` (https://b.example.com) than the one on line 4 (https://a.example.com): its traces are split. Use one client.',
    },
  ],
);
invalid(
  'a second client with the hosted URLs',
  `function setUp(apiKey) {
  const one = new WhyOps({ apiKey, agentName: 'shop', analyseBaseUrl: 'https://analyse.example.com/api' });
  return [one, ⟦new WhyOps({ apiKey, agentName: 'shop' })⟧];
}`,
  ['secondClient'],
);
invalid(
  'an ingest request beside the client',
  `${client()} await ⟦fetch('https://a.whyops.com/api/events/ingest', { method: 'POST' })⟧;`,
  [
    {
      messageId: 'besideClient',
      message:
        'This request goes to the ingest API past the WhyOps client of this file: it follows neither its URLs nor its retries. Use the client.',
    },
  ],
);
invalid(
  'a self-hosted ingest request',
  `${client()} const base = 'https://analyse.example.com/api'; await ⟦globalThis.fetch(base + '/events/ingest')⟧;`,
  ['besideClient'],
);
invalid(
  'an event that is written with a method',
  `${client(`, analyseBaseUrl: 'https://analyse.example.com/api'`)} await ⟦fetch(new URL('/api/events', 'https://analyse.example.com'), { method: 'post' })⟧;`,
  ['besideClient'],
);
invalid(
  'a model call through the hosted proxy',
  `${client()} await ⟦fetch(\`https://proxy.whyops.com/v1/chat/completions\`, { method: 'POST' })⟧;`,
  ['besideClient'],
);
invalid(
  'a model call through the configured proxy',
  `import { fetch } from 'undici';
${client(`, proxyBaseUrl: 'https://proxy.example.com'`)} await ⟦fetch('https://proxy.example.com/v1/messages', { method: 'POST' })⟧;`,
  ['besideClient'],
);
invalid('a slash at the end of the proxy URL', client(`, proxyBaseUrl: ⟦'https://proxy.example.com/'⟧`), [
  {
    messageId: 'trailingSlash',
    message:
      '`proxyBaseUrl` ends in a slash: joined with a path it gives `https://proxy.example.com//chat/completions`, which WhyOps does not know.',
    suggestions: [['write', client(`, proxyBaseUrl: 'https://proxy.example.com'`)]],
  },
]);
invalid(
  'a slash at the end of the analyse URL, in a constant',
  `const analyse = ⟦'https://analyse.example.com/api/'⟧; ${client(', analyseBaseUrl: analyse')}`,
  [
    {
      messageId: 'trailingSlash',
      suggestions: [
        [
          'write',
          `const analyse = 'https://analyse.example.com/api'; ${client(', analyseBaseUrl: analyse')}`,
        ],
      ],
    },
  ],
);
invalid('an analyse URL without /api', client(`, analyseBaseUrl: ⟦'https://analyse.example.com'⟧`), [
  {
    messageId: 'withoutApi',
    message:
      '`analyseBaseUrl` does not end in `/api`: events go to `https://analyse.example.com/events/ingest`, which does not exist.',
    suggestions: [['write', client(`, analyseBaseUrl: 'https://analyse.example.com/api'`)]],
  },
]);
invalid(
  'an analyse URL that goes too far',
  client(`, analyseBaseUrl: ⟦'https://analyse.example.com/api/events'⟧`),
  ['withoutApi'],
);
invalid('a URL without a scheme', client(`, proxyBaseUrl: ⟦'proxy.example.com'⟧`), [
  {
    messageId: 'notAUrl',
    message:
      '`proxyBaseUrl` is "proxy.example.com": write an absolute URL, such as \'https://proxy.whyops.com\'.',
  },
]);
invalid(
  'a proxy URL with a path under an Anthropic client',
  `${client(`, proxyBaseUrl: ⟦'https://proxy.example.com/v1'⟧`)} const anthropic = whyops.anthropic(new Anthropic());`,
  [
    {
      messageId: 'pathForAnthropic',
      message:
        '`proxyBaseUrl` has the path `/v1`, and an Anthropic client adds `/v1/messages` itself: requests go to `/v1/v1/messages`. Write the root.',
      suggestions: [
        [
          'write',
          `${client(`, proxyBaseUrl: 'https://proxy.example.com'`)} const anthropic = whyops.anthropic(new Anthropic());`,
        ],
      ],
    },
  ],
);

// --- Where a check must hold back ----------------------------------------------------------------------------------

valid(
  'a call of a client that is patched under a condition',
  `${client()} const openai = new OpenAI(); if (traced) whyops.openai(openai);
await openai.responses.create(body, { baseURL: 'https://x/v1' }); openai.withOptions({ baseURL: 'https://x/v1' });`,
);
valid(
  'other options of a client that is not ours',
  `${patched}\nlogger.trace('x', { baseUrl: 'https://x' }); other.withOptions({ baseURL: 'https://x' });`,
);
valid(
  'other fields of a client',
  `${patched} // The baseURL stays.\nopenai.timeout = 5; whyops.agentName = 'x'; [openai.a] = list;`,
);
valid(
  'two clients whose agents are named when they run',
  `const one = new WhyOps({ apiKey, agentName: nameOf(1), proxyBaseUrl: 'https://a.example.com' });
const two = new WhyOps({ apiKey, agentName: nameOf(2), proxyBaseUrl: 'https://b.example.com' });`,
);
valid(
  'two clients without a name',
  `const one = new WhyOps({ apiKey, proxyBaseUrl: 'https://a.example.com' });
const two = new WhyOps({ apiKey, proxyBaseUrl: 'https://b.example.com' });`,
);
valid(
  'a second client whose URL comes from elsewhere',
  `const one = new WhyOps({ apiKey, agentName: 'one', proxyBaseUrl: process.env.PROXY });
const two = new WhyOps({ apiKey, agentName: 'one', proxyBaseUrl: 'https://b.example.com' });
const three = new WhyOps({ apiKey, agentName: 'one', proxyBaseUrl: process.env.OTHER });`,
);
valid(
  'a path for the OpenAI client, and an Anthropic client of another WhyOps client',
  `${client(`, proxyBaseUrl: 'https://proxy.example.com/v1'`)} whyops.openai(new OpenAI());
const other = new WhyOps({ apiKey, agentName: 'other' }); other.anthropic(new Anthropic());`,
);
valid(
  'the root of a proxy and an analyse URL beside an Anthropic client',
  `${client(`, proxyBaseUrl: 'https://proxy.example.com', analyseBaseUrl: 'https://a.example.com/api'`)}
whyops.anthropic(new Anthropic());`,
);
invalid(
  'assigned in a function above the patch',
  `${client()} const openai = new OpenAI(); function point(url) { ⟦openai.baseURL = url⟧; } whyops.openai(openai);`,
  ['assigned'],
);
invalid('another protocol', client(`, analyseBaseUrl: ⟦'ftp://analyse.example.com/api'⟧`), ['notAUrl']);
invalid('a URL that cannot be read', client(`, analyseBaseUrl: ⟦'https://[analyse/api'⟧`), ['notAUrl']);

invalid('an URL with another scheme inside', client(`, proxyBaseUrl: ⟦'x:https://proxy.example.com'⟧`), [
  'notAUrl',
]);
valid('a scheme in capitals', client(`, proxyBaseUrl: 'HTTPS://proxy.example.com'`));
invalid('several slashes at the end', client(`, proxyBaseUrl: ⟦'https://proxy.example.com///'⟧`), [
  {
    messageId: 'trailingSlash',
    suggestions: [['write', client(`, proxyBaseUrl: 'https://proxy.example.com'`)]],
  },
]);
invalid(
  'a slash at the end of the analyse URL',
  client(`, analyseBaseUrl: ⟦'https://analyse.example.com/api/'⟧`),
  [
    {
      messageId: 'trailingSlash',
      message:
        '`analyseBaseUrl` ends in a slash: joined with a path it gives `https://analyse.example.com/api//events/ingest`, which WhyOps does not know.',
      suggestions: [['write', client(`, analyseBaseUrl: 'https://analyse.example.com/api'`)]],
    },
  ],
);
invalid('a slash at the end of a template', client(', proxyBaseUrl: ⟦`https://proxy.example.com/`⟧'), [
  {
    messageId: 'trailingSlash',
    suggestions: [['write', client(`, proxyBaseUrl: 'https://proxy.example.com'`)]],
  },
]);
invalid(
  'a slash at the end of a sum, which is no one text to write again',
  client(`, proxyBaseUrl: ⟦'https://proxy.example.com' + '/'⟧`),
  ['trailingSlash'],
);
invalid(
  'a slash at the end of the root, under an Anthropic client',
  `${client(`, proxyBaseUrl: ⟦'https://proxy.example.com/'⟧`)} whyops.anthropic(new Anthropic());`,
  [
    {
      messageId: 'trailingSlash',
      suggestions: [
        [
          'write',
          `${client(`, proxyBaseUrl: 'https://proxy.example.com'`)} whyops.anthropic(new Anthropic());`,
        ],
      ],
    },
  ],
);
invalid(
  'a path under an Anthropic client and an OpenAI client',
  `${client(`, proxyBaseUrl: ⟦'https://proxy.example.com/v1/'⟧`)} whyops.openai(new OpenAI()); whyops.anthropic(new Anthropic());`,
  [
    {
      messageId: 'pathForAnthropic',
      suggestions: [
        [
          'write',
          `${client(`, proxyBaseUrl: 'https://proxy.example.com'`)} whyops.openai(new OpenAI()); whyops.anthropic(new Anthropic());`,
        ],
      ],
    },
  ],
);
invalid(
  'a first client under a condition, and a second one in any case',
  `let one; if (local) one = new WhyOps({ apiKey, agentName: 'shop', proxyBaseUrl: 'https://a.example.com' });
const two = ⟦new WhyOps({ apiKey, agentName: 'shop', proxyBaseUrl: 'https://b.example.com' })⟧;`,
  ['secondClient'],
);
invalid(
  'a second client, both with the key of the environment',
  `const one = new WhyOps({ agentName: 'shop', proxyBaseUrl: 'https://a.example.com' });
const two = ⟦new WhyOps({ agentName: 'shop', proxyBaseUrl: 'https://b.example.com' })⟧;`,
  ['secondClient'],
);
valid(
  'two clients whose keys a spread may hold',
  `const one = new WhyOps({ ...options, agentName: 'shop', proxyBaseUrl: 'https://a.example.com' });
const two = new WhyOps({ ...others, agentName: 'shop', proxyBaseUrl: 'https://b.example.com' });`,
);
valid(
  'two clients with options from elsewhere',
  `const one = new WhyOps(options); const two = new WhyOps(others); log('baseURL');`,
);
valid(
  'two clients, the second behind a way out',
  `function make() {
  if (local) return new WhyOps({ apiKey, agentName: 'shop', proxyBaseUrl: 'https://a.example.com' });
  return new WhyOps({ apiKey, agentName: 'shop', proxyBaseUrl: 'https://b.example.com' });
}`,
);
valid(
  'a result that has a base URL',
  `${patched}\nawait whyops.trace('t1').toolResult('configure', { baseURL: 'https://x' });`,
);
invalid(
  'a URL among the options of a result',
  `${patched}\nawait whyops.trace('t1').toolResult('configure', {}, { ⟦baseURL: 'https://x'⟧ });`,
  [
    {
      messageId: 'perRequest',
      suggestions: [['remove', `${patched}\nawait whyops.trace('t1').toolResult('configure', {}, {  });`]],
    },
  ],
);
valid(
  'a field by a computed name',
  `${patched} const baseURL = 'timeout'; openai[baseURL] = 5; [openai.baseURL] = list;`,
);
valid(
  'an event that is written with a method that is not in sight',
  `${client()} await fetch('https://a.whyops.com/api/events', { method });`,
);
valid(
  'an event that is read with options from elsewhere',
  `${client()} await fetch('https://a.whyops.com/api/events', options);`,
);
valid(
  'a request elsewhere, with a proxy of the environment',
  `${client(', proxyBaseUrl: process.env.PROXY')} await fetch('https://proxy.example.com/v1/responses', { method: 'POST' });`,
);
valid(
  'another function of a module that can fetch',
  `import { request } from 'undici'; ${client()} await request('https://a.whyops.com/api/events/ingest');`,
);
valid(
  'a fetch of an object',
  `${client()} await store.fetch('https://a.whyops.com/api/events/ingest'); await window.a.fetch('https://a.whyops.com/api/events/ingest');`,
);
valid(
  'a fetch of a module of your own',
  `import { fetch } from './fetch'; ${client()} await fetch('https://a.whyops.com/api/events/ingest');`,
);
valid(
  'a URL class of your own',
  `const URL = Address; ${client()} await fetch(new URL('https://a.whyops.com/api/events/ingest'));`,
);
valid('a URL whose base is not in sight', `${client()} await fetch(new URL('/api/events/ingest', base));`);
valid(
  'a fetch without a URL',
  `${client()} await fetch(); await fetch(...urls); await fetch('/api/events/ingest');`,
);
valid(
  'an address that only begins alike',
  `${client()} await fetch('https://a.whyops.com/api/events/ingested', { method: 'POST' });`,
);
valid(
  'a model path of another host',
  `${client()} await fetch('https://models.example.com/v1/messages', { method: 'POST' });`,
);
valid(
  'a model path of the analyse host',
  `${client()} await fetch('https://a.whyops.com/v1/messages', { method: 'POST' });`,
);
invalid(
  'the registration of an agent',
  `${client()} await ⟦fetch('https://analyse.example.com/api/entities/init', { method: 'POST' })⟧;`,
  ['besideClient'],
);
invalid(
  'a result for a tool',
  `${client()} await ⟦fetch('https://analyse.example.com/api/events/tool-result', { method: 'POST' })⟧;`,
  ['besideClient'],
);
invalid(
  'an ingest path below the host alone',
  `${client()} await ⟦fetch('https://a.whyops.com/events/ingest')⟧;`,
  ['besideClient'],
);
invalid(
  'an agent of the proxy',
  `${client()} await ⟦fetch('https://proxy.whyops.com/v1/agents/init', { method: 'POST' })⟧;`,
  [
    {
      messageId: 'besideClient',
      message:
        'This request goes to the proxy past the WhyOps client of this file: it follows neither its URLs nor its retries. Use the client.',
    },
  ],
);
invalid(
  'a request object',
  `${client()} await ⟦fetch(new Request('https://a.whyops.com/api/events/ingest', init))⟧;`,
  ['besideClient'],
);
invalid(
  'a fetch that a module exports by default',
  `import send from 'node-fetch'; ${client()} await ⟦send('https://a.whyops.com/api/events/ingest')⟧;`,
  ['besideClient'],
);
invalid(
  'a fetch under another name, by require',
  `const { fetch: send } = require('undici'); ${client()} await ⟦send('https://a.whyops.com/api/events/ingest')⟧;`,
  ['besideClient'],
);
invalid(
  'a fetch under another name, by a dynamic import',
  `const { default: send } = await import('cross-fetch'); ${client()} await ⟦send('https://a.whyops.com/api/events/ingest')⟧;`,
  ['besideClient'],
);
invalid(
  'a fetch under another name, in the way of TypeScript',
  `import send = require('node-fetch'); ${client()} await ⟦send('https://a.whyops.com/api/events/ingest')⟧;`,
  ['besideClient'],
  { only: 'typescript' },
);
invalid(
  'the fetch of a whole module',
  `import * as undici from 'undici'; ${client()} await ⟦undici.fetch('https://a.whyops.com/api/events/ingest')⟧;`,
  ['besideClient'],
);
invalid(
  'a module that is a fetch',
  `const send = require('node-fetch'); ${client()} await ⟦send('https://a.whyops.com/api/events/ingest')⟧;`,
  ['besideClient'],
);
invalid(
  'an ingest request beside a trace alone',
  `await traceOf('t1').error('late'); await ⟦fetch('https://a.whyops.com/api/events/ingest')⟧;`,
  ['besideClient'],
  { settings: { whyops: { traceFactories: ['traceOf'] } } },
);
invalid(
  'an ingest request beside a patched client alone',
  `import { whyops } from './ops'; const openai = whyops.openai(new OpenAI()); await ⟦fetch('https://a.whyops.com/api/events/ingest')⟧;`,
  ['besideClient'],
  { settings: { whyops: { modules: ['./ops'] } } },
);

const urls: [name: string, more: string][] = [
  ['a port', `, proxyBaseUrl: 'http://proxy:8080', analyseBaseUrl: 'http://analyse:8081/api'`],
  ['a user', `, proxyBaseUrl: 'https://user:secret@proxy.example.com'`],
  ['an address of IPv6', `, analyseBaseUrl: 'http://[::1]:4000/api'`],
  ['a template', ', analyseBaseUrl: `https://analyse.example.com/api`'],
  ['a sum', `, analyseBaseUrl: 'https://analyse.example.com' + '/api'`],
  ['a sum with the environment', `, analyseBaseUrl: process.env.HOST + '/analyse/'`],
  ['a fallback', `, proxyBaseUrl: process.env.PROXY ?? 'proxy'`],
  ['undefined', `, proxyBaseUrl: undefined, analyseBaseUrl: undefined`],
  ['a spread over a wrong one', `, analyseBaseUrl: 'https://analyse.example.com', ...options`],
  ['another option', `, logBaseUrl: 'nowhere', baseUrls: ['nowhere/']`],
  ['a function', `, proxyBaseUrl: proxyOf(region)`],
  ['a conditional', `, proxyBaseUrl: local ? 'http://localhost:8080/' : 'https://proxy.example.com'`],
];
for (const [name, more] of urls) valid(`a URL that can work, or that cannot be read: ${name}`, client(more));
valid('a wrong URL in a constant that nobody uses', `const proxyBaseUrl = 'proxy.example.com/'; ${client()}`);
valid(
  'options of something else',
  `${client()} const server = new Server({ proxyBaseUrl: 'nowhere', analyseBaseUrl: 'nowhere/' });`,
);
valid(
  'a second client with the same URLs',
  `${client(`, proxyBaseUrl: 'https://a.example.com'`)} const more = new WhyOps({ apiKey, agentName: 'shop', proxyBaseUrl: 'https://a.example.com' });`,
);

valid(
  'a variable that holds another client later',
  `${client()} let openai = whyops.openai(new OpenAI()); openai = fake(); openai.baseURL = 'https://x/v1';`,
);
valid(
  'a WhyOps client or another one',
  `let whyops = new WhyOps({ apiKey, agentName: 'shop' }); if (test) whyops = fake(); whyops.proxyBaseUrl = url;`,
);

valid(
  'another function of the global object',
  `${client()} globalThis.open('https://a.whyops.com/api/events/ingest'); window.top.fetch('https://a.whyops.com/api/events/ingest');`,
);
valid(
  'another function of a module that is imported whole',
  `import * as undici from 'undici'; ${client()} await undici.request('https://a.whyops.com/api/events/ingest');`,
);
valid(
  'a property of a fetch',
  `import fetch from 'node-fetch'; ${client()} await fetch.isRedirect('https://a.whyops.com/api/events/ingest');`,
);
valid(
  'a method of that name on something else',
  `import fetch from 'node-fetch'; ${client()} await queue.fetch('https://a.whyops.com/api/events/ingest');`,
);
valid(
  'another function of a module with fetch',
  `import { fetchAll } from 'undici'; ${client()} await fetchAll('https://a.whyops.com/api/events/ingest');`,
);
valid('a URL whose base is none', `${client()} await fetch(new URL('/api/events/ingest', 'nowhere'));`);
valid(
  'an address of your own',
  `${client()} await fetch(new Address('https://a.whyops.com/api/events/ingest'));`,
);
invalid(
  'a call behind a way out that comes after the patch',
  `${client()} async function run() { const openai = whyops.openai(new OpenAI()); if (!input) return; await openai.responses.create(body, { ⟦baseURL: url⟧ }); }`,
  [
    {
      messageId: 'perRequest',
      suggestions: [
        [
          'remove',
          `${client()} async function run() { const openai = whyops.openai(new OpenAI()); if (!input) return; await openai.responses.create(body, {  }); }`,
        ],
      ],
    },
  ],
);
valid(
  'a call of a client that is patched behind a way out',
  `${client()} const openai = new OpenAI(); function setUp() { if (!traced) return; whyops.openai(openai); } await openai.responses.create(body, { baseURL: url });`,
);

valid(
  'a URL of a trace or of the class',
  `${client()} whyops.trace('t1').proxyBaseUrl = url; WhyOps.analyseBaseUrl = url;`,
);
valid('an ingest path of another host', `${client()} await fetch('https://shop.example.com/events/ingest');`);
invalid(
  'an analyse URL that is none, beside a request elsewhere',
  `${client(`, analyseBaseUrl: ⟦'nowhere'⟧`)} await fetch('https://shop.example.com/events/ingest');`,
  ['notAUrl'],
);

// --- What only looks like it ---------------------------------------------------------------------------------------

const elsewhere: [name: string, code: string][] = [
  ['in the body of a model call', `await openai.responses.create({ ...body, metadata: { baseURL: url } });`],
  [
    'among the arguments of a tool',
    `await whyops.trace('t1').toolCallRequest('crawl', [{ name: 'crawl', arguments: { baseURL: url } }]);`,
  ],
  [
    'in the metadata of a message',
    `await whyops.trace('t1').userMessage(messages, { metadata: { baseURL: url } });`,
  ],
  [
    'of another library',
    `const shop = axios.create({ baseURL: 'https://shop.example.com' }); shop.defaults.baseURL = url;`,
  ],
  [
    'of a class that keeps one of its own',
    `class Agent { constructor() { this.openai = openai; this.baseURL = url; } }`,
  ],
];
for (const [name, code] of elsewhere) valid(`a base URL ${name}`, `${patched}\n${code}`);
valid(
  'a base URL that the constructor gets',
  `${client()} whyops.openai(new OpenAI({ apiKey, baseURL: process.env.OPENAI_BASE_URL }));`,
);
valid(
  'a field whose URL is set before it is patched',
  `${client()} class Agent { constructor() { this.openai = new OpenAI(); this.openai.baseURL = url; whyops.openai(this.openai); } }`,
);
valid(
  'a field that gets a fake, whose URL is set',
  `${client()} class Agent { openai = whyops.openai(new OpenAI()); useFake() { this.openai = fake(); } start() { this.openai.baseURL = url; } }`,
);
valid(
  'a parameter whose default is patched',
  `${client()} function run(openai = whyops.openai(new OpenAI())) { openai.baseURL = url; }`,
);
valid(
  'a URL that takes the place of one in the options',
  `const options = { apiKey, agentName: 'shop', proxyBaseUrl: '' }; options.proxyBaseUrl = readUrl(); const whyops = new WhyOps(options);`,
);
valid(
  'a class of your own that sets a URL when it is made',
  `class Ops extends WhyOps { constructor() { super({ apiKey, agentName: 'shop' }); this.proxyBaseUrl = url; } }`,
);
const a = `new WhyOps({ apiKey, agentName: 'shop', proxyBaseUrl: 'https://a.example.com' })`;
const b = `new WhyOps({ apiKey, agentName: 'shop', proxyBaseUrl: 'https://b.example.com' })`;
const either: [name: string, code: string][] = [
  ['the second when the first cannot be made', `let whyops; try { whyops = ${a}; } catch { whyops = ${b}; }`],
  ['one returned from a try', `function make() { try { return ${a}; } catch { log(); } return ${b}; }`],
  ['one returned early, without a block', `function make(region) { if (region) return ${a}; return ${b}; }`],
  [
    'one in each case',
    `function make(region) { switch (region) { case 'eu': return ${a}; default: return ${b}; } }`,
  ],
  ['each made when it is asked for', `const clients = { eu: () => ${a}, us: () => ${b} };`],
];
for (const [name, code] of either) valid(`one of two clients: ${name}`, code);
const requests: [name: string, request: string][] = [
  ['a thread that is read', `await fetch('https://a.whyops.com/api/threads/t1');`],
  [
    'an analysis that is started',
    `await fetch('https://a.whyops.com/api/agent-analyses/a1/run', { method: 'POST' });`,
  ],
  ['an answer that is read again', `await fetch('https://proxy.whyops.com/v1/responses/resp_1');`],
  ['a route that a test answers', `setupServer(http.post('https://a.whyops.com/api/events/ingest', reply));`],
  ['what a test expects', `expect(fetch).toHaveBeenCalledWith('https://a.whyops.com/api/events/ingest');`],
  ['a fetch that is handed in', `const send = (fetch) => fetch('https://a.whyops.com/api/events/ingest');`],
];
for (const [name, request] of requests)
  valid(`no request past the client: ${name}`, `${client()} ${request}`);
valid(
  'a path for the OpenAI client, and an Anthropic client that is not patched',
  `${client(`, proxyBaseUrl: 'https://proxy.example.com/v1'`)} whyops.openai(new OpenAI()); const judge = new Anthropic({ apiKey });`,
);

runSuites('single-base-url', inAgent);
