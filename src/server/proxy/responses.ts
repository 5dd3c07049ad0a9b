import { isObject, present } from '../../protocol/json.ts';
import { endsOnToolResult } from '../../protocol/openai-chat.ts';
import {
  functionCalls,
  messageParts,
  normaliseInput,
  ResponseStreamReader,
  toToolCall,
} from '../../protocol/openai-responses.ts';
import { addTraceArgument } from '../../protocol/openai-tool-call.ts';
import { encodeSignature } from '../../protocol/signature.ts';
import { usageOfResponses } from '../../protocol/usage.ts';
import type { ItemCache } from './item-cache.ts';
import type { EventDraft, ModelRoute, ProxyCall } from './model-route.ts';
import { PassThrough } from './pass-through.ts';
import { openaiHeaders, openaiMetadata } from './provider-request.ts';

/**
 * `POST /v1/responses`
 * @param items What earlier replies put out, for references to them.
 */
export function responses(items: ItemCache): ModelRoute {
  return {
    route: 'responses',
    providerName: 'openai',
    url: (provider) => `${provider.baseUrl}/responses`,
    headers: openaiHeaders,
    readsSignature: true,
    traceHeadersOn: { plain: true, error: true },
    textErrors: false,
    history: (body) => body['input'],
    errorMetadata: () => ({}),

    request(call) {
      const { body } = call;
      const input = normaliseInput(body['input'], (id) => items.recall(call.traceId, id));
      return {
        body: present({ ...body, model: call.model, input }),
        event: {
          eventType: endsOnToolResult(input) ? 'tool_result' : 'user_message',
          content: input || body['conversation'],
          metadata: present({
            ...openaiMetadata(call),
            systemPrompt: body['instructions'] || undefined,
            tools: body['tools'],
            params: present({
              temperature: body['temperature'],
              maxOutputTokens: body['max_output_tokens'],
              topP: body['top_p'],
              truncation: body['truncation'],
              reasoning: body['reasoning'],
              toolChoice: body['tool_choice'],
              parallelToolCalls: body['parallel_tool_calls'],
            }),
          }),
        },
      };
    },

    reply(call, reply) {
      const response = isObject(reply) ? reply : {};
      const parts = messageParts(response['output']);
      const texts = parts.filter(({ type }) => type === 'output_text');
      const refusal = parts.find(({ type }) => type === 'refusal')?.['refusal'];
      const annotations = texts.flatMap(({ annotations }) => (Array.isArray(annotations) ? annotations : []));
      const content = texts.map(({ text }) => String(text ?? '')).join('');

      const calls = functionCalls(response['output']);
      addTraceArgument(calls, call.traceId);
      items.keep(call.traceId, response['output']);
      const toolCalls = calls.map(toToolCall);
      const event = llmResponse(
        call,
        present({
          content: content || undefined,
          toolCalls: toolCalls.length > 0 ? toolCalls : undefined,
          finishReason: refusal ? 'refusal' : response['status'],
          refusal,
          annotations: annotations.length > 0 ? annotations : undefined,
        }),
        usageOfResponses(response['usage']),
      );
      sign(texts, call.traceId);
      return [event];
    },

    tap: (call) =>
      new PassThrough(new ResponseStreamReader(), (reader) => {
        items.keep(call.traceId, reader.items);
        const { content, toolCalls, finishReason, usage } = reader;
        return [
          { ...llmResponse(call, present({ content, toolCalls, finishReason }), usage), withoutUser: true },
        ];
      }),
  };
}

function llmResponse(call: ProxyCall, content: unknown, usage: unknown): EventDraft {
  return {
    eventType: 'llm_response',
    content,
    metadata: present({ ...openaiMetadata(call), usage }),
  };
}

/** Only the first text carries the signature. */
function sign(texts: Record<string, unknown>[], traceId: string): void {
  const first = texts.find(({ text }) => typeof text === 'string' && text !== '');
  if (first) first['text'] = `${String(first['text'])}${encodeSignature(traceId)}`;
}
