import { describe, expect, test } from 'vitest';
import { trace } from '../../src/recording/trace-builder.ts';
import { flows } from './flows/single-base-url.ts';
import { found, messages } from './messages.ts';

const told = (name: string) => messages(flows.bad[name]!(), 'single-base-url');

describe('silent on', () => {
  test.each(Object.entries(flows.good))('%s', (_name, flow) => {
    expect(messages(flow(), 'single-base-url')).toEqual([]);
  });
});

test('a call to the hosted service', () => {
  expect(told('a call to the hosted service')).toEqual([
    `single-base-url/hosted-service E t1 [x3]
  x3   POST /v1/chat/completions host=https://proxy.whyops.com
The request went to the hosted proxy "https://proxy.whyops.com", not to the
configured one.
Fix: set proxyBaseUrl and analyseBaseUrl once, on the WhyOps client, and on no
     single request.
Docs: docs/rules/single-base-url.md`,
  ]);
});

test('a call straight to the provider', () => {
  expect(told('a call straight to the provider')).toEqual([
    `single-base-url/straight-to-provider E null [x3]
  x3   POST /v1/chat/completions host=https://api.openai.com
The call went straight to "https://api.openai.com": WhyOps never sees it.
Fix: give the model client the base URL of the proxy, or report the call by
     hand.
Docs: docs/rules/single-base-url.md`,
  ]);
});

test('a second address', () => {
  expect(told('a second address')).toEqual([
    `single-base-url/base-url-changed E t1 [x2 x3]
  x2   POST /v1/chat/completions host=http://127.0.0.1:4010
  x3   POST /v1/chat/completions host=http://127.0.0.1:5010
Agent "support" used "http://127.0.0.1:4010" and "http://127.0.0.1:5010" for its
model calls.
Fix: set proxyBaseUrl and analyseBaseUrl once, on the WhyOps client, and on no
     single request.
Docs: docs/rules/single-base-url.md`,
  ]);
});

test('events at a second address', () => {
  expect(told('events at a second address')).toEqual([
    `single-base-url/base-url-changed E t1 [x1 x3]
  x1   POST /api/entities/init host=http://127.0.0.1:4020
  x3   POST /api/events/ingest host=http://127.0.0.1:5020
Agent "support" used "http://127.0.0.1:4020" and "http://127.0.0.1:5020" for its
events.
Fix: set proxyBaseUrl and analyseBaseUrl once, on the WhyOps client, and on no
     single request.
Docs: docs/rules/single-base-url.md`,
  ]);
});

test('v1 twice', () => {
  expect(told('v1 twice')).toEqual([
    `single-base-url/doubled-v1 E null [x2]
  x2   POST /v1/v1/chat/completions host=http://127.0.0.1:4010
The path has /v1 twice: no route answers there.
Fix: take one /v1 off the end of the base URL of this model client.
Docs: docs/rules/single-base-url.md`,
  ]);
});

test('no v1', () => {
  expect(told('no v1')).toEqual([
    `single-base-url/missing-v1 E null [x2]
  x2   POST /chat/completions host=http://127.0.0.1:4010
The path lacks /v1 (2 requests): no route answers there.
Fix: end the base URL of this model client with /v1.
Docs: docs/rules/single-base-url.md`,
  ]);
});

test('api twice', () => {
  expect(told('api twice')).toEqual([
    `single-base-url/doubled-api E null [x2]
  x2   POST /api/api/events/ingest host=http://127.0.0.1:4020
The path has /api twice: no route answers there.
Fix: end analyseBaseUrl with one /api.
Docs: docs/rules/single-base-url.md`,
  ]);
});

test('no api', () => {
  expect(told('no api')).toEqual([
    `single-base-url/missing-api E null [x2]
  x2   POST /events/ingest host=http://127.0.0.1:4020
The path lacks /api: no route answers there.
Fix: end analyseBaseUrl with /api.
Docs: docs/rules/single-base-url.md`,
  ]);
});

test('events sent to the proxy', () => {
  expect(told('events sent to the proxy')).toEqual([
    `single-base-url/wrong-service E null [x2]
  x2   POST /api/events/ingest host=http://127.0.0.1:4010
The path belongs to the other service of WhyOps: no route answers there.
Fix: give model clients the proxy base URL and the WhyOps client both: they are
     two addresses.
Docs: docs/rules/single-base-url.md`,
  ]);
});

test('a model call sent to the analyse service', () => {
  expect(told('a model call sent to the analyse service')).toEqual([
    `single-base-url/wrong-service E null [x2]
  x2   POST /api/chat/completions host=http://127.0.0.1:4020
The path belongs to the other service of WhyOps: no route answers there.
Fix: give model clients the proxy base URL and the WhyOps client both: they are
     two addresses.
Docs: docs/rules/single-base-url.md`,
  ]);
});

test('two slashes', () => {
  expect(told('two slashes')).toEqual([
    `single-base-url/double-slash E null [x2]
  x2   POST //v1/chat/completions host=http://127.0.0.1:4010
The path has //: no route answers there.
Fix: write base URLs without a slash at the end.
Docs: docs/rules/single-base-url.md`,
  ]);
});

test('a second address is told once, in however many traces it is used', () => {
  const second = { delivery: { origin: 'http://127.0.0.1:5020' } };
  const third = { delivery: { origin: 'http://127.0.0.1:6020' } };
  const built = trace('t1').error('a').trace('t2').error('b', second).trace('t3').error('c', second);
  expect(found(built, 'single-base-url')).toEqual(['base-url-changed E t2 [x1 x2]']);
  expect(found(built.trace('t4').error('d', third), 'single-base-url')).toHaveLength(2);
});
