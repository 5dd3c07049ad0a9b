import { asRecord } from '../record.ts';
import { unwrapText } from './unwrap-text.ts';
import { toolCallsOf } from './openai-tools.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The texts of all messages of the user, in order; `undefined` when there are none. */
export function openaiUserText(content: object): string | undefined {
  const record = asRecord(content);
  if (typeof record?.input === 'string') return unwrapText(record.input);
  const messages = Array.isArray(content) ? content : (record?.messages ?? record?.input ?? [record]);
  if (!Array.isArray(messages)) return undefined;
  return joined(
    messages.map(asRecord).map((message) => (message?.role === 'user' ? textOf(message.content) : undefined)),
  );
}

/** `{ text?, toolCalls?, finishReason? }` of a completion, a chunk, a response or a message; `undefined` for others. */
export function openaiResponse(content: object): Fields | undefined {
  const record = asRecord(content);
  if (!record) return undefined;
  if (Array.isArray(record.choices)) return fromChoice(asRecord(record.choices[0]));
  if (record.object === 'response' || Array.isArray(record.output)) return fromResponse(record);
  if (record.role === 'assistant') return fromMessage(record);
  return undefined;
}

function fromChoice(choice: Fields | undefined): Fields {
  const message = asRecord(choice?.message) ?? asRecord(choice?.delta);
  return reduced({
    text: textOf(message?.content),
    toolCalls: toolCallsOf(message?.tool_calls),
    finishReason: choice?.finish_reason,
  });
}

function fromMessage(message: Fields): Fields {
  return reduced({
    text: textOf(message.content),
    toolCalls: toolCallsOf(message.tool_calls),
    finishReason: message.finished === true ? 'completed' : undefined,
  });
}

function fromResponse(response: Fields): Fields {
  const items = (Array.isArray(response.output) ? response.output : []).map(asRecord);
  const texts = items
    .flatMap((item) => [item?.content, item?.summary])
    .flatMap((parts) =>
      (Array.isArray(parts) ? parts : []).map(asRecord).map((part) => part?.text ?? part?.refusal),
    );
  const text = joined(texts.map((each) => (typeof each === 'string' ? unwrapText(each) : undefined)));
  return reduced({
    text: text ?? (typeof response.output_text === 'string' ? unwrapText(response.output_text) : undefined),
    toolCalls: toolCallsOf(items),
    finishReason: response.status,
  });
}

function reduced({
  text,
  toolCalls,
  finishReason,
}: {
  text: string | undefined;
  toolCalls: readonly Fields[];
  finishReason: unknown;
}): Fields {
  return {
    ...(text && { text }),
    ...(toolCalls.length > 0 && { toolCalls }),
    ...(finishReason !== undefined && finishReason !== null && { finishReason }),
  };
}

/** The text of a message's content: a string, or the text parts of an array. */
function textOf(content: unknown): string | undefined {
  if (typeof content === 'string') return unwrapText(content);
  if (!Array.isArray(content)) return undefined;
  return joined(
    content
      .map(asRecord)
      .filter((part) => part?.type === 'text' || part?.type === 'input_text' || part?.type === 'output_text')
      .map((part) => (typeof part?.text === 'string' ? unwrapText(part.text) : undefined)),
  );
}

function joined(texts: readonly (string | undefined)[]): string | undefined {
  return texts.filter(Boolean).join('\n') || undefined;
}
