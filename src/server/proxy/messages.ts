import { bringsToolResult, MessageStreamReader, readBlocks } from '../../protocol/anthropic-messages.ts';
import { isObject, present } from '../../protocol/json.ts';
import { usageOfMessages } from '../../protocol/usage.ts';
import type { EventDraft, ModelRoute, ProxyCall } from './model-route.ts';
import { PassThrough } from './pass-through.ts';
import { anthropicHeaders } from './provider-request.ts';

/** `POST /v1/messages`. Nothing is signed here: without a trace header each call is a trace of its own. */
export const messages: ModelRoute = {
  route: 'messages',
  providerName: 'anthropic',
  url: ({ baseUrl }) => (baseUrl.endsWith('/v1') ? `${baseUrl}/messages` : `${baseUrl}/v1/messages`),
  headers: anthropicHeaders,
  readsSignature: false,
  traceHeadersOn: { plain: false, error: false },
  textErrors: false,
  history: (body) => body['messages'],
  errorMetadata: (call) => present({ provider: 'anthropic', model: call.model }),

  request(call) {
    const { body } = call;
    return {
      body: present({ ...body, model: call.model }),
      event: {
        eventType: bringsToolResult(body['messages']) ? 'tool_result' : 'user_message',
        content: body['messages'],
        metadata: present({
          provider: call.providerName,
          providerSlug: call.slug,
          ...settings(call),
          topP: body['top_p'],
          topK: body['top_k'],
          stopSequences: body['stop_sequences'],
          toolChoice: body['tool_choice'],
          thinking: body['thinking'],
        }),
      },
    };
  },

  reply(call, reply) {
    const message = isObject(reply) ? reply : {};
    const { text, ...blocks } = readBlocks(message['content']);
    return record(call, {
      ...blocks,
      content: text || undefined,
      finishReason: message['stop_reason'],
      usage: usageOfMessages(message['usage']),
    });
  },

  tap: (call) =>
    new PassThrough(new MessageStreamReader(), (reader) => {
      const { text, ...blocks } = readBlocks(reader.content);
      const { finishReason, usage } = reader;
      return record(call, { ...blocks, content: text, finishReason, usage });
    }),
};

/** What the request event and the reply event both say about the call. */
function settings({ body, model }: ProxyCall): Record<string, unknown> {
  return {
    model,
    systemPrompt: body['system'] || undefined,
    tools: body['tools'],
    temperature: body['temperature'],
    maxTokens: body['max_tokens'],
  };
}

/** The reply shares the span of its request; each thinking block follows with a span of its own. */
function record(
  call: ProxyCall,
  reply: Omit<ReturnType<typeof readBlocks>, 'text'> & {
    readonly content: string | undefined;
    readonly finishReason: unknown;
    readonly usage: unknown;
  },
): EventDraft[] {
  const { content, finishReason, toolCalls, usage, thinking } = reply;
  return [
    {
      eventType: 'llm_response',
      content: present({
        content,
        finishReason,
        toolCalls: toolCalls.length > 0 ? toolCalls : undefined,
      }),
      metadata: present({ provider: 'anthropic', ...settings(call), usage }),
      span: 'request',
    },
    ...thinking.map((block): EventDraft => ({
      eventType: 'llm_thinking',
      content: block,
      metadata: present({ provider: 'anthropic', model: call.model }),
    })),
  ];
}
