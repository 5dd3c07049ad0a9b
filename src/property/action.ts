import {
  type Delivery,
  type EventRoute,
  type ModelCall,
  RecordingBuilder,
  type SentEvent,
} from '../recording/build.ts';
import type { Recording } from '../recording/recording.ts';
import type { ModelReply } from './dialect.ts';

/** One request of a workflow, as data, so that a mutation can change it and a test can play it. */
export type Action =
  | {
      readonly do: 'send';
      /** One, or a batch: of one trace or of several, in order. */
      readonly events: readonly SentEvent[];
      /** `ingest` unless given. */
      readonly to?: EventRoute;
      readonly delivery?: Delivery;
    }
  | {
      readonly do: 'call';
      readonly call: ModelCall;
      /** What the model behind the proxy answers, where it matters. */
      readonly reply?: ModelReply;
      readonly delivery?: Delivery;
    }
  | {
      readonly do: 'init';
      readonly agentName: string;
      readonly metadata: unknown;
      readonly delivery?: Delivery;
    }
  | {
      readonly do: 'http';
      readonly method: string;
      readonly path: string;
      readonly delivery?: Delivery & { readonly request?: unknown };
    };

/** What the programs of one or more agents send, in order. */
export type Workflow = readonly Action[];

/** The recording of a workflow, made without a server: same workflow, same recording. */
export function recordingOf(workflow: Workflow): Recording {
  const builder = new RecordingBuilder();
  for (const action of workflow) record(builder, action);
  return builder.recording;
}

/** Adds what one request leaves behind. */
export function record(builder: RecordingBuilder, action: Action): void {
  if (action.do === 'send') builder.ingest(action.events, action.delivery, action.to);
  else if (action.do === 'call') builder.call(action.call, action.delivery);
  else if (action.do === 'init') builder.init(action.agentName, action.metadata, action.delivery);
  else builder.request(action.method, action.path, action.delivery);
}
