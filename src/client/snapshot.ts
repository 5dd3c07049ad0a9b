/**
 * Copies a payload as JSON will carry it, at the moment of the call. What cannot be written as JSON is written as a note
 * instead of being thrown at the application; what the backend cannot store (U+0000, half a surrogate pair) becomes U+FFFD.
 */
export function snapshot(value: unknown): unknown {
  return copy(value, []);
}

function copy(value: unknown, ancestors: readonly object[]): unknown {
  switch (typeof value) {
    case 'string':
      return storable(value);
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'bigint':
      return String(value);
    case 'symbol':
    case 'function':
      return `[${typeof value}]`;
    case 'object':
      return value === null ? null : copyObject(value, ancestors);
    default:
      return value;
  }
}

function copyObject(value: object, ancestors: readonly object[]): unknown {
  if (ancestors.includes(value)) return '[circular]';
  const inside = [...ancestors, value];
  try {
    if ('toJSON' in value && typeof value.toJSON === 'function') return copy(value.toJSON(), inside);
    if (Array.isArray(value)) return value.map((item) => copy(item, inside) ?? null);
    if (value instanceof Map || value instanceof Set) return copy([...value], inside);
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [storable(name), copy(item, inside)]),
    );
  } catch (error) {
    return `[unreadable: ${String(error)}]`;
  }
}

const HALF_SURROGATES = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

function storable(text: string): string {
  return text.replaceAll('\u0000', '\uFFFD').replace(HALF_SURROGATES, '\uFFFD');
}
