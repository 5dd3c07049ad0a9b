import { expect, onTestFinished, test } from 'vitest';
import { Agent, fetch as pooledFetch } from 'undici';
import { createFakeWhyOps, type Fault } from '../../src/index.ts';

const CLIENTS = 200;
const EVENTS = 50;

/** Milliseconds; far more than it takes, so that a busy machine decides nothing. */
const PATIENCE = 180_000;

// Each client is a sequential sender with a trace of its own; it retries like an SDK, with the same key.
test.each([
  ['without faults', 'direct', []],
  ['without faults', 'queued', []],
  ['with faults', 'direct', faults()],
  ['with faults', 'queued', faults()],
] as const)(
  '200 clients × 50 events, %s, %s: nothing lost, nothing doubled, in order',
  async (_, ingest, planned) => {
    await using whyops = await createFakeWhyOps({ ingest }).listen();
    const pool = new Agent({ connections: 64 });
    onTestFinished(() => pool.close());
    if (planned.length > 0) whyops.faults.next('ingest', ...(planned as [Fault]));

    const send = async (traceId: string, n: number): Promise<void> => {
      const body = JSON.stringify({
        eventType: 'tool_call_request',
        traceId,
        agentName: `agent-of-${traceId}`,
        spanId: `${traceId}-${n}`,
        idempotencyKey: `${traceId}-${n}`,
        content: { toolCalls: [{ name: 'count', arguments: { n } }] },
        metadata: { tool: 'count' },
      });
      for (let attempt = 0; attempt < 20; attempt++) {
        const response = await pooledFetch(`${whyops.analyseBaseUrl}/events/ingest`, {
          method: 'POST',
          headers: { authorization: `Bearer ${whyops.apiKey}`, 'content-type': 'application/json' },
          body,
          dispatcher: pool,
        }).catch(() => undefined);
        await response?.arrayBuffer().catch(() => undefined);
        if (response?.ok) return;
      }
      throw new Error(`${traceId} gave up on event ${n}`);
    };

    await Promise.all(
      Array.from({ length: CLIENTS }, async (_unused, client) => {
        for (let n = 0; n < EVENTS; n++) await send(`trace-${client}`, n);
      }),
    );
    await whyops.settled();

    const expected = Array.from({ length: EVENTS }, (_unused, n) => n);
    for (let client = 0; client < CLIENTS; client++) {
      const { events } = whyops.trace(`trace-${client}`);
      expect(events.map(({ spanId }) => Number(spanId?.split('-').at(-1)))).toEqual(expected);
      expect(events.map(({ stepId }) => stepId)).toEqual(expected.map((n) => n + 1));
    }
    expect(whyops.faults.unused).toEqual([]);
  },
  PATIENCE,
);

/** Every tenth request or so goes wrong, in every way that a retry must survive; in a fixed order. */
function faults(): Fault[] {
  const kinds: Fault[] = [
    { kind: 'drop' },
    { kind: 'store-then-drop' },
    { kind: 'status', status: 503 },
    { kind: 'store-then-status', status: 502 },
    { kind: 'delay', ms: 1 },
  ];
  return Array.from({ length: 1000 }, (_, n) => kinds[n % kinds.length] as Fault);
}
