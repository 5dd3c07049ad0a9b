import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { codeUnitOf } from '../ast/functions.ts';
import { memberName, memberPath, propertyValue, unwrap } from '../ast/unwrap.ts';
import { createRule } from '../create-rule.ts';
import { removeStatement } from '../fixes/remove-statement.ts';
import { isReassigned, type ProviderClient, type Sdk } from '../sdk/index.ts';
import { isCertain } from '../values/certain.ts';

type Node = TSESTree.Node;
type MessageIds = 'mutated' | 'moveToConstructor' | 'passPerCall';
type Fix = NonNullable<TSESLint.SuggestionReportDescriptor<MessageIds>['fix']>;

export const noHeaderMutation = createRule<MessageIds, []>({
  name: 'no-header-mutation',
  meta: {
    type: 'problem',
    docs: {
      description: 'Disallow changing `defaultHeaders` of a patched provider client',
      preset: 'recommended',
    },
    hasSuggestions: true,
    schema: [],
    messages: {
      mutated:
        '`{{target}}` is read when the client is made: changed here, the headers are never sent (openai 5 and later, @anthropic-ai/sdk) or every call throws (openai 4). Give them to the constructor, or to the call as `{ headers }`.',
      moveToConstructor: 'Give the headers to the constructor.',
      passPerCall: 'Pass the headers to each call below.',
    },
  },
  defaultOptions: [],
  check(sdk, context) {
    const { sourceCode } = context;
    if (sdk.patches.length === 0) return;
    for (const mutation of mutations(sdk)) {
      const { node, target } = mutation;
      const suggest: TSESLint.SuggestionReportDescriptor<MessageIds>[] = [];
      const toConstructor = moveToConstructor(mutation, sdk, sourceCode);
      const toCalls = passPerCall(mutation, sdk, sourceCode);
      if (toConstructor) suggest.push({ messageId: 'moveToConstructor', fix: toConstructor });
      if (toCalls) suggest.push({ messageId: 'passPerCall', fix: toCalls });
      context.report({
        node,
        messageId: 'mutated',
        data: { target: sourceCode.getText(target) },
        suggest,
      });
    }
  },
});

interface Mutation {
  /** What changes the headers. */
  node: Node;
  /** `openai.defaultHeaders`, as it is written. */
  target: TSESTree.MemberExpression;
  client: ProviderClient;
  /** The headers as properties of an object literal, when they are written down. */
  headers: string[] | null;
  /** The expressions among them, for the question where they can be evaluated. */
  parts: Node[];
}

function mutations(sdk: Sdk): Mutation[] {
  const found: Mutation[] = [];
  for (const node of sdk.inventory.memberAssignments) {
    const left = unwrap(node.left);
    if (left.type !== 'MemberExpression') continue;
    const whole = headersOf(left, sdk);
    if (whole) {
      const given = node.operator === '=' ? writtenHeaders(node.right, sdk) : null;
      found.push({ node, target: left, ...whole, headers: given?.texts ?? null, parts: given?.parts ?? [] });
      continue;
    }
    const object = unwrap(left.object);
    const one = object.type === 'MemberExpression' ? headersOf(object, sdk) : null;
    if (!one || object.type !== 'MemberExpression') continue;
    const name = memberName(left);
    const plain = node.operator === '=' && name !== null;
    const text = plain ? `${quoted(name)}: ${sdk.text(node.right)}` : '';
    found.push({
      node,
      target: object,
      ...one,
      headers: plain ? [text] : null,
      parts: plain ? [node.right] : [],
    });
  }
  for (const node of sdk.inventory.methods.assign) {
    const path = memberPath(node.callee);
    const isAssign =
      path?.root.type === 'Identifier' &&
      path.root.name === 'Object' &&
      path.names.length === 1 &&
      !sdk.variable(path.root);
    const [first, second, ...others] = isAssign ? node.arguments : [];
    const target = first && unwrap(first);
    const whole = target?.type === 'MemberExpression' ? headersOf(target, sdk) : null;
    if (!whole || target?.type !== 'MemberExpression') continue;
    const given = second && others.length === 0 ? writtenHeaders(second, sdk) : null;
    found.push({ node, target, ...whole, headers: given?.texts ?? null, parts: given?.parts ?? [] });
  }
  return found;
}

function headersOf(member: TSESTree.MemberExpression, sdk: Sdk): { client: ProviderClient } | null {
  const client = memberName(member) === 'defaultHeaders' ? sdk.provider(member.object) : null;
  return client && isCertain(sdk, member.object) ? { client } : null;
}

