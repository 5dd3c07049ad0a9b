import type { TSESTree } from '@typescript-eslint/utils';
import { memberName, unwrap } from '../ast/unwrap.ts';
import type { ModelCall, ProviderClient } from './model.ts';

type Node = TSESTree.Node;

// Model calls, by their path below the provider client: `chat.completions.create`, `beta.messages.stream`.
const resources = new Set(['completions', 'responses', 'embeddings', 'messages']);
const isResource = (name: string): boolean => resources.has(name);
const isChat = (name: string): boolean => name === 'chat';
const isBeta = (name: string): boolean => name === 'beta';

function namedMember(node: Node, matches: (name: string) => boolean): TSESTree.MemberExpression | null {
  const inner = unwrap(node);
  const name = inner.type === 'MemberExpression' ? memberName(inner) : null;
  return name !== null && matches(name) ? (inner as TSESTree.MemberExpression) : null;
}

/** The names of a path from its first member to its last: `chat.completions.create`. */
function namesFrom(first: TSESTree.MemberExpression, last: TSESTree.MemberExpression): string {
  let path = memberName(last)!;
  for (let member = last; member !== first;) {
    member = unwrap(member.object) as TSESTree.MemberExpression;
    path = `${memberName(member)}.${path}`;
  }
  return path;
}

/** Among calls of methods with the right names, those of provider clients. */
export function findModelCalls(
  calls: readonly TSESTree.CallExpression[],
  provider: (node: Node) => ProviderClient | null,
): ModelCall[] {
  const found: ModelCall[] = [];
  for (const node of calls) {
    const callee = unwrap(node.callee) as TSESTree.MemberExpression;
    const resource = namedMember(callee.object, isResource);
    if (!resource) continue;
    // The longest path first: of `openai.chat` nothing is known, of `openai` all.
    const chat = memberName(resource) === 'completions' ? namedMember(resource.object, isChat) : null;
    const beta = namedMember((chat ?? resource).object, isBeta);
    for (const first of [beta, chat, resource]) {
      const client = first && provider(first.object);
      if (!client) continue;
      found.push({ node, client, path: namesFrom(first, callee) });
      break;
    }
  }
  return found;
}
