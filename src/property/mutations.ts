import type { Delivery, SentEvent } from '../recording/build.ts';
import type { RuleId } from '../rules/rule-id.ts';
import type { Action, Workflow } from './action.ts';

/** A change to a correct workflow that breaks exactly one rule. */
export interface Mutation {
  readonly name: string;
  readonly rule: RuleId;
  readonly kind: string;
  /** The workflow with the mistake in it; `null` where there is no place for it. */
  readonly apply: (workflow: Workflow) => Workflow | null;
}

type Send = Extract<Action, { do: 'send' }>;
type Call = Extract<Action, { do: 'call' }>;
/** What takes the place of one action; `null`: look for another. */
type Change<Of> = (action: Of, index: number, workflow: Workflow) => readonly Action[] | null;

const only = (action: Send): SentEvent => action.events[0] as SentEvent;
const send = (event: SentEvent, delivery?: Delivery): Send => ({
  do: 'send',
  events: [event],
  ...(delivery && { delivery }),
});
const without = <Key extends keyof SentEvent>(event: SentEvent, ...keys: Key[]): SentEvent =>
  Object.fromEntries(
    Object.entries(event).filter(([key]) => !keys.includes(key as Key)),
  ) as unknown as SentEvent;

/** Changes the first event of a type for which `change` has something. */
function onEvent(
  types: readonly string[],
  change: (event: SentEvent, index: number, workflow: Workflow) => readonly Action[] | null,
) {
  return first((action, index, workflow) => {
    if (action.do !== 'send' || action.delivery || action.events.length !== 1) return null;
    const event = only(action);
    // Not an event that was sent twice: then its attempts would differ.
    if (event.idempotencyKey !== undefined && retriedKeys(workflow).has(event.idempotencyKey)) return null;
    return types.includes(event.eventType) ? change(event, index, workflow) : null;
  });
}

function onCall(change: Change<Call>) {
  return first((action, index, workflow) =>
    action.do === 'call' && action.call.route !== 'embeddings' ? change(action, index, workflow) : null,
  );
}

function first(change: Change<Action>) {
  return (workflow: Workflow): Workflow | null => {
    for (const [index, action] of workflow.entries()) {
      const changed = change(action, index, workflow);
      if (changed) return [...workflow.slice(0, index), ...changed, ...workflow.slice(index + 1)];
    }
    return null;
  };
}

const meta = (event: SentEvent, more: Readonly<Record<string, unknown>>): Action[] => [
  send({ ...event, metadata: { ...event.metadata, ...more } }),
];
const usageOf = (event: SentEvent) => (event.metadata?.['usage'] ?? {}) as Record<string, number>;
const withUsage = (event: SentEvent, change: (usage: Record<string, number>) => object | null) => {
  const usage = event.metadata?.['usage'] ? change(usageOf(event)) : null;
  return usage && meta(event, { usage });
};
const refused = (event: SentEvent, error = 'Validation failed'): Action[] => [
  send(event, { status: 400, response: { error } }),
];
const given = (event: SentEvent, more: object) => ({ ...event, ...more }) as SentEvent;
const TOOLS = ['tool_call_request', 'tool_call_response'];
const lostAnswer: Delivery = { fault: 'store-then-drop', stored: true };
const notProxied = (workflow: Workflow, traceId: string) =>
  !workflow.some((action) => action.do === 'call' && action.call.traceId === traceId);
const isLast = (workflow: Workflow, index: number, traceId: string) =>
  !workflow
    .slice(index + 1)
    .some(
      (action) =>
        (action.do === 'send' && action.events.some((event) => event.traceId === traceId)) ||
        (action.do === 'call' && action.call.traceId === traceId),
    );

function mutation(rule: RuleId, kind: string, name: string, apply: Mutation['apply']): Mutation {
  return { rule, kind, name, apply };
}

/** Text that no other event of a workflow has. */
const STRANGE = 'said by nobody else';

