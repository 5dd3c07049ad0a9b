import { isObject } from '../../protocol/json.ts';
import type { ModelAnswer } from './call.ts';
import type { Draft } from './draft.ts';
import { chatCompletion, chatCompletionChunks } from './openai-chat.ts';
import type { ReplyObject } from './reply.ts';
import type { ModelRequest } from './request.ts';
import { ScriptedAnswer } from './scripted.ts';

/** The reply in the words of the provider that was asked. */
export function answerOf(draft: Draft, request: ModelRequest, _reply: ReplyObject): ModelAnswer {
  const body = isObject(request.body) ? request.body : {};
  switch (request.route) {
    case 'chat': {
      if (!request.stream) return new ScriptedAnswer(200, chatCompletion(draft));
      const options = body['stream_options'];
      const includeUsage = isObject(options) && options['include_usage'] === true;
      return new ScriptedAnswer(200, '', {}, chatCompletionChunks(draft, includeUsage));
    }
    default:
      throw new Error(`The scripted model does not answer ${request.route} yet.`);
  }
}
