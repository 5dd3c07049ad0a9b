/** The content types that the backend reads as JSON: lower case only, with parameters or without. */
const JSON_TYPE = /^application\/([a-z-.]+\+)?json(;\s*[a-zA-Z0-9-]+=([^;]+))*$/;

/** What the backend makes of a body: `{}` where the content type is not JSON, nothing where the text is not JSON. */
export function parseBody(
  contentType: string | null,
  text: string,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false } {
  if (contentType !== 'application/json' && !JSON_TYPE.test(contentType ?? ''))
    return { ok: true, value: {} };
  try {
    return { ok: true, value: JSON.parse(withoutByteOrderMark(text)) as unknown };
  } catch {
    return { ok: false };
  }
}

function withoutByteOrderMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
