import type { Ids } from '../ids.ts';
import type { ReplyObject, ScriptedThinking, ScriptedUsage } from './reply.ts';
import type { ModelRequest } from './request.ts';

/** A reply in full: what every provider's body is written from. */
export interface Draft {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly created: number;
  readonly model: string;
  readonly text: string | undefined;
  readonly refusal: string | undefined;
  readonly thinking: readonly ScriptedThinking[];
  readonly toolCalls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[];
  readonly finishReason: string | undefined;
  readonly usage: ScriptedUsage | null;
  readonly newId: () => string;
}

export function draftOf(reply: ReplyObject, request: ModelRequest, ids: Ids, now: number): Draft {
  const newId = () => ids.uuid().replaceAll('-', '').slice(0, 24);
  const toolCalls = (reply.toolCalls ?? []).map((call) => ({
    id: call.id ?? `${request.route === 'messages' ? 'toolu' : 'call'}_${newId()}`,
    name: call.name,
    arguments: typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments ?? {}),
  }));
  return {
    id: newId(),
    created: Math.floor(now / 1000),
    model: request.model ?? 'fake-model',
    text: reply.text,
    refusal: reply.refusal,
    thinking: reply.thinking === undefined ? [] : ([reply.thinking].flat() as readonly ScriptedThinking[]),
    toolCalls,
    finishReason: reply.finishReason,
    usage: reply.usage === undefined ? estimate(reply, request) : reply.usage,
    newId,
  };
}

/** Roughly four characters a token: numbers that look right and are the same in every run. */
function estimate(reply: ReplyObject, request: ModelRequest): ScriptedUsage {
  const asked = request.messages === undefined ? '' : JSON.stringify(request.messages);
  const answered = `${reply.text ?? ''}${reply.refusal ?? ''}${JSON.stringify(reply.toolCalls ?? '')}`;
  return { promptTokens: Math.ceil(asked.length / 4), completionTokens: Math.ceil(answered.length / 4) };
}

/** Members in the provider's own names, to be laid over the computed ones. */
export function nativeMembers(usage: ScriptedUsage): Record<string, unknown> {
  return Object.fromEntries(Object.entries(usage).filter(([name]) => name.includes('_')));
}

/** A text in the pieces a model would stream it in: about a word each, nothing lost. */
export function pieces(text: string): string[] {
  return text.match(/\s*\S{1,12}|\s+$/gu) ?? [];
}
