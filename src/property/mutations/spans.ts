import type { SentEvent } from '../../recording/build.ts';
import type { Action, Workflow } from '../action.ts';
import { mutationsOf } from './mutation.ts';
import {
  about,
  carries,
  eventOf,
  isPassedOn,
  isQueued,
  manualEvents,
  onEvent,
  onUncounted,
  saidIn,
  send,
  wasRetried,
  without,
} from './places.ts';
import { STRANGE } from './values.ts';

/** The requests and responses of tools: who belongs to whom, and in which order. */
export const spanReuse = mutationsOf('span-reuse', {
  'no-such-request': {
    'response-with-fresh-span': onEvent(['tool_call_response'], (event, _, workflow) =>
      isPassedOn(workflow, event) ? null : [send({ ...event, spanId: 'fresh-span' })],
    ),
    'request-with-other-span': onEvent(['tool_call_request'], (event) => [
      send({ ...event, spanId: 'other-span' }),
    ]),
  },
  'without-span': {
    'response-without-span': onEvent(['tool_call_response'], (event, _, workflow) =>
      isPassedOn(workflow, event) ? null : [send(without(event, 'spanId'))],
    ),
    'span-left-empty': onEvent(['tool_call_response'], (event, _, workflow) =>
      isPassedOn(workflow, event) ? null : [send({ ...event, spanId: '' })],
    ),
  },
  'other-tool': {
    'rename-tool-of-response': onEvent(['tool_call_response'], (event) =>
      about(event, { tool: 'other_tool' }),
    ),
    'rename-tool-of-request': onEvent(['tool_call_request'], (event) => about(event, { tool: 'other_tool' })),
  },
  'answered-twice': {
    'answer-again': onUncounted(['tool_call_response'], (event) => [
      send(event),
      send({ ...event, idempotencyKey: 'again', content: { toolResults: { again: true } } }),
    ]),
    'answer-again-without-key': onUncounted(['tool_call_response'], (event) => [
      send(event),
      send({ ...without(event, 'idempotencyKey'), content: { toolResults: { later: 1 } } }),
    ]),
  },
  'requested-twice': {
    'retry-tool-on-same-span': onUncounted(['tool_call_request'], (event) => [
      send(event),
      send({ ...event, idempotencyKey: 'again' }),
    ]),
    'one-span-for-two-tools': oneSpanForTwo,
  },
  unanswered: {
    'drop-response': onUncounted(['tool_call_response'], (event, _, workflow) =>
      isPassedOn(workflow, event) ? null : [],
    ),
    'throw-instead-of-answering': onUncounted(['tool_call_response'], (event, _, workflow) =>
      isPassedOn(workflow, event)
        ? null
        : [
            send({
              ...without(event, 'spanId', 'metadata'),
              eventType: 'error',
              content: { message: 'the tool threw' },
            }),
          ],
    ),
  },
});

export const eventOrder = mutationsOf('event-order', {
  'response-before-request': {
    'response-first': withItsResponse((request, between, response) =>
      between.length === 0 ? [response, request] : null,
    ),
    'request-long-after-its-response': withItsResponse((request, between, response) =>
      between.length > 0 ? [...between, response, request] : null,
    ),
  },
  'ends-before-it-starts': {
    'clock-runs-back': onUncounted(['tool_call_response'], (event) =>
      event.timestamp ? [send({ ...event, timestamp: '2020-01-01T00:00:00.000Z' })] : null,
    ),
    'request-from-the-future': onUncounted(['tool_call_request'], (event) =>
      event.timestamp ? [send({ ...event, timestamp: '2031-01-01T00:00:00.000Z' })] : null,
    ),
  },
  'model-after-its-tools': {
    'model-reported-last': withToolsAfterTurn((turn, tools) => [...tools, turn]),
    'model-reported-while-its-tool-runs': withToolsAfterTurn((turn, tools) => {
      const requests = tools.filter(
        (tool) => tool.do === 'send' && eventOf(tool).eventType === 'tool_call_request',
      );
      const [request] = requests;
      if (requests.length !== 1 || !request) return null;
      const at = tools.indexOf(request) + 1;
      return [...tools.slice(0, at), turn, ...tools.slice(at)];
    }),
  },
  'result-before-response': {
    'result-first': onUncounted(['tool_call_response'], (event) => [
      send({
        ...event,
        eventType: 'tool_result',
        idempotencyKey: 'early',
        content: { toolName: event.metadata?.['tool'], output: STRANGE },
      }),
      send(event),
    ]),
    'result-before-the-tool-ends': resultBeforeItsResponse,
  },
});

