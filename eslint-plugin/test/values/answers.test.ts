import { describe, expect, it } from 'vitest';
import { lint } from '../harness/lint.ts';

const around = (body: string): string => `import { WhyOps } from '@whyops/sdk';
import OpenAI from 'openai';
const whyops = new WhyOps({ apiKey, agentName: 'shop', agentMetadata });
const openai = whyops.openai(new OpenAI({ apiKey }));
export async function agent(x, messages) { const trace = whyops.trace('t'); ${body} }`;

const rules = { 'whyops/single-representation': [] };
const isReported = (body: string, messageId: string): boolean =>
  lint({ code: around(body), rules }).some((found) => found.messageId === messageId);

type Example = [expression: string, before?: string];

/** A turn by hand is reported exactly where all of its content is that of the proxied call. */
const isAnswer = (content: string, before = ''): boolean =>
  isReported(
    `const answer = await openai.chat.completions.create({ model: 'gpt-5', messages: x });
const text = answer.choices[0].message.content; ${before}
await trace.llmResponse('gpt-5', 'openai', ${content});`,
    'answerReported',
  );

const answers: Example[] = [
  ['answer'],
  ['text'],
  ['(text as string)!'],
  ['answer.choices[0]?.message.content'],
  ['answer.choices.at(-1).message.content'],
  ['text.trim()'],
  ["text.split('a').map(x).filter(Boolean).join('')"],
  ["text + '!'"],
  ["'Answer: ' + text"],
  ['`${text}`'],
  ['`${text} and ${text}`'],
  ["text ?? 'none'"],
  ["text || ''"],
  ['x && text'],
  ['x ? text : answer'],
  ["x ? text : 'none'"],
  ['[text]'],
  ["['a', text]"],
  ['[, text]'],
  ['[...answer.choices]'],
  ['{ role: "assistant", content: text }'],
  ['{ ...answer }'],
  ['String(text)'],
  ['JSON.stringify(answer)'],
  ['JSON.parse(text)'],
  ['structuredClone(answer)'],
  ['text || undefined'],
  ['copy', 'const copy = text;'],
  ['content', 'const { content } = answer.choices[0].message;'],
  ['choice', 'const [choice] = answer.choices;'],
  ['all', "let all = ''; all += text;"],
  ['all', "let all = ''; all = all + text;"],
  ['all', 'let all; all = text;'],
  ['all', 'const all = []; all.push(text);'],
  ['all', 'const all = []; for (const part of answer.choices) all.push(part);'],
  ["all.join('')", 'const all = []; for (const part of answer.choices) all.push(part.text);'],
  ['(copy = text)', 'let copy;'],
];

describe('what is the answer of the proxied call', () => {
  it.each(answers)('%s %s', (content, before) => expect(isAnswer(content, before)).toBe(true));
});
/** A message by hand is reported exactly where all of it certainly stands in the prompt of the proxied call. */
const isPrompt = (message: string, prompt: string, before = ''): boolean =>
  isReported(
    `${before} await trace.userMessage(${message}); await openai.chat.completions.create({ model: 'gpt-5', ${prompt} });`,
    'promptReported',
  );

