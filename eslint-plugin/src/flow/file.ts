import type { TSESTree } from '@typescript-eslint/utils';
import { isFunction, type FunctionNode } from '../ast/functions.ts';
import { memberPath, propertyValue, unwrap } from '../ast/unwrap.ts';
import {
  argument,
  onlyInit,
  optionsPosition,
  type EventCall,
  type Sdk,
  type Variable,
} from '../sdk/index.ts';
import { freshPart } from '../values/fresh.ts';
import { staticText } from '../values/static.ts';
import type { Summary } from './summaries.ts';

type Node = TSESTree.Node;

/** What `{ spanId }` among the options of a request says about the id of its span. */
export type ChosenId =
  /** The SDK makes the id. */
  | { kind: 'none' }
  /** The caller chose it; the expression is what was written. */
  | { kind: 'written'; node: Node }
  /** The options are not in sight, so an id may be among them. */
  | { kind: 'hidden' };

/** What the functions of one file need to know of each other to follow spans. */
export class SpanFile {
  readonly sdk: Sdk;
  /** Calls that open or close a span. */
  readonly requests = new Map<Node, EventCall>();
  readonly responses = new Map<Node, EventCall>();
  /** Other event calls: they neither keep a span nor return one. */
  readonly bystanders = new Set<Node>();
  /** Functions of this file that open or close a span for their caller. */
  readonly summaries = new Map<FunctionNode, Summary>();
  /** Some request may use an id that cannot be compared, so only an id made on the spot is certainly wrong. */
  readonly hasHiddenIds: boolean;
  readonly #chosenVariables = new Set<Variable>();
  readonly #sharedIds = new Set<Variable>();
  readonly #chosenStrings = new Set<string>();

  constructor(sdk: Sdk) {
    this.sdk = sdk;
    for (const event of sdk.events) {
      if (event.method === 'toolCallRequest') this.requests.set(event.node, event);
      else if (event.method === 'toolCallResponse') this.responses.set(event.node, event);
      else this.bystanders.add(event.node);
    }
    let hidden = false;
    for (const event of this.requests.values()) {
      const id = this.chosenId(event);
      if (id.kind === 'hidden') hidden = true;
      if (id.kind !== 'written') continue;
      const text = staticText(sdk, id.node);
      const variable = sdk.variable(unwrap(id.node));
      if (variable) this.#chosenVariables.add(variable);
      if (text !== null) this.#chosenStrings.add(text);
      if (text === null && !variable) hidden = true;
    }
    this.hasHiddenIds = hidden;
    for (const variable of this.#chosenVariables) if (!this.#isOwnId(variable)) this.#sharedIds.add(variable);
  }

  /** Whether an id was made for one span and is known under this name alone: nobody else can send the response. */
  #isOwnId(variable: Variable): boolean {
    const init = onlyInit(variable);
    if (!init || !freshPart(this.sdk, init)) return false;
    return variable.references.every(({ identifier, init: defines }) => {
      const { parent } = identifier as Node;
      if (defines) return true;
      if (parent?.type === 'CallExpression') return this.isEvent(parent) || this.isPrinting(parent);
      const options = parent?.type === 'Property' && parent.value === identifier ? parent.parent : null;
      return !!options && this.isEvent(options.parent);
    });
  }

  /** Whether a call sends an event. */
  isEvent(call: Node): boolean {
    return this.requests.has(call) || this.responses.has(call) || this.bystanders.has(call);
  }

  chosenId(event: EventCall): ChosenId {
    const position = optionsPosition[event.method];
    if (
      event.node.arguments.length <= position &&
      !event.node.arguments.some(({ type }) => type === 'SpreadElement')
    ) {
      return { kind: 'none' };
    }
    if (!event.options) return { kind: 'hidden' };
    const value = propertyValue(event.options, 'spanId');
    if (value === undefined) return { kind: 'hidden' };
    return value === null ? { kind: 'none' } : { kind: 'written', node: value };
  }

  /** The tool that an event names, when the name is written down. */
  tool(event: EventCall): string | null {
    const given = argument(event.node, 0);
    return given && this.toolName(given);
  }

  toolName(node: Node): string | null {
    return staticText(this.sdk, node);
  }

  /** The summary of the function of this file that a call certainly runs. */
  summaryOf(call: TSESTree.CallExpression): Summary | null {
    if (this.summaries.size === 0) return null;
    const definition = this.definitionOf(call);
    return definition && (this.summaries.get(definition) ?? null);
  }

  /** The one function of this file that a call certainly runs: it is never reassigned. */
  definitionOf(call: TSESTree.CallExpression): FunctionNode | null {
    const callee = unwrap(call.callee);
    const variable = this.sdk.variable(callee);
    const [definition, ...others] = variable?.defs ?? [];
    if (!variable || !definition || others.length > 0) return null;
    if (definition.type === 'FunctionName') {
      const reassigned = variable.references.some((reference) => reference.isWrite());
      return !reassigned && isFunction(definition.node) ? definition.node : null;
    }
    const init = onlyInit(variable);
    const inner = init && unwrap(init);
    return inner && isFunction(inner) ? inner : null;
  }

  /** The variable of a parameter that keeps what it was given. */
  parameter(identifier: TSESTree.Identifier): Variable | null {
    const variable = this.sdk.variable(identifier);
    const isParameter = variable?.defs.length === 1 && variable.defs[0]!.type === 'Parameter';
    return isParameter && !variable.references.some((reference) => reference.isWrite()) ? variable : null;
  }

  /** Whether a request of this file was told to use the value of this variable as its span id. */
  isChosenVariable(variable: Variable): boolean {
    return this.#chosenVariables.has(variable);
  }

  /** Whether a variable holds an id that a request was told to use, and that other code may know as well. */
  isSharedId(variable: Variable): boolean {
    return this.#sharedIds.has(variable);
  }

  /** Whether an expression has a value in sight that no request of this file can have returned. */
  isOther(node: Node): boolean {
    if (freshPart(this.sdk, node)) return true;
    switch (node.type) {
      case 'Literal':
        return typeof node.value !== 'string' || !(this.hasHiddenIds || this.#chosenStrings.has(node.value));
      case 'TemplateLiteral': {
        // `${span}` alone is the span itself.
        if (!node.quasis.some(({ value }) => value.raw !== '')) return false;
        const text = staticText(this.sdk, node);
        return !this.hasHiddenIds && (text === null || !this.#chosenStrings.has(text));
      }
      case 'Identifier':
        return node.name === 'undefined' && this.sdk.variable(node) === null;
      case 'ObjectExpression':
      case 'ArrayExpression':
      case 'ArrowFunctionExpression':
      case 'FunctionExpression':
        return true;
      case 'CallExpression':
        return this.bystanders.has(node) || this.responses.has(node);
      default:
        return false;
    }
  }

  /** Whether a call only prints what it is given. */
  isPrinting(call: TSESTree.CallExpression): boolean {
    const path = memberPath(call.callee);
    return (
      path?.root.type === 'Identifier' &&
      path.root.name === 'console' &&
      this.sdk.variable(path.root) === null
    );
  }
}
