import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { memberName, unwrap } from '../ast/unwrap.ts';
import { optionsPosition } from './model.ts';

/** What one walk over a file finds, in source order. Everything else is decided from these lists. */
export interface Inventory {
  calls: TSESTree.CallExpression[];
  /** The calls of methods with a name that rules look for, by the kind of the name; the receiver may be anything. */
  methods: Record<MethodKind, TSESTree.CallExpression[]>;
  constructions: TSESTree.NewExpression[];
  /** Assignments whose left side is a member: `this.trace = …`, `openai.defaultHeaders = …`. */
  memberAssignments: TSESTree.AssignmentExpression[];
  /** Where control leaves: `return`, `throw`, `break`, `continue`. */
  exits: TSESTree.Node[];
}

export type MethodKind = 'event' | 'model' | 'trace' | 'patch' | 'setup' | 'assign';

const modelMethods = ['create', 'stream', 'parse', 'runTools', 'toolRunner'];

const methodNames: Readonly<Record<MethodKind, readonly string[]>> = {
  event: Object.keys(optionsPosition),
  model: modelMethods,
  trace: ['trace'],
  patch: ['openai', 'anthropic'],
  setup: ['withOptions', 'initAgent'],
  assign: ['assign'],
};

const kindOfMethod = new Map(
  Object.entries(methodNames).flatMap(([kind, names]) => names.map((name) => [name, kind as MethodKind])),
) as ReadonlyMap<string, MethodKind>;

export function takeInventory(sourceCode: Readonly<TSESLint.SourceCode>): Inventory {
  const inventory: Inventory = {
    calls: [],
    methods: { event: [], model: [], trace: [], patch: [], setup: [], assign: [] },
    constructions: [],
    memberAssignments: [],
    exits: [],
  };
  const childKeys = valueKeysOf(sourceCode.visitorKeys);
  const pending: TSESTree.Node[] = [sourceCode.ast];
  for (let node = pending.pop(); node; node = pending.pop()) {
    switch (node.type) {
      // Three of four nodes are of the first kinds, and most of their parts are leaves.
      case 'MemberExpression':
        if (node.computed && !isLeaf(node.property)) pending.push(node.property);
        if (!isLeaf(node.object)) pending.push(node.object);
        continue;
      case 'Property':
        if (!isLeaf(node.value)) pending.push(node.value);
        if (node.computed && !isLeaf(node.key)) pending.push(node.key);
        continue;
      case 'CallExpression': {
        inventory.calls.push(node);
        takeMethod(inventory, node);
        const given = node.arguments;
        for (let at = given.length - 1; at >= 0; at--) if (!isLeaf(given[at]!)) pending.push(given[at]!);
        if (!isLeaf(node.callee)) pending.push(node.callee);
        continue;
      }
      case 'AwaitExpression':
        if (!isLeaf(node.argument)) pending.push(node.argument);
        continue;
      case 'ExpressionStatement':
        pending.push(node.expression);
        continue;
      case 'VariableDeclarator':
        if (node.init && !isLeaf(node.init)) pending.push(node.init);
        if (!isLeaf(node.id)) pending.push(node.id);
        continue;
      case 'NewExpression':
        inventory.constructions.push(node);
        break;
      case 'AssignmentExpression':
        if (node.left.type !== 'Identifier') inventory.memberAssignments.push(node);
        break;
      case 'ReturnStatement':
      case 'ThrowStatement':
      case 'BreakStatement':
      case 'ContinueStatement':
        inventory.exits.push(node);
        break;
      default:
    }
    const keys = childKeys.get(node.type);
    if (!keys) continue;
    for (let index = keys.length - 1; index >= 0; index--) {
      const child = (node as unknown as Record<string, TSESTree.Node | (TSESTree.Node | null)[] | null>)[
        keys[index]!
      ];
      if (!child) continue;
      if (!Array.isArray(child)) {
        if (!isLeaf(child)) pending.push(child);
        continue;
      }
      for (let at = child.length - 1; at >= 0; at--) {
        const each = child[at];
        if (each && !isLeaf(each)) pending.push(each);
      }
    }
  }
  return inventory;
}

function takeMethod(inventory: Inventory, call: TSESTree.CallExpression): void {
  const callee = unwrap(call.callee);
  const name = callee.type === 'MemberExpression' ? memberName(callee) : null;
  const kind = name === null ? undefined : kindOfMethod.get(name);
  if (kind) inventory.methods[kind].push(call);
}

/** The most frequent nodes have nothing in them. */
const isLeaf = ({ type }: TSESTree.Node): boolean => type === 'Identifier' || type === 'Literal';

/** Where types are written: nothing runs there. */
const typeKeys = new Set([
  'typeAnnotation',
  'returnType',
  'typeParameters',
  'typeArguments',
  'superTypeArguments',
  'implements',
]);

/** Declarations of types: nothing runs in them. */
const typeDeclarations = new Set(['TSInterfaceDeclaration', 'TSTypeAliasDeclaration']);

const known = new WeakMap<object, Map<string, readonly string[]>>();

/** The visitor keys without those of types; the same parser always has the same keys. */
function valueKeysOf(visitorKeys: TSESLint.SourceCode['visitorKeys']): Map<string, readonly string[]> {
  let keys = known.get(visitorKeys);
  if (!keys) {
    keys = new Map();
    for (const [type, all] of Object.entries(visitorKeys)) {
      if (typeDeclarations.has(type)) continue;
      const values = (all ?? []).filter((key) => !typeKeys.has(key));
      if (values.length > 0) keys.set(type, values);
    }
    known.set(visitorKeys, keys);
  }
  return keys;
}
