/** The routes a client may call, as `METHOD path` below the two base URLs. */
const PROXY_ROUTES = [
  'POST /v1/chat/completions',
  'POST /v1/responses',
  'POST /v1/embeddings',
  'POST /v1/messages',
  'POST /v1/agents/init',
  'GET /v1/models',
  'GET /health',
] as const;

const ANALYSE_ROUTES = [
  'POST /api/events/ingest',
  'POST /api/events',
  'POST /api/events/tool-result',
  'POST /api/entities/init',
  'GET /api/events',
  'GET /api/threads',
  'GET /api/health',
] as const;

/** The existing route that is most like the one that was asked for: it shares the longest end of the path. */
export function nearestRoute(method: string, path: string): string {
  const asked = segments(path);
  let best: { route: string; score: number } = { route: ANALYSE_ROUTES[0], score: -1 };
  for (const route of [...PROXY_ROUTES, ...ANALYSE_ROUTES]) {
    const [routeMethod = '', routePath = ''] = route.split(' ');
    const score = 2 * sharedEnd(asked, segments(routePath)) + (routeMethod === method ? 1 : 0);
    if (score > best.score) best = { route, score };
  }
  return best.route;
}

function segments(path: string): string[] {
  return (path.split('?')[0] ?? '').split('/').filter(Boolean);
}

function sharedEnd(left: readonly string[], right: readonly string[]): number {
  let shared = 0;
  while (shared < left.length && shared < right.length && left.at(-1 - shared) === right.at(-1 - shared))
    shared += 1;
  return shared;
}