const prompts: [message: string, prompt: string, before?: string][] = [
  ['messages', 'messages'],
  ['messages', 'messages: messages'],
  ['messages', 'messages: [...messages]'],
  ['messages', 'messages: [{ role: "system", content: "a" }, ...messages]'],
  ['messages', 'messages: messages.slice(-10)'],
  ['messages', 'messages: messages.filter(Boolean).concat(x)'],
  ['messages.at(-1)', 'messages'],
  ['[messages.at(-1)]', 'messages'],
  ['messages', 'input: messages'],
  ['messages', 'prompt: messages'],
  ['x', 'input: x'],
  ['[{ role: "user", content: x }]', 'messages: [{ role: "user", content: x }]'],
  ['[{ role: "user", content: x }]', 'messages: [unknown(), { role: "user", content: x }]'],
  ['[{ role: "user", content: x }]', 'messages: [{ role: "user" }, { role: "user", content: x }]'],
  ['[{ type: "text", text: x }]', 'messages: [{ role: "user", content: [{ type: "text", text: x }] }]'],
  ['[{ role: "user", content: "Hi" }]', 'messages: [{ role: "user", content: "Hi" }]'],
  ['[{ role: "user", content: x }, , ]', 'messages: [, { role: "user", content: x }]'],
  ['question', 'input: question', 'const question = x.question;'],
  ['x.question', 'input: x.question'],
];
const noPrompts: [message: string, prompt: string, before?: string][] = [
  ['x', 'messages'],
  ['messages', 'input: x'],
  ['messages', 'tools: messages'],
  ['messages', '...x'],
  ['[]', 'messages: []'],
  ['""', 'input: ""'],
  ['[{ role: "user", content: "" }]', 'messages: [{ role: "user", content: "" }]'],
  ['[{ role: "user", content: "Hi" }]', 'messages: [{ role: "user", content: "Ho" }]'],
  ['[{ role: "user", content: x }]', 'messages: [{ role: "user", content: messages }]'],
  [
    '[{ role: "user", content: x }, { role: "user", content: messages }]',
    'messages: [{ role: "user", content: x }]',
  ],
  ['[{ role: "user", content: x }, { role: "user" }]', 'messages: [{ role: "user", content: x }]'],
  ['[{ role: "user", content: x }, more()]', 'messages: [{ role: "user", content: x }]'],
  ['[x, ...more()]', 'messages: [x]'],
  [
    '[{ role: "user", content: messages }, { role: "user", content: x }]',
    'messages: [{ role: "user", content: x }]',
  ],
  ['more()', 'messages: more()'],
  ['more(messages)', 'messages'],
  ['messages.map(more)', 'messages'],
  ['messages[more]()', 'messages'],
  ['crypto.randomUUID()', 'input: crypto.randomUUID()'],
  ['...messages', 'messages'],
];

describe('what stands in the prompt of the proxied call', () => {
  it.each(prompts)('%s in { %s } %s', (message, prompt, before) =>
    expect(isPrompt(message, prompt, before)).toBe(true),
  );
});
describe('what perhaps does not stand in the prompt', () => {
  it.each(noPrompts)('%s in { %s } %s', (message, prompt, before) =>
    expect(isPrompt(message, prompt, before)).toBe(false),
  );
});

describe('which call has the prompt', () => {
  const call = `await openai.chat.completions.create({ messages })`;
  const event = `await trace.userMessage(messages)`;
  const lineOf = (body: string): string | undefined =>
    /line (\d+)/.exec(
      lint({ code: around(body), rules })
        .map(({ message }) => message)
        .join(),
    )?.[1];
  it.each([
    ['the one behind it', `\n${event};\n${call};`, '7'],
    ['the nearest behind it', `\n${call};\n${event};\n${call};`, '8'],
    ['the nearest before it', `\n${call};\n${call};\n${event};`, '7'],
    ['the one before it when the next may not run', `\n${call};\n${event};\nif (x) ${call};`, '6'],
    ['the first of several behind it', `\n${event};\n${call};\n${call};\n${call};`, '7'],
    ['none when both may not run', `\nif (x) ${call};\n${event};\nif (x) ${call};`, undefined],
    ['none of another function', `\nconst ask = async () => ${call};\n${event};`, undefined],
  ])('%s', (_name, body, line) => expect(lineOf(body)).toBe(line));
});

describe('a turn without a text', () => {
  const turn = (content: string, more: string): boolean =>
    isReported(
      `const answer = await openai.chat.completions.create({ model: 'gpt-5', messages: x });
await trace.llmResponse('gpt-5', 'openai', ${content}, ${more});`,
      'answerReported',
    );
  it.each([
    ['null', '{ toolCalls: answer.choices[0].message.tool_calls }', true],
    ["''", '{ toolCalls: answer.choices[0].message.tool_calls }', true],
    ['undefined', '{ usage: answer.usage }', true],
    ['null', '{ usage: { totalTokens: answer.usage.total_tokens } }', true],
    ['null', '{ toolCalls: [], usage: answer.usage }', true],
    ['null', '{ toolCalls: x, usage: answer.usage }', true],
    ['null', '{ toolCalls: [] }', false],
    ['null', '{ toolCalls: x }', false],
    ['null', '{ latencyMs: answer.created }', false],
    ['null', 'x', false],
    ["'Done.'", '{ toolCalls: answer.choices[0].message.tool_calls }', false],
    ['x', '{ toolCalls: answer.choices[0].message.tool_calls }', false],
  ])('%s and %s: %s', (content, more, answer) => expect(turn(content, more)).toBe(answer));
});
