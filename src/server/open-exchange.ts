import type { Address, Credential, Exchange, Route, Service } from '../recording/exchange.ts';
import { redact } from './credentials.ts';

/** A request with its body read, before it is known what it asks for. */
export interface Arrival {
  readonly service: Service;
  /** Scheme, host and port as addressed. */
  readonly origin: string;
  readonly address: Address;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: RequestHeaders;
  /** `null`: larger than `maxBodyBytes`. */
  readonly bodyText: string | null;
  readonly scope: string | null;
}

/** The headers of a request, secrets included. Names are lower-case. */
export class RequestHeaders {
  readonly #values: Readonly<Record<string, string>>;

  constructor(values: Readonly<Record<string, string>>) {
    this.#values = values;
  }

  static from(headers: Headers): RequestHeaders {
    return new RequestHeaders(Object.fromEntries(headers));
  }

  /** @param name Lower-case. */
  get(name: string): string | null {
    return this.#values[name] ?? null;
  }

  toRecord(): Readonly<Record<string, string>> {
    return this.#values;
  }
}

/** An exchange while it is being served: routes fill in what they learn. */
export class OpenExchange implements Exchange {
  readonly id: string;
  readonly seq: number;
  endSeq: number | null = null;
  readonly service: Service;
  route: Route | null = null;
  readonly origin: string;
  readonly address: Address;
  readonly method: string;
  readonly path: string;
  agentName: string | null = null;
  traceId: string | null = null;
  traceIdSource: Exchange['traceIdSource'] = null;
  signedTraceId: string | null = null;
  readonly scope: string | null;
  request: unknown = undefined;
  status: number | null = null;
  response: unknown = undefined;
  fault: string | null = null;
  readonly startedAt: number;
  #bodyText: string;
  readonly #rawHeaders: RequestHeaders;
  readonly #isKnownKey: (secret: string) => boolean;
  #redacted: { headers: Record<string, string>; credentials: Credential[] } | undefined;

  constructor(
    arrival: Arrival,
    { id, seq, startedAt }: Pick<Exchange, 'id' | 'seq' | 'startedAt'>,
    isKnownKey: (secret: string) => boolean,
  ) {
    this.id = id;
    this.seq = seq;
    this.service = arrival.service;
    this.origin = arrival.origin;
    this.address = arrival.address;
    this.method = arrival.method;
    this.path = arrival.path;
    this.scope = arrival.scope;
    this.startedAt = startedAt;
    this.#bodyText = arrival.bodyText ?? '';
    this.#rawHeaders = arrival.headers;
    this.#isKnownKey = isKnownKey;
  }

  /** The request body as text, read once at the edge; routes parse it as the real service would. */
  get bodyText(): string {
    return this.#bodyText;
  }

  /** Lets go of the text once the exchange is over: the recording keeps what was parsed from it. */
  releaseBody(): void {
    this.#bodyText = '';
  }

  /** The header values as sent, secrets included. Not part of the recording. */
  get rawHeaders(): RequestHeaders {
    return this.#rawHeaders;
  }

  get headers(): Readonly<Record<string, string>> {
    return this.#redactedHeaders().headers;
  }

  get credentials(): readonly Credential[] {
    return this.#redactedHeaders().credentials;
  }

  /** Plain data, as it is written to files. Headers and credentials are computed on demand, so they are named here. */
  toJSON(): Exchange {
    const { headers, credentials } = this;
    return { ...this, headers, credentials };
  }

  #redactedHeaders() {
    return (this.#redacted ??= redact(this.#rawHeaders.toRecord(), this.#isKnownKey));
  }
}