/** The headers of an object literal, without what it copies from the client itself. */
function writtenHeaders(node: Node, sdk: Sdk): { texts: string[]; parts: Node[] } | null {
  const object = unwrap(node);
  if (object.type !== 'ObjectExpression') return null;
  const texts: string[] = [];
  const parts: Node[] = [];
  for (const property of object.properties) {
    if (property.type === 'SpreadElement') {
      if (copiesOwnHeaders(property.argument, sdk)) continue;
      parts.push(property.argument);
    } else parts.push(property.value);
    texts.push(sdk.text(property));
  }
  return texts.length > 0 ? { texts, parts } : null;
}

/** `openai.defaultHeaders`, also with a fallback: `openai.defaultHeaders ?? {}`. */
function copiesOwnHeaders(node: Node, sdk: Sdk): boolean {
  const inner = unwrap(node);
  if (inner.type === 'LogicalExpression') return copiesOwnHeaders(inner.left, sdk);
  return inner.type === 'MemberExpression' && headersOf(inner, sdk) !== null;
}

function moveToConstructor(
  mutation: Mutation,
  sdk: Sdk,
  sourceCode: Readonly<TSESLint.SourceCode>,
): Fix | null {
  const { node, client, headers, parts } = mutation;
  const { construction } = client;
  const statement = ownStatement(node);
  if (!construction || !headers || !statement || !parts.every((part) => canMove(part, construction, sdk)))
    return null;
  const property = `defaultHeaders: { ${headers.join(', ')} }`;
  const [options, ...others] = construction.arguments;
  if (others.length > 0) return null;
  if (!options) {
    const text = `${sourceCode.getText(construction.callee)}({ ${property} })`;
    return (fixer) => [
      fixer.replaceTextRange([construction.callee.range[0], construction.range[1]], text),
      removeStatement(fixer, sourceCode, statement),
    ];
  }
  if (options.type !== 'ObjectExpression' || propertyValue(options, 'defaultHeaders') !== null) return null;
  const last = options.properties.at(-1);
  return (fixer) => [
    last ? fixer.insertTextAfter(last, `, ${property}`) : fixer.replaceText(options, `{ ${property} }`),
    removeStatement(fixer, sourceCode, statement),
  ];
}

function passPerCall(mutation: Mutation, sdk: Sdk, sourceCode: Readonly<TSESLint.SourceCode>): Fix | null {
  const { node, client, headers, parts } = mutation;
  const statement = ownStatement(node);
  if (!headers || !statement) return null;
  const calls = sdk.modelCalls.filter(
    (call) => call.client.origin === client.origin && call.node.range[0] > node.range[1],
  );
  const fits =
    calls.length > 0 &&
    calls.every(
      (call) =>
        call.node.arguments.length === 1 &&
        call.node.arguments[0]!.type !== 'SpreadElement' &&
        codeUnitOf(call.node) === codeUnitOf(node) &&
        parts.every((part) => canMove(part, call.node, sdk)),
    );
  if (!fits) return null;
  const text = `, { headers: { ${headers.join(', ')} } }`;
  return (fixer) => [
    removeStatement(fixer, sourceCode, statement),
    ...calls.map((call) => fixer.insertTextAfter(call.node.arguments[0]!, text)),
  ];
}

/** The statement that does nothing but this. */
function ownStatement(node: Node): TSESTree.ExpressionStatement | null {
  const { parent } = node;
  const inList = parent?.parent?.type === 'BlockStatement' || parent?.parent?.type === 'Program';
  return parent?.type === 'ExpressionStatement' && inList ? parent : null;
}

/** Whether an expression has the same value at another place: it only reads names that exist there and never change. */
function canMove(node: Node, to: Node, sdk: Sdk): boolean {
  const inner = unwrap(node);
  switch (inner.type) {
    case 'Literal':
      return true;
    case 'TemplateLiteral':
      return inner.expressions.every((part) => canMove(part, to, sdk));
    case 'MemberExpression':
      return (
        !inner.computed && (inner.object.type === 'ThisExpression' ? false : canMove(inner.object, to, sdk))
      );
    case 'Identifier': {
      const variable = sdk.variable(inner);
      if (!variable) return true;
      if (isReassigned(variable)) return false;
      const home = variable.scope.block.range;
      const isInside = home[0] <= to.range[0] && to.range[1] <= home[1];
      const isThere = variable.defs.every(
        ({ type, node: definition }) => type !== 'Variable' || definition.range[1] <= to.range[0],
      );
      return isInside && isThere;
    }
    default:
      return false;
  }
}

const quoted = (name: string): string =>
  /^[a-z_$][\w$]*$/i.test(name) ? name : `'${name.replaceAll(/['\\]/g, '\\$&')}'`;
