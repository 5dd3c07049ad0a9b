import * as fc from 'fast-check';
import type { EventType } from '../protocol/event-type.ts';
import type { SentEvent } from '../recording/build.ts';
import type { Action, Workflow } from './action.ts';

interface Tool {
  readonly name: string;
  readonly args: Readonly<Record<string, fc.JsonValue>>;
  /** The request's answer is lost and it is sent again with its key. */
  readonly retried: boolean;
  readonly passedOn: boolean;
}

interface Turn {
  readonly question: string;
  readonly answer: string;
  readonly tools: readonly Tool[];
  readonly parallel: boolean;
  readonly thinks: boolean;
  readonly embeds: boolean;
  readonly tokens: readonly [prompt: number, completion: number, read: number, created: number];
}

/** One trace: who reports its model turns, and how. */
interface Conversation {
  readonly mode: 'manual' | 'proxied' | 'hybrid';
  readonly provider: 'openai' | 'anthropic';
  readonly explicitSteps: boolean;
  readonly timestamps: boolean;
  readonly turns: readonly Turn[];
}

const text = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom('yes', '', '{"json":true}', 'a\u2028b', 'naïve ☕ 👩‍👩‍👧', 'x'.repeat(2000)),
);
// The backend cannot store U+0000, nor half of a surrogate pair.
const storable = text.map((value) => Buffer.from(value.replaceAll('\0', '')).toString());

const tool: fc.Arbitrary<Tool> = fc.record({
  name: fc.constantFrom('search', 'charge_card', 'lookup'),
  args: fc.dictionary(
    fc.constantFrom('q', 'amount', 'currency'),
    fc.oneof(storable, fc.integer(), fc.boolean()),
    {
      maxKeys: 2,
      noNullPrototype: true,
    },
  ),
  retried: fc.boolean(),
  passedOn: fc.boolean(),
});

const count = fc.nat({ max: 5000 });
const turn: fc.Arbitrary<Turn> = fc.record({
  question: storable,
  answer: storable,
  tools: fc.array(tool, { maxLength: 3 }),
  parallel: fc.boolean(),
  thinks: fc.boolean(),
  embeds: fc.boolean(),
  tokens: fc.tuple(count, count, count, count),
});

const conversation: fc.Arbitrary<Conversation> = fc.record({
  mode: fc.constantFrom('manual' as const, 'proxied' as const, 'hybrid' as const),
  provider: fc.constantFrom('openai' as const, 'anthropic' as const),
  explicitSteps: fc.boolean(),
  timestamps: fc.boolean(),
  turns: fc.array(turn, { minLength: 1, maxLength: 4 }),
});

/**
 * Correct workflows: one to three traces of one or two agents, interleaved; manual, proxied and hybrid; parallel tools,
 * retries with keys, explicit and inferred steps, both styles of token counts, odd and long content.
 */
