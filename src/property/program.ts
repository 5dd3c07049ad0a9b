import type { EventType } from '../protocol/event-type.ts';
import type { EventRoute, SentEvent } from '../recording/build.ts';
import type { Action } from './action.ts';
import {
  type AskedCall,
  type DialectName,
  DIALECTS,
  type Dialect,
  type Manner,
  promptType,
  received,
  signatureOf,
  type Tokens,
} from './dialect.ts';

/** Who reports the model turns of a trace, and how. */
export interface ProgramSettings {
  readonly traceId: string;
  readonly agentName: string;
  /** `manual`: every event by hand. `proxied`: model calls through the proxy alone. `hybrid`: tools by hand beside them. */
  readonly mode: 'manual' | 'proxied' | 'hybrid';
  readonly api: DialectName;
  readonly streams: boolean;
  readonly keepsSignatures: boolean;
  /** `manual` alone: the proxy names no steps. */
  readonly explicitSteps: boolean;
  readonly timestamps: boolean;
  /** `manual` alone: to the endpoints that store before they answer, which the proxy's queue would not wait for. */
  readonly atOnce: boolean;
}

/** A tool call that was asked for, under the span that will carry it. */
export interface SpannedCall extends AskedCall {
  readonly spanId: string;
}

export const AGENT_METADATA = {
  systemPrompt: 'Help.',
  tools: ['search', 'charge_card', 'lookup'].map((name) => ({
    name,
    description: `Does ${name}.`,
    inputSchema: '{"type":"object"}',
    outputSchema: '{"type":"object"}',
  })),
};

/** The registration that comes before everything else an agent sends. */
export function register(agentName: string): Action {
  return { do: 'init', agentName, metadata: AGENT_METADATA };
}

/**
 * One trace of a correct program. Each method returns the requests that the program sends for it; which methods may be
 * called when is the caller's to know. It remembers what was said, as the next model call has to repeat it.
 */
export class Program {
  readonly settings: ProgramSettings;
  readonly #dialect: Dialect;
  readonly #manner: Manner;
  /** As sent, and as the proxy stores it: without signatures. */
  readonly #history: { readonly sent: unknown[]; readonly stored: unknown[] } = { sent: [], stored: [] };
  #signed = false;
  #endsOnResults = false;
  #step = 0;
  #time = Date.UTC(2026, 0, 1);
  #spans = 0;
  #calls = 0;

  constructor(settings: ProgramSettings) {
    this.settings = settings;
    this.#dialect = DIALECTS[settings.api];
    this.#manner = settings;
  }

  get byHand(): boolean {
    return this.settings.mode === 'manual';
  }

  /** Whether the program reports the tools it runs. */
  get reportsTools(): boolean {
    return this.settings.mode !== 'proxied';
  }

  /** A call with an id and a span that no other call of the trace has. */
  call(name: string, args: AskedCall['args']): SpannedCall {
    return { id: `call_${this.settings.traceId}_${++this.#calls}`, name, args, spanId: this.#span() };
  }

  /** The same call once more, as a retry of the tool runs it: under a span of its own. */
  again(call: SpannedCall): SpannedCall {
    return { ...call, spanId: this.#span() };
  }

  /** A question of the user. Through the proxy it goes along with the next model call. */
  ask(question: string): Action[] {
    const message = this.#dialect.question(question);
    this.#remember([message], [message]);
    return this.byHand
      ? this.#send('user_message', { content: { messages: [{ role: 'user', content: question }] } })
      : [];
  }

  /** By hand only: the proxy reports the thinking of its calls itself. */
  think(thought: string): Action[] {
    return this.#send('llm_thinking', { content: { type: 'thinking', thinking: thought } });
  }

  embed(input: string): Action[] {
    const { provider } = this.#dialect;
    const request = { input: [input] };
    const response = {
      object: 'list',
      embeddingCount: 1,
      firstEmbeddingDimensions: 8,
      encodingFormat: 'float',
    };
    if (this.byHand)
      return [
        ...this.#send('embedding_request', { content: request }),
        ...this.#send('embedding_response', {
          content: response,
          metadata: { model: 'embed-1', provider, latencyMs: 0 },
        }),
      ];
    const { traceId, agentName } = this.settings;
    const metadata = { model: 'embed-1', provider: 'openai' };
    return [
      {
        do: 'call',
        call: {
          route: 'embeddings',
          agentName,
          traceId,
          request: { model: 'embed-1', ...request },
          events: [
            { eventType: 'embedding_request', content: request, metadata },
            { eventType: 'embedding_response', content: response, metadata },
          ],
        },
      },
    ];
  }