export const mutations: readonly Mutation[] = [
  mutation(
    'span-reuse',
    'no-such-request',
    'response-with-fresh-span',
    onEvent(['tool_call_response'], (event, index, workflow) =>
      passedOn(workflow, event) ? null : [send({ ...event, spanId: 'fresh-span' })],
    ),
  ),
  mutation(
    'span-reuse',
    'no-such-request',
    'request-with-other-span',
    onEvent(['tool_call_request'], (event) => [send({ ...event, spanId: 'other-span' })]),
  ),
  mutation(
    'span-reuse',
    'without-span',
    'response-without-span',
    onEvent(['tool_call_response'], (event, _, workflow) =>
      passedOn(workflow, event) ? null : [send(without(event, 'spanId'))],
    ),
  ),
  mutation(
    'span-reuse',
    'without-span',
    'span-left-empty',
    onEvent(['tool_call_response'], (event, _, workflow) =>
      passedOn(workflow, event) ? null : [send({ ...event, spanId: '' })],
    ),
  ),
  mutation(
    'span-reuse',
    'other-tool',
    'rename-tool-of-response',
    onEvent(['tool_call_response'], (event) => meta(event, { tool: 'other_tool' })),
  ),
  mutation(
    'span-reuse',
    'other-tool',
    'rename-tool-of-request',
    onEvent(['tool_call_request'], (event) => meta(event, { tool: 'other_tool' })),
  ),
  mutation(
    'span-reuse',
    'answered-twice',
    'answer-again',
    onEvent(['tool_call_response'], (event, index, workflow) =>
      event.stepId === undefined && isLastTool(workflow, index, event)
        ? [
            send(event),
            send({ ...event, idempotencyKey: 'again', content: { toolResults: { again: true } } }),
          ]
        : null,
    ),
  ),
  mutation(
    'span-reuse',
    'answered-twice',
    'answer-again-later',
    onEvent(['tool_call_response'], (event) =>
      event.stepId === undefined
        ? [send(event), send({ ...without(event, 'idempotencyKey'), content: { toolResults: { later: 1 } } })]
        : null,
    ),
  ),
  mutation(
    'span-reuse',
    'requested-twice',
    'retry-tool-on-same-span',
    onEvent(['tool_call_request'], (event) =>
      event.stepId === undefined ? [send(event), send({ ...event, idempotencyKey: 'again' })] : null,
    ),
  ),
  mutation(
    'span-reuse',
    'unanswered',
    'drop-response',
    onEvent(['tool_call_response'], (event, _, workflow) =>
      event.stepId === undefined && !passedOn(workflow, event) ? [] : null,
    ),
  ),
  mutation(
    'stable-trace-id',
    'span-in-two-traces',
    'fresh-trace-id-for-response',
    onEvent(['tool_call_response'], (event) =>
      event.stepId === undefined ? [send({ ...event, traceId: 'fresh-trace' })] : null,
    ),
  ),
  mutation(
    'stable-trace-id',
    'tool-loop-in-two-traces',
    'fresh-trace-id-per-call',
    onCall((action, _, workflow) => {
      const [request] = action.call.events;
      const tools = workflow.some(
        (other) => other.do === 'send' && other.events.some((event) => event.traceId === action.call.traceId),
      );
      return request?.eventType === 'tool_result' && !tools
        ? [{ ...action, call: { ...action.call, traceId: 'fresh-trace' } }]
        : null;
    }),
  ),
  mutation(
    'stable-trace-id',
    'key-in-two-traces',
    'retry-under-fresh-trace-id',
    onEvent(['llm_thinking', 'user_message'], (event) => [
      send(event),
      send({ ...without(event, 'stepId', 'parentStepId'), traceId: 'fresh-trace' }),
    ]),
  ),
  mutation(
    'stable-trace-id',
    'scope-in-two-traces',
    'two-ids-in-one-scope',
    onEvent(['user_message'], (event) => [
      send(event, { scope: 'w' }),
      send(
        { ...without(event, 'stepId', 'parentStepId'), idempotencyKey: 'scoped', traceId: 'fresh-trace' },
        { scope: 'w' },
      ),
    ]),
  ),
  mutation(
    'single-representation',
    'proxied-and-manual',
    'double-report-turn',
    onCall((action) => {
      const response = action.call.events[1];
      return !response
        ? null
        : [
            action,
            send({
              eventType: 'llm_response',
              traceId: action.call.traceId ?? '',
              agentName: action.call.agentName ?? '',
              content: response.content,
              metadata: { model: response.metadata?.['model'], provider: response.metadata?.['provider'] },
              idempotencyKey: 'double',
            }),
          ];
    }),
  ),
  mutation(
    'single-representation',
    'proxied-and-manual-likely',
    'double-report-in-other-words',
    onCall((action) => doubled(action, { content: STRANGE })),
  ),
  mutation(
    'single-representation',
    'proxied-and-manual-same-usage',
    'double-report-same-usage',
    onCall((action) => {
      const usage = action.call.events[1]?.metadata?.['usage'] as Record<string, number> | undefined;
      return usage?.['promptTokens'] && usage['completionTokens']
        ? doubled(action, { content: STRANGE }, { usage })
        : null;
    }),
  ),
  mutation(
    'single-representation',
    'reported-twice',
    'wrapper-and-hand',
    onEvent(['llm_response'], (event) => {
      const content = event.content as { content: string; toolCalls: unknown[] };
      if (event.stepId !== undefined || content.toolCalls.length > 0) return null;
      return [
        send(event),
        send({ ...event, idempotencyKey: 'wrapper', content: [{ type: 'text', text: content.content }] }),
      ];
    }),
  ),
  mutation(
    'single-representation',
    'reported-twice-likely',
    'reported-twice-in-other-words',
    onEvent(['llm_response'], (event) =>
      event.stepId === undefined && usageOf(event)['promptTokens'] && usageOf(event)['completionTokens']
        ? [send(event), send({ ...event, idempotencyKey: 'wrapper', content: { content: STRANGE } })]
        : null,
    ),
  ),
  mutation(
    'single-representation',
    'prompt-twice',
    'report-prompt-by-hand',
    onCall((action) => {
      const [request] = action.call.events;
      return request?.eventType === 'user_message'
        ? [
            send({
              eventType: 'user_message',
              traceId: action.call.traceId ?? '',
              agentName: action.call.agentName ?? '',
              content: { messages: (request.content as unknown[]).slice(-1) },
            }),
            action,
          ]
        : null;
    }),
  ),
  mutation(
    'single-representation',
    'prompt-twice-likely',
    'report-other-prompt-by-hand',
    onCall((action) =>
      action.call.events[0]?.eventType === 'user_message'
        ? [
            send({
              eventType: 'user_message',
              traceId: action.call.traceId ?? '',
              agentName: action.call.agentName ?? '',
              content: STRANGE,
            }),
            action,
          ]
        : null,
    ),
  ),
  mutation(
    'single-representation',
    'embedding-twice',
    'report-proxied-embedding',
    onEvent(['embedding_request'], (event) =>
      event.stepId === undefined
        ? [
            {
              do: 'call',
              call: {
                route: 'embeddings',
                agentName: event.agentName,
                traceId: event.traceId,
                request: {},
                events: [
                  {
                    eventType: 'embedding_request',
                    content: { ...(event.content as object), via: 'proxy' },
                    metadata: OPENAI,
                  },
                ],
              },
            },
            send(event),
          ]
        : null,
    ),
  ),
  mutation(
    'step-order',
    'not-a-step',
    'step-zero',
    onEvent(['llm_response'], (event, index, workflow) =>
      event.stepId !== undefined && isLast(workflow, index, event.traceId)
        ? refused({ ...without(event, 'parentStepId'), stepId: 0 })
        : null,
    ),
  ),
  mutation(
    'step-order',
    'not-a-step',
    'fractional-step',
    onEvent(['llm_response'], (event, index, workflow) =>
      event.stepId !== undefined && isLast(workflow, index, event.traceId)
        ? refused({ ...event, stepId: event.stepId + 0.5 })
        : null,
    ),
  ),
  mutation(
    'step-order',
    'step-twice',
    'repeat-step',
    onEvent(['llm_response'], (event, index, workflow) =>
      event.stepId !== undefined && event.stepId > 2 && isLast(workflow, index, event.traceId)
        ? [send({ ...event, stepId: event.stepId - 1, parentStepId: event.stepId - 2 })]
        : null,
    ),
  ),
  mutation(
    'step-order',
    'step-decreases',
    'leap-ahead',
    onEvent(['user_message'], (event, index, workflow) =>
      event.stepId === 1 && !isLast(workflow, index, event.traceId)
        ? [
            send({ ...event, stepId: 1 }),
            send({ ...event, idempotencyKey: 'leap', stepId: 1000, content: STRANGE }),
          ]
        : null,
    ),
  ),
  mutation(
    'step-order',
    'steps-mixed',
    'forget-one-step',
    onEvent(['llm_response'], (event, index, workflow) =>
      event.stepId !== undefined && isLast(workflow, index, event.traceId)
        ? [send(without(event, 'stepId', 'parentStepId'))]
        : null,
    ),
  ),
  mutation(
    'parent-step',
    'without-step',
    'parent-without-step',
    onEvent(['llm_response', 'llm_thinking'], (event) =>
      event.stepId === undefined ? [send({ ...event, parentStepId: 1 })] : null,
    ),
  ),
  mutation(
    'parent-step',
    'no-such-step',
    'parent-in-the-air',
    onEvent(['llm_response'], (event, index, workflow) =>
      event.stepId !== undefined && isLast(workflow, index, event.traceId)
        ? [send({ ...event, stepId: event.stepId + 10, parentStepId: event.stepId + 5 })]
        : null,
    ),
  ),
  mutation(
    'parent-step',
    'parent-not-earlier',
    'own-parent',
    onEvent(['llm_response'], (event) =>
      event.stepId !== undefined ? [send({ ...event, parentStepId: event.stepId })] : null,
    ),
  ),
  mutation(
    'parent-step',
    'not-a-step',
    'parent-zero',
    onEvent(['llm_response'], (event) =>
      event.stepId !== undefined ? refused({ ...event, parentStepId: 0 }) : null,
    ),
  ),
  mutation(
    'idempotency-key',
    'key-shared',
    'one-key-for-two-events',
    onEvent(['llm_response'], (event) =>
      event.stepId === undefined
        ? [send(event), send({ ...event, eventType: 'error', content: STRANGE })]
        : null,
    ),
  ),
  mutation(
    'idempotency-key',
    'key-changed',
    'new-key-per-attempt',
    onEvent([...TOOLS, 'user_message'], (event) =>
      event.stepId === undefined
        ? [
            send({ ...event, idempotencyKey: 'attempt-1' }, lostAnswer),
            send({ ...event, idempotencyKey: 'attempt-2' }),
          ]
        : null,
    ),
  ),
  mutation(
    'idempotency-key',
    'retry-stored-twice',
    'retry-without-key-after-lost-answer',
    onEvent(TOOLS, (event) => [
      send(without(event, 'idempotencyKey'), lostAnswer),
      send(without(event, 'idempotencyKey')),
    ]),
  ),
  mutation(
    'idempotency-key',
    'retry-without-key',
    'retry-without-key-after-503',
    onEvent(TOOLS, (event) => [
      send(without(event, 'idempotencyKey'), { fault: 'status', status: 503 }),
      send(without(event, 'idempotencyKey')),
    ]),
  ),
  mutation(
    'idempotency-key',
    'tool-call-stored-twice',
    'retry-legacy-tool-call',
    onEvent(['user_message'], (event) => {
      const legacy = {
        ...without(event, 'stepId', 'parentStepId', 'idempotencyKey'),
        eventType: 'tool_call' as const,
        content: { toolCalls: [] },
      };
      return event.stepId === undefined ? [send(legacy, lostAnswer), send(legacy), send(event)] : null;
    }),
  ),
  mutation(
    'usage-total',
    'total-differs',
    'cache-counted-twice',
    onEvent(['llm_response'], (event) =>
      withUsage(event, (usage) =>
        usage['cacheReadTokens']
          ? { ...usage, totalTokens: (usage['totalTokens'] ?? 0) + usage['cacheReadTokens'] }
          : null,
      ),
    ),
  ),
  mutation(
    'usage-total',
    'total-differs',
    'total-off-by-one',
    onEvent(['llm_response'], (event) =>
      withUsage(event, (usage) => ({ ...usage, totalTokens: (usage['totalTokens'] ?? 0) + 1 })),
    ),
  ),
  mutation(
    'usage-total',
    'unknown-name',
    'snake-case-usage',
    onEvent(['llm_response'], (event) =>
      withUsage(event, (usage) => ({ prompt_tokens: usage['promptTokens'] })),
    ),
  ),
  mutation(
    'usage-total',
    'not-a-count',
    'negative-count',
    onEvent(['llm_response'], (event) => withUsage(event, (usage) => ({ ...usage, promptTokens: -1 }))),
  ),
  mutation(
    'usage-total',
    'cache-exceeds-prompt',
    'prompt-without-cache',
    onEvent(['llm_response'], (event) =>
      event.metadata?.['provider'] === 'openai'
        ? withUsage(event, () => ({
            promptTokens: 5,
            completionTokens: 1,
            cacheReadTokens: 6,
            totalTokens: 6,
          }))
        : null,
    ),
  ),
  mutation(
    'trace-header',
    'missing',
    'drop-trace-header',
    onCall((action, index, workflow) =>
      standsAlone(workflow, action) ? [{ ...action, call: { ...action.call, traceId: null } }] : null,
    ),
  ),
  mutation(
    'trace-header',
    'missing',
    'leave-it-to-the-signature',
    onCall((action) =>
      action.call.traceId
        ? [{ ...action, call: { ...action.call, traceId: null, signedTraceId: action.call.traceId } }]
        : null,
    ),
  ),
  mutation(
    'trace-header',
    'call-in-generated-trace',
    'drop-header-in-tool-loop',
    onCall((action, _, workflow) =>
      action.call.events[0]?.eventType === 'tool_result' &&
      action.call.signedTraceId === undefined &&
      notManual(workflow, action)
        ? [{ ...action, call: { ...action.call, traceId: null } }]
        : null,
    ),
  ),
  mutation('trace-header', 'other-trace', 'tools-under-other-id', (workflow) => {
    const traceId = workflow.flatMap((action) =>
      action.do === 'send' &&
      TOOLS.includes(only(action).eventType) &&
      !notProxied(workflow, only(action).traceId)
        ? [only(action).traceId]
        : [],
    )[0];
    return traceId === undefined
      ? null
      : workflow.map((action) =>
          action.do === 'send' && only(action).traceId === traceId
            ? { ...action, events: action.events.map((event) => ({ ...event, traceId: 'fresh-trace' })) }
            : action,
        );
  }),
  mutation(
    'trace-header',
    'thread-differs',
    'other-thread',
    onCall((action) => [{ ...action, call: { ...action.call, threadId: 'another' } }]),
  ),
  ...(
    [
      'doubled-v1 /v1/v1/chat/completions',
      'missing-v1 /chat/completions',
      'wrong-service /api/events/ingest',
      'double-slash //v1/chat/completions',
    ] as const
  ).map((row) => http(row, 'proxy')),
  ...(
    [
      'doubled-api /api/api/events/ingest',
      'missing-api /events/ingest',
      'wrong-service /v1/chat/completions',
      'double-slash /api//events/ingest',
    ] as const
  ).map((row) => http(row, 'analyse')),
  mutation(
    'single-base-url',
    'hosted-service',
    'url-overridden-for-one-call',
    onCall((action) => [{ ...action, delivery: { address: 'hosted', origin: 'https://proxy.whyops.com' } }]),
  ),
  mutation(
    'single-base-url',
    'base-url-changed',
    'second-base-url',
    onCall((action, _, workflow) =>
      workflow.filter((other) => other.do === 'call' && other.call.agentName === action.call.agentName)
        .length > 1
        ? [{ ...action, delivery: { origin: 'https://other.example.com' } }]
        : null,
    ),
  ),
  mutation('single-base-url', 'straight-to-provider', 'call-past-the-proxy', (workflow) => [
    ...workflow,
    {
      do: 'http',
      method: 'POST',
      path: '/v1/chat/completions',
      delivery: {
        service: 'provider',
        address: 'other',
        origin: 'https://api.openai.com',
        credentials: [],
        status: 200,
        request: { model: 'unreported-1' },
      },
    },
  ]),
  mutation(
    'agent-name',
    'missing-header',
    'drop-agent-header',
    onCall((action, _, workflow) =>
      standsAlone(workflow, action)
        ? [
            {
              ...action,
              call: { ...action.call, agentName: null, events: [] },
              delivery: { status: 400, response: { error: 'Missing required header: X-Agent-Name' } },
            },
          ]
        : null,
    ),
  ),
  mutation(
    'agent-name',
    'two-agents',
    'agent-name-of-its-own',
    onEvent(['llm_thinking', 'tool_result'], (event) =>
      event.stepId === undefined
        ? [
            { do: 'init', agentName: 'other', metadata: { systemPrompt: 'Help.', tools: [] } },
            send({ ...event, agentName: 'other' }),
          ]
        : null,
    ),
  ),
  mutation(
    'agent-name',
    'version-changed',
    'register-anew-in-a-trace',
    onEvent(['llm_thinking'], (event) => [
      send(event, {
        status: 409,
        response: { error: 'Trace is already bound to a different agent/version for this traceId' },
      }),
    ]),
  ),
  mutation('agent-init', 'never-registered', 'never-register', (workflow) =>
    workflow.filter((action) => action.do !== 'init'),
  ),
  mutation('agent-init', 'registered-late', 'register-last', (workflow) => [
    ...workflow.filter((action) => action.do !== 'init'),
    ...workflow.filter((action) => action.do === 'init'),
  ]),
  mutation(
    'agent-init',
    'registration-refused',
    'tool-without-description',
    first((action) =>
      action.do === 'init'
        ? [
            {
              ...action,
              metadata: { systemPrompt: 'x', tools: [{ name: 'search' }] },
              delivery: { status: 400 },
            },
          ]
        : null,
    ),
  ),
  mutation(
    'event-accepted',
    'refused',
    'invalid-key',
    onEvent(['llm_thinking', 'user_message'], (event) =>
      event.stepId === undefined ? [send(event, { status: 401, response: { error: 'Unauthorized' } })] : null,
    ),
  ),
  mutation(
    'event-accepted',
    'dead-letter',
    'given-up-by-the-worker',
    onEvent(['llm_thinking', 'user_message'], (event) =>
      event.stepId === undefined
        ? [send(event, { outcome: { status: 'dead-letter', error: 'Failed to save event(s)' } })]
        : null,
    ),
  ),
  mutation(
    'event-accepted',
    'sampled-out',
    'sampled-out',
    onEvent(['llm_thinking', 'user_message'], (event) =>
      event.stepId === undefined
        ? [
            send(event, {
              outcome: {
                status: 'sampled_out',
                message: 'Trace rejected by sampling (rate: 0.20, hash: 0.8189)',
              },
            }),
          ]
        : null,
    ),
  ),
  mutation(
    'event-accepted',
    'never-arrived',
    'no-retry-after-drop',
    onEvent(['llm_thinking', 'user_message'], (event) =>
      event.stepId === undefined ? [send(event, { fault: 'drop' })] : null,
    ),
  ),
  mutation(
    'event-accepted',
    'answer-misread',
    'follow-redirect',
    onEvent(['llm_thinking', 'user_message'], (event) =>
      event.stepId === undefined ? [send(event, { fault: 'redirect', status: 302 })] : null,
    ),
  ),
  mutation(
    'event-accepted',
    'equal-content',
    'same-words-without-keys',
    onEvent(['user_message'], (event) =>
      event.stepId === undefined
        ? [send(without(event, 'idempotencyKey')), send(without(event, 'idempotencyKey'))]
        : null,
    ),
  ),
  mutation(
    'event-accepted',
    'equal-call',
    'same-prompt-twice',
    onCall((action) => (action.call.events[0]?.eventType === 'user_message' ? [action, action] : null)),
  ),
  mutation(
    'event-order',
    'response-before-request',
    'response-first',
    onEvent(['tool_call_request'], (event, index, workflow) => {
      const next = workflow[index + 1];
      return event.stepId === undefined &&
        event.timestamp === undefined &&
        next?.do === 'send' &&
        only(next).eventType === 'tool_call_response' &&
        only(next).spanId === event.spanId
        ? [next, send(event), send(without(only(next), 'idempotencyKey'))].slice(0, 2)
        : null;
    }),
  ),
  mutation(
    'event-order',
    'ends-before-it-starts',
    'clock-runs-back',
    onEvent(['tool_call_response'], (event) =>
      event.stepId === undefined && event.timestamp
        ? [send({ ...event, timestamp: '2020-01-01T00:00:00.000Z' })]
        : null,
    ),
  ),
  mutation('event-order', 'model-after-its-tools', 'model-reported-last', (workflow) => {
    const index = workflow.findIndex(
      (action) =>
        action.do === 'send' &&
        only(action).eventType === 'llm_response' &&
        only(action).stepId === undefined &&
        (only(action).content as { toolCalls: unknown[] }).toolCalls.length > 0,
    );
    const turn = workflow[index];
    if (turn?.do !== 'send') return null;
    // Behind all tools of the turn: a tool that runs again afterwards would be asked for in time.
    const later = workflow.findIndex(
      (action, at) =>
        at > index &&
        action.do === 'send' &&
        only(action).traceId === only(turn).traceId &&
        ['llm_thinking', 'llm_response', 'user_message'].includes(only(action).eventType),
    );
    return later < 0
      ? null
      : [...workflow.slice(0, index), ...workflow.slice(index + 1, later), turn, ...workflow.slice(later)];
  }),
  mutation(
    'event-order',
    'result-before-response',
    'result-first',
    onEvent(['tool_call_response'], (event) =>
      event.stepId === undefined
        ? [
            send({
              ...event,
              eventType: 'tool_result',
              idempotencyKey: 'early',
              content: { toolName: event.metadata?.['tool'], output: STRANGE },
            }),
            send(event),
          ]
        : null,
    ),
  ),
  mutation(
    'event-shape',
    'null-member',
    'null-parent',
    onEvent(['user_message'], (event) =>
      event.stepId === undefined ? refused(given(event, { externalUserId: null })) : null,
    ),
  ),
  mutation(
    'event-shape',
    'too-long',
    'long-user',
    onEvent(['user_message'], (event) =>
      event.stepId === undefined ? refused({ ...event, externalUserId: 'x'.repeat(256) }) : null,
    ),
  ),
  mutation(
    'event-shape',
    'timestamp-not-utc',
    'offset-timestamp',
    onEvent(['llm_thinking'], (event) =>
      event.stepId === undefined ? refused({ ...event, timestamp: '2026-01-01T00:00:00+00:00' }) : null,
    ),
  ),
  mutation(
    'event-shape',
    'tool-missing',
    'tool-unnamed',
    onEvent(['user_message'], (event) =>
      event.stepId === undefined
        ? [
            send(event),
            ...refused({
              ...without(event, 'metadata'),
              eventType: 'tool_call_request',
              idempotencyKey: 'unnamed',
              spanId: 'unnamed',
              content: { toolCalls: [] },
            }),
            ...refused({
              ...without(event, 'metadata'),
              eventType: 'tool_call_response',
              idempotencyKey: 'unnamed-too',
              spanId: 'unnamed',
              content: { toolCalls: [] },
            }),
          ]
        : null,
    ),
  ),
  mutation(
    'event-shape',
    'model-missing',
    'no-provider',
    onEvent(['llm_response'], (event) => meta(event, { provider: undefined })),
  ),
  mutation(
    'event-shape',
    'latency-not-an-integer',
    'fractional-latency',
    onEvent(['llm_response', 'tool_call_response'], (event) => meta(event, { latencyMs: 12.5 })),
  ),
  mutation(
    'event-shape',
    'arguments-not-an-object',
    'arguments-as-text',
    onEvent(TOOLS, (event) => [
      send({
        ...event,
        content: {
          ...(event.content as object),
          toolCalls: [{ name: event.metadata?.['tool'], arguments: '{}' }],
        },
      }),
    ]),
  ),
  mutation(
    'event-shape',
    'arguments-not-json-text',
    'arguments-as-object',
    onEvent(['llm_response'], (event) => {
      const content = event.content as { toolCalls: { function: { name: string; arguments: string } }[] };
      return content.toolCalls.length > 0
        ? [
            send({
              ...event,
              content: {
                ...content,
                toolCalls: content.toolCalls.map((call) => ({
                  ...call,
                  function: { ...call.function, arguments: JSON.parse(call.function.arguments) as unknown },
                })),
              },
            }),
          ]
        : null;
    }),
  ),
  mutation(
    'event-shape',
    'unstorable-text',
    'nul-character',
    onEvent(['user_message', 'llm_thinking'], (event) => [send({ ...event, content: 'cut\0here' })]),
  ),
  mutation(
    'key-safety',
    'provider-key-to-whyops',
    'provider-key-in-header',
    onEvent(['user_message', 'llm_thinking'], (event) => [
      send(event, { credentials: [WHYOPS, { header: 'x-api-key', kind: 'provider', hint: 'sk-…' }] }),
    ]),
  ),
  mutation('key-safety', 'whyops-key-elsewhere', 'whyops-key-to-other-host', (workflow) => [
    ...workflow,
    {
      do: 'http',
      method: 'GET',
      path: '/',
      delivery: { service: 'elsewhere', address: 'other', origin: 'https://example.com', status: 200 },
    },
  ]),
  mutation(
    'key-safety',
    'key-inside',
    'key-in-content',
    onEvent(['user_message', 'llm_thinking'], (event) => [
      send({ ...event, content: `use sk-${'a1'.repeat(15)}` }),
    ]),
  ),
];

