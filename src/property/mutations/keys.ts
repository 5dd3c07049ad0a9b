import type { Delivery } from '../../recording/build.ts';
import { mutationsOf } from './mutation.ts';
import { manualEvents, onEvent, onUncounted, PLAIN, send, TOOLS, without } from './places.ts';
import { LOST_ANSWER, STORED_503, STRANGE } from './values.ts';

/** Events that are sent again, with their keys and without. */
export const idempotencyKey = mutationsOf('idempotency-key', {
  'key-shared': {
    'one-key-for-two-events': onUncounted(['llm_response'], (event) => [
      send(event),
      send({ ...event, eventType: 'error', content: STRANGE }),
    ]),
    'one-key-for-question-and-thought': onUncounted(['llm_thinking'], (event, index, workflow) => {
      const [question] = manualEvents(workflow.slice(0, index), event.traceId);
      const key = question?.idempotencyKey;
      return key === undefined ? null : [send({ ...event, idempotencyKey: key })];
    }),
  },
  'key-changed': {
    'new-key-per-attempt': onUncounted([...TOOLS, 'user_message'], (event) => [
      send({ ...event, idempotencyKey: 'attempt-1' }, LOST_ANSWER),
      send({ ...event, idempotencyKey: 'attempt-2' }),
    ]),
    'key-for-the-retry-alone': onUncounted([...TOOLS, 'user_message'], (event) => [
      send(without(event, 'idempotencyKey'), LOST_ANSWER),
      send(event),
    ]),
  },
  'retry-stored-twice': {
    'retry-without-key-after-lost-answer': retried(LOST_ANSWER),
    'retry-without-key-after-stored-503': retried(STORED_503),
  },
  'retry-without-key': {
    'retry-without-key-after-503': retried({ fault: 'status', status: 503 }),
    'retry-without-key-after-drop': retried({ fault: 'drop' }),
  },
  'tool-call-stored-twice': {
    'retry-legacy-tool-call': legacy(LOST_ANSWER),
    'retry-legacy-tool-call-after-503': legacy(STORED_503),
  },
});

/** What became of events that were sent. */
export const eventAccepted = mutationsOf('event-accepted', {
  refused: {
    'invalid-key': delivered({ status: 401, response: { error: 'Unauthorized' } }),
    'unavailable-and-not-repeated': delivered({
      fault: 'status',
      status: 503,
      response: { error: 'Failed to save event(s)' },
    }),
  },
  'dead-letter': {
    'given-up-by-the-worker': delivered({
      outcome: { status: 'dead-letter', error: 'Failed to save event(s)' },
    }),
    'given-up-after-its-model-was-gone': delivered({
      outcome: { status: 'dead-letter', error: 'connection terminated unexpectedly' },
    }),
  },
  'sampled-out': {
    'sampled-out': delivered({
      outcome: {
        status: 'sampled_out',
        message: 'Trace rejected by sampling (rate: 0.20, hash: 0.8189)',
      },
    }),
    'beyond-the-limit-of-traces': delivered({
      outcome: { status: 'sampled_out', message: 'Trace rejected by agent limit (10000/10000)' },
    }),
  },
  'never-arrived': {
    'no-retry-after-drop': delivered({ fault: 'drop' }),
    'no-retry-after-time-out': delivered({ fault: 'hang' }),
  },
  'answer-misread': {
    'follow-redirect': delivered({ fault: 'redirect', status: 302 }),
    'take-a-page-for-success': delivered({ fault: 'not-json', status: 200 }),
  },
  'equal-content': {
    'same-words-without-keys': onUncounted(['user_message'], (event) => [
      send(without(event, 'idempotencyKey')),
      send(without(event, 'idempotencyKey')),
    ]),
    'same-error-twice-without-keys': onUncounted(['user_message'], (event) => {
      const { traceId, agentName } = event;
      const error = send({ eventType: 'error', traceId, agentName, content: { message: STRANGE } });
      return [send(event), error, error];
    }),
  },
});

function delivered(delivery: Delivery) {
  return onUncounted(PLAIN, (event) => [send(event, delivery)]);
}

/** A tool event without a key, sent again after a first attempt that went like this. */
function retried(delivery: Delivery) {
  return onEvent(TOOLS, (event) => [
    send(without(event, 'idempotencyKey'), delivery),
    send(without(event, 'idempotencyKey')),
  ]);
}

function legacy(delivery: Delivery) {
  return onUncounted(['user_message'], (event) => {
    const call = {
      ...without(event, 'idempotencyKey'),
      eventType: 'tool_call' as const,
      content: { toolCalls: [] },
    };
    return [send(call, delivery), send(call), send(event)];
  });
}
