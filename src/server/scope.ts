import { AsyncLocalStorage } from 'node:async_hooks';
import { channel } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** Carries the scope of a request from the code that sends it to the fake that receives it, within one process. */
export const SCOPE_HEADER = 'x-whyops-testkit-scope';

const storage = new AsyncLocalStorage<string>();
let installed = false;

/** The scope of the running code, if it runs inside {@link inScope}. */
export function currentScope(): string | null {
  return storage.getStore() ?? null;
}

/** Runs `work` so that every HTTP request it sends from this process carries the scope. */
export function inScope<T>(scope: string, work: () => T): T {
  install();
  return storage.run(scope, work);
}

/** The scope of the `node:http` request that is under way on a local port. */
const scopeOfPort = new Map<number, string>();

/** The scope of a request that arrived over a socket: from its header, else by the port it came from. */
export function scopeOf(header: string | undefined, socket: Socket): string | null {
  if (header !== undefined) return header;
  // Asking a socket for its port is a system call.
  return scopeOfPort.size === 0 ? null : (scopeOfPort.get(socket.remotePort ?? 0) ?? null);
}

interface HttpRequest {
  readonly socket: Socket | null;
  once(event: 'socket', listener: (socket: Socket) => void): void;
}

/**
 * The client side of a request and the server side share no async context, so the scope has to travel with the request.
 * Node's diagnostics channels run in the context of the sender. For `fetch` (undici) a header can still be added there,
 * and is, for requests to this machine alone; for `node:http` the head is already written, so the port stands for it.
 */
function install(): void {
  if (installed) return;
  installed = true;
  channel('undici:request:create').subscribe((message) => {
    const scope = storage.getStore();
    const { request } = message as {
      request: { origin?: unknown; addHeader(name: string, value: string): void };
    };
    if (scope !== undefined && isLoopback(String(request.origin))) request.addHeader(SCOPE_HEADER, scope);
  });
  channel('http.client.request.start').subscribe((message) => {
    const scope = storage.getStore();
    const { request } = message as { request: HttpRequest };
    if (request.socket) markSocket(request.socket, scope);
    else request.once('socket', (socket) => markSocket(socket, scope));
  });
}

/** A connection that is kept alive serves one request after the other, so every one says anew whose it is. */
function markSocket(socket: Socket, scope: string | undefined): void {
  const mark = () => {
    const { localPort } = socket;
    if (localPort === undefined) return;
    if (scope === undefined) scopeOfPort.delete(localPort);
    else scopeOfPort.set(localPort, scope);
  };
  if (socket.connecting) socket.once('connect', mark);
  else mark();
  if (scope !== undefined) socket.once('close', () => scopeOfPort.delete(socket.localPort ?? 0));
}

function isLoopback(origin: string): boolean {
  return /^https?:\/\/(127(\.\d+){3}|localhost|\[::1\])(:\d+)?$/.test(origin);
}
