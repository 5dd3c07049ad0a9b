import type { Context } from 'hono';
import { HEADERS } from '../../protocol/headers.ts';
import { isObject, parseJson } from '../../protocol/json.ts';
import { signedTraceIn } from '../../protocol/openai-chat.ts';
import type { AnalysePort, Backend, ServiceEnv } from '../backend.ts';
import { Cancellation, type ModelCall } from '../model/call.ts';
import type { Model } from '../model/model.ts';
import { isJson } from './body.ts';
import type { OpenExchange } from '../open-exchange.ts';
import { askWithin, DEFAULT_TIMEOUT_MS } from './ask.ts';
import type { EventDraft, ModelRoute, ProxyCall } from './model-route.ts';
import { providerOf, resolveModel } from './provider.ts';
import { relay } from './relay.ts';

export interface ProxyParts {
  readonly backend: Backend;
  readonly analyse: AnalysePort;
  readonly model: Model;
  /** The exchanges whose streams have not ended. */
  readonly streams: Set<OpenExchange>;
}

/** Serves one call of a model: checks, asks the provider, records both sides, replies. */
export async function callModel(
  parts: ProxyParts,
  route: ModelRoute,
  c: Context<ServiceEnv>,
): Promise<Response> {
  const { backend, model } = parts;
  const { exchange } = c.env;
  if (!isJson(exchange)) return refuse(c, 400, 'Invalid JSON');
  const body = exchange.request;
  if (body === null) return refuse(c, 500, 'Internal server error');
  const fields = isObject(body) ? body : {};
  let name;
  try {
    name = resolveModel(fields['model']);
  } catch {
    return refuse(c, 500, 'Internal server error');
  }
  const agentName = exchange.rawHeaders.get(HEADERS.agentName);
  if (!agentName) return refuse(c, 400, 'Missing required header: X-Agent-Name');
  exchange.agentName = agentName;

  const traceId = resolveTrace(backend, route, c, fields);
  const call: ProxyCall = {
    body: fields,
    model: name.model,
    provider: name.provider ?? providerOf(backend.options, c.get('identity').key, route.route),
    slug: name.slug,
    providerName: name.provider ? 'custom' : route.providerName,
    traceId,
  };
  const recorder = new CallEvents(parts, c, call, agentName);
  const asked = route.request(call);
  await recorder.send(asked.event);

  const started = backend.now();
  const latency = () => ({ latencyMs: Math.round(backend.now() - started) });
  const modelCall: ModelCall = {
    route: route.route,
    method: 'POST',
    url: route.url(call.provider),
    headers: route.headers(call.provider),
    body: isObject(body) ? asked.body : body,
  };
  const fail = async (content: unknown) => {
    await recorder.send({
      eventType: 'error',
      content,
      metadata: { ...route.errorMetadata(call), ...latency() },
    });
    if (route.traceHeadersOn.error) nameTrace(c, traceId);
  };

  try {
    if (fields['stream'] && route.tap) {
      const cancellation = new Cancellation();
      const answer = await model.ask(modelCall, cancellation);
      if (answer.status >= 200 && answer.status < 300) {
        passHeaders(c, answer.headers);
        nameTrace(c, traceId);
        const tap = route.tap(call, backend.now);
        parts.streams.add(exchange);
        const stream = relay(answer, tap, async (sent, complete) => {
          exchange.response = sent;
          if (!complete) cancellation.cancel();
          try {
            if (complete)
              for (const event of tap.events()) await recorder.send(withLatency(event, latency()));
          } finally {
            parts.streams.delete(exchange);
            // The answer is complete only now: the exchange ends after the events of its stream.
            backend.recorder.close(exchange);
          }
        });
        return c.body(stream, answer.status as 200);
      }
      return await passText(await answer.text(), answer.status, answer.headers);
    }
    const { status, headers, reply } = await askWithin(
      model,
      modelCall,
      backend.options.proxyTimeoutMs ?? DEFAULT_TIMEOUT_MS,
      async (answer) => ({
        status: answer.status,
        headers: answer.headers,
        reply: isOk(answer.status) || !route.textErrors ? await answer.json() : await answer.text(),
      }),
    );
    if (!isOk(status) && route.textErrors) return await passText(reply as string, status, headers);
    if (!isOk(status)) {
      await fail(reply);
      exchange.response = reply;
      return c.json(reply as object, status as 400);
    }
    for (const event of route.reply(call, reply)) await recorder.send(withLatency(event, latency()));
    if (route.traceHeadersOn.plain) nameTrace(c, traceId);
    exchange.response = reply;
    return c.json(reply as object, status as 200);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    await fail({ message });
    return refuse(c, 500, message);
  }

  async function passText(text: string, status: number, headers: Headers): Promise<Response> {
    await fail({ error: text, status });
    exchange.response = parseJson(text) ?? text;
    return c.body(text, status as 400, { 'content-type': headers.get('content-type') ?? 'application/json' });
  }
}