  /** The model answers in words, or with `text` null asks for tools. */
  respond(text: string | null, calls: readonly AskedCall[], tokens: Tokens): Action[] {
    const { traceId, agentName, streams } = this.settings;
    const { model, provider, route, member } = this.#dialect;
    const asked = this.byHand ? calls : calls.map((call) => received(this.#dialect, this.#manner, call));
    const history = { sent: [...this.#history.sent], stored: [...this.#history.stored] };
    const signed = this.#signed;
    const type = promptType(this.#endsOnResults);
    this.#rememberAnswer(text, this.settings.keepsSignatures ? asked : calls);
    if (this.byHand)
      return this.#send('llm_response', {
        content: {
          content: text,
          toolCalls: calls.map(({ id, name, args }) => ({
            id,
            function: { name, arguments: JSON.stringify(args) },
          })),
          finishReason: calls.length > 0 ? 'tool_calls' : 'stop',
        },
        metadata: { model, provider, usage: manualUsage(this.#dialect, tokens), latencyMs: 7 },
      });
    const [prompt, completion, read, created] = tokens;
    const about = { model, provider };
    return [
      {
        do: 'call',
        call: {
          route,
          agentName,
          traceId,
          ...(signed && { signedTraceId: traceId }),
          request: { model, ...this.#dialect.body(this.#manner), [member]: history.sent },
          events: [
            { eventType: type, content: history.stored, metadata: about },
            {
              eventType: 'llm_response',
              content: this.#dialect.stored(text, asked, streams),
              metadata: { ...about, usage: this.#dialect.usage(tokens), latencyMs: 7 },
            },
          ],
        },
        reply: {
          ...(text !== null && { text }),
          toolCalls: calls.map(({ id, name, args }) => ({ id, name, arguments: args })),
          usage: {
            promptTokens: provider === 'openai' ? prompt + read : prompt,
            completionTokens: completion,
            cacheReadTokens: read,
            cacheCreationTokens: created,
          },
        },
      },
    ];
  }

  /** The tool starts. `lostAnswer`: the answer to the first attempt does not arrive, so it is sent again with its key. */
  open(call: SpannedCall, lostAnswer = false): Action[] {
    return this.#send('tool_call_request', toolEvent(call, { toolCalls: this.#run(call) }), lostAnswer);
  }

  /** The tool ends. */
  close(call: SpannedCall, result: object = { ok: true }, lostAnswer = false): Action[] {
    return this.#send(
      'tool_call_response',
      toolEvent(call, { toolCalls: this.#run(call), toolResults: result }, { latencyMs: 3 }),
      lostAnswer,
    );
  }

  /** By hand only: what the tool put out goes to the model. */
  passOn(call: SpannedCall): Action[] {
    return this.#send('tool_result', {
      spanId: call.spanId,
      content: { toolName: call.name, output: { ok: true } },
    });
  }

  fail(message: string): Action[] {
    return this.#send('error', { content: { message } });
  }

  /** The results of all tools of a turn go into the history. */
  conclude(calls: readonly AskedCall[]): void {
    if (calls.length === 0) return;
    const results = this.#dialect.results(calls);
    this.#remember(results, results);
    this.#endsOnResults = true;
  }

  /** Who keeps what the proxy wrote into the arguments runs the tool with it too. */
  #run(call: AskedCall) {
    const asGot = !this.byHand && this.settings.keepsSignatures;
    const { name, args } = asGot ? received(this.#dialect, this.#manner, call) : call;
    return [{ name, arguments: args }];
  }

  #rememberAnswer(text: string | null, calls: readonly AskedCall[]): void {
    const signature = this.byHand || text === null ? '' : signatureOf(this.#dialect, this.#manner);
    this.#remember(this.#dialect.answer(text, calls, signature), this.#dialect.answer(text, calls, ''));
    this.#signed ||= signature !== '';
  }

  #remember(sent: readonly unknown[], stored: readonly unknown[]): void {
    this.#history.sent.push(...sent);
    this.#history.stored.push(...stored);
    this.#endsOnResults = false;
  }

  #span(): string {
    return `${this.settings.traceId}-s${++this.#spans}`;
  }

  #send(eventType: EventType, members: Partial<SentEvent>, lostAnswer = false): Action[] {
    const { traceId, agentName, explicitSteps, timestamps } = this.settings;
    const step = ++this.#step;
    const sent: SentEvent = {
      eventType,
      traceId,
      agentName,
      ...(this.byHand && explicitSteps && { stepId: step, ...(step > 1 && { parentStepId: step - 1 }) }),
      ...(timestamps && { timestamp: new Date((this.#time += 5)).toISOString() }),
      idempotencyKey: `${traceId}-${step}`,
      ...members,
    };
    const send = { do: 'send', events: [sent], ...this.#route(eventType) } as const;
    return lostAnswer ? [{ ...send, delivery: { fault: 'store-then-drop', stored: true } }, send] : [send];
  }

  #route(eventType: EventType): { to?: EventRoute } {
    if (!this.byHand || !this.settings.atOnce) return {};
    return { to: eventType === 'tool_call_response' ? 'tool-result' : 'events' };
  }
}

function toolEvent(call: SpannedCall, content: object, more: object = {}): Partial<SentEvent> {
  return { spanId: call.spanId, content, metadata: { tool: call.name, ...more } };
}

/** In the names of the documentation: it does not tell the two kinds of cache writes apart. */
function manualUsage(dialect: Dialect, tokens: Tokens): Readonly<Record<string, number>> {
  const { cacheWrite5mTokens: _5m, cacheWrite1hTokens: _1h, ...usage } = dialect.usage(tokens);
  return usage;
}
