import { runSuites, suite } from '../harness/marked.ts';
import { addContent } from './single-representation-content.ts';

const inAgent = suite(
  (body) => `import { WhyOps } from '@whyops/sdk';
import OpenAI from 'openai';
import Anthropic from '@anthropic-ai/sdk';
const whyops = new WhyOps({ apiKey, agentName: 'shop', agentMetadata });
const openai = whyops.openai(new OpenAI({ apiKey }));
const anthropic = whyops.anthropic(new Anthropic({ apiKey }));
const local = new OpenAI({ baseURL: 'http://127.0.0.1:11434/v1' });
export async function agent(traceId, question, messages) {
  const trace = whyops.trace(traceId);
  ${body}
}`,
);
const { valid, invalid } = inAgent;
const create = `await openai.chat.completions.create({ model: 'gpt-5', messages })`;

valid('a proxied call alone', `return ${create};`);
valid(
  'a turn by hand',
  `await trace.userMessage(messages);
  const answer = await local.chat.completions.create({ model: 'llama', messages });
  await trace.llmResponse('llama', 'local', answer.choices[0].message.content);`,
);
valid(
  'a proxied call and the tools by hand',
  `const answer = ${create};
  for (const call of answer.choices[0].message.tool_calls ?? []) {
    const span = await trace.toolCallRequest(call.function.name, [call]);
    await trace.toolCallResponse(call.function.name, span, [call], await runTool(call));
  }`,
);
valid(
  'a proxied call of one model, and the turn of another by hand',
  `const route = ${create};
  await trace.userMessage(messages);
  const answer = await local.chat.completions.create({ model: 'llama', messages });
  await trace.llmResponse('llama', 'local', answer.choices[0].message.content, { usage });`,
);
valid(
  'an answer that another model made of the proxied one',
  `const draft = ${create};
  const text = await polish(draft.choices[0].message.content);
  await trace.llmResponse('llama', 'local', text);`,
);
valid(
  'a function of your own that may ask another model',
  `const draft = ${create}; await trace.llmResponse('llama', 'local', summarise(draft));`,
);
valid(
  'the proxied answer in one branch only',
  `const answer = cloud ? (${create}).choices[0].message.content : await askLocal(messages);
  await trace.llmResponse(model, provider, answer);`,
);
valid(
  'a variable that holds the proxied answer on one path only',
  `let answer;
  if (cloud) answer = (${create}).choices[0].message.content; else answer = await askLocal(messages);
  await trace.llmResponse(model, provider, answer);`,
);
valid(
  'an error text where there was no answer',
  `let answer;
  try { answer = (${create}).choices[0].message.content; } catch { answer = 'The model failed.'; }
  await trace.llmResponse(model, provider, answer);`,
);
valid(
  'a client that is patched under a condition',
  `const client = new OpenAI(); if (traced) whyops.openai(client);
  const answer = await client.chat.completions.create({ messages });
  if (!traced) await trace.llmResponse('gpt-5', 'openai', answer.choices[0].message.content);`,
);
valid(
  'a client that is patched after an early return',
  `const client = new OpenAI(); if (!traced) return client;
  whyops.openai(client); const answer = await client.responses.create({ input: question });
  await trace.llmResponse('gpt-5', 'openai', answer.output_text);`,
);
valid(
  'the prompt of a turn that is not proxied in this branch',
  `if (cloud) { return ${create}; }
  await trace.userMessage(messages);`,
);
valid(
  'the prompt when the answer comes from a cache',
  `await trace.userMessage(messages);
  const cached = cache.get(question); if (cached) return cached;
  return ${create};`,
);
valid(
  'the prompt of a call that may not happen',
  `await trace.userMessage(messages);
  if (needsModel) await openai.responses.create({ input: messages });`,
);
valid(
  'the prompt of calls in a loop that may be empty',
  `await trace.userMessage(messages);
  for (const model of models) await openai.chat.completions.create({ model, messages });`,
);
valid(
  'another prompt than that of the proxied call',
  `await trace.userMessage([{ role: 'user', content: question }]);
  const title = await openai.responses.create({ model: 'gpt-5-mini', input: 'Write a title.' });`,
);
valid(
  'more than the prompt of the proxied call',
  `await trace.userMessage([{ role: 'user', content: question }, ...attachments]);
  await openai.responses.create({ input: question });`,
);
valid(
  'an unknown prompt',
  `await trace.userMessage(render(question)); await openai.responses.create({ input: render(question) });`,
);
valid(
  'the trace of another agent',
  `const audit = new WhyOps({ apiKey, agentName: 'audit', agentMetadata });
  const answer = ${create};
  await audit.trace(traceId).llmResponse('gpt-5', 'openai', answer.choices[0].message.content);`,
);
valid(
  'what an OpenAI model thinks, which the proxy does not record',
  `const answer = await openai.responses.create({ input: question });
  await trace.llmThinking(answer.output[0].summary[0].text);`,
);
valid(
  'a text of your own beside a proxied call',
  `const answer = ${create}; await trace.llmResponse('rules', 'local', 'Please wait.');`,
);
valid(
  'an answer that is handed in',
  `const note = async (answer) => { await trace.llmResponse('gpt-5', 'openai', answer.text); };
  await note({ text: question });`,
);
valid('an answer of unknown origin', `await trace.llmResponse('gpt-5', 'openai', question);`);
valid(
  'something else with the methods of a trace',
  `const answer = ${create}; await log.llmResponse('gpt-5', 'openai', answer.choices[0].message.content);`,
);
// FN: what a callback does with the answer is not followed.
valid(
  'an answer through then',
  `const text = await openai.responses.create({ input: question }).then((answer) => answer.output_text);
  await trace.llmResponse('gpt-5', 'openai', text);`,
);
// FN: the call and the event are in two functions.
valid(
  'an answer through a function',
  `const ask = async () => openai.responses.create({ input: question });
  const answer = await ask(); await trace.llmResponse('gpt-5', 'openai', answer.output_text);`,
);

