import type { TSESTree } from '@typescript-eslint/utils';
import { forEachChild } from '../ast/children.ts';
import { codeUnitOf, enclosingLoop } from '../ast/functions.ts';
import type { ModelCall, Sdk } from '../sdk/index.ts';
import { identityOf, relation, type Identity } from './identity.ts';
import { property } from './objects.ts';
import { promptOfCall } from './prompts.ts';
import { staticText } from './static.ts';
import { decidingHeader, headersOfCall } from './trace-headers.ts';

type Node = TSESTree.Node;

/** A proxied call that answers a tool call under another trace id than the call that asked for it. */
export interface StrayedCall {
  call: ModelCall;
  /** The value of the header. */
  header: Node;
}

interface HeadedCall extends StrayedCall {
  id: Identity;
}

/** Finds the calls of tool loops that get another trace id in each round, written as a loop or one after the other. */
export function strayedCalls(sdk: Sdk): StrayedCall[] {
  if (!mayStray(sdk.modelCalls)) return [];
  const headed = sdk.modelCalls.flatMap((call): HeadedCall[] => {
    const headers = headersOfCall(sdk, call);
    const found = headers.is === 'here' ? decidingHeader(headers.value) : headers;
    const header = found.is === 'here' ? (found.value as Node) : null;
    const id = header && identityOf(sdk, header);
    return id && header ? [{ call, header, id }] : [];
  });
  const code = new Code(sdk);
  return headed.filter(
    (call, index) => isLoopWithFreshId(code, call) || continues(code, headed[index - 1], call),
  );
}

/** Whether some call is made again, or after another one in the same function. */
function mayStray(calls: readonly ModelCall[]): boolean {
  const units = new Set<Node>();
  for (const { node } of calls) {
    const unit = codeUnitOf(node);
    if (units.has(unit) || enclosingLoop(node)) return true;
    units.add(unit);
  }
  return false;
}

/** What stands where in a file: found once, looked up by position. */
class Code {
  readonly #sdk: Sdk;
  #literals: MessageLiteral[] | undefined;

  constructor(sdk: Sdk) {
    this.#sdk = sdk;
  }

  messages(start: number, end: number): MessageLiteral[] {
    this.#literals ??= messageLiterals(this.#sdk, this.#sdk.program);
    return between(this.#literals, start, end);
  }

  modelCalls(start: number, end: number): ModelCall[] {
    return between(this.#sdk.modelCalls, start, end);
  }

  promptOf(call: ModelCall): Set<string> {
    return promptOfCall(this.#sdk, call);
  }

  hasUserMessage(start: number, end: number): boolean {
    return between(this.#sdk.events, start, end).some(({ method }) => method === 'userMessage');
  }
}

/** The entries of a list in source order that start in a range. */
function between<Entry extends { node: Node }>(list: readonly Entry[], start: number, end: number): Entry[] {
  let low = 0;
  for (let high = list.length; low < high;) {
    const middle = (low + high) >> 1;
    if (list[middle]!.node.range[0] < start) low = middle + 1;
    else high = middle;
  }
  const found: Entry[] = [];
  for (; low < list.length && list[low]!.node.range[0] < end; low++) found.push(list[low]!);
  return found;
}

function isLoopWithFreshId(code: Code, { call, id }: HeadedCall): boolean {
  const loop = enclosingLoop(call.node);
  if (!loop || id.kind !== 'fresh' || enclosingLoop(id.node) !== loop) return false;
  if (code.promptOf(call).size === 0) return false;
  const [start, end] = loop.range;
  // A new question in each round may have an id of its own.
  if (code.modelCalls(start, end).length > 1 || code.hasUserMessage(start, end)) return false;
  return isToolRound(code.messages(start, end));
}

function continues(code: Code, before: HeadedCall | undefined, call: HeadedCall): boolean {
  if (!before || codeUnitOf(before.call.node) !== codeUnitOf(call.call.node)) return false;
  if (relation(before.id, call.id) !== 'different') return false;
  const earlier = code.promptOf(before.call);
  if (![...code.promptOf(call.call)].some((part) => earlier.has(part))) return false;
  return isToolRound(code.messages(before.call.node.range[1], call.call.node.range[1]));
}

function isToolRound(messages: readonly MessageLiteral[]): boolean {
  return messages.some(({ kind }) => kind === 'tool') && !messages.some(({ kind }) => kind === 'user');
}

interface MessageLiteral {
  node: Node;
  kind: 'tool' | 'user';
}

/** The messages that are written in a piece of code: results of tools, and what a user says. */
function messageLiterals(sdk: Sdk, code: Node): MessageLiteral[] {
  const found: MessageLiteral[] = [];
  const pending: Node[] = [code];
  for (let node = pending.pop(); node; node = pending.pop()) {
    const kind = node.type === 'ObjectExpression' ? kindOf(sdk, node) : null;
    if (kind) found.push({ node, kind });
    if (kind === 'tool') continue;
    forEachChild(node, sdk.visitorKeys, (child) => pending.push(child));
  }
  return found.sort((a, b) => a.node.range[0] - b.node.range[0]);
}

function kindOf(sdk: Sdk, message: TSESTree.ObjectExpression): 'tool' | 'user' | null {
  const text = (name: string): string | null => {
    const found = property(message, name);
    return found.is === 'here' ? staticText(sdk, found.value) : null;
  };
  const [role, type] = [text('role'), text('type')];
  if (role === 'tool' || type === 'tool_result' || type === 'function_call_output') return 'tool';
  if (role !== 'user') return null;
  // Anthropic's tool results are a user's message: `{ role: 'user', content: [{ type: 'tool_result' }] }`.
  const content = property(message, 'content');
  const list = content.is === 'here' ? content.value : null;
  const holdsResults =
    list?.type === 'ArrayExpression' &&
    list.elements.some((each) => each?.type === 'ObjectExpression' && kindOf(sdk, each) === 'tool');
  return holdsResults ? 'tool' : 'user';
}
