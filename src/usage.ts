import { MODEL_ROUTES } from './recording/exchange.ts';
import type { FakeWhyOps } from './server/fake.ts';
import { nearestRoute } from './server/routes.ts';

/**
 * Why a test that used the fake proves nothing, or not what its author thinks: nothing arrived, something arrived at no
 * route, or something was prepared and never asked for. Each entry says what to change.
 */
export function usageProblems(whyops: FakeWhyOps): string[] {
  return [
    ...nothingSent(whyops),
    ...unknownRoutes(whyops),
    ...unusedReplies(whyops),
    ...unusedFaults(whyops),
  ];
}

function nothingSent(whyops: FakeWhyOps): string[] {
  const { events, exchanges } = whyops.recording;
  const sent = events.length > 0 || exchanges.some(({ route }) => MODEL_ROUTES.has(route));
  if (sent && whyops.expectsNothing) {
    return ['expectNothing() was called, but something was sent: remove the call, or find out who sends.'];
  }
  if (sent || whyops.expectsNothing) return [];
  const seen =
    exchanges.length === 0 ? 'no request arrived' : `only ${exchanges.length} other requests arrived`;
  return [
    [
      `Nothing was traced: no event and no model call (${seen}).`,
      `  Point the code under test at the fake: proxyBaseUrl ${whyops.proxyBaseUrl}`,
      `                                        analyseBaseUrl ${whyops.analyseBaseUrl}`,
      `  If this test sends nothing on purpose, say so: whyops.expectNothing().`,
    ].join('\n'),
  ];
}

function unknownRoutes(whyops: FakeWhyOps): string[] {
  const unknown = whyops.recording.exchanges.filter(({ route, status, fault }) => {
    return route === null && status === 404 && fault === null;
  });
  return unknown.map(({ id, method, origin, path }) => {
    return [
      `No route answers ${method} ${origin}${path} (${id}).`,
      `  The nearest is ${nearestRoute(method, path)}. OpenAI clients take "<proxyBaseUrl>/v1" as base URL,`,
      `  Anthropic clients the bare proxyBaseUrl, WhyOps SDKs an analyseBaseUrl that ends in /api.`,
    ].join('\n');
  });
}

function unusedReplies(whyops: FakeWhyOps): string[] {
  const { length } = whyops.model.unused;
  if (length === 0) return [];
  const asked = whyops.model.requests.length;
  return [
    [
      `${count(length, 'scripted reply', 'scripted replies')} left over: the model was asked ${count(asked, 'time', 'times')}.`,
      `  Remove model.reply(…) for what is not asked, or find out why the call did not reach the proxy.`,
    ].join('\n'),
  ];
}

function unusedFaults(whyops: FakeWhyOps): string[] {
  return whyops.faults.unused.map(({ target, fault }) => {
    return [
      `The fault ${JSON.stringify(fault)} for "${target}" was never met: no further ${target} request came.`,
      `  Remove faults.next("${target}", …), or find out why the request did not come.`,
    ].join('\n');
  });
}

function count(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}
