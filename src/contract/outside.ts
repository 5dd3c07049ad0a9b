import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A request that went to a host which is neither the configured proxy nor the configured analyse API. */
export interface Bypass {
  readonly method: string;
  /** Host and port as the driver addressed it. */
  readonly host: string;
  readonly path: string;
  /** Whether it carried the WhyOps key of its scene. The key itself is not kept. */
  readonly whyopsKey: boolean;
}

/** A folder that does not exist: to TLS libraries an empty one. */
const NO_CERTIFICATES = join(tmpdir(), 'whyops-testkit-no-certificates');

/**
 * The rest of the world, on one local port: plays the model providers, serves the page that redirects lead to, and is the HTTP
 * proxy of the driver process, so that a request to any other host ends here instead of leaving the machine.
 */
export class Outside {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #bypasses = new Map<string, Bypass[]>();
  readonly origin: string;

  private constructor(server: Server, origin: string) {
    this.#server = server;
    this.origin = origin;
  }

  static async open(): Promise<Outside> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const outside = new Outside(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('request', (request, response) => {
      request.resume();
      request.on('end', () => {
        outside.#note(request);
        const { status, type, body } = answerTo(request.url ?? '/');
        response.writeHead(status, { 'content-type': type }).end(body);
      });
    });
    server.on('connect', (request, socket) => {
      outside.#keep(request, 'anywhere', { path: '(encrypted)' });
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    server.on('connection', (socket) => {
      outside.#sockets.add(socket);
      socket.once('close', () => outside.#sockets.delete(socket));
    });
    return outside;
  }

  /** The addresses of one scene. */
  of(scene: string): { readonly openai: string; readonly anthropic: string; readonly page: string } {
    const root = `${this.origin}/${scene}`;
    return { openai: `${root}/v1`, anthropic: root, page: `${root}/page` };
  }

  /**
   * What makes a driver process send requests to other hosts here. Loopback addresses are reached directly. There is nobody to
   * speak TLS with, so there are no root certificates: Python clients would load them for each address of each request, which
   * takes a hundred times as long as the request and stretches every pause that is measured.
   */
  get env(): Record<string, string> {
    const proxy = { http: this.origin, https: this.origin };
    return {
      SSL_CERT_FILE: '',
      SSL_CERT_DIR: NO_CERTIFICATES,
      ...Object.fromEntries(
        Object.entries(proxy).flatMap(([scheme, url]) => [
          [`${scheme}_proxy`, url],
          [`${scheme.toUpperCase()}_PROXY`, url],
        ]),
      ),
      no_proxy: '127.0.0.1,localhost,::1',
      NO_PROXY: '127.0.0.1,localhost,::1',
      NODE_USE_ENV_PROXY: '1',
    };
  }

  bypassesOf(scene: string): readonly Bypass[] {
    return this.#bypasses.get(scene) ?? [];
  }

  /** Requests to foreign hosts, of whichever scene. */
  get foreign(): readonly Bypass[] {
    return this.bypassesOf('anywhere');
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #note(request: IncomingMessage): void {
    const url = request.url ?? '/';
    if (!url.startsWith('/')) return this.#keep(request, 'anywhere', { path: new URL(url).pathname });
    const scene = url.split('/')[1] ?? '';
    // Following a redirect is no bypass by itself; carrying the key along is.
    this.#keep(request, scene, { path: url.slice(scene.length + 1) });
  }

  #keep(request: IncomingMessage, scene: string, { path }: { path: string }): void {
    const kept = this.#bypasses.get(scene) ?? [];
    this.#bypasses.set(scene, kept);
    const secrets = [request.headers.authorization, request.headers['x-api-key']].join(' ');
    kept.push({
      method: request.method ?? 'GET',
      host: request.headers.host ?? '',
      path,
      whyopsKey: /\bwhyops_/.test(secrets),
    });
  }
}

function answerTo(path: string): { status: number; type: string; body: string } {
  const json = (body: unknown) => ({ status: 200, type: 'application/json', body: JSON.stringify(body) });
  if (path.endsWith('/chat/completions'))
    return json({
      id: 'chatcmpl-outside',
      object: 'chat.completion',
      created: 0,
      model: 'outside',
      choices: [
        { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Not via WhyOps.' } },
      ],
      usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
    });
  if (path.endsWith('/messages'))
    return json({
      id: 'msg_outside',
      type: 'message',
      role: 'assistant',
      model: 'outside',
      content: [{ type: 'text', text: 'Not via WhyOps.' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 1, output_tokens: 1 },
    });
  if (path.endsWith('/page'))
    return { status: 200, type: 'text/html', body: '<html><body>We have moved.</body></html>' };
  return { status: 404, type: 'application/json', body: '{"error":"Not Found"}' };
}
