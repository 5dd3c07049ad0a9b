import { AsyncLocalStorage } from 'node:async_hooks';
import { channel } from 'node:diagnostics_channel';

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

/**
 * The client side of a request and the server side share no async context, so the scope has to travel on the wire.
 * Node's diagnostics channels run in the context of the sender and see both `fetch` (undici) and `node:http`. Only
 * requests to this machine are marked, so that nothing leaks to real hosts.
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
    const { request } = message as {
      request: { host?: string; headersSent: boolean; setHeader(name: string, value: string): void };
    };
    if (scope === undefined || request.headersSent || !isLoopback(`http://${request.host ?? ''}`)) return;
    request.setHeader(SCOPE_HEADER, scope);
  });
}

function isLoopback(origin: string): boolean {
  return /^https?:\/\/(127(\.\d+){3}|localhost|\[::1\])(:\d+)?$/.test(origin);
}
