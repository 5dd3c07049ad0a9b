import { type Mutate, mutationsOf } from './mutation.ts';
import { isLast, onEvent, onLastStep, onStep, onUncounted, refused, send, TOOLS, without } from './places.ts';
import { STRANGE } from './values.ts';

/** The numbers of steps and of their parents. */
export const stepOrder = [
  ...mutationsOf('step-order', {
    'not-a-step': {
      'step-zero': onLastStep((event) => refused({ ...without(event, 'parentStepId'), stepId: 0 })),
      'fractional-step': onLastStep((event) => refused({ ...event, stepId: event.stepId + 0.5 })),
    },
    'step-twice': {
      'repeat-step': onLastStep((event) =>
        event.stepId > 2
          ? [send({ ...event, stepId: event.stepId - 1, parentStepId: event.stepId - 2 })]
          : null,
      ),
      'repeat-first-step': onLastStep((event) => [send({ ...without(event, 'parentStepId'), stepId: 1 })]),
    },
    'step-decreases': {
      'leap-ahead': onStep(['user_message'], (event, index, workflow) =>
        event.stepId === 1 && !isLast(workflow, index, event.traceId)
          ? [send(event), send({ ...event, idempotencyKey: 'leap', stepId: 1000, content: STRANGE })]
          : null,
      ),
      'step-of-another-counter': onLastStep((event) => [
        send({
          ...without(event, 'metadata'),
          eventType: 'error',
          idempotencyKey: 'leap',
          stepId: event.stepId + 7,
          content: { message: STRANGE },
        }),
        send(event),
      ]),
    },
    'steps-mixed': {
      'forget-one-step': onLastStep((event) => [send(without(event, 'stepId', 'parentStepId'))]),
      'proxied-call-among-steps': onLastStep((event) => [
        send(event),
        {
          do: 'call',
          call: {
            route: 'embeddings',
            agentName: event.agentName,
            traceId: event.traceId,
            request: { input: STRANGE },
            events: [{ eventType: 'embedding_request', content: { input: STRANGE } }],
          },
        },
      ]),
    },
  }),
  ...mutationsOf(
    'step-order',
    {
      'steps-against-time': {
        'clock-set-back': inReportedTraces('llm_response', '2020-01-01T00:00:00.000Z'),
        'question-from-the-future': inReportedTraces('user_message', '2031-01-01T00:00:00.000Z'),
      },
    },
    'stored rows',
  ),
];

export const parentStep = mutationsOf('parent-step', {
  'not-a-step': {
    'parent-zero': onStep(['llm_response'], (event) => refused({ ...event, parentStepId: 0 })),
    'fractional-parent': onStep(['llm_response'], (event) => refused({ ...event, parentStepId: 0.5 })),
  },
  'without-step': {
    'parent-without-step': onUncounted(['llm_response', 'llm_thinking'], (event) => [
      send({ ...event, parentStepId: 1 }),
    ]),
    'parent-of-a-tool-without-step': onUncounted(TOOLS, (event) => [send({ ...event, parentStepId: 1 })]),
  },
  'no-such-step': {
    'parent-in-the-air': onLastStep((event) => [
      send({ ...event, stepId: event.stepId + 10, parentStepId: event.stepId + 5 }),
    ]),
    'skip-a-step': onLastStep((event) => [
      send({ ...event, stepId: event.stepId + 1, parentStepId: event.stepId }),
    ]),
  },
  'parent-not-earlier': {
    'own-parent': onStep(['llm_response'], (event) => [send({ ...event, parentStepId: event.stepId })]),
    'parent-after-its-child': onStep(['llm_response', 'llm_thinking'], (event, index, workflow) =>
      isLast(workflow, index, event.traceId) ? null : [send({ ...event, parentStepId: event.stepId + 1 })],
    ),
  },
});

/** Gives an event another time than its step. Only where no proxy writes times of its own beside those of the program. */
function inReportedTraces(type: 'llm_response' | 'user_message', timestamp: string): Mutate {
  const change = onEvent([type], (event, index, workflow) =>
    isLast(workflow, index, event.traceId) && type === 'user_message'
      ? null
      : [send({ ...event, timestamp })],
  );
  return (workflow) => (workflow.some(({ do: what }) => what === 'call') ? null : change(workflow));
}
