import type { TSESTree } from '@typescript-eslint/utils';
import { unwrap } from '../ast/unwrap.ts';
import { argument, onlyInit, type EventCall } from '../sdk/index.ts';
import type { Cursor } from './cursor.ts';
import type { Expressions } from './expressions.ts';
import type { SpanFile } from './file.ts';
import type { Site, Source, Value } from './model.ts';
import { isDroppedPromiseAll } from './promises.ts';
import type { Summary } from './summaries.ts';
import { isExported } from './variables.ts';

type Node = TSESTree.Node;

const unknown: readonly Value[] = [{ kind: 'unknown' }];
const constant = (node: Node): readonly Value[] => [{ kind: 'unjudged', node }];

/** Evaluates calls: those that open and close spans, those of this file's own functions, and all others. */
export class Calls {
  readonly sites: Site[] = [];
  readonly #file: SpanFile;
  readonly #cursor: Cursor;
  readonly #expressions: Expressions;
  readonly #settled: ReadonlySet<Node>;
  /** Whether calls of this file's own functions are looked into: one level deep only. */
  readonly #useSummaries: boolean;
  readonly #siteByNode = new Map<Node, Site>();

  constructor(
    file: SpanFile,
    cursor: Cursor,
    expressions: Expressions,
    settled: ReadonlySet<Node>,
    useSummaries: boolean,
  ) {
    this.#file = file;
    this.#cursor = cursor;
    this.#expressions = expressions;
    this.#settled = settled;
    this.#useSummaries = useSummaries;
  }

  site(node: Node, tool: string | null, role: Site['role']): Site {
    let site = this.#siteByNode.get(node);
    if (!site) {
      site = { index: this.sites.length, node, tool, role };
      this.sites.push(site);
      this.#siteByNode.set(node, site);
    }
    return site;
  }

  /** Evaluates a call: its parts, what it does to spans, and what it gives. */
  value(node: TSESTree.CallExpression): readonly Value[] {
    const { requests, responses, bystanders } = this.#file;
    const isSettled = this.#settled.has(node);
    const request = isSettled ? null : requests.get(node);
    if (request) return this.#request(node, request);
    const response = isSettled ? null : responses.get(node);
    if (response) return this.#response(node, response);
    if (isSettled || bystanders.has(node) || this.#file.isPrinting(node)) {
      this.#callee(node);
      for (const given of node.arguments) this.#look(given);
      this.#cursor.throwPoint();
      return constant(node);
    }
    const summary = this.#useSummaries ? this.#file.summaryOf(node) : null;
    if (summary) return this.#summarised(node, summary);
    const callee = unwrap(node.callee);
    if (callee.type === 'MemberExpression') {
      this.#expressions.handOver(callee.object);
      if (callee.computed) this.#expressions.drop(callee.property);
    } else this.#expressions.drop(callee);
    if (isDroppedPromiseAll(node)) for (const given of node.arguments) this.#look(given);
    else for (const given of node.arguments) this.#expressions.handOver(given);
    this.#cursor.throwPoint();
    return constant(node);
  }

  #request(node: TSESTree.CallExpression, event: EventCall): readonly Value[] {
    this.#callee(node);
    for (const given of node.arguments) this.#look(given);
    this.#cursor.throwPoint();
    const site = this.site(node, this.#file.tool(event), 'own');
    const source: Source = { kind: 'span', site, awaited: false };
    const id = this.#file.chosenId(event);
    const holder =
      id.kind === 'written' && id.node.type === 'Identifier'
        ? this.#expressions.trackedVariable(id.node)
        : null;
    this.#cursor.emit({ kind: 'request', site, holder });
    // With an id that is known elsewhere, the response can be sent from anywhere.
    if (id.kind !== 'none' && !holder) this.#expressions.escape([source]);
    return [source];
  }

  #response(node: TSESTree.CallExpression, event: EventCall): readonly Value[] {
    const given = argument(node, 1);
    this.#callee(node);
    let sources: readonly Value[] = unknown;
    for (const each of node.arguments) {
      if (each === given) sources = this.#outerConstant(given) ?? this.#expressions.value(given);
      else this.#look(each);
    }
    this.#cursor.throwPoint();
    if (given) this.#closes(node, given, sources, this.#file.tool(event), 'sdk');
    return constant(node);
  }

  #closes(
    node: TSESTree.CallExpression,
    given: Node,
    sources: readonly Value[],
    tool: string | null,
    through: 'sdk' | 'helper',
  ): void {
    this.#cursor.emit({
      kind: 'response',
      node,
      argument: given,
      sources: this.#expressions.judged(sources),
      tool,
      through,
    });
  }

  #summarised(node: TSESTree.CallExpression, summary: Summary): readonly Value[] {
    this.#expressions.value(node.callee);
    const closed: { given: Node; sources: readonly Value[]; tool: string | null }[] = [];
    node.arguments.forEach((given, position) => {
      const closes = argument(node, position) && summary.closes.get(position);
      if (closes) closed.push({ given, sources: this.#expressions.value(given), tool: closes.tool });
      else this.#expressions.handOver(given);
    });
    this.#cursor.throwPoint();
    for (const { given, sources, tool } of closed) this.#closes(node, given, sources, tool, 'helper');
    if (!summary.opens) return unknown;
    const { toolPosition } = summary.opens;
    const given = toolPosition === null ? null : argument(node, toolPosition);
    const tool = given ? this.#file.toolName(given) : summary.opens.tool;
    const site = this.site(node, tool, 'own');
    this.#cursor.emit({ kind: 'request', site, holder: null });
    return [{ kind: 'span', site, awaited: false }];
  }

  #callee(node: TSESTree.CallExpression): void {
    const callee = unwrap(node.callee);
    if (callee.type === 'MemberExpression') this.#expressions.drop(callee.object);
  }

  /** Evaluates what only looks at spans: SDK calls and `console` neither keep nor close them. */
  #look(node: Node): void {
    if (this.#expressions.isIdle(node)) return;
    switch (node.type) {
      case 'ObjectExpression':
      case 'ArrayExpression':
      case 'SpreadElement':
      case 'TemplateLiteral':
        this.#expressions.parts(node, (part) => this.#look(part));
        return;
      case 'BinaryExpression':
        if (node.left.type !== 'PrivateIdentifier') this.#look(node.left);
        this.#look(node.right);
        return;
      default:
        this.#expressions.value(node);
    }
  }

  /** What a constant of the code around this function holds, when it stands in the place of a span id. */
  #outerConstant(node: Node): readonly Value[] | null {
    const inner = unwrap(node);
    if (inner.type !== 'Identifier' || this.#expressions.trackedVariable(inner)) return null;
    const variable = this.#file.sdk.variable(inner);
    const init = variable && onlyInit(variable);
    if (!init) return null;
    const whole = unwrap(init);
    const awaited = whole.type === 'AwaitExpression';
    const value = awaited ? unwrap(whole.argument) : whole;
    const request = this.#file.requests.get(value);
    if (request)
      return [{ kind: 'span', site: this.site(value, this.#file.tool(request), 'foreign'), awaited }];
    if (!this.#file.isOther(value) || this.#file.isChosenVariable(variable) || isExported(variable))
      return null;
    // A made-up id that other code was given may have become the id of a span there.
    const onlyGivenToEvents = variable.references.every(({ identifier, init: defines }) => {
      const { parent } = identifier;
      return defines || (parent?.type === 'CallExpression' && this.#file.isEvent(parent));
    });
    return onlyGivenToEvents ? [{ kind: 'other', node: value }] : null;
  }
}