invalid(
  'the answer of a proxied call',
  `const answer = ${create};
  await ⟦trace.llmResponse('gpt-5', 'openai', answer.choices[0].message.content)⟧;
  return answer;`,
  [
    {
      messageId: 'answerReported',
      message:
        '`llmResponse` reports the answer of the proxied call on line 10: the proxy recorded it already, so the turn and its tokens count twice. Keep one of the two.',
      suggestions: [
        [
          'remove',
          `const answer = ${create};
  return answer;`,
        ],
      ],
    },
  ],
);
invalid(
  'the answer with a fallback',
  `const { choices } = ${create};
  const text = choices[0]?.message?.content ?? '';
  return ⟦trace.llmResponse('gpt-5', 'openai', text.trim() || 'no answer')⟧;`,
  ['answerReported'],
);
invalid(
  'the answer by its parts',
  `const { choices: [{ message }] } = ${create};
  return ⟦trace.llmResponse('gpt-5', 'openai', { content: message.content, toolCalls: message.tool_calls })⟧;`,
  ['answerReported'],
);
invalid(
  'an Anthropic answer, joined',
  `const answer = await anthropic.messages.create({ messages });
  const text = answer.content.filter((block) => block.type === 'text').map((block) => block.text).join('');
  return ⟦trace.llmResponse('claude', 'anthropic', \`\${text}\`)⟧;`,
  ['answerReported'],
);
invalid(
  'a streamed answer, added up',
  `const stream = await openai.chat.completions.create({ messages, stream: true });
  let text = '';
  for await (const chunk of stream) text += chunk.choices[0]?.delta?.content ?? '';
  return ⟦trace.llmResponse('gpt-5', 'openai', text)⟧;`,
  ['answerReported'],
);
invalid(
  'a streamed answer, collected',
  `const stream = await openai.chat.completions.create({ messages, stream: true });
  const parts = [];
  for await (const chunk of stream) { parts.push(chunk.choices[0].delta.content); }
  return ⟦trace.llmResponse('gpt-5', 'openai', parts.join(''))⟧;`,
  ['answerReported'],
);
invalid(
  'a stream of the Anthropic SDK',
  `const stream = anthropic.messages.stream({ messages });
  return ⟦trace.llmResponse('claude', 'anthropic', await stream.finalText())⟧;`,
  ['answerReported'],
);
invalid(
  'an answer of tool calls alone',
  `const answer = ${create};
  return ⟦trace.llmResponse('gpt-5', 'openai', null, { usage: { totalTokens: answer.usage.total_tokens } })⟧;`,
  ['answerReported'],
);
invalid(
  'both answers of a choice are proxied',
  `const answer = cheap ? await openai.responses.create({ input: question }) : await openai.responses.create({ input: messages });
  return ⟦trace.llmResponse('gpt-5', 'openai', answer.output_text)⟧;`,
  ['answerReported'],
);
invalid(
  'what an Anthropic model thinks, which the proxy records',
  `const answer = await anthropic.messages.create({ messages });
  return ⟦trace.llmThinking(answer.content[0].thinking)⟧;`,
  ['answerReported'],
);
invalid(
  'the embeddings of a proxied call, request and response',
  `await ⟦trace.embeddingRequest(messages)⟧;
  const found = await openai.embeddings.create({ model: 'e', input: messages });
  await ⟦trace.embeddingResponse('e', 'openai', { embeddingCount: found.data.length })⟧;`,
  [
    {
      messageId: 'promptReported',
      suggestions: [
        [
          'remove',
          `const found = await openai.embeddings.create({ model: 'e', input: messages });
  await trace.embeddingResponse('e', 'openai', { embeddingCount: found.data.length });`,
        ],
      ],
    },
    {
      messageId: 'answerReported',
      suggestions: [
        [
          'remove',
          `await trace.embeddingRequest(messages);
  const found = await openai.embeddings.create({ model: 'e', input: messages });`,
        ],
      ],
    },
  ],
);
invalid('the prompt before a proxied call', `return [⟦trace.userMessage(messages)⟧, ${create}];`, [
  {
    messageId: 'promptReported',
    message:
      '`userMessage` reports the prompt of the proxied call on line 10: the proxy recorded it already, so it stands in the trace twice. Keep one of the two.',
  },
]);
invalid(
  'the question inside the prompt',
  `await openai.chat.completions.create({ messages: [{ role: 'system', content: rules }, { role: 'user', content: question }] });
  if (verbose) void [⟦trace.userMessage([{ role: 'user', content: question }])⟧];`,
  ['promptReported'],
);
invalid(
  'the last message of the history',
  `const answer = ${create};
  return ⟦trace.userMessage([messages.at(-1)])⟧;`,
  ['promptReported'],
);
invalid(
  'the prompt before a loop that certainly starts',
  `const sent = ⟦trace.userMessage(messages)⟧;
  for (let round = 0; round < 5; round++) { const answer = ${create}; messages.push(answer.choices[0].message); }
  return sent;`,
  ['promptReported'],
);
invalid(
  'both halves of a turn, in a class',
  `class Agent {
    constructor() { this.openai = whyops.openai(new OpenAI()); }
    async run() {
      const sent = ⟦trace.userMessage([{ role: 'user', content: 'Hi' }])⟧;
      const answer = await this.openai.responses.create({ input: 'Hi' });
      return [sent, ⟦trace.llmResponse('gpt-5', 'openai', answer.output_text)⟧];
    }
  }`,
  ['promptReported', 'answerReported'],
);

