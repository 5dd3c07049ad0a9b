import { asRecord } from '../record.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The one call a request is about, as `{ id, name, arguments }`: the hinted one of several, else the first. */
export function openaiToolRequest(content: object, hint: unknown): Fields | undefined {
  const record = asRecord(content);
  const calls = toolCallsOf(record?.tool_calls ?? [record]);
  return calls.find(({ id }) => hint !== undefined && id === hint) ?? calls[0];
}

/** The result of a `tool` message or of a `function_call_output` item. */
export function openaiToolResponse(content: object): Fields | undefined {
  const record = asRecord(content);
  if (record?.role === 'tool') return present({ tool_call_id: record.tool_call_id, content: record.content });
  if (record?.type === 'function_call_output') {
    return present({ tool_call_id: record.call_id, output: record.output });
  }
  return undefined;
}

/** The calls among these items as `{ id, name, arguments }`. Arguments that are no text are lost. */
export function toolCallsOf(items: unknown): Fields[] {
  const calls = (Array.isArray(items) ? items : []).map((item) => toolCall(asRecord(item)));
  return calls.filter((call) => call !== undefined);
}

/** Calls of tools that the provider runs itself, by the type of their item. */
const HOSTED = /^(web_search|file_search|code_interpreter|computer)_call$/;

function toolCall(item: Fields | undefined): Fields | undefined {
  if (!item) return undefined;
  const called = asRecord(item.function);
  if (called) return present({ id: item.id, name: called.name, arguments: text(called.arguments) });
  if (item.type === 'function_call') {
    return present({ id: item.call_id ?? item.id, name: item.name, arguments: text(item.arguments) });
  }
  const hosted = typeof item.type === 'string' ? HOSTED.exec(item.type)?.[1] : undefined;
  if (hosted === undefined) return undefined;
  return present({ id: item.call_id ?? item.id, name: hosted, arguments: text(item.arguments) });
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function present(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
