import { AGENT_METADATA } from '../program.ts';
import type { Action, Workflow } from '../action.ts';
import { type Mutate, mutationsOf } from './mutation.ts';
import {
  atEnd,
  type Call,
  calling,
  first,
  isCallIn,
  isLast,
  isProxied,
  isReported,
  onCall,
  onEmbedding,
  onEvent,
  onUncounted,
  PLAIN,
  saidIn,
  send,
  standsAlone,
  TOOLS,
  without,
} from './places.ts';
import { CONFLICT, FRESH_TRACE, STRANGE } from './values.ts';

/** Which trace something belongs to, and which agent. */
export const stableTraceId = mutationsOf('stable-trace-id', {
  'span-in-two-traces': {
    'fresh-trace-id-for-response': onUncounted(['tool_call_response'], (event) => [
      send({ ...event, traceId: FRESH_TRACE }),
    ]),
    // A proxied model that asked for such a call would be evidence of trace-header, too.
    'fresh-trace-id-for-request': onUncounted(['tool_call_request'], (event, _, workflow) =>
      workflow.some(({ do: what }) => what === 'call') ? null : [send({ ...event, traceId: FRESH_TRACE })],
    ),
  },
  'tool-loop-in-two-traces': {
    'fresh-trace-id-per-call': onCall((action, _, workflow) =>
      action.call.events[0]?.eventType === 'tool_result' && !isReported(workflow, action)
        ? [calling(action, { traceId: FRESH_TRACE })]
        : null,
    ),
    'result-under-fresh-trace-id': onUncounted(['llm_response'], (event) => {
      const [asked] = saidIn(event).toolCalls;
      return asked
        ? [
            send(event),
            send({
              eventType: 'tool_result',
              traceId: FRESH_TRACE,
              agentName: event.agentName,
              content: { toolCallId: asked.id, toolName: asked.function.name, output: STRANGE },
            }),
          ]
        : null;
    }),
  },
  'key-in-two-traces': {
    'retry-under-fresh-trace-id': onEvent(PLAIN, (event) => [
      send(event),
      send({ ...without(event, 'stepId', 'parentStepId'), traceId: FRESH_TRACE }),
    ]),
    'answer-reported-to-two-traces': onUncounted(['llm_response'], (event) =>
      saidIn(event).toolCalls.length === 0 ? [send(event), send({ ...event, traceId: FRESH_TRACE })] : null,
    ),
  },
  'scope-in-two-traces': {
    'two-ids-in-one-scope': onEvent(['user_message'], (event) => [
      send(event, { scope: 'w' }),
      send(
        { ...without(event, 'stepId', 'parentStepId'), idempotencyKey: 'scoped', traceId: FRESH_TRACE },
        { scope: 'w' },
      ),
    ]),
    'call-and-event-of-one-scope': onCall((action) => [
      { ...action, delivery: { scope: 'w' } },
      send(
        {
          eventType: 'error',
          traceId: FRESH_TRACE,
          agentName: action.call.agentName ?? '',
          content: { message: STRANGE },
        },
        { scope: 'w' },
      ),
    ]),
  },
});

export const traceHeader = mutationsOf('trace-header', {
  missing: {
    'drop-trace-header': onCall((action, _, workflow) =>
      standsAlone(workflow, action) ? [calling(action, { traceId: null })] : null,
    ),
    'leave-it-to-the-signature': onCall((action) =>
      action.call.traceId ? [calling(action, { traceId: null, signedTraceId: action.call.traceId })] : null,
    ),
  },
  'call-in-generated-trace': {
    'drop-header-in-tool-loop': onCall((action, _, workflow) =>
      action.call.events[0]?.eventType === 'tool_result' &&
      action.call.signedTraceId === undefined &&
      !isReported(workflow, action)
        ? [calling(action, { traceId: null })]
        : null,
    ),
    'drop-header-and-report-the-answer': onCall((action, _, workflow) => {
      const { traceId, agentName, signedTraceId, events } = action.call;
      const response = events[1];
      if (!traceId || signedTraceId !== undefined || events[0]?.eventType !== 'user_message') return null;
      if (!response || saidIn(response).toolCalls.length > 0) return null;
      // Another call of the trace could be the one that was reported.
      if (workflow.filter((other) => isCallIn(other, traceId)).length > 1) return null;
      return [
        calling(action, { traceId: null }),
        send({
          eventType: 'llm_response',
          traceId,
          agentName: agentName ?? '',
          content: response.content,
          metadata: { model: response.metadata?.['model'], provider: response.metadata?.['provider'] },
        }),
      ];
    }),
  },
  'other-trace': {
    'tools-under-other-id': inHybridTrace((action, traceId) =>
      action.do === 'send'
        ? {
            ...action,
            events: action.events.map((event) =>
              event.traceId === traceId ? { ...event, traceId: FRESH_TRACE } : event,
            ),
          }
        : action,
    ),
    'calls-under-other-id': inHybridTrace((action, traceId) =>
      action.do === 'call' && action.call.traceId === traceId
        ? calling(action, { traceId: FRESH_TRACE })
        : action,
    ),
  },
  'thread-differs': {
    'other-thread': onCall((action) => [calling(action, { threadId: 'another' })]),
    'agent-as-thread-of-embeddings': onEmbedding((action) => [
      calling(action, { threadId: action.call.agentName ?? '' }),
    ]),
  },
});

