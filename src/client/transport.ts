import type { ClientConfig } from './config.ts';
import type { Attempt, Decisions } from './decisions.ts';

/** One attempt may take this long, in milliseconds. */
const ATTEMPT_LIMIT = 15_000;

const NO_ANSWER: Attempt = { status: null, retryAfter: null, body: undefined };

/** One POST with the WhyOps key. Never throws: whatever happens is an {@link Attempt}. */
export async function post(
  config: ClientConfig,
  decisions: Decisions,
  path: string,
  body: unknown,
): Promise<Attempt> {
  // `fetch` would throw an error that quotes the header, and with it the key.
  if (!/^[\x20-\x7e]*$/.test(config.apiKey))
    return { ...NO_ANSWER, impossible: 'the apiKey has characters that no header can carry' };
  try {
    const response = await (config.fetch ?? fetch)(decisions.joinUrl(config.analyseBaseUrl, path), {
      method: 'POST',
      redirect: decisions.redirect,
      headers: { authorization: `Bearer ${config.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ATTEMPT_LIMIT),
    });
    return {
      status: response.status,
      retryAfter: response.headers.get('retry-after'),
      body: await response.json().catch(() => undefined),
    };
  } catch {
    return NO_ANSWER;
  }
}

export function describe({ status, body, impossible }: Attempt): string {
  if (impossible !== undefined) return impossible;
  if (status === null) return 'no answer';
  return body === undefined
    ? `HTTP ${status} without a JSON body`
    : `HTTP ${status} ${JSON.stringify(body).slice(0, 500)}`;
}
