const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** `"traceId"` or `"trace_id"`, as bytes. */
const NAMES = [Buffer.from('traceId'), Buffer.from('trace_id')];

/**
 * The trace id of a line that is one exported event, without parsing the line: exports name the trace among the first
 * members, so a few dozen bytes are looked at.
 *
 * @returns `null` when this is no object with a trace id on its top level: whoever asks parses the line then.
 */
export function traceIdOf(bytes: Buffer, start: number, end: number): string | null {
  let at = skipBlanks(bytes, start, end);
  if (bytes[at] !== 0x7b) return null;
  at = skipBlanks(bytes, at + 1, end);
  while (at < end && bytes[at] === QUOTE) {
    const nameEnd = stringEnd(bytes, at, end);
    const isTraceId = isName(bytes, at + 1, nameEnd - 1);
    at = skipBlanks(bytes, nameEnd, end);
    if (bytes[at] !== 0x3a) return null;
    at = skipBlanks(bytes, at + 1, end);
    const valueEnd = skipValue(bytes, at, end);
    if (isTraceId) return valueEnd <= end ? stringAt(bytes, at, valueEnd) : null;
    at = skipBlanks(bytes, valueEnd, end);
    if (bytes[at] !== 0x2c) return null;
    at = skipBlanks(bytes, at + 1, end);
  }
  return null;
}

function isName(bytes: Buffer, start: number, end: number): boolean {
  return NAMES.some((name) => {
    if (end - start !== name.length) return false;
    for (let index = 0; index < name.length; index += 1)
      if (bytes[start + index] !== name[index]) return false;
    return true;
  });
}

function stringAt(bytes: Buffer, start: number, end: number): string | null {
  if (bytes[start] !== QUOTE || bytes[end - 1] !== QUOTE) return null;
  let plain = true;
  for (let index = start + 1; index < end - 1 && plain; index += 1) plain = isPlainAscii(bytes[index]!);
  if (plain) return bytes.toString('latin1', start + 1, end - 1);
  try {
    return JSON.parse(bytes.toString('utf8', start, end)) as string;
  } catch {
    return null;
  }
}

function isPlainAscii(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f && byte !== BACKSLASH;
}

/** @returns the position after the closing quote; beyond `end` when there is none. */
function stringEnd(bytes: Buffer, start: number, end: number): number {
  let at = start + 1;
  while (at < end) {
    const byte = bytes[at];
    if (byte === QUOTE) return at + 1;
    at += byte === BACKSLASH ? 2 : 1;
  }
  return end + 1;
}

function skipBlanks(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at]! <= 0x20) at += 1;
  return at;
}

function skipValue(bytes: Buffer, start: number, end: number): number {
  const first = bytes[start];
  if (first === QUOTE) return stringEnd(bytes, start, end);
  let at = start;
  let depth = 0;
  while (at < end) {
    const byte = bytes[at]!;
    if (byte === QUOTE) {
      at = stringEnd(bytes, at, end);
      continue;
    }
    if (byte === 0x7b || byte === 0x5b) depth += 1;
    else if (byte === 0x7d || byte === 0x5d) {
      depth -= 1;
      if (depth <= 0) return depth < 0 ? at : at + 1;
    } else if (byte === 0x2c && depth === 0) return at;
    at += 1;
  }
  return at;
}

/** FNV-1a over the UTF-16 code units, then mixed (the finaliser of MurmurHash3): every bit depends on every unit. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
