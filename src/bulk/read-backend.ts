import { quote } from '../recording/read/unreadable.ts';
import { type Block, Frames } from './block.ts';
import { InputError } from './input-error.ts';
import type { InputEvents } from './read-input.ts';

/** The largest page that the read API gives. */
const PAGE = 200;
/** A backend that answers slower is down. */
const TIMEOUT_MS = 30_000;

/** A WhyOps backend and how to read from it. */
export class Backend {
  readonly #baseUrl: string;
  readonly #apiKey: string;
  readonly #timeoutMs: number;
  /** Whether it ever gave a page: then address and key are right, and a failure concerns one trace. */
  #proven = false;

  /** @param baseUrl Ends in `/api`, as `analyseBaseUrl` does. @param timeoutMs For each answer. */
  constructor(baseUrl: string, apiKey: string, timeoutMs = TIMEOUT_MS) {
    this.#baseUrl = baseUrl;
    this.#apiKey = apiKey;
    this.#timeoutMs = timeoutMs;
  }

  /** What stands for the file name of a trace in reports. */
  nameOf(traceId: string): string {
    return `${this.#baseUrl}/events?${new URLSearchParams({ traceId }).toString()}`;
  }

  /**
   * Pages through `GET /api/events` for one trace. The line of an event is its number, newest first. A trace that is not
   * there, or not whole, is unreadable: checked in part it would pass for checked.
   *
   * @throws InputError when the backend never gave a page: the address, the key or the service is wrong.
   */
  async *read(traceId: string, file: number, events: InputEvents): AsyncGenerator<Block> {
    const ids = new Set<unknown>();
    let read = 0;
    let total: number | null = null;
    try {
      for (let more = true; more;) {
        const page = await this.#page(traceId, read);
        this.#proven = true;
        const frames = new Frames();
        page.events.forEach((event, index) => {
          const bytes = Buffer.from(JSON.stringify(event));
          frames.push(bytes, 0, bytes.length, { file, world: 0, line: read + index + 1 });
          ids.add((event as { id?: unknown } | null)?.id);
        });
        events.progress(frames.length);
        if (frames.length > 0) yield { file, world: 0, firstLine: null, offset: null, bytes: frames.take() };
        read += page.events.length;
        ({ hasMore: more, total } = page);
        if (more && page.events.length === 0)
          throw new InputError('the backend gave an empty page and says that there is more');
      }
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      if (!this.#proven) throw new InputError(`${this.nameOf(traceId)}: ${error.message}.`);
      return events.unreadable(read + 1, error.message);
    }
    if (read === 0)
      events.unreadable(1, `the backend has no events of the trace ${quote(traceId)}: is the id right?`);
    else if (total !== null && ids.size < total)
      events.unreadable(
        read,
        `the trace ${quote(traceId)} has ${total} events, the pages gave ${ids.size} of them; read it again when it is at rest`,
      );
  }

  async #page(traceId: string, offset: number): Promise<Page> {
    const query = { traceId, include: 'content,metadata', limit: String(PAGE), offset: String(offset) };
    const { status, location, text } = await this.#get(
      `${this.#baseUrl}/events?${new URLSearchParams(query).toString()}`,
    );
    if (status === 401 || status === 403)
      throw new InputError(`the backend refused the key (${status}): ${this.#quote(text)}`);
    if (status >= 300 && status < 400)
      throw new InputError(
        `the backend redirects (${status}) to ${this.#quote(location ?? '')}; give the address that answers itself with --from`,
      );
    if (status !== 200) throw new InputError(`the backend answered ${status}: ${this.#quote(text)}`);
    let body: { events?: unknown; pagination?: { hasMore?: unknown; total?: unknown } } | null;
    try {
      body = JSON.parse(text) as typeof body;
    } catch {
      throw new InputError(
        `the answer is not JSON: ${this.#quote(text)}; --from must be the analyse base URL, not a web page`,
      );
    }
    if (!Array.isArray(body?.events))
      throw new InputError(`the answer has no "events": ${this.#quote(text)}`);
    const { hasMore, total } = body.pagination ?? {};
    return {
      events: body.events,
      hasMore: hasMore === true,
      total: typeof total === 'number' ? total : null,
    };
  }

  async #get(url: string): Promise<Answer> {
    try {
      const response = await fetch(url, {
        headers: { authorization: `Bearer ${this.#apiKey}` },
        // A redirect would carry the key to another address.
        redirect: 'manual',
        signal: AbortSignal.timeout(this.#timeoutMs),
      });
      return {
        status: response.status,
        location: response.headers.get('location'),
        text: await response.text(),
      };
    } catch (error) {
      const { name, message, cause } = error as Error & { cause?: Error & { code?: string } };
      if (name === 'TimeoutError') throw new InputError(`no answer within ${this.#timeoutMs / 1000} s`);
      // A host with several addresses fails with an error without text.
      const why = cause?.message || cause?.code || message;
      throw new InputError(`no answer: ${this.#withoutKey(why)}`);
    }
  }

  /** Servers quote what they were sent, and messages end up in logs. */
  #quote(text: string): string {
    return quote(this.#withoutKey(text));
  }

  #withoutKey(text: string): string {
    return text.replaceAll(this.#apiKey, '<the key>');
  }
}

interface Page {
  readonly events: readonly unknown[];
  readonly hasMore: boolean;
  /** How many events the trace has; `null` when the backend does not say. */
  readonly total: number | null;
}

interface Answer {
  readonly status: number;
  readonly location: string | null;
  readonly text: string;
}
