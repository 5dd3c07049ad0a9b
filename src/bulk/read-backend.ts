import { quote } from '../recording/read/unreadable.ts';
import { type Block, Frames } from './block.ts';
import { InputError, type InputEvents } from './read-input.ts';

/** The largest page that the read API gives. */
const PAGE = 200;
/** A backend that answers slower is down. */
const TIMEOUT_MS = 30_000;

export interface Backend {
  /** Ends in `/api`, as `analyseBaseUrl` does. */
  readonly baseUrl: string;
  readonly apiKey: string;
}

/** Pages through `GET /api/events` for one trace. The line of an event is its number, newest first. */
export async function* readBackend(
  { baseUrl, apiKey }: Backend,
  traceId: string,
  file: number,
  events: InputEvents,
): AsyncGenerator<Block> {
  for (let offset = 0; ;) {
    const url = `${baseUrl}/events?${new URLSearchParams({
      traceId,
      include: 'content,metadata',
      limit: String(PAGE),
      offset: String(offset),
    }).toString()}`;
    const page = await readPage(url, apiKey);
    const frames = new Frames();
    page.events.forEach((event, index) => {
      const bytes = Buffer.from(JSON.stringify(event));
      frames.push(bytes, 0, bytes.length, { file, world: 0, line: offset + index + 1 });
    });
    events.progress(frames.length);
    if (frames.length > 0) yield { file, world: 0, firstLine: null, bytes: frames.take() };
    offset += page.events.length;
    if (!page.hasMore) return;
    if (page.events.length === 0) throw new InputError(`${url}: an empty page, yet "hasMore" is true.`);
  }
}

async function readPage(url: string, apiKey: string): Promise<{ events: unknown[]; hasMore: boolean }> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      headers: { authorization: `Bearer ${apiKey}` },
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    text = await response.text();
  } catch (error) {
    const { message, cause } = error as Error & { cause?: Error };
    throw new InputError(`${url}: no answer: ${cause?.message ?? message}`);
  }
  if (response.status === 401)
    throw new InputError(`${url}: the backend refused the key (401): ${quote(text)}`);
  if (response.status >= 300 && response.status < 400)
    throw new InputError(
      `${url}: redirected to ${quote(response.headers.get('location'))}; give that address with --from.`,
    );
  if (!response.ok) throw new InputError(`${url}: the backend answered ${response.status}: ${quote(text)}`);
  let body: { events?: unknown; pagination?: { hasMore?: unknown } };
  try {
    body = JSON.parse(text) as typeof body;
  } catch {
    throw new InputError(`${url}: the answer is not JSON: ${quote(text)}. The base URL must end in /api.`);
  }
  if (!Array.isArray(body?.events))
    throw new InputError(`${url}: the answer has no "events": ${quote(text)}`);
  return { events: body.events, hasMore: body.pagination?.hasMore === true };
}
