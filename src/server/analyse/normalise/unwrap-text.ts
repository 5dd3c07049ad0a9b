import { asRecord } from '../record.ts';

/**
 * A text that is JSON is opened: `{"content": "x"}` becomes x, `{"parts": [{"text": "x"}]}` and arrays of strings their
 * lines, an array of anything else nothing. Other JSON stays as it is.
 */
export function unwrapText(text: string): string | undefined {
  const value = jsonOf(text);
  if (Array.isArray(value)) return lines(value);
  const record = asRecord(value);
  if (typeof record?.content === 'string') return record.content;
  if (Array.isArray(record?.parts)) return lines(record.parts.map((part) => asRecord(part)?.text ?? part));
  return text;
}

function lines(values: readonly unknown[]): string | undefined {
  return values.filter((value) => typeof value === 'string').join('\n') || undefined;
}

function jsonOf(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
