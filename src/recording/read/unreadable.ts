/** Something in the input that was not checked: it could not be read, or a rule failed on it. */
export interface Unreadable {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly problem: string;
}

/** Thrown for one line or row; the rest is read on. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
}

/** Quotes what was found, in at most 60 characters. */
export function quote(value: unknown): string {
  const text = typeof value === 'string' ? value.slice(0, 61) : value;
  const json =
    typeof text === 'object' && text !== null
      ? Array.isArray(text)
        ? 'an array'
        : 'an object'
      : JSON.stringify(text);
  return json === undefined ? 'nothing' : json.length > 60 ? `${json.slice(0, 59)}…` : json;
}
