import type { Route } from '../../recording/exchange.ts';

/** What the proxy asks of a provider. */
export interface ModelCall {
  readonly route: Extract<Route, 'chat' | 'responses' | 'embeddings' | 'messages' | 'models'>;
  readonly method: 'GET' | 'POST';
  /** On the base URL of the provider. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed; `undefined` for `GET`. */
  readonly body: unknown;
}

/** What a provider answers. One of the readers is used, once. */
export interface ModelAnswer {
  readonly status: number;
  readonly headers: Headers;
  text(): Promise<string>;
  /** @throws SyntaxError when the body is no JSON. */
  json(): Promise<unknown>;
  chunks(): AsyncIterable<string>;
}

/** An `AbortSignal` for those who look at it. Most answers are scripted and never do, and a signal is dear. */
export class Cancellation {
  /** The request that follows the signal. It is held here because one that is collected never hears of an abort. */
  request: Request | undefined;
  #controller: AbortController | undefined;

  get signal(): AbortSignal {
    return (this.#controller ??= new AbortController()).signal;
  }

  cancel(reason?: unknown): void {
    this.#controller?.abort(reason);
  }
}

/** The provider could not be reached: the message is the one that Node's `fetch` gives. */
export class ConnectionFailed extends Error {
  constructor(cause: unknown) {
    super('fetch failed', { cause });
  }
}

/** The provider closed the connection in the middle of its answer. */
export class ConnectionCut extends Error {
  constructor(cause: unknown) {
    super('terminated', { cause });
  }
}
