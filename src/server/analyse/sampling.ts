import { createHash } from 'node:crypto';

/**
 * Where a trace stands between 0 and 1: it is kept when that is not above the agent's sampling rate. The same trace
 * gets the same place at every event, so it comes in later once the rate is raised.
 */
export function samplingPosition(trace: {
  readonly traceId: string;
  readonly userId: string;
  readonly environmentId: string;
  readonly agentName: string;
}): number {
  const { traceId, userId, environmentId, agentName } = trace;
  const digest = createHash('sha256').update(JSON.stringify({ traceId, userId, environmentId, agentName }));
  return parseInt(digest.digest('hex').slice(0, 8), 16) / 0xffffffff;
}
