import type { Action } from '../action.ts';
import { mutationsOf } from './mutation.ts';
import { type Call, onCall, onEmbedding, onUncounted, saidIn, send, usageOf } from './places.ts';
import { OPENAI, STRANGE } from './values.ts';

/** One turn of a model, recorded twice. */
export const singleRepresentation = mutationsOf('single-representation', {
  'proxied-and-manual': {
    'double-report-turn': onCall((action) => byHand(action, action.call.events[1]?.content)),
    'wrapper-reports-proxied-turn': onCall((action) => {
      const response = action.call.events[1];
      if (!response || saidIn(response).toolCalls.length > 0) return null;
      return byHand(action, [{ type: 'text', text: `  ${saidIn(response).text}\n` }], { routed: true });
    }),
  },
  'proxied-and-manual-likely': {
    'double-report-in-other-words': onCall((action) => byHand(action, { content: STRANGE })),
    'double-report-with-other-usage': onCall((action) =>
      byHand(action, [{ type: 'text', text: STRANGE }], {
        usage: { promptTokens: 20_001, completionTokens: 1, totalTokens: 20_002 },
      }),
    ),
  },
  'proxied-and-manual-same-usage': {
    'double-report-same-usage': onCall((action) => sameUsage(action, { content: STRANGE })),
    'router-reports-proxied-turn': onCall((action) =>
      sameUsage(action, [{ type: 'text', text: STRANGE }], true),
    ),
  },
  'reported-twice': {
    'wrapper-and-hand': onUncounted(['llm_response'], (event) => {
      const { text, toolCalls } = saidIn(event);
      return toolCalls.length > 0
        ? null
        : [send(event), send({ ...event, idempotencyKey: 'wrapper', content: [{ type: 'text', text }] })];
    }),
    'two-wrappers': onUncounted(['llm_response'], (event) => {
      const { text, toolCalls } = saidIn(event);
      const model = `router/${event.metadata?.['model'] as string}`;
      return toolCalls.length > 0
        ? null
        : [
            send(event),
            send({
              ...event,
              idempotencyKey: 'wrapper',
              content: { content: `\n${text} ` },
              metadata: { ...event.metadata, model },
            }),
          ];
    }),
  },
  'reported-twice-likely': {
    'reported-twice-in-other-words': onUncounted(['llm_response'], (event) =>
      usageOf(event)['promptTokens'] && usageOf(event)['completionTokens']
        ? [send(event), send({ ...event, idempotencyKey: 'wrapper', content: { content: STRANGE } })]
        : null,
    ),
    'tool-turn-reported-again-in-words': onUncounted(['llm_response'], (event) =>
      saidIn(event).toolCalls.length > 0 &&
      usageOf(event)['promptTokens'] &&
      usageOf(event)['completionTokens']
        ? [
            send({ ...event, idempotencyKey: 'wrapper', content: { content: STRANGE, toolCalls: [] } }),
            send(event),
          ]
        : null,
    ),
  },
  'prompt-twice': {
    'report-prompt-by-hand': onPrompt((action, messages) => [
      prompt(action, { messages: messages.slice(-1) }),
      action,
    ]),
    'report-prompt-after-the-answer': onPrompt((action, messages) => [
      action,
      prompt(action, { messages: messages.slice(-1) }),
    ]),
  },
  'prompt-twice-likely': {
    'report-other-prompt-by-hand': onPrompt((action) => [prompt(action, STRANGE), action]),
    'report-prompt-before-its-template': onPrompt((action) => [
      prompt(action, { messages: [{ role: 'user', content: [{ type: 'text', text: STRANGE }] }] }),
      action,
    ]),
  },
  'embedding-twice': {
    'proxy-a-reported-embedding': onUncounted(['embedding_request'], (event) => [
      {
        do: 'call',
        call: {
          route: 'embeddings',
          agentName: event.agentName,
          traceId: event.traceId,
          request: { model: 'embed-1', ...(event.content as object) },
          events: [{ eventType: 'embedding_request', content: event.content, metadata: OPENAI }],
        },
      },
      send(event),
    ]),
    'report-a-proxied-embedding': onEmbedding((action) => {
      const { traceId, agentName, events } = action.call;
      const [request, response] = events;
      const base = { traceId: traceId ?? '', agentName: agentName ?? '' };
      return request && response
        ? [
            action,
            send({ ...base, ...request, idempotencyKey: 'request by hand' }),
            send({ ...base, ...response, idempotencyKey: 'response by hand' }),
          ]
        : null;
    }),
  },
});

/** The call, and an `llm_response` by hand after it. `routed`: under the name that a router gives the model. */
function byHand(
  action: Call,
  content: unknown,
  { usage, routed = false }: { usage?: object; routed?: boolean } = {},
): Action[] {
  const { model, provider } = (action.call.events[1]?.metadata ?? {}) as Record<string, string>;
  return [
    action,
    send({
      eventType: 'llm_response',
      traceId: action.call.traceId ?? '',
      agentName: action.call.agentName ?? '',
      content,
      metadata: { model: routed ? `${provider}/${model}` : model, provider, ...(usage && { usage }) },
      idempotencyKey: 'double',
    }),
  ];
}

function sameUsage(action: Call, content: unknown, routed = false): Action[] | null {
  const usage = usageOf(action.call.events[1] ?? {});
  return usage['promptTokens'] && usage['completionTokens']
    ? byHand(action, content, { usage, routed })
    : null;
}

/** A call that begins with a question of the user. */
function onPrompt(change: (action: Call, messages: readonly unknown[]) => Action[]) {
  return onCall((action) => {
    const [request] = action.call.events;
    return request?.eventType === 'user_message' ? change(action, request.content as unknown[]) : null;
  });
}

function prompt({ call }: Call, content: unknown): Action {
  return send({
    eventType: 'user_message',
    traceId: call.traceId ?? '',
    agentName: call.agentName ?? '',
    content,
  });
}
