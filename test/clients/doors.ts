import { onTestFinished } from 'vitest';
import { createFakeWhyOps, type FakeWhyOps } from '../../src/server/fake.ts';
import type { FakeWhyOpsOptions } from '../../src/server/options.ts';

/** How a client reaches the fake: over a socket, or in memory as its `fetch`. */
export const DOORS = ['listen', 'fetch'] as const;

export interface Door {
  readonly whyops: FakeWhyOps;
  /** Goes into a client's constructor. */
  readonly fetch?: typeof fetch;
}

export async function open(door: (typeof DOORS)[number], options: FakeWhyOpsOptions = {}): Promise<Door> {
  const whyops = createFakeWhyOps({ ingest: 'direct', ...options });
  onTestFinished(() => whyops.close());
  if (door === 'fetch') return { whyops, fetch: whyops.fetch as typeof fetch };
  await whyops.listen();
  return { whyops };
}

/** What was stored, as `eventType` and the part of its content that a reader looks for. */
export async function story(whyops: FakeWhyOps, traceId: string): Promise<string[]> {
  await whyops.settled();
  return whyops.trace(traceId).events.map(({ eventType }) => eventType);
}
