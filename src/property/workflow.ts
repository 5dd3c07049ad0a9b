import * as fc from 'fast-check';
import type { EventType } from '../protocol/event-type.ts';
import type { SentEvent } from '../recording/build.ts';
import type { Action, Workflow } from './action.ts';
import { type Batch, batches, inBatches } from './batch.ts';
import { Program, type ProgramSettings, register, type SpannedCall } from './program.ts';

interface Tool {
  readonly name: string;
  readonly args: Readonly<Record<string, fc.JsonValue>>;
  /** The request's answer is lost and it is sent again with its key. */
  readonly retried: boolean;
  /** The tool fails and is run again, under a new span. */
  readonly fails: boolean;
  readonly passedOn: boolean;
}

interface Turn {
  readonly question: string;
  readonly answer: string;
  readonly tools: readonly Tool[];
  readonly order: 'one by one' | 'parallel' | 'nested';
  readonly thinks: boolean;
  readonly embeds: boolean;
  readonly tokens: readonly [prompt: number, completion: number, read: number, created: number];
}

/** One trace: how its program works, and what is said in it. */
interface Conversation {
  readonly settings: Omit<ProgramSettings, 'traceId' | 'agentName'>;
  readonly turns: readonly Turn[];
  readonly batches: readonly Batch[];
}

const text = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom('yes', '', '{"json":true}', 'a\u2028b', 'naïve ☕ 👩‍👩‍👧', 'x'.repeat(2000)),
);
// The backend cannot store U+0000, nor half of a surrogate pair.
export const storable = text.map((value) => Buffer.from(value.replaceAll('\0', '')).toString());

export const toolName = fc.constantFrom('search', 'charge_card', 'lookup');
export const toolArguments: fc.Arbitrary<Tool['args']> = fc.dictionary(
  fc.constantFrom('q', 'amount', 'currency'),
  fc.oneof(storable, fc.integer(), fc.boolean()),
  { maxKeys: 2, noNullPrototype: true },
);

const tool: fc.Arbitrary<Tool> = fc.record({
  name: toolName,
  args: toolArguments,
  retried: fc.boolean(),
  fails: fc.boolean(),
  passedOn: fc.boolean(),
});

const count = fc.nat({ max: 5000 });
export const tokens = fc.tuple(count, count, count, count);
const turn: fc.Arbitrary<Turn> = fc.record({
  question: storable,
  answer: storable,
  tools: fc.array(tool, { maxLength: 3 }),
  order: fc.constantFrom('one by one' as const, 'parallel' as const, 'nested' as const),
  thinks: fc.boolean(),
  embeds: fc.boolean(),
  tokens,
});

export const settings: fc.Arbitrary<Conversation['settings']> = fc.record({
  mode: fc.constantFrom('manual' as const, 'proxied' as const, 'hybrid' as const),
  api: fc.constantFrom('chat' as const, 'messages' as const, 'responses' as const),
  streams: fc.boolean(),
  keepsSignatures: fc.boolean(),
  explicitSteps: fc.boolean(),
  timestamps: fc.boolean(),
  atOnce: fc.boolean(),
});

const conversation: fc.Arbitrary<Conversation> = fc.record({
  settings,
  turns: fc.array(turn, { minLength: 1, maxLength: 4 }),
  batches,
});

/**
 * Correct programs that run side by side: one to three of them, of one or two agents, each with a trace of its own and its
 * own registration in front. See {@link workflow} for what they do.
 */
export function programs(): fc.Arbitrary<readonly Workflow[]> {
  return fc
    .tuple(fc.array(conversation, { minLength: 1, maxLength: 3 }), fc.boolean())
    .map(([conversations, oneAgent]) =>
      conversations.map((one, index) => {
        const agentName = oneAgent || index === 0 ? 'support' : 'billing';
        const actions = script(one, `trace-${index + 1}`, agentName);
        return [register(agentName), ...inBatches(actions, one.batches)];
      }),
    );
}

/**
 * Correct workflows: one to three traces of one or two agents, interleaved; manual, proxied and hybrid; OpenAI's chat and
 * responses APIs and Anthropic's, streamed and not; parallel and nested tools, tools that fail and run again, requests
 * that are sent again with their keys; events one by one and in batches, also of several traces, to the queued endpoint
 * and to those that store at once; explicit and inferred steps, both styles of token counts, odd and long content.
 */
export function workflow(): fc.Arbitrary<Workflow> {
  const order = fc.array(fc.nat({ max: 2 }), { maxLength: 40 });
  return fc.tuple(programs(), order, batches).map(([running, order, shared]) => {
    const registered = running.flatMap((actions) => actions.filter((action) => action.do === 'init'));
    const agents = new Set<string>();
    const inits = registered.filter(({ agentName }) => !agents.has(agentName) && agents.add(agentName));
    const scripts = running.map((actions) => actions.filter((action) => action.do !== 'init'));
    return [...inits, ...inBatches(interleave(scripts, order), shared)];
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
function script({ settings, turns }: Conversation, traceId: string, agentName: string): Action[] {
  const program = new Program({ ...settings, traceId, agentName });
  return turns.flatMap((turn, number) => {
    const question = `${turn.question} (question ${number})`;
    const calls = turn.tools.map(({ name, args }) => program.call(name, args));
    const [prompt, completion, read, created] = turn.tokens;
    const think = (about: string) => (turn.thinks && program.byHand ? program.think(about) : []);
    const actions = [...program.ask(question)];
    if (turn.embeds) actions.push(...program.embed(question));
    if (calls.length > 0) {
      actions.push(...think(`tools (${number})`));
      // Two answers of one turn differ in their token counts, as they do in life.
      actions.push(...program.respond(null, calls, [prompt, completion + 1, read, created]));
      if (program.reportsTools) actions.push(...runTools(program, turn, calls));
      program.conclude(calls);
    }
    const answer = `${turn.answer} (answer ${number})`;
    return [...actions, ...think(`${answer} (${number})`), ...program.respond(answer, [], turn.tokens)];
  });
}

/** The tools of one turn: each opened and closed, one after the other, side by side, or one within the other. */
function runTools(program: Program, { tools, order }: Turn, calls: readonly SpannedCall[]): Action[] {
  const runs = calls.map((call, index) => {
    const { retried = false, fails = false, passedOn = false } = tools[index] ?? {};
    return {
      open: () => program.open(call, retried),
      close: () => {
        const failed = fails ? program.again(call) : undefined;
        return [
          ...program.close(call, failed ? { error: 'timed out' } : undefined),
          ...(failed ? [...program.open(failed), ...program.close(failed)] : []),
          ...(passedOn && program.byHand ? program.passOn(failed ?? call) : []),
        ];
      },
    };
  });
  if (order === 'one by one') return runs.flatMap(({ open, close }) => [...open(), ...close()]);
  const opened = runs.flatMap(({ open }) => open());
  return [...opened, ...(order === 'nested' ? [...runs].reverse() : runs).flatMap(({ close }) => close())];
}
