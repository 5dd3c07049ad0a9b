import type { Suite } from '../harness/marked.ts';

/** Content of an event, and what stands before: not, or not on every path, that of the proxied call. */
const ownContent: [content: string, before?: string][] = [
  ["'Done.'"],
  ['x'],
  ['x.text'],
  ['ask(answer)'],
  ['x.ask(answer)'],
  ['await ask(text)'],
  ['text + x'],
  ['x + text'],
  ['text - 1'],
  ['text === x'],
  ['`${text} ${x}`'],
  ['text ?? x'],
  ['x || text'],
  ['text && x'],
  ["text ? 'yes' : 'no'"],
  ['x ? text : x'],
  ['[text, x]'],
  ['[...x, text]'],
  ['{ content: text, more: x }'],
  ['{ ...x, content: text }'],
  ['!text'],
  ['new Answer(text)'],
  ['() => text'],
  ['String()'],
  ['String(x)'],
  ['text.ask()'],
  ['text[x]()'],
  ['text`a`'],
  ['parse(text)'],
  ['text()'],
  ['missing'],
  ['undefined'],
  ['all', "let all = text; all = 'Sorry.';"],
  ['all', 'let all = text; all = x;'],
  ['all', 'let all = text; all += x;'],
  ['all', 'const all = [text]; all.push(x);'],
  ['all', 'const all = [text]; all.push(...x);'],
  ['all', 'const all = [];'],
  ['all', 'let all;'],
  ['all', 'const all = []; x.push(text);'],
  ['all', 'const all = []; all.push;'],
  ['all', 'const all = []; x(all.push, text);'],
  ['all', 'const all = []; all.add(text);'],
  ['all', 'function all() { return text; }'],
  ['JSON.stringify(answer)', 'const JSON = x;'],
];

/** Content that somebody made of more than the answer. */
export function addContent({ valid }: Suite): void {
  for (const [content, before = ''] of ownContent)
    valid(
      `content of your own: ${content} ${before}`,
      `const x = question; const answer = await openai.chat.completions.create({ model: 'gpt-5', messages: x });
  const text = answer.choices[0].message.content; ${before}
  await trace.llmResponse('gpt-5', 'openai', ${content});`,
    );
}