function oneSpanForTwo(workflow: Workflow): Workflow | null {
  const requests = workflow
    .filter(isQueued)
    .map(eventOf)
    .filter(({ eventType, stepId }) => eventType === 'tool_call_request' && stepId === undefined);
  for (const [index, one] of requests.entries()) {
    const other = requests.slice(index + 1).find(({ traceId, spanId }) => {
      return traceId === one.traceId && spanId !== one.spanId;
    });
    if (other)
      return renamed(workflow, (event) =>
        event.spanId === other.spanId ? { ...event, spanId: one.spanId ?? '' } : event,
      );
  }
  return null;
}

/** Sends a result that was passed on before the response that it passes on. */
function resultBeforeItsResponse(workflow: Workflow): Workflow | null {
  for (const [index, action] of workflow.entries()) {
    if (!isQueued(action)) continue;
    const event = eventOf(action);
    if (event.eventType !== 'tool_result' || event.stepId !== undefined) continue;
    if (wasRetried(workflow, event)) continue;
    const at = workflow.findIndex((other) => carries(other, 'tool_call_response', event));
    return [...workflow.slice(0, at), action, ...workflow.slice(at, index), ...workflow.slice(index + 1)];
  }
  return null;
}

function renamed(workflow: Workflow, change: (event: SentEvent) => SentEvent): Workflow {
  return workflow.map((action) =>
    action.do === 'send' ? { ...action, events: action.events.map(change) } : action,
  );
}

/** Rearranges a request without steps and times, what comes between, and its response. */
function withItsResponse(
  rearrange: (request: Action, between: readonly Action[], response: Action) => readonly Action[] | null,
) {
  return (workflow: Workflow): Workflow | null => {
    for (const [index, request] of workflow.entries()) {
      if (!isQueued(request)) continue;
      const event = eventOf(request);
      const { eventType, stepId, timestamp } = event;
      if (eventType !== 'tool_call_request' || stepId !== undefined || timestamp !== undefined) continue;
      const at = workflow.findIndex((action) => carries(action, 'tool_call_response', event));
      const response = workflow[at];
      if (!response || !isQueued(response)) continue;
      if (wasRetried(workflow, event) || wasRetried(workflow, eventOf(response))) continue;
      const changed = rearrange(request, workflow.slice(index + 1, at), response);
      if (changed) return [...workflow.slice(0, index), ...changed, ...workflow.slice(at + 1)];
    }
    return null;
  };
}

/** Rearranges a model turn that asks for tools, and everything up to the next turn of its trace. */
function withToolsAfterTurn(rearrange: (turn: Action, tools: readonly Action[]) => readonly Action[] | null) {
  const next = ['llm_thinking', 'llm_response', 'user_message'];
  return (workflow: Workflow): Workflow | null => {
    for (const [index, turn] of workflow.entries()) {
      if (!isQueued(turn)) continue;
      const event = eventOf(turn);
      if (event.eventType !== 'llm_response' || event.stepId !== undefined) continue;
      if (wasRetried(workflow, event)) continue;
      if (saidIn(event).toolCalls.length === 0) continue;
      const later = workflow.findIndex(
        (action, at) =>
          at > index &&
          manualEvents([action], event.traceId).some(({ eventType }) => next.includes(eventType)),
      );
      // A later call of the same tool could be the one that was asked for.
      if (later < 0 || callsAgain(workflow.slice(later), event)) continue;
      const changed = rearrange(turn, workflow.slice(index + 1, later));
      if (changed) return [...workflow.slice(0, index), ...changed, ...workflow.slice(later)];
    }
    return null;
  };
}

/** Whether a tool that the turn asked for is called with equal arguments. */
function callsAgain(workflow: Workflow, turn: SentEvent): boolean {
  const asked = saidIn(turn).toolCalls.map(({ function: { name, arguments: args } }) =>
    JSON.stringify([{ name, arguments: JSON.parse(args) as unknown }]),
  );
  return manualEvents(workflow, turn.traceId).some(
    ({ eventType, content }) =>
      eventType === 'tool_call_request' &&
      asked.includes(JSON.stringify((content as { toolCalls: unknown }).toolCalls)),
  );
}
