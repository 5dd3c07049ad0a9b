import { createFakeWhyOps } from '../../../src/server/fake.ts';
import type { FakeWhyOpsOptions } from '../../../src/server/options.ts';

/** A fake and the few calls that these tests make, answers parsed. `direct` unless told otherwise. */
export function client(options: FakeWhyOpsOptions = {}) {
  const whyops = createFakeWhyOps({ ingest: 'direct', ...options });
  async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const response = await whyops.fetch(whyops.analyseBaseUrl + path, {
      method,
      headers: { authorization: `Bearer ${whyops.apiKey}`, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as never as Answer };
  }
  return {
    whyops,
    ingest: (body: unknown, headers?: Record<string, string>) =>
      call('POST', '/events/ingest', body, headers),
    init: (agentName: string, systemPrompt: string) =>
      call('POST', '/entities/init', { agentName, metadata: { systemPrompt, tools: [] } }),
    rows: async (traceId: string) =>
      (await call('GET', `/events?traceId=${encodeURIComponent(traceId)}&include=content,metadata`)).body
        .events as Row[],
    call,
    outcomes: () => whyops.recording.events.map(({ outcome }) => outcome),
  };
}

export type Answer = Readonly<Record<string, unknown>>;
export type Row = Readonly<Record<string, unknown>> & {
  readonly metadata: Readonly<Record<string, unknown>>;
};

/** A user message of one trace and agent, with whatever the test is about. */
export function message(fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { eventType: 'user_message', traceId: 't', agentName: 'a', ...fields };
}
