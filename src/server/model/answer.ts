import { isObject } from '../../protocol/json.ts';
import { anthropicMessage, anthropicMessageEvents } from './anthropic-message.ts';
import type { ModelAnswer } from './call.ts';
import type { Draft } from './draft.ts';
import { embeddingList } from './openai-embeddings.ts';
import { chatCompletion, chatCompletionChunks } from './openai-chat.ts';
import { responseEvents, responseObject } from './openai-response.ts';
import type { ReplyObject } from './reply.ts';
import type { ModelRequest } from './request.ts';
import { ScriptedAnswer } from './scripted.ts';

/** The reply in the words of the provider that was asked. */
export function answerOf(draft: Draft, request: ModelRequest, reply: ReplyObject): ModelAnswer {
  const body = isObject(request.body) ? request.body : {};
  switch (request.route) {
    case 'chat':
      return request.stream
        ? stream(chatCompletionChunks(draft, wantsUsage(body)))
        : new ScriptedAnswer(200, chatCompletion(draft));
    case 'responses':
      return request.stream
        ? stream(responseEvents(draft, body))
        : new ScriptedAnswer(200, responseObject(draft, body));
    case 'messages':
      return request.stream
        ? stream(anthropicMessageEvents(draft))
        : new ScriptedAnswer(200, anthropicMessage(draft));
    case 'embeddings':
      return new ScriptedAnswer(200, embeddingList(body, reply));
    case 'models':
      return new ScriptedAnswer(200, {
        object: 'list',
        data: [{ id: 'fake-model', object: 'model', created: draft.created, owned_by: 'whyops-testkit' }],
      });
  }
}

function stream(chunks: Iterable<string>): ModelAnswer {
  return new ScriptedAnswer(200, '', {}, chunks);
}

function wantsUsage(body: Record<string, unknown>): boolean {
  return isObject(body['stream_options']) && body['stream_options']['include_usage'] === true;
}
