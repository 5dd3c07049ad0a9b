/**
 * The invisible signature: the proxy writes the trace id into the model's text with characters that nobody sees, and
 * finds the trace again when the client sends the text back in its history.
 */
const START = '\u200b';
const END = '\u200e';
const ONE = '\u200c';
const ZERO = '\u200d';

const SIGNATURE = /\u200b([\u200c\u200d]*)\u200e/;
const SIGNATURES = /\u200b[\u200c\u200d]*\u200e/g;

/**
 * Eight bits for each character, most significant first, between U+200B and U+200E; U+200C is 1, U+200D is 0.
 * Character codes above 255 cannot be written: only their low eight bits survive.
 */
export function encodeSignature(traceId: string): string {
  let bits = '';
  for (let index = 0; index < traceId.length; index++) {
    const code = traceId.charCodeAt(index);
    for (let bit = 7; bit >= 0; bit--) bits += (code >> bit) & 1 ? ONE : ZERO;
  }
  return START + bits + END;
}

/** The trace id of the first signature in `text`; `null` when there is none or it is damaged. */
export function decodeSignature(text: string): string | null {
  const bits = SIGNATURE.exec(text)?.[1];
  if (!bits || bits.length % 8 !== 0) return null;
  let traceId = '';
  for (let index = 0; index < bits.length; index += 8) {
    let code = 0;
    for (let bit = index; bit < index + 8; bit++) code = (code << 1) | (bits[bit] === ONE ? 1 : 0);
    traceId += String.fromCharCode(code);
  }
  return traceId;
}

/** `text` without its signatures; the same string when it has none. */
export function stripSignature(text: string): string {
  return text.includes(START) ? text.replace(SIGNATURES, '') : text;
}
