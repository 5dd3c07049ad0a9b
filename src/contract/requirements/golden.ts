import type { EventType } from '../../protocol/event-type.ts';
import type { RecordedEvent } from '../../recording/event.ts';
import type { EventMethod } from '../protocol.ts';
import { sameJson } from './same-json.ts';

/** A call with everything that its method takes, and the event that has to come of it. */
export interface Golden {
  readonly method: EventMethod;
  readonly args: Readonly<Record<string, unknown>>;
  readonly options: Readonly<Record<string, unknown>>;
  readonly eventType: EventType;
  /** Each of these is right; documentation and SDKs differ in some. */
  readonly contents: readonly unknown[];
  /** What the metadata must hold; more is allowed. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

const MESSAGES = [
  { role: 'system', content: 'You help with orders.' },
  { role: 'user', content: 'Where is order 17?' },
];
const REQUESTED = [{ id: 'call_1', function: { name: 'search', arguments: '{"query":"order 17"}' } }];
const CALLS = [{ name: 'search', arguments: { query: 'order 17', limit: 3, filters: { open: true } } }];
const RESULTS = { orders: [{ id: 17, state: 'shipped' }], total: 1 };

/** Source: the documented payload of each event type. */
export const GOLDEN: readonly Golden[] = [
  {
    method: 'userMessage',
    args: { messages: MESSAGES },
    options: { metadata: { systemPrompt: 'You help with orders.', params: { temperature: 0.2 } } },
    eventType: 'user_message',
    contents: [{ messages: MESSAGES }, MESSAGES],
    metadata: { systemPrompt: 'You help with orders.', params: { temperature: 0.2 } },
  },
  {
    method: 'llmResponse',
    args: { model: 'openai/gpt-4o-mini', provider: 'openai', content: 'It was shipped.' },
    options: {
      toolCalls: REQUESTED,
      finishReason: 'tool_calls',
      usage: { promptTokens: 42, completionTokens: 16, totalTokens: 58 },
      latencyMs: 420,
    },
    eventType: 'llm_response',
    contents: [{ content: 'It was shipped.', toolCalls: REQUESTED, finishReason: 'tool_calls' }],
    metadata: {
      model: 'openai/gpt-4o-mini',
      provider: 'openai',
      usage: { promptTokens: 42, completionTokens: 16, totalTokens: 58 },
      latencyMs: 420,
    },
  },
  {
    method: 'llmThinking',
    args: { thinking: 'The user wants a state.' },
    options: { signature: 'sig-1' },
    eventType: 'llm_thinking',
    contents: [{ type: 'thinking', thinking: 'The user wants a state.', signature: 'sig-1' }],
    metadata: {},
  },
  {
    method: 'embeddingRequest',
    args: { inputs: ['order 17', 'order 18'] },
    options: {},
    eventType: 'embedding_request',
    contents: [{ input: ['order 17', 'order 18'] }],
    metadata: {},
  },
  {
    method: 'embeddingResponse',
    args: {
      model: 'text-embedding-3-small',
      provider: 'openai',
      embeddingCount: 2,
      firstEmbeddingDimensions: 1536,
    },
    options: { totalTokens: 8, latencyMs: 35 },
    eventType: 'embedding_response',
    contents: [
      { object: 'list', embeddingCount: 2, firstEmbeddingDimensions: 1536, encodingFormat: 'float' },
    ],
    metadata: {
      model: 'text-embedding-3-small',
      provider: 'openai',
      usage: { totalTokens: 8 },
      latencyMs: 35,
    },
  },
  {
    method: 'toolCallRequest',
    args: { tool: 'search', toolCalls: CALLS },
    options: { latencyMs: 12, requestedAt: '2026-01-31T12:00:00.000Z' },
    eventType: 'tool_call_request',
    contents: [{ toolCalls: CALLS, requestedAt: '2026-01-31T12:00:00.000Z' }],
    metadata: { tool: 'search', latencyMs: 12 },
  },
  {
    method: 'toolCallResponse',
    args: { tool: 'search', spanId: 'span-golden', toolCalls: CALLS, toolResults: RESULTS },
    options: { latencyMs: 91, respondedAt: '2026-01-31T12:00:01.000Z' },
    eventType: 'tool_call_response',
    contents: [{ toolCalls: CALLS, toolResults: RESULTS, respondedAt: '2026-01-31T12:00:01.000Z' }],
    metadata: { tool: 'search', latencyMs: 91 },
  },
  {
    method: 'toolResult',
    args: { toolName: 'search', output: RESULTS },
    options: { spanId: 'span-golden' },
    eventType: 'tool_result',
    contents: [{ toolName: 'search', output: RESULTS }],
    metadata: {},
  },
  {
    method: 'error',
    args: { message: 'The shop is closed.' },
    options: { status: 503, stack: 'Error: The shop is closed.\n    at search' },
    eventType: 'error',
    contents: [
      { message: 'The shop is closed.', status: 503, stack: 'Error: The shop is closed.\n    at search' },
    ],
    metadata: {},
  },
];

/** @returns where the event differs from the golden one, in words; `null` when it does not. */
export function differs(event: RecordedEvent | undefined, golden: Golden): string | null {
  if (!event) return `no ${golden.eventType} arrived`;
  if (!golden.contents.some((content) => sameJson(event.content, content)))
    return `the content is ${JSON.stringify(event.content)}; it must be ${JSON.stringify(golden.contents[0])}`;
  for (const [name, value] of Object.entries(golden.metadata))
    if (!sameJson(event.metadata?.[name], value))
      return `metadata.${name} is ${JSON.stringify(event.metadata?.[name])}; it must be ${JSON.stringify(value)}`;
  return null;
}
