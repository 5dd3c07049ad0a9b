import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { Service } from '../recording/exchange.ts';
import type { Answer, Edge } from './edge.ts';
import { JsonReply } from './json-reply.ts';
import { RequestHeaders } from './open-exchange.ts';
import { SCOPE_HEADER, scopeOf } from './scope.ts';

export interface ListenOptions {
  /** Address to bind to. Default `127.0.0.1`: nobody else on the network can reach the fake. */
  readonly host?: string;
  /** Default 0, any free port. */
  readonly port?: number;
}

/** One service of the fake on a socket. */
export class Listener {
  readonly #server: Server;
  readonly origin: string;

  private constructor(server: Server, origin: string) {
    this.#server = server;
    this.origin = origin;
  }

  static async open(
    edge: Edge,
    service: Service,
    maxBodyBytes: number,
    { host = '127.0.0.1', port = 0 }: ListenOptions = {},
  ): Promise<Listener> {
    let origin = '';
    const server = createServer((incoming, outgoing) => {
      handle(incoming, outgoing, edge, service, origin, maxBodyBytes);
    });
    // A test may keep a connection for as long as it likes; Node's defaults would close it under slow debuggers.
    server.requestTimeout = 0;
    server.headersTimeout = 0;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => resolve());
    });
    const address = server.address() as AddressInfo;
    const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
    origin = `http://${name}:${address.port}`;
    return new Listener(server, origin);
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }
}

/** Serves a request as soon as its body is there, in the same turn of the event loop where the service can. */
function handle(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  edge: Edge,
  service: Service,
  origin: string,
  maxBodyBytes: number,
): void {
  const fail = (error: unknown) => {
    outgoing.destroy(error instanceof Error ? error : new Error(String(error)));
  };
  onBody(incoming, maxBodyBytes, (bodyText) => {
    const { headers, scope } = headOf(incoming);
    try {
      const answer = edge.serve({
        service,
        origin,
        address: 'configured',
        method: incoming.method ?? 'GET',
        path: incoming.url ?? '/',
        headers,
        bodyText,
        scope: scopeOf(scope, incoming.socket),
      });
      if (answer instanceof JsonReply) writeJson(answer, outgoing);
      else
        Promise.resolve(answer)
          .then((later) => write(later, outgoing))
          .catch(fail);
    } catch (error) {
      fail(error);
    }
  });
}

/** Calls `done` with the whole body, `null` when it is larger than allowed; never when the client went away before its end. */
function onBody(incoming: IncomingMessage, maxBodyBytes: number, done: (body: string | null) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  incoming.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= maxBodyBytes) chunks.push(chunk);
    else chunks.length = 0;
  });
  incoming.on('end', () => {
    if (size > maxBodyBytes) return done(null);
    const only = chunks.length === 1 ? chunks[0] : undefined;
    done((only ?? Buffer.concat(chunks)).toString('utf8'));
  });
}

interface Head {
  /** Names and values in turn, as they came. */
  readonly raw: readonly string[];
  readonly headers: RequestHeaders;
  readonly scope: string | undefined;
}

/** The last head of each connection. */
const heads = new WeakMap<Socket, Head>();

/** The headers of a request. A client repeats itself on a connection, and equal heads are read and kept once. */
function headOf(incoming: IncomingMessage): Head {
  const { socket, rawHeaders: raw } = incoming;
  const last = heads.get(socket);
  if (last && last.raw.length === raw.length && raw.every((text, at) => text === last.raw[at])) return last;
  // Node joins repeated headers into one string, all but `set-cookie`, which no client sends.
  const { [SCOPE_HEADER]: scope, ...headers } = incoming.headers as Record<string, string>;
  const head = { raw, headers: new RequestHeaders(headers), scope };
  heads.set(socket, head);
  return head;
}

function writeJson({ status, body }: JsonReply, outgoing: ServerResponse): void {
  // A string, not bytes: Node then sends head and body in one write.
  const text = JSON.stringify(body);
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  outgoing.writeHead(status, headers).end(text);
}

async function write(answer: Answer, outgoing: ServerResponse): Promise<void> {
  if (answer === 'never') return;
  if (answer === 'dropped') {
    outgoing.destroy();
    return;
  }
  if (answer instanceof JsonReply) return writeJson(answer, outgoing);
  if (!(answer instanceof Response)) {
    outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.promisedBytes });
    outgoing.write(answer.sent, () => outgoing.destroy());
    return;
  }
  const headers = Object.fromEntries(answer.headers);
  if (!answer.body) {
    outgoing.writeHead(answer.status, headers).end();
    return;
  }
  if (headers['content-type']?.includes('json')) {
    const text = await answer.text();
    headers['content-length'] = String(Buffer.byteLength(text));
    outgoing.writeHead(answer.status, headers).end(text);
    return;
  }
  outgoing.writeHead(answer.status, headers);
  outgoing.flushHeaders();
  const stream = Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]);
  stream.on('error', () => outgoing.destroy());
  outgoing.on('close', () => stream.destroy());
  stream.pipe(outgoing);
}
