import type { ModelAnswer } from './call.ts';

/** An answer that was never on a network: objects stay objects, chunks come one by one. */
export class ScriptedAnswer implements ModelAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly #body: unknown;
  readonly #chunks: Iterable<string> | undefined;

  /** @param body An object (JSON) or a text. */
  constructor(
    status: number,
    body: unknown,
    headers: Readonly<Record<string, string>> = {},
    chunks?: Iterable<string>,
  ) {
    const contentType = chunks
      ? 'text/event-stream; charset=utf-8'
      : typeof body === 'string'
        ? 'text/html'
        : 'application/json';
    this.status = status;
    this.headers = new Headers({ 'content-type': contentType, ...headers });
    this.#body = body;
    this.#chunks = chunks;
  }

  async text(): Promise<string> {
    if (this.#chunks) return [...this.#chunks].join('');
    return typeof this.#body === 'string' ? this.#body : JSON.stringify(this.#body);
  }

  async json(): Promise<unknown> {
    return typeof this.#body === 'object' ? this.#body : JSON.parse(await this.text());
  }

  async *chunks(): AsyncGenerator<string> {
    if (this.#chunks) yield* this.#chunks;
    else yield await this.text();
  }
}
