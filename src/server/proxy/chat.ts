import { isObject, objectsIn, present } from '../../protocol/json.ts';
import {
  ChatStreamReader,
  endsOnToolResult,
  stripMessages,
  systemPromptOf,
} from '../../protocol/openai-chat.ts';
import { addTraceArgument } from '../../protocol/openai-tool-call.ts';
import { encodeSignature } from '../../protocol/signature.ts';
import { BlockSplitter, dataOf, formatEvent } from '../../protocol/sse.ts';
import { usageOfChat } from '../../protocol/usage.ts';
import type { EventDraft, ModelRoute, ProxyCall, StreamTap } from './model-route.ts';
import { openaiHeaders, openaiMetadata } from './provider-request.ts';

/** `POST /v1/chat/completions` */
export const chat: ModelRoute = {
  route: 'chat',
  providerName: 'openai',
  url: (provider) => `${provider.baseUrl}/chat/completions`,
  headers: openaiHeaders,
  readsSignature: true,
  traceHeadersOn: { plain: false, error: false },
  textErrors: false,
  history: (body) => body['messages'],
  errorMetadata: () => ({}),

  request(call) {
    const { body } = call;
    const messages = stripMessages(body['messages']);
    return {
      body: present({ ...body, model: call.model, messages }),
      event: {
        eventType: endsOnToolResult(messages) ? 'tool_result' : 'user_message',
        content: messages,
        metadata: present({
          ...openaiMetadata(call),
          systemPrompt: systemPromptOf(messages),
          tools: body['tools'],
          params: present({
            temperature: body['temperature'],
            maxTokens: body['max_tokens'],
            topP: body['top_p'],
            frequencyPenalty: body['frequency_penalty'],
            presencePenalty: body['presence_penalty'],
            reasoningEffort: body['reasoning_effort'],
          }),
        }),
      },
    };
  },

  reply(call, reply) {
    const choice = isObject(reply) ? objectsIn(reply['choices'])[0] : undefined;
    const message = choice && isObject(choice['message']) ? choice['message'] : {};
    const text = message['content'];
    addTraceArgument(objectsIn(message['tool_calls']).map(functionOf), call.traceId);
    if (text) message['content'] = `${String(text)}${encodeSignature(call.traceId)}`;
    return [
      {
        eventType: 'llm_response',
        content: present({
          content: text || undefined,
          toolCalls: message['tool_calls'] || undefined,
          finishReason: choice?.['finish_reason'],
          refusal: message['refusal'] || undefined,
          annotations: message['annotations'] || undefined,
        }),
        metadata: present({
          ...openaiMetadata(call),
          usage: isObject(reply) ? usageOfChat(reply['usage']) : undefined,
        }),
      },
    ];
  },

  tap: (call, now) => new ChatTap(call, now),
};

function functionOf(call: Record<string, unknown>): Record<string, unknown> {
  return isObject(call['function']) ? call['function'] : {};
}

/** Reads each event and writes it anew: what is no data line is lost on the way. The signature comes before `[DONE]`. */
class ChatTap implements StreamTap {
  readonly #call: ProxyCall;
  readonly #now: () => number;
  readonly #blocks = new BlockSplitter();
  readonly #reader = new ChatStreamReader();

  constructor(call: ProxyCall, now: () => number) {
    this.#call = call;
    this.#now = now;
  }

  push(text: string): string {
    return this.#relay(this.#blocks.push(text));
  }

  end(): string {
    return this.#relay(this.#blocks.end());
  }

  events(): EventDraft[] {
    const { content, toolCalls, finishReason, usage } = this.#reader;
    return [
      {
        eventType: 'llm_response',
        content: present({ content, toolCalls, finishReason }),
        metadata: present({ ...openaiMetadata(this.#call), usage }),
        withoutUser: true,
      },
    ];
  }

  #relay(blocks: string[]): string {
    let out = '';
    for (const block of blocks) {
      const data = dataOf(block);
      if (data === null) continue;
      if (data === '[DONE]') out += this.#signature();
      else this.#reader.read(data);
      out += formatEvent(data);
    }
    return out;
  }

  #signature(): string {
    return formatEvent(
      JSON.stringify({
        id: 'gen-signature',
        object: 'chat.completion.chunk',
        created: this.#now(),
        model: this.#call.model,
        choices: [{ index: 0, delta: { content: encodeSignature(this.#call.traceId) }, finish_reason: null }],
      }),
    );
  }
}
