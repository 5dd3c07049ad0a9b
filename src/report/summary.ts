import type { RecordedEvent } from '../recording/event.ts';
import { plainLine } from './plain-text.ts';

/** More than any terminal line shows; keeps what a report holds small. */
const LONGEST = 240;

/** What an event says, in one line of at most {@link LONGEST} characters: `"It is sunny."`, `search({"q":"x"}) → {"hits":3}`. */
export function summarise({
  eventType,
  content,
  metadata,
}: Pick<RecordedEvent, 'eventType' | 'content' | 'metadata'>): string {
  const tool = textOf(metadata?.['tool']) ?? '';
  switch (eventType) {
    case 'user_message':
      return quoted(lastMessage(content));
    case 'llm_response':
      return reply(content);
    case 'llm_thinking':
      return quoted(member(content, 'thinking') ?? content);
    case 'tool_call':
    case 'tool_call_request':
    case 'tool_call_response':
      return toolCall(eventType, tool, content);
    case 'tool_result':
      return `${short(member(content, 'toolName') ?? tool)} → ${short(member(content, 'output') ?? content)}`;
    case 'embedding_request':
      return embeddingInput(member(content, 'input'));
    case 'embedding_response':
      return `${short(member(content, 'embeddingCount') ?? '?')} embeddings`;
    case 'error':
      return short(member(content, 'message') ?? member(content, 'error') ?? content);
  }
}

/** A value in one line: text as it is, everything else as JSON. */
export function short(value: unknown): string {
  if (value === undefined || value === null) return '–';
  return line(typeof value === 'string' ? value : shallowJson(value));
}

function line(text: string): string {
  // Cut before cleaning as well: a tool output may be 100 MB long.
  const cleaned = plainLine(text.length > LONGEST * 4 ? text.slice(0, LONGEST * 4) : text);
  return cleaned.length > LONGEST
    ? `${cleaned.slice(0, LONGEST - 1).replace(/\p{Surrogate}$/u, '')}…`
    : cleaned;
}

function quoted(value: unknown): string {
  return typeof value === 'string' ? `"${line(value)}"` : short(value);
}

function reply(content: unknown): string {
  const text =
    member(content, 'content') ?? member(content, 'text') ?? (typeof content === 'string' ? content : null);
  const calls = toolCalls(content).map(({ name, args }) => `${name}(${args})`);
  const asked = calls.length > 0 ? `→ ${calls.join(', ')}` : '';
  if (typeof text === 'string' && text !== '') return line(`"${line(text)}" ${asked}`);
  return asked === '' ? short(content) : line(asked);
}

function toolCall(eventType: string, tool: string, content: unknown): string {
  const [call] = toolCalls(content);
  const name = call?.name ?? tool;
  if (eventType === 'tool_call_request') return line(`${name || '?'}(${call?.args ?? ''})`);
  return line(
    `${name || '?'} → ${short(member(content, 'toolResults') ?? member(content, 'tool_results') ?? content)}`,
  );
}

function toolCalls(content: unknown): { name: string; args: string }[] {
  const calls = member(content, 'toolCalls') ?? member(content, 'tool_calls');
  if (!Array.isArray(calls)) return [];
  return calls.slice(0, 5).map((call: unknown) => {
    const inner = member(call, 'function') ?? call;
    const args = member(inner, 'arguments');
    return { name: textOf(member(inner, 'name')) ?? '?', args: args === undefined ? '' : short(args) };
  });
}

function lastMessage(content: unknown): unknown {
  const messages = Array.isArray(content) ? content : member(content, 'messages');
  if (!Array.isArray(messages)) return member(content, 'content') ?? content;
  const ofUser = messages.filter((message) => member(message, 'role') === 'user');
  const said = member(ofUser.at(-1) ?? messages.at(-1), 'content');
  if (!Array.isArray(said)) return said;
  return said.map((part: unknown) => textOf(member(part, 'text')) ?? '').join(' ');
}

function embeddingInput(input: unknown): string {
  return Array.isArray(input) ? `${input.length} inputs: ${short(input[0])}` : quoted(input);
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name] ?? undefined;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? line(value) : null;
}

/** JSON of a value whose depth and size nobody has limited: what would not be shown is not written either. */
function shallowJson(value: unknown, depth = 0): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (depth > 4) return '…';
  const parts: string[] = [];
  let size = 0;
  for (const key of Object.keys(value)) {
    const inner = shallowJson((value as Record<string, unknown>)[key], depth + 1);
    parts.push(Array.isArray(value) ? inner : `${JSON.stringify(key)}:${inner}`);
    size += inner.length + key.length;
    if (size > LONGEST) break;
  }
  return Array.isArray(value) ? `[${parts.join(',')}]` : `{${parts.join(',')}}`;
}