// --- Where a check must hold back ----------------------------------------------------------------------------------

valid(
  'a prompt that holds more than the call was given',
  `await trace.userMessage([question, extra.note]);
  const answer = await openai.responses.create({ input: question });`,
);
valid(
  'tools of the answer beside a text of another model',
  `const answer = ${create};
  await trace.llmResponse('llama', 'local', await polish(messages), { toolCalls: answer.choices[0].message.tool_calls });`,
);
invalid(
  'an answer without a text, known by its usage',
  `const answer = ${create};
  ⟦trace.llmResponse('gpt-5', 'openai', '', { usage: answer.usage })⟧.catch(log);`,
  ['answerReported'],
);
invalid(
  'an event that is all of a branch',
  `const answer = ${create};
  if (question) ⟦trace.llmResponse('gpt-5', 'openai', answer.choices[0].message.content)⟧;`,
  ['answerReported'],
);

const content = `answer.choices[0].message.content`;
for (const how of ['void ', ''])
  invalid(
    `the answer, sent with "${how}"`,
    `const answer = ${create};\n  ${how}⟦trace.llmResponse('gpt-5', 'openai', ${content})⟧;\n  return answer;`,
    [
      {
        messageId: 'answerReported',
        suggestions: [['remove', `const answer = ${create};\n  return answer;`]],
      },
    ],
  );