const retriedKeys = (workflow: Workflow): ReadonlySet<string | undefined> =>
  new Set(
    workflow.flatMap((action) =>
      action.do === 'send' && action.delivery ? [only(action).idempotencyKey] : [],
    ),
  );

/** A mutation by its name, or the first one of a kind (`rule/kind`). */
export function mutate(name: string): Mutation['apply'] {
  const found = mutations.find(
    (mutation) => mutation.name === name || `${mutation.rule}/${mutation.kind}` === name,
  );
  if (!found)
    throw new Error(
      `There is no mutation "${name}". Mutations: ${mutations.map((mutation) => mutation.name).join(', ')}.`,
    );
  return found.apply;
}

const OPENAI = { model: 'gpt-5', provider: 'openai' };
const WHYOPS = { header: 'authorization', kind: 'whyops', hint: 'whyops_…' } as const;

function http(row: string, service: 'proxy' | 'analyse'): Mutation {
  const [kind, path] = row.split(' ') as [string, string];
  return mutation('single-base-url', kind, `${kind}-of-${service}`, (workflow) => [
    ...workflow,
    { do: 'http', method: 'POST', path, delivery: { service, status: 404 } },
  ]);
}

function doubled({ call, ...action }: Call, content: object, more: object = {}): Action[] {
  const metadata = call.events[1]?.metadata;
  return [
    { call, ...action },
    send({
      eventType: 'llm_response',
      traceId: call.traceId ?? '',
      agentName: call.agentName ?? '',
      content,
      metadata: { model: metadata?.['model'], provider: metadata?.['provider'], ...more },
      idempotencyKey: 'double',
    }),
  ];
}

function passedOn(workflow: Workflow, { spanId }: SentEvent): boolean {
  return workflow.some(
    (action) =>
      action.do === 'send' && only(action).eventType === 'tool_result' && only(action).spanId === spanId,
  );
}

function isLastTool(workflow: Workflow, index: number, { traceId }: SentEvent): boolean {
  return !workflow
    .slice(index + 1)
    .some(
      (action) =>
        action.do === 'send' &&
        only(action).traceId === traceId &&
        only(action).eventType === 'tool_call_response',
    );
}

/** The only call of its trace, and nothing beside it. */
function standsAlone(workflow: Workflow, action: Call): boolean {
  return (
    notManual(workflow, action) &&
    workflow.filter((other) => other.do === 'call' && other.call.traceId === action.call.traceId).length === 1
  );
}

function notManual(workflow: Workflow, { call }: Call): boolean {
  return !workflow.some((action) => action.do === 'send' && only(action).traceId === call.traceId);
}
