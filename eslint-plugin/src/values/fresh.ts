import type { TSESTree } from '@typescript-eslint/utils';
import { memberName, memberPath, unwrap } from '../ast/unwrap.ts';
import type { Sdk } from '../sdk/index.ts';
import { returnedBy } from './returned.ts';

type Node = TSESTree.Node;

/** Exports that give another value each time, by module. `*` stands for every export of the module. */
const freshExports: Readonly<Record<string, readonly string[]>> = {
  crypto: ['randomUUID', 'randomBytes', 'randomInt'],
  'node:crypto': ['randomUUID', 'randomBytes', 'randomInt'],
  nanoid: ['nanoid'],
  'nanoid/non-secure': ['nanoid'],
  uuid: ['v1', 'v4', 'v6', 'v7'],
  ulid: ['ulid'],
  cuid: ['default'],
  uniqid: ['default'],
  '@paralleldrive/cuid2': ['createId'],
  ai: ['generateId'],
};

/** Globals that give another value each time. */
const freshGlobals = new Set([
  'crypto.randomUUID',
  'Date.now',
  'Math.random',
  'performance.now',
  'process.hrtime',
  'process.hrtime.bigint',
]);

/** Functions that only convert: fresh when what they are given is. */
const conversions = new Set([
  'String',
  'Number',
  'BigInt',
  'Date',
  'parseInt',
  'JSON.stringify',
  'encodeURIComponent',
]);

/**
 * The part of an expression that makes it another value at each evaluation: `crypto.randomUUID()`, `Date.now()`,
 * `nanoid()`, also inside a template or a conversion, or behind a function of this file. Null if there is none that
 * we know; a variable is never fresh, it keeps what it was given.
 */
export function freshPart(sdk: Sdk, node: Node, depth = 8): Node | null {
  const inner = unwrap(node);
  const any = (parts: readonly (Node | null)[]): Node | null => {
    for (const part of parts) {
      const found = part && part.type !== 'SpreadElement' ? freshPart(sdk, part, depth - 1) : null;
      if (found) return found;
    }
    return null;
  };
  if (depth === 0) return null;
  switch (inner.type) {
    case 'AwaitExpression':
      return any([inner.argument]);
    case 'TemplateLiteral':
      return any(inner.expressions);
    case 'BinaryExpression':
      return /^[-+*/%]$/.test(inner.operator) ? any([inner.left, inner.right]) : null;
    case 'ConditionalExpression': {
      const [one, other] = [any([inner.consequent]), any([inner.alternate])];
      return one && other ? one : null;
    }
    case 'MemberExpression':
      return any([inner.object]);
    case 'NewExpression':
      if (globalPath(sdk, inner.callee) !== 'Date') return null;
      return inner.arguments.length === 0 ? inner : any(inner.arguments);
    case 'CallExpression':
      return freshCall(sdk, inner, any, depth);
    default:
      return null;
  }
}

function freshCall(
  sdk: Sdk,
  call: TSESTree.CallExpression,
  any: (parts: readonly Node[]) => Node | null,
  depth: number,
): Node | null {
  const callee = unwrap(call.callee);
  const path = globalPath(sdk, callee);
  if (path !== null && freshGlobals.has(path)) return call;
  if (path !== null && conversions.has(path)) return any(call.arguments);
  if (isFreshExport(sdk, callee)) return call;
  // `Date.now().toString(36)`, `Math.random().toString(36).slice(2)`, `crypto.randomUUID().replaceAll('-', '')`
  if (callee.type === 'MemberExpression') {
    const method = memberName(callee);
    return method === 'join' || method === 'concat' ? null : any([callee.object]);
  }
  const body = callee.type === 'Identifier' ? returnedBy(sdk, callee) : null;
  return body && freshPart(sdk, body, depth - 1) ? call : null;
}

/** `crypto.randomUUID` where `crypto` is the global; `globalThis.` makes no difference. */
function globalPath(sdk: Sdk, node: Node): string | null {
  const path = memberPath(node);
  if (path?.root.type !== 'Identifier' || sdk.variable(path.root)) return null;
  const names = [path.root.name, ...path.names];
  if (names.length > 1 && /^(globalThis|window|self|global)$/.test(names[0]!)) names.shift();
  return names.join('.');
}

function isFreshExport(sdk: Sdk, callee: Node): boolean {
  const path = memberPath(callee);
  const variable = path && sdk.variable(path.root);
  const imported = variable && sdk.imported(variable);
  if (!imported || !Object.hasOwn(freshExports, imported.module)) return false;
  const known = freshExports[imported.module]!;
  const [member, ...more] = path.names;
  if (more.length > 0) return false;
  return member === undefined
    ? known.includes(imported.name)
    : (imported.name === '*' || imported.name === 'default') && known.includes(member);
}