export const agentName = mutationsOf('agent-name', {
  'missing-header': {
    'drop-agent-header': onCall((action, _, workflow) =>
      standsAlone(workflow, action) ? [nameless(action)] : null,
    ),
    'one-call-more-without-agent-header': atEnd(
      nameless({
        do: 'call',
        call: {
          route: 'embeddings',
          agentName: null,
          traceId: FRESH_TRACE,
          request: { model: 'embed-1', input: STRANGE },
          events: [],
        },
      }),
    ),
  },
  'two-agents': {
    'agent-name-of-its-own': onUncounted(['llm_thinking', 'tool_result'], (event) => [
      { do: 'init', agentName: 'other', metadata: AGENT_METADATA },
      send({ ...event, agentName: 'other' }),
    ]),
    'sub-agent-fails-in-the-same-trace': onUncounted(['user_message'], (event) => [
      { do: 'init', agentName: 'sub', metadata: AGENT_METADATA },
      send(event),
      send({
        eventType: 'error',
        traceId: event.traceId,
        agentName: 'sub',
        idempotencyKey: 'sub',
        content: { message: STRANGE },
      }),
    ]),
  },
  'version-changed': {
    'register-anew-in-a-trace': onEvent(['llm_thinking'], (event) => [
      send(event, { status: 409, response: { error: CONFLICT } }),
    ]),
    'answer-after-a-new-version': onUncounted(['llm_response'], (event, index, workflow) =>
      isLast(workflow, index, event.traceId)
        ? [send(event, { outcome: { status: 'dead-letter', error: CONFLICT } })]
        : null,
    ),
  },
});

export const agentInit = mutationsOf('agent-init', {
  'never-registered': {
    'never-register': (workflow) => workflow.filter(({ do: what }) => what !== 'init'),
    'register-under-another-name': first((action) =>
      action.do === 'init' ? [{ ...action, agentName: `${action.agentName}-v2` }] : null,
    ),
  },
  'registered-late': {
    'register-last': (workflow) => [
      ...workflow.filter(({ do: what }) => what !== 'init'),
      ...workflow.filter(({ do: what }) => what === 'init'),
    ],
    'register-after-the-first-request': (workflow) => {
      const at = workflow.findIndex(({ do: what }) => what !== 'init');
      const used = workflow[at];
      return used ? [used, ...workflow.slice(0, at), ...workflow.slice(at + 1)] : null;
    },
  },
  'registration-refused': {
    'tool-without-description': refusedTools([{ name: 'search' }]),
    'schema-as-an-object': refusedTools([
      { name: 'search', description: 'Searches.', inputSchema: { type: 'object' }, outputSchema: '{}' },
    ]),
  },
});

function refusedTools(tools: readonly object[]): Mutate {
  return first((action) =>
    action.do === 'init'
      ? [{ ...action, metadata: { systemPrompt: 'Help.', tools }, delivery: { status: 400 } }]
      : null,
  );
}

function nameless(action: Call): Call {
  return {
    ...calling(action, { agentName: null, events: [] }),
    delivery: { status: 400, response: { error: 'Missing required header: X-Agent-Name' } },
  };
}

/** Changes every request of the first trace that has both model calls and tools reported by hand. */
function inHybridTrace(change: (action: Action, traceId: string) => Action): Mutate {
  return (workflow: Workflow) => {
    const traceId = workflow
      .flatMap((action) => (action.do === 'send' ? action.events : []))
      .find((event) => TOOLS.includes(event.eventType) && isProxied(workflow, event.traceId))?.traceId;
    return traceId === undefined ? null : workflow.map((action) => change(action, traceId));
  };
}
