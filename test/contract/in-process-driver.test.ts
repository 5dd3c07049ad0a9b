import { expect, test } from 'vitest';
import { InProcessDriver } from '../../src/contract/in-process-driver.ts';
import type { SdkClient, SdkDriver } from '../../src/contract/sdk-driver.ts';
import { AGENT_METADATA } from '../../src/contract/stage.ts';

const config = {
  apiKey: 'whyops_key',
  agentName: 'agent',
  agentMetadata: AGENT_METADATA,
  proxyBaseUrl: 'http://127.0.0.1:9',
  analyseBaseUrl: 'http://127.0.0.1:9/api',
};

/** An SDK that tells by which signal its clients are to stop. */
function sdkWith(signals: AbortSignal[], close: () => unknown): SdkDriver {
  return {
    sdk: 'signalled',
    version: '1.0.0',
    language: 'typescript',
    capabilities: ['events'],
    client(_config, gone): SdkClient {
      signals.push(gone);
      return { event: () => undefined, close };
    },
  };
}

test.each([
  ['closes', () => undefined],
  ['never comes back from closing', () => new Promise(() => {})],
])('a client that %s is told when its driver is gone, and not before', async (_name, close) => {
  const signals: AbortSignal[] = [];
  let closedBefore: boolean | undefined;
  const driver = new InProcessDriver(
    sdkWith(signals, () => {
      closedBefore = signals[0]!.aborted === false;
      return close();
    }),
  );
  await driver.send({ op: 'client', client: 'c1', config }, 1_000);
  const other = driver.fork();
  await other.send({ op: 'client', client: 'c1', config }, 1_000);
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
  await driver.exit(50);
  expect(closedBefore).toBe(true);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  await other.exit(50);
  expect(signals[1]!.aborted).toBe(true);
});