export function workflow(): fc.Arbitrary<Workflow> {
  return fc
    .tuple(
      fc.array(conversation, { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      fc.array(fc.nat({ max: 2 }), { maxLength: 40 }),
    )
    .map(([conversations, oneAgent, order]) => {
      const agents = conversations.map((_, index) => (oneAgent || index === 0 ? 'support' : 'billing'));
      const inits = [...new Set(agents)].map((agentName): Action => ({
        do: 'init',
        agentName,
        metadata: { systemPrompt: 'Help.', tools: [] },
      }));
      const scripts = conversations.map((one, index) =>
        script(one, `trace-${index + 1}`, agents[index] ?? ''),
      );
      return [...inits, ...interleave(scripts, order)];
    });
}

/** One event of a type, as a correct workflow sends it in trace `trace-1`. */
export function event(type: EventType): fc.Arbitrary<SentEvent> {
  return fc.tuple(storable, tool).map(([said, called]) => {
    const base = { eventType: type, traceId: 'trace-1', agentName: 'support' };
    const calls = [{ name: called.name, arguments: called.args }];
    switch (type) {
      case 'user_message':
        return { ...base, content: { messages: [{ role: 'user', content: said }] } };
      case 'llm_response':
        return { ...base, content: { content: said, toolCalls: [], finishReason: 'stop' }, metadata: OPENAI };
      case 'llm_thinking':
        return { ...base, content: { type: 'thinking', thinking: said } };
      case 'embedding_request':
        return { ...base, content: { input: [said] } };
      case 'embedding_response':
        return {
          ...base,
          content: {
            object: 'list',
            embeddingCount: 1,
            firstEmbeddingDimensions: 8,
            encodingFormat: 'float',
          },
          metadata: OPENAI,
        };
      case 'tool_call_request':
        return { ...base, spanId: 's1', content: { toolCalls: calls }, metadata: { tool: called.name } };
      case 'tool_call':
      case 'tool_call_response':
        return {
          ...base,
          spanId: 's1',
          content: { toolCalls: calls, toolResults: { said } },
          metadata: { tool: called.name },
        };
      case 'tool_result':
        return { ...base, content: { toolName: called.name, output: { said } } };
      case 'error':
        return { ...base, content: { message: said } };
    }
  });
}

const OPENAI = { model: 'gpt-5', provider: 'openai' };

/** Takes the next action of the trace that `order` names, and the rest in turn: order within a trace is kept. */
function interleave(scripts: readonly (readonly Action[])[], order: readonly number[]): Action[] {
  const next = scripts.map(() => 0);
  const actions: Action[] = [];
  const take = (index: number) => {
    const action = scripts[index]?.[next[index] ?? 0];
    if (action) {
      actions.push(action);
      next[index] = (next[index] ?? 0) + 1;
    }
  };
  for (const index of order) take(index % scripts.length);
  scripts.forEach((script, index) => script.forEach(() => take(index)));
  return actions;
}

/** What one correct program sends for a conversation. */
function script(
  { mode, provider, explicitSteps, timestamps, turns }: Conversation,
  traceId: string,
  agentName: string,
): Action[] {
  const actions: Action[] = [];
  const model = provider === 'anthropic' ? 'claude-sonnet-4-5' : 'gpt-5';
  const byHand = mode === 'manual';
  let step = 0;
  let time = Date.UTC(2026, 0, 1);
  let spans = 0;
  const send = (eventType: EventType, members: Partial<SentEvent>, lostAnswer = false) => {
    step += 1;
    const sent: SentEvent = {
      eventType,
      traceId,
      agentName,
      ...(byHand && explicitSteps && { stepId: step, ...(step > 1 && { parentStepId: step - 1 }) }),
      ...(timestamps && { timestamp: new Date((time += 5)).toISOString() }),
      idempotencyKey: `${traceId}-${step}`,
      ...members,
    };
    if (lostAnswer)
      actions.push({ do: 'send', events: [sent], delivery: { fault: 'store-then-drop', stored: true } });
    actions.push({ do: 'send', events: [sent] });
  };
  const messages: Record<string, unknown>[] = [];

  turns.forEach((turn, number) => {
    const question = `${turn.question} (question ${number})`;
    const answer = `${turn.answer} (answer ${number})`;
    const calls = turn.tools.map((called, index) => ({
      ...called,
      id: `call_${traceId}_${number}_${index}`,
      spanId: `${traceId}-s${++spans}`,
    }));
    const asked = calls.map(({ id, name, args }) => ({
      id,
      function: { name, arguments: JSON.stringify(args) },
    }));
    const [prompt, completion, read, created] = turn.tokens;
    // Two answers of one turn differ in their token counts, as they do in life.
    const usageOf = (longer: number) =>
      provider === 'anthropic'
        ? {
            promptTokens: prompt,
            completionTokens: completion + longer,
            cacheReadTokens: read,
            cacheCreationTokens: created,
            totalTokens: prompt + completion + longer + read + created,
          }
        : {
            promptTokens: prompt + read,
            completionTokens: completion + longer,
            cacheReadTokens: read,
            totalTokens: prompt + read + completion + longer,
          };
    const respond = (said: string | null, toolCalls: typeof asked) => {
      const usage = usageOf(said === null ? 1 : 0);
      if (byHand) {
        if (turn.thinks)
          send('llm_thinking', { content: { type: 'thinking', thinking: `${said ?? 'tools'} (${number})` } });
        send('llm_response', {
          content: { content: said, toolCalls, finishReason: toolCalls.length > 0 ? 'tool_calls' : 'stop' },
          metadata: { model, provider, usage, latencyMs: 7 },
        });
        return;
      }
      actions.push({
        do: 'call',
        call: {
          route: provider === 'anthropic' ? 'messages' : 'chat',
          agentName,
          traceId,
          request: { model, messages: [...messages] },
          events: [
            {
              eventType: messages.at(-1)?.['role'] === 'tool' ? 'tool_result' : 'user_message',
              content: [...messages],
              metadata: { model, provider },
            },
            {
              eventType: 'llm_response',
              content: { content: said, toolCalls, finishReason: 'stop' },
              metadata: { model, provider, usage, latencyMs: 7 },
            },
          ],
        },
      });
    };

    messages.push({ role: 'user', content: question });
    if (byHand) send('user_message', { content: { messages: [{ role: 'user', content: question }] } });
    if (turn.embeds && byHand) {
      send('embedding_request', { content: { input: [question] } });
      send('embedding_response', {
        content: { object: 'list', embeddingCount: 1, firstEmbeddingDimensions: 8, encodingFormat: 'float' },
        metadata: { model: 'embed-1', provider, latencyMs: 0 },
      });
    }
    if (calls.length > 0) {
      respond(null, asked);
      messages.push({ role: 'assistant', content: null, tool_calls: asked });
      if (mode !== 'proxied') {
        const open = (call: (typeof calls)[number]) =>
          send(
            'tool_call_request',
            {
              spanId: call.spanId,
              content: { toolCalls: [{ name: call.name, arguments: call.args }] },
              metadata: { tool: call.name },
            },
            call.retried,
          );
        const close = (call: (typeof calls)[number]) => {
          send('tool_call_response', {
            spanId: call.spanId,
            content: { toolCalls: [{ name: call.name, arguments: call.args }], toolResults: { ok: true } },
            metadata: { tool: call.name, latencyMs: 3 },
          });
          if (call.passedOn && byHand)
            send('tool_result', {
              spanId: call.spanId,
              content: { toolName: call.name, output: { ok: true } },
            });
        };
        if (turn.parallel) {
          calls.forEach(open);
          [...calls].reverse().forEach(close);
        } else {
          for (const call of calls) {
            open(call);
            close(call);
          }
        }
      }
      for (const { id } of calls) messages.push({ role: 'tool', tool_call_id: id, content: 'ok' });
    }
    respond(answer, []);
    messages.push({ role: 'assistant', content: answer });
  });
  return actions;
}
