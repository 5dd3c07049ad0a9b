import type { Credential, Exchange, Route, Service } from '../recording/exchange.ts';

/** An exchange while it is being served: routes fill in what they learn. */
export class OpenExchange implements Exchange {
  readonly id: string;
  readonly seq: number;
  endSeq: number | null = null;
  readonly service: Service;
  route: Route | null = null;
  readonly origin: string;
  readonly method: string;
  readonly path: string;
  headers: Record<string, string> = {};
  credentials: Credential[] = [];
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
  /** The request body as text, read once at the edge; routes parse it as the real service would. */
  readonly bodyText: string;
  /** The raw header values, credentials included. Not recorded. */
  readonly rawHeaders: Headers;

  constructor(init: {
    id: string;
    seq: number;
    service: Service;
    origin: string;
    method: string;
    path: string;
    scope: string | null;
    startedAt: number;
    bodyText: string;
    rawHeaders: Headers;
  }) {
    this.id = init.id;
    this.seq = init.seq;
    this.service = init.service;
    this.origin = init.origin;
    this.method = init.method;
    this.path = init.path;
    this.scope = init.scope;
    this.startedAt = init.startedAt;
    this.bodyText = init.bodyText;
    this.rawHeaders = init.rawHeaders;
  }
}
