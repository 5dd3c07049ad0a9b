import { describe, expect, it } from 'vitest';
import { lint } from '../harness/lint.ts';

/** A keyless event is reported exactly where the function around it is known to be called again. */
function isCalledAgain(code: string, whyops: Record<string, string[]> = {}): boolean {
  const event = `async () => { await trace.toolCallRequest('a', []); }`;
  const found = lint({
    code: `import { WhyOps } from '@whyops/sdk'; const trace = new WhyOps({}).trace('t'); ${code.replace('HANDLER', event)}`,
    rules: { 'whyops/idempotency-key': [] },
    settings: { whyops },
  });
  return found.some(({ messageId }) => messageId === 'missing');
}

type Example = [code: string, settings?: Record<string, string[]>];
const named: Example[] = [
  [`pRetry(HANDLER);`],
  [`import pRetry from 'p-retry'; pRetry(HANDLER);`],
  [`import * as pRetry from 'p-retry'; pRetry(HANDLER);`],
  [`import { pRetry as again } from './again'; again(HANDLER);`],
  [`import * as lib from './again'; lib.withRetry(HANDLER);`],
  [`const { retry } = require('./again'); retry(HANDLER);`],
  [`const lib = require('./again'); lib.retry(HANDLER);`],
  [`function retry(f) { return f(); } retry(HANDLER);`],
  [`const backOff = (f) => f(); async function run() { await backOff(HANDLER); }`],
  [`asyncRetry((HANDLER) as never);`],
  [`queue.process(HANDLER);`],
  [`queue?.process('a', HANDLER);`],
  [`queue['process'](HANDLER);`],
  [`consumer.run({ eachMessage: HANDLER });`],
  [`new Worker('a', HANDLER);`],
  [`import { Worker as W } from 'bullmq'; new W('a', HANDLER);`],
  [`class A { run() { this.jobs.add(HANDLER); } }`, { queueHandlers: ['this.jobs.add'] }],
  [`again(HANDLER);`, { retryWrappers: ['again'], queueHandlers: [] }],
  [`jobs.add(HANDLER);`, { retryWrappers: [], queueHandlers: ['jobs.add'] }],
  [`jobs.inner.add(HANDLER);`, { queueHandlers: ['jobs.inner.add'] }],
];
const others: Example[] = [
  [`again(HANDLER);`],
  [`import again from 'p-retry'; again(HANDLER);`],
  [`import { other as pRetry } from './again'; pRetry(HANDLER);`],
  [`import * as lib from './again'; lib.inner.retry(HANDLER);`],
  [`import { lib } from './again'; lib.retry(HANDLER);`],
  [`lib.retry(HANDLER);`],
  [`lib().retry(HANDLER);`],
  [`retryAll(HANDLER); noretry(HANDLER);`],
  [`function run() { const retry = (f) => f(); retry(HANDLER); }`],
  [`function run(retry) { retry(HANDLER); }`],
  [`other.process(HANDLER);`],
  [`process(HANDLER);`],
  [`queue.process.all(HANDLER);`],
  [`app.queue.process(HANDLER);`],
  [`this.queue.process(HANDLER);`],
  [`queue[process](HANDLER);`],
  [`queue.processAll(HANDLER);`],
  [`queue().process(HANDLER);`],
  [`consumer.run({ inner: { eachMessage: HANDLER } });`],
  [`consumer.run(...[HANDLER]);`],
  [`pRetry(HANDLER);`, { retryWrappers: [] }],
  [`queue.process(HANDLER);`, { queueHandlers: [] }],
];

describe('functions that a setting names', () => {
  it.each(named)('%s', (code, whyops) => expect(isCalledAgain(code, whyops)).toBe(true));
});
describe('functions that are others', () => {
  it.each(others)('%s', (code, whyops) => expect(isCalledAgain(code, whyops)).toBe(false));
});