/** `X-Trace-ID`, else `X-Thread-ID`, else the signature in the history, else a new one. */
function resolveTrace(
  backend: Backend,
  route: ModelRoute,
  c: Context<ServiceEnv>,
  body: Record<string, unknown>,
): string {
  const { exchange } = c.env;
  exchange.signedTraceId = signedTraceIn(route.history(body));
  const header = exchange.rawHeaders.get(HEADERS.traceId) || exchange.rawHeaders.get(HEADERS.threadId);
  if (header) {
    exchange.traceIdSource = 'header';
    return (exchange.traceId = header);
  }
  if (route.readsSignature && exchange.signedTraceId) {
    exchange.traceIdSource = 'signature';
    return (exchange.traceId = exchange.signedTraceId);
  }
  exchange.traceIdSource = 'generated';
  return (exchange.traceId = backend.ids.trace());
}

/** Sends the events of one call, one after the other. */
class CallEvents {
  readonly #parts: ProxyParts;
  readonly #c: Context<ServiceEnv>;
  readonly #call: ProxyCall;
  readonly #agentName: string;
  readonly #requestSpan: string;
  #first = true;

  constructor(parts: ProxyParts, c: Context<ServiceEnv>, call: ProxyCall, agentName: string) {
    this.#parts = parts;
    this.#c = c;
    this.#call = call;
    this.#agentName = agentName;
    this.#requestSpan = parts.backend.ids.proxySpan();
  }

  async send(draft: EventDraft): Promise<void> {
    const { backend, analyse } = this.#parts;
    const isRequest = this.#first;
    this.#first = false;
    const user = draft.withoutUser ? undefined : this.#c.env.exchange.rawHeaders.get(HEADERS.externalUserId);
    const event = {
      traceId: this.#call.traceId,
      spanId: isRequest || draft.span === 'request' ? this.#requestSpan : backend.ids.proxySpan(),
      eventType: draft.eventType,
      ...(user && { externalUserId: user }),
      providerId: this.#call.provider.id,
      agentName: this.#agentName,
      ...(draft.content !== undefined && { content: draft.content }),
      metadata: draft.metadata,
      timestamp: new Date(backend.now()).toISOString(),
    };
    await analyse.ingest(event, {
      identity: this.#c.get('identity'),
      externalUserId: null,
      representation: 'proxied',
      exchange: this.#c.env.exchange,
      bodyIsPlain: false,
    });
  }
}

function withLatency(event: EventDraft, latency: { latencyMs: number }): EventDraft {
  return event.eventType === 'llm_thinking'
    ? event
    : { ...event, metadata: { ...event.metadata, ...latency } };
}

function isOk(status: number): boolean {
  return status >= 200 && status < 300;
}

function nameTrace(c: Context<ServiceEnv>, traceId: string): void {
  c.header('X-Trace-ID', traceId);
  c.header('X-Thread-ID', traceId);
}

/** Headers that describe the provider's connection or framing, not the body that is passed on. */
const NOT_PASSED: ReadonlySet<string> = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'keep-alive',
  'transfer-encoding',
]);

function passHeaders(c: Context<ServiceEnv>, headers: Headers): void {
  for (const [name, value] of headers) if (!NOT_PASSED.has(name)) c.header(name, value);
}

function refuse(c: Context<ServiceEnv>, status: 400 | 500, error: string): Response {
  c.env.exchange.response = { error };
  return c.json({ error }, status);
}
