import type { Address, Credential, Exchange, Route, Service } from '../recording/exchange.ts';
import { redact } from './credentials.ts';

export interface ExchangeStart {
  readonly id: string;
  readonly seq: number;
  readonly service: Service;
  readonly origin: string;
  readonly address: Address;
  readonly method: string;
  readonly path: string;
  readonly scope: string | null;
  readonly startedAt: number;
  readonly bodyText: string;
  readonly rawHeaders: RequestHeaders;
  readonly isKnownKey: (secret: string) => boolean;
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

  constructor(start: ExchangeStart) {
    this.id = start.id;
    this.seq = start.seq;
    this.service = start.service;
    this.origin = start.origin;
    this.address = start.address;
    this.method = start.method;
    this.path = start.path;
    this.scope = start.scope;
    this.startedAt = start.startedAt;
    this.#bodyText = start.bodyText;
    this.#rawHeaders = start.rawHeaders;
    this.#isKnownKey = start.isKnownKey;
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
