import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { forEachChild } from '../ast/children.ts';
import { memberName, unwrap } from '../ast/unwrap.ts';
import { optionsPosition } from './model.ts';

type Node = TSESTree.Node;

/** What stands in a file, in source order. Everything else is decided from these lists. */
export interface Inventory {
  calls: TSESTree.CallExpression[];
  /** The calls of methods with a name that rules look for, by the kind of the name; the receiver may be anything. */
  methods: Record<MethodKind, TSESTree.CallExpression[]>;
  /** The calls of a function or method with the name `fetch`. */
  fetches: TSESTree.CallExpression[];
  constructions: TSESTree.NewExpression[];
  /** The modules that are loaded, with `import` or `require`. */
  modules: string[];
  /** Assignments whose left side is a member: `this.trace = …`, `openai.defaultHeaders = …`. */
  memberAssignments: TSESTree.AssignmentExpression[];
  /** Where control leaves: `return`, `throw`, `break`, `continue`. */
  exits: Node[];
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

export function emptyInventory(): Inventory {
  return {
    calls: [],
    methods: { event: [], model: [], trace: [], patch: [], setup: [], assign: [] },
    fetches: [],
    constructions: [],
    modules: [],
    memberAssignments: [],
    exits: [],
  };
}

/** Listeners that put what they meet on an inventory: nothing is cheaper than to join the walk that is made anyway. */
export function collectorOf(inventory: Inventory): TSESLint.RuleListener {
  const exit = (node: Node): void => void inventory.exits.push(node);
  const loads = (source: Node | undefined): void => {
    if (source?.type === 'Literal' && typeof source.value === 'string') inventory.modules.push(source.value);
  };
  return {
    CallExpression(node) {
      inventory.calls.push(node);
      const callee = unwrap(node.callee);
      if (callee.type === 'Identifier') {
        if (callee.name === 'fetch') inventory.fetches.push(node);
        else if (callee.name === 'require') loads(node.arguments[0]);
      } else if (callee.type === 'MemberExpression') {
        const name = memberName(callee);
        if (name === null) return;
        const kind = kindOfMethod.get(name);
        if (kind) inventory.methods[kind].push(node);
        else if (name === 'fetch') inventory.fetches.push(node);
      }
    },
    NewExpression(node) {
      inventory.constructions.push(node);
    },
    AssignmentExpression(node) {
      if (node.left.type !== 'Identifier') inventory.memberAssignments.push(node);
    },
    ImportDeclaration: ({ source }) => loads(source),
    ImportExpression: ({ source }) => loads(source),
    TSExternalModuleReference: ({ expression }) => loads(expression),
    ReturnStatement: exit,
    ThrowStatement: exit,
    BreakStatement: exit,
    ContinueStatement: exit,
  };
}

/** Takes the inventory in a walk of its own. */
export function takeInventory(sourceCode: Readonly<TSESLint.SourceCode>): Inventory {
  const inventory = emptyInventory();
  const collector = collectorOf(inventory) as Record<string, ((node: Node) => void) | undefined>;
  const visit = (node: Node): void => {
    collector[node.type]?.(node);
    forEachChild(node, sourceCode.visitorKeys, visit);
  };
  visit(sourceCode.ast);
  return inventory;
}