invalid(
  'the answer, sent with another operator',
  `const answer = ${create};\n  !⟦trace.llmResponse('gpt-5', 'openai', ${content})⟧;`,
  ['answerReported'],
);
invalid(
  'the answer, returned',
  `const answer = ${create}; return ⟦trace.llmResponse('gpt-5', 'openai', ${content})⟧;`,
  ['answerReported'],
);
invalid(
  'the answer, on a line with more',
  `const answer = ${create}; await ⟦trace.llmResponse('gpt-5', 'openai', ${content})⟧; log();`,
  [{ messageId: 'answerReported', suggestions: [['remove', `const answer = ${create}; log();`]] }],
);
invalid(
  'the answer, told to a trace whose client is not in sight',
  `const answer = ${create}; await ⟦currentTrace().llmResponse('gpt-5', 'openai', ${content})⟧;`,
  [{ messageId: 'answerReported', suggestions: [['remove', `const answer = ${create}; `]] }],
  { settings: { whyops: { traceFactories: ['currentTrace'] } } },
);
valid(
  'an answer without content',
  `const answer = ${create}; await trace.llmResponse(); await trace.llmResponse(...answer); await trace.error(answer);`,
);
valid(
  'the prompt as something else',
  `const answer = ${create}; await trace.error(messages); await trace.toolResult('a', messages); return answer;`,
);
valid(
  'what the answer made of a tool',
  `const answer = ${create}; await trace.toolResult('parse', ${content});`,
);
valid(
  'an OpenAI turn that another client proxied',
  `const other = new WhyOps({ apiKey, agentName: 'other', agentMetadata }); const answer = ${create}; await other.trace('t').llmResponse('gpt-5', 'openai', ${content});`,
);

addContent(inAgent);

const inFile = suite(
  (body) => `import { WhyOps } from '@whyops/sdk';
import OpenAI from 'openai';
const whyops = new WhyOps({ apiKey, agentName: 'shop', agentMetadata });
const openai = whyops.openai(new OpenAI({ apiKey }));
${body}`,
);
const script = `const answer = await openai.responses.create({ input });\n`;
inFile.invalid(
  'the answer at the top of a module',
  `${script}await ⟦whyops.trace('t').llmResponse('gpt-5', 'openai', answer.output_text)⟧;\nlog();`,
  [{ messageId: 'answerReported', suggestions: [['remove', `${script}log();`]] }],
);
inFile.invalid(
  'the answer at the end of a file',
  `${script}  await ⟦whyops.trace('t').llmResponse('gpt-5', 'openai', answer.output_text)⟧;`,
  [{ messageId: 'answerReported', suggestions: [['remove', script]] }],
);
inFile.invalid(
  'the answer behind a comment',
  `${script}/* a */ await ⟦whyops.trace('t').llmResponse('gpt-5', 'openai', answer.output_text)⟧; // b`,
  [{ messageId: 'answerReported', suggestions: [['remove', `${script}/* a */ // b`]] }],
);

runSuites('single-representation', inAgent, inFile);
