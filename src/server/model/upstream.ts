import {
  type Cancellation,
  ConnectionCut,
  ConnectionFailed,
  type ModelAnswer,
  type ModelCall,
} from './call.ts';

/**
 * Takes the provider's place. The request is the one that the real proxy sends: path on the provider's base URL,
 * provider key, replaced model, signatures stripped. To fail like a broken connection, throw or return `Response.error()`.
 */
export type UpstreamHandler = (request: Request) => Response | Promise<Response>;

/** Asks a handler as the proxy would ask a provider over the network. */
export async function askUpstream(
  handler: UpstreamHandler,
  call: ModelCall,
  cancellation: Cancellation,
): Promise<ModelAnswer> {
  const request = new Request(call.url, {
    method: call.method,
    headers: call.headers,
    signal: cancellation.signal,
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
  });
  cancellation.request = request;
  let response: Response;
  try {
    response = await handler(request);
  } catch (error) {
    throw new ConnectionFailed(error);
  }
  if (response.type === 'error') throw new ConnectionFailed(response);
  return new UpstreamAnswer(response);
}

class UpstreamAnswer implements ModelAnswer {
  readonly #response: Response;

  constructor(response: Response) {
    this.#response = response;
  }

  get status(): number {
    return this.#response.status;
  }

  get headers(): Headers {
    return this.#response.headers;
  }

  async text(): Promise<string> {
    try {
      return await this.#response.text();
    } catch (error) {
      throw new ConnectionCut(error);
    }
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  async *chunks(): AsyncGenerator<string> {
    if (!this.#response.body) return;
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    for await (const bytes of this.#response.body) {
      const text = decoder.decode(bytes as Uint8Array, { stream: true });
      if (text) yield text;
    }
    const rest = decoder.decode();
    if (rest) yield rest;
  }
}
