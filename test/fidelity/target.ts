import { createAnalyse } from '../../src/server/analyse/index.ts';
import type { Backend, DeadLetter } from '../../src/server/backend.ts';
import { createIds } from '../../src/server/ids.ts';
import { Keys } from '../../src/server/keys.ts';
import { RequestHeaders } from '../../src/server/open-exchange.ts';
import { Recorder } from '../../src/server/recorder.ts';
import type { RecordedEvent } from '../../src/recording/event.ts';
import { KEYS, MAIN_KEY } from './keys.ts';
import type { Scenario, UpstreamRequest, UpstreamResponse } from './scenario.ts';

/** What the harness needs of a fake. */
export interface Target {
  fetch(service: 'analyse' | 'proxy', path: string, init: RequestInit): Promise<Response>;
  /** Takes the model provider's place. */
  upstream(answer: (request: UpstreamRequest) => UpstreamResponse): void;
  settled(): Promise<void>;
  readonly events: readonly RecordedEvent[];
  readonly deadLetters: readonly DeadLetter[];
}

export function createTarget(mode: Scenario['mode']): Target {
  const keys = new Keys(MAIN_KEY, KEYS);
  const recorder = new Recorder(Date.now, (key) => keys.knows(key));
  const backend: Backend = { options: { ingest: mode }, keys, ids: createIds(), now: Date.now, recorder };
  const analyse = createAnalyse(backend);
  return {
    async fetch(service, path, init) {
      if (service === 'proxy') return new Response('no proxy yet', { status: 599 });
      const request = new Request(`http://analyse.test${path}`, init);
      const exchange = recorder.open('analyse', {
        origin: 'http://analyse.test',
        address: 'local' as never,
        method: request.method,
        path,
        bodyText: await request.text(),
        headers: RequestHeaders.from(request.headers),
        scope: null,
      });
      return analyse.app.fetch(request, { exchange });
    },
    upstream: () => undefined,
    settled: () =>
      new Promise((resolve) => {
        const look = () => {
          if (!analyse.idle()) return;
          stop();
          resolve();
        };
        const stop = recorder.onChange(look);
        look();
      }),
    events: recorder.recording.events,
    deadLetters: analyse.deadLetters,
  };
}
