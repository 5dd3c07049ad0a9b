import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { codeUnitOf, type CodeUnit } from '../ast/functions.ts';
import { runsWith } from '../ast/together.ts';
import { wrapped } from '../ast/unwrap.ts';
import { createRule } from '../create-rule.ts';
import { removeStatement } from '../fixes/remove-statement.ts';
import { argument, type EventCall, type EventMethod, type ModelCall, type Sdk } from '../sdk/index.ts';
import { Derivation } from '../values/derivation.ts';
import { eventOptions, property } from '../values/objects.ts';
import { isSurelyPatched } from '../values/patched.ts';
import { promptOfCall, promptOfEvent } from '../values/prompts.ts';
import { isNothing, staticText } from '../values/static.ts';

type Node = TSESTree.Node;
type MessageIds = 'answerReported' | 'promptReported' | 'remove';

export const singleRepresentation = createRule<MessageIds, []>({
  name: 'single-representation',
  meta: {
    type: 'problem',
    docs: {
      description: 'Disallow reporting a model turn by hand that the proxy already recorded',
      preset: 'recommended',
    },
    hasSuggestions: true,
    schema: [],
    messages: {
      answerReported:
        '`{{method}}` reports the answer of the proxied call on line {{line}}: the proxy recorded it already, so the turn and its tokens count twice. Keep one of the two.',
      promptReported:
        '`{{method}}` reports the prompt of the proxied call on line {{line}}: the proxy recorded it already, so it stands in the trace twice. Keep one of the two.',
      remove: 'Remove this event: the proxy records the turn.',
    },
  },
  defaultOptions: [],
  check(sdk, context) {
    function report(event: EventCall, call: ModelCall, messageId: 'answerReported' | 'promptReported'): void {
      const statement = statementOf(event.node);
      context.report({
        node: event.node,
        messageId,
        data: { method: event.method, line: String(call.node.loc.start.line) },
        suggest: statement
          ? [
              {
                messageId: 'remove',
                fix: (fixer: TSESLint.RuleFixer) => removeStatement(fixer, context.sourceCode, statement),
              },
            ]
          : [],
      });
    }

    if (!sdk.events.some(({ method }) => tellsOfTurns.has(method))) return;
    const calls = sdk.modelCalls.filter(({ client }) => isSurelyPatched(sdk, client));
    if (calls.length === 0) return;
    const derivation = new Derivation(sdk, calls);
    let prompts: Prompts | null = null;
    // A turn of another model, told by hand: its prompt may well be that of a proxied call, too.
    const ownTurns = new Set<CodeUnit>();
    for (const event of sdk.events) {
      const call = answerOf(sdk, derivation, event);
      if (call && isSameClient(event, call)) report(event, call, 'answerReported');
      else if (event.method === 'llmResponse') ownTurns.add(codeUnitOf(event.node));
    }
    for (const event of sdk.events) {
      if (event.method !== 'userMessage' && event.method !== 'embeddingRequest') continue;
      if (ownTurns.has(codeUnitOf(event.node))) continue;
      prompts ??= new Prompts(sdk, calls);
      const call = prompts.callWith(event);
      if (call) report(event, call, 'promptReported');
    }
  },
});

/** Where the content of the events that carry an answer stands. */
const contentPosition: Partial<Record<EventMethod, number>> = {
  llmResponse: 2,
  embeddingResponse: 2,
  llmThinking: 0,
};

/** The events that may say again what the proxy recorded. */
const tellsOfTurns: ReadonlySet<EventMethod> = new Set([
  'userMessage',
  'embeddingRequest',
  'llmResponse',
  'embeddingResponse',
  'llmThinking',
]);

/** The proxied call whose answer an event carries, on every path on which it is sent. */
function answerOf(sdk: Sdk, derivation: Derivation, event: EventCall): ModelCall | null {
  const position = contentPosition[event.method];
  const content = position === undefined ? null : argument(event.node, position);
  if (!content) return null;
  const source = derivation.of(content);
  if (source === 'other') return null;
  if (source !== 'text') {
    // Of what a model thinks, the proxy records what Anthropic tells.
    return event.method === 'llmThinking' && source.client.provider !== 'anthropic' ? null : source;
  }
  // Without a text, what the answer asked for or used tells whose it is.
  const options = eventOptions(sdk, event);
  if (options.is !== 'here' || !(isNothing(sdk, content) || staticText(sdk, content) === '')) return null;
  for (const name of ['toolCalls', 'usage']) {
    const found = property(options.value, name);
    const given = found.is === 'here' ? derivation.of(found.value) : 'other';
    if (given !== 'other' && given !== 'text') return given;
  }
  return null;
}

function isSameClient({ trace }: EventCall, { client }: ModelCall): boolean {
  return !trace.client || trace.client.origin === client.client.origin;
}

/** The statement that an event is all of. */
function statementOf(node: Node): Node | null {
  const { parent } = wrapped(node);
  if (parent?.type === 'AwaitExpression') return statementOf(parent);
  if (parent?.type === 'UnaryExpression' && parent.operator === 'void') return statementOf(parent);
  if (parent?.type !== 'ExpressionStatement') return null;
  return parent.parent.type === 'BlockStatement' || parent.parent.type === 'Program' ? parent : null;
}

/** Finds the proxied call that sends the same prompt whenever an event reports it. */
class Prompts {
  readonly #sdk: Sdk;
  /** The calls of a function by the parts of their prompts, in source order. */
  readonly #calls = new Map<CodeUnit, Map<string, ModelCall[]>>();
  readonly #parts = new Map<ModelCall, Set<string>>();

  constructor(sdk: Sdk, calls: readonly ModelCall[]) {
    this.#sdk = sdk;
    for (const call of calls) {
      const parts = promptOfCall(sdk, call);
      this.#parts.set(call, parts);
      const unit = codeUnitOf(call.node);
      let byPart = this.#calls.get(unit);
      if (!byPart) this.#calls.set(unit, (byPart = new Map()));
      for (const part of parts) {
        const others = byPart.get(part);
        if (others) others.push(call);
        else byPart.set(part, [call]);
      }
    }
  }

  callWith(event: EventCall): ModelCall | null {
    const byPart = this.#calls.get(codeUnitOf(event.node));
    const parts = byPart && promptOfEvent(this.#sdk, event);
    if (!parts) return null;
    const [first] = parts;
    const candidates = byPart.get(first!) ?? [];
    const later = candidates.findIndex(({ node }) => node.range[0] > event.node.range[0]);
    // The nearest on either side will do; all of them would be quadratic.
    const nearest = later === -1 ? [candidates.at(-1)] : [candidates[later], candidates[later - 1]];
    return (
      nearest.find(
        (call): call is ModelCall =>
          !!call &&
          isSameClient(event, call) &&
          [...parts].every((part) => this.#parts.get(call)!.has(part)) &&
          runsWith(event.node, call.node, this.#sdk.inventory.exits),
      ) ?? null
    );
  }
}
