import type { TSESTree } from '@typescript-eslint/utils';
import { codeUnitOf, contains, enclosingLoop } from '../ast/functions.ts';
import type { EventCall, ModelCall, Sdk } from '../sdk/index.ts';
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
  prompt: Set<string>;
}

/** Finds the calls of tool loops that get another trace id in each round, written as a loop or one after the other. */
export function strayedCalls(sdk: Sdk): StrayedCall[] {
  const headed = sdk.modelCalls.flatMap((call): HeadedCall[] => {
    const headers = headersOfCall(sdk, call);
    const found = headers.is === 'here' ? decidingHeader(headers.value) : headers;
    const header = found.is === 'here' ? (found.value as Node) : null;
    const id = header && identityOf(sdk, header);
    return id && header ? [{ call, header, id, prompt: promptOfCall(sdk, call) }] : [];
  });
  return headed.filter(
    (call, index) => isLoopWithFreshId(sdk, call) || continues(sdk, headed[index - 1], call),
  );
}

function isLoopWithFreshId(sdk: Sdk, { call, id, prompt }: HeadedCall): boolean {
  const loop = enclosingLoop(call.node);
  if (!loop || id.kind !== 'fresh' || enclosingLoop(id.node) !== loop || prompt.size === 0) return false;
  const inside = ({ node }: ModelCall | EventCall) => contains(loop, node);
  if (sdk.modelCalls.filter(inside).length > 1) return false;
  // A new question in each round may have an id of its own.
  if (sdk.events.some((event) => event.method === 'userMessage' && inside(event))) return false;
  const literals = messageLiterals(sdk, loop);
  return literals.some(({ kind }) => kind === 'tool') && !literals.some(({ kind }) => kind === 'user');
}

function continues(sdk: Sdk, before: HeadedCall | undefined, call: HeadedCall): boolean {
  const unit = codeUnitOf(call.call.node);
  if (!before || codeUnitOf(before.call.node) !== unit) return false;
  if (relation(before.id, call.id) !== 'different') return false;
  if (![...call.prompt].some((part) => before.prompt.has(part))) return false;
  const between = messageLiterals(sdk, unit).filter(
    ({ node }) => node.range[0] > before.call.node.range[1] && node.range[1] < call.call.node.range[1],
  );
  return between.some(({ kind }) => kind === 'tool') && !between.some(({ kind }) => kind === 'user');
}

/** The messages that are written in a piece of code: results of tools, and what a user says. */
function messageLiterals(sdk: Sdk, code: Node): { node: Node; kind: 'tool' | 'user' }[] {
  const found: { node: Node; kind: 'tool' | 'user' }[] = [];
  const pending: Node[] = [code];
  for (let node = pending.pop(); node; node = pending.pop()) {
    const kind = node.type === 'ObjectExpression' ? kindOf(sdk, node) : null;
    if (kind) found.push({ node, kind });
    if (kind === 'tool') continue;
    for (const key of sdk.visitorKeys[node.type] ?? []) {
      const child = (node as unknown as Record<string, unknown>)[key];
      for (const each of Array.isArray(child) ? child : [child]) if (each) pending.push(each as Node);
    }
  }
  return found;
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
