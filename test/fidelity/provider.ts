import type { Scenario, Step, UpstreamRequest, UpstreamResponse } from './scenario.ts';

/**
 * The model provider of the recordings. It answers by path, model and streaming alone, so a step that does not tell its
 * answer gets the one of another step that asked the same.
 */
export class RecordedProvider {
  readonly #known = new Map<string, UpstreamResponse>();

  constructor(scenarios: readonly Scenario[]) {
    for (const { request, response } of scenarios.flatMap(({ steps }) => steps).flatMap(upstreamOf)) {
      this.#known.set(keyOf(request), response);
    }
  }

  /** The answers of one step, in order, then the known ones. */
  answersFor(step: Step): (request: UpstreamRequest) => UpstreamResponse {
    const own = upstreamOf(step).map(({ response }) => response);
    return (request) => {
      const answer = own.shift() ?? this.#known.get(keyOf(request));
      if (!answer) throw new Error(`no recording tells what the provider answers to ${keyOf(request)}`);
      return answer;
    };
  }
}

function upstreamOf(step: Step): NonNullable<Step['upstream']> {
  return step.upstream ?? [];
}

function keyOf({ path, body }: UpstreamRequest): string {
  const { model, stream } = (body ?? {}) as { model?: unknown; stream?: unknown };
  return JSON.stringify([path.replace(/^.*?(?=\/v1\/)/, ''), model, stream === true]);
}
