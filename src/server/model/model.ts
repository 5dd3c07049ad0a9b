import { createIds, type Ids } from '../ids.ts';
import { Cancellation, type ModelAnswer, type ModelCall } from './call.ts';
import { draftOf } from './draft.ts';
import { errorBody } from './errors.ts';
import { checkReply, type ReplyObject } from './reply.ts';
import { type ModelRequest, requestOf } from './request.ts';
import { answerOf } from './answer.ts';
import { ScriptedAnswer } from './scripted.ts';
import { askUpstream, type UpstreamHandler } from './upstream.ts';

/** One reply of the script: a text, the parts of a reply, or a function of the request that gives either. */
export type ScriptedReply =
  string | ReplyObject | ((request: ModelRequest) => string | ReplyObject | Promise<string | ReplyObject>);

/** The model provider behind the proxy. Without a script it gives plain answers, each with a number of its own. */
export class Model {
  /** What it was asked, in order. */
  readonly requests: ModelRequest[] = [];
  readonly #script: ScriptedReply[] = [];
  #upstream: UpstreamHandler | null = null;
  #answers = 0;
  readonly #ids: Ids;
  readonly #now: () => number;

  constructor(ids: Ids = createIds(), now: () => number = Date.now) {
    this.#ids = ids;
    this.#now = now;
  }

  /**
   * Queues replies for the next requests to `/v1/chat/completions`, `/v1/responses` and `/v1/messages`, one each.
   * `/v1/embeddings` takes the next one if it has `embeddings` or `error`.
   * @throws TypeError when a reply has a member that no reply has.
   */
  reply(...replies: ScriptedReply[]): this {
    for (const reply of replies) if (typeof reply !== 'function') checkReply(reply);
    this.#script.push(...replies);
    return this;
  }

  /** Replaces the scripted provider by a handler of your own; `null` brings it back. */
  upstream(handler: UpstreamHandler | null): this {
    this.#upstream = handler;
    return this;
  }

  /** Replies that nobody asked for. */
  get unused(): readonly ScriptedReply[] {
    return [...this.#script];
  }

  /** Forgets requests, script and upstream. */
  reset(): void {
    this.requests.length = 0;
    this.#script.length = 0;
    this.#upstream = null;
    this.#answers = 0;
  }

  /** Answers the proxy. */
  async ask(call: ModelCall, cancellation = new Cancellation()): Promise<ModelAnswer> {
    const request = requestOf(call);
    this.requests.push(request);
    if (this.#upstream) return askUpstream(this.#upstream, call, cancellation);
    const reply = checkReply(await this.#next(request));
    if (reply.error) {
      return new ScriptedAnswer(reply.error.status, errorBody(reply.error, call.route), reply.error.headers);
    }
    return answerOf(draftOf(reply, request, this.#ids, this.#now()), request, reply);
  }

  #next(request: ModelRequest): string | ReplyObject | Promise<string | ReplyObject> {
    if (!this.#answersNext(request))
      return request.route === 'models' || request.route === 'embeddings' ? {} : this.#plain();
    const reply = this.#script.shift() as ScriptedReply;
    return typeof reply === 'function' ? reply(request) : reply;
  }

  #answersNext(request: ModelRequest): boolean {
    const next = this.#script[0];
    if (next === undefined || request.route === 'models') return false;
    if (request.route !== 'embeddings') return true;
    return typeof next === 'object' && ('embeddings' in next || 'error' in next);
  }

  /** Numbered, because the backend drops a second equal answer in one trace. */
  #plain(): string {
    return `This is answer ${++this.#answers} of the fake model.`;
  }
}
