/** Versions 4 and 7 are drawn by chance; versions 3 and 5 are made from content. */
const RANDOM_UUID = /[\da-f]{8}-[\da-f]{4}-[47][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}/i;
/** What may be a digest of the content: any other UUID, and long runs of hexadecimal digits. */
const MAYBE_DIGEST = /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}|[\da-f]{16,}/gi;
/** Counters stay below four digits; numbers of orders, times and people do not. */
const LONG_NUMBER = /\d{4}/;
/** Shorter mixtures of letters and digits may be words and counters: `step2`, `v1`, `gpt4o`. */
const RANDOM_LENGTH = 10;

/**
 * Whether no other event can have an idempotency key by right. Keys may be counted in each trace, be a constant word for
 * each step, or be made from the content: then equal events of two traces share one, and are two events all the same.
 *
 * @param content What the event says, as JSON: a number that stands there too may have been taken from it.
 */
export function isUniqueKey(key: string, traceId: string, content: string): boolean {
  if (RANDOM_UUID.test(key)) return true;
  if (key.includes(traceId) && !/^\d*$/.test(traceId)) return true;
  return key
    .replace(MAYBE_DIGEST, ' ')
    .split(/[^\p{L}\p{N}]+/u)
    .some((part) => isTelling(part) && !content.includes(part));
}

function isTelling(part: string): boolean {
  return LONG_NUMBER.test(part) || (/\d/.test(part) && part.length >= RANDOM_LENGTH);
}
