import type { TSESTree } from '@typescript-eslint/utils';
import { keyName, memberPath, unwrap, wrapped } from '../ast/unwrap.ts';
import { argument, onlyInit, type EventCall, type Variable } from '../sdk/index.ts';
import type { Cursor } from './cursor.ts';
import type { SpanFile } from './file.ts';
import type { Site, Source, Value } from './model.ts';
import type { Summary } from './summaries.ts';
import type { Survey } from './survey.ts';

type Node = TSESTree.Node;

const unknown: readonly Source[] = [{ kind: 'unknown' }];
const nothing: readonly Value[] = [];
const comparisons = new Set(['==', '!=', '===', '!==', '<', '<=', '>', '>=', 'in', 'instanceof']);

/** Evaluates expressions into events, in the order in which they run, and says what their values may be. */
export class Expressions {
  readonly sites: Site[] = [];
  readonly #file: SpanFile;
  readonly #cursor: Cursor;
  readonly #survey: Survey;
  readonly #settled: ReadonlySet<Node>;
  readonly #trackedNames: ReadonlySet<string>;
  /** Whether calls of this file's own functions are looked into: one level deep only. */
  readonly #useSummaries: boolean;
  readonly #siteByNode = new Map<Node, Site>();

  constructor(
    file: SpanFile,
    cursor: Cursor,
    survey: Survey,
    settled: ReadonlySet<Node>,
    useSummaries: boolean,
  ) {
    this.#file = file;
    this.#cursor = cursor;
    this.#survey = survey;
    this.#settled = settled;
    this.#trackedNames = new Set([...survey.tracked.keys()].map(({ name }) => name));
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

  /** Evaluates an expression whose value goes where it cannot be followed. */
  handOver(node: Node): void {
    if (!this.isIdle(node)) this.escape(this.value(node));
  }

  /** Evaluates an expression whose value is dropped. */
  drop(node: Node): void {
    if (!this.isIdle(node)) this.value(node);
  }

  /** Whether a piece of code that control passes through changes nothing, and throws nothing that is not said already. */
  isIdle(node: Node): boolean {
    return this.#cursor.isSilent && this.#survey.isPlain(node);
  }

  escape(values: readonly Value[]): void {
    const sources = values.filter(
      (value): value is Source => value.kind === 'span' || value.kind === 'variable',
    );
    if (sources.length > 0) this.#cursor.emit({ kind: 'escape', sources });
  }

  /** Says of each value whether a request can have returned it; asked only where it matters. */
  judged(values: readonly Value[]): readonly Source[] {
    return values.map((value) => {
      if (value.kind !== 'unjudged') return value;
      return this.#file.isOther(value.node) ? { kind: 'other', node: value.node } : { kind: 'unknown' };
    });
  }

  /** Evaluates an expression and returns what its value may be; whoever drops the answer drops the value. */
  value(node: Node): readonly Value[] {
    if (node.type === 'ChainExpression') return this.#chain(node);
    const inner = unwrap(node);
    if (inner !== node) return this.value(inner);
    switch (node.type) {
      case 'Identifier':
        return this.#identifier(node);
      case 'Literal':
        return this.#constant(node);
      case 'AwaitExpression':
        return this.#await(node);
      case 'ConditionalExpression': {
        this.drop(node.test);
        let first = nothing;
        let second = nothing;
        this.#cursor.either(
          () => (first = this.value(node.consequent)),
          () => (second = this.value(node.alternate)),
        );
        return [...first, ...second];
      }
      case 'LogicalExpression': {
        const left = this.value(node.left);
        let right = nothing;
        this.#cursor.optional(() => (right = this.value(node.right)));
        return [...left, ...right];
      }
      case 'AssignmentExpression':
        return this.#assignment(node);
      case 'SequenceExpression':
        return node.expressions.reduce((_previous, expression) => this.value(expression), nothing);
      case 'CallExpression':
        return this.#call(node);
      case 'MemberExpression':
        this.drop(node.object);
        if (node.computed) this.drop(node.property);
        this.#cursor.throwPoint();
        return unknown;
      case 'UnaryExpression':
        this.drop(node.argument);
        return unknown;
      case 'UpdateExpression':
        this.assign(node.argument, unknown, false);
        return unknown;
      case 'BinaryExpression':
        this.#binary(node);
        return this.#constant(node);
      case 'TemplateLiteral':
        for (const expression of node.expressions) this.handOver(expression);
        return this.#constant(node);
      case 'ObjectExpression':
      case 'ArrayExpression':
        this.#parts(node, (part) => this.handOver(part));
        return this.#constant(node);
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        return this.#constant(node);
      case 'ClassExpression':
        this.classHead(node);
        return unknown;
      case 'YieldExpression':
      case 'SpreadElement':
      case 'ImportExpression': {
        const operand = node.type === 'ImportExpression' ? node.source : node.argument;
        if (operand) this.handOver(operand);
        this.#cursor.throwPoint();
        return unknown;
      }
      default:
        this.#parts(node, (part) => this.handOver(part));
        this.#cursor.throwPoint();
        return unknown;
    }
  }

  /** What runs when a class is defined: its heritage and computed keys. Its bodies are units of their own. */
  classHead(node: TSESTree.ClassDeclaration | TSESTree.ClassExpression): void {
    if (node.superClass) this.handOver(node.superClass);
    for (const member of node.body.body) {
      if ('computed' in member && member.computed && 'key' in member) this.value(member.key);
    }
    this.#cursor.throwPoint();
  }

  /** `left = right`, or a declaration with an initializer. */
  bind(left: Node, right: Node, declares: boolean): readonly Value[] {
    const target = unwrap(left);
    if (target.type === 'ArrayPattern') {
      const elements = this.#elements(right);
      if (elements) {
        target.elements.forEach((element, index) => {
          if (element)
            this.assign(
              element,
              element.type === 'RestElement' ? unknown : (elements[index] ?? unknown),
              declares,
            );
        });
        const rest = target.elements.findIndex((element) => element?.type === 'RestElement');
        if (rest >= 0) elements.slice(rest).forEach((sources) => this.escape(sources));
        return unknown;
      }
    }
    if (target.type === 'MemberExpression') {
      this.value(target);
      const sources = this.value(right);
      this.escape(sources);
      return sources;
    }
    const sources = this.value(right);
    this.assign(target, sources, declares);
    return sources;
  }

  /** Gives a value to a name, a member or a pattern. */
  assign(target: Node, sources: readonly Value[], declares: boolean): void {
    const inner = unwrap(target);
    switch (inner.type) {
      case 'Identifier': {
        const variable = this.#trackedVariable(inner);
        if (variable) {
          this.#cursor.emit({
            kind: 'write',
            variable,
            sources: this.judged(sources),
            node: inner,
            declares,
          });
        } else this.escape(sources);
        return;
      }
      case 'AssignmentPattern': {
        let other = nothing;
        this.#cursor.optional(() => (other = this.value(inner.right)));
        this.assign(inner.left, [...sources, ...other], declares);
        return;
      }
      case 'ArrayPattern':
      case 'ObjectPattern':
        this.escape(sources);
        this.#cursor.throwPoint();
        for (const part of inner.type === 'ArrayPattern' ? inner.elements : inner.properties) {
          if (part?.type === 'Property') {
            if (part.computed) this.value(part.key);
            this.assign(part.value, unknown, declares);
          } else if (part) this.assign(part, unknown, declares);
        }
        return;
      case 'RestElement':
        this.assign(inner.argument, sources, declares);
        return;
      case 'TSParameterProperty':
        this.assign(inner.parameter, sources, declares);
        return;
      default:
        this.escape(sources);
        this.value(inner);
    }
  }

  #identifier(node: TSESTree.Identifier): readonly Value[] {
    const tracked = this.#trackedVariable(node);
    if (tracked) return [{ kind: 'variable', variable: tracked, awaited: false }];
    return node.name === 'undefined' ? this.#constant(node) : unknown;
  }

  #trackedVariable(node: TSESTree.Identifier): Variable | null {
    if (!this.#trackedNames.has(node.name)) return null;
    const variable = this.#file.sdk.variable(node);
    return variable && this.#survey.tracked.has(variable) ? variable : null;
  }

  /** What a constant of the code around this function holds, when it stands in the place of a span id. */
  #outerConstant(node: Node): readonly Value[] | null {
    const inner = unwrap(node);
    if (inner.type !== 'Identifier' || this.#trackedVariable(inner)) return null;
    const variable = this.#file.sdk.variable(inner);
    const init = variable && onlyInit(variable);
    if (!init) return null;
    const whole = unwrap(init);
    const awaited = whole.type === 'AwaitExpression';
    const value = awaited ? unwrap(whole.argument) : whole;
    const request = this.#file.requests.get(value);
    if (request)
      return [{ kind: 'span', site: this.site(value, this.#file.tool(request), 'foreign'), awaited }];
    if (!this.#file.isOther(value) || this.#file.isChosenVariable(variable)) return null;
    // A made-up id that other code was given may have become the id of a span there.
    const onlyGivenToEvents = variable.references.every(({ identifier, init: defines }) => {
      const { parent } = identifier;
      return defines || (parent?.type === 'CallExpression' && this.#file.isEvent(parent));
    });
    return onlyGivenToEvents ? [{ kind: 'other', node: value }] : null;
  }

  #constant(node: Node): readonly Value[] {
    return [{ kind: 'unjudged', node }];
  }

  #await(node: TSESTree.AwaitExpression): readonly Value[] {
    const sources = this.value(node.argument);
    // A request that throws while it is awaited has given nobody a span; a response may have arrived all the same.
    if (!this.#file.requests.has(unwrap(node.argument))) this.#cursor.throwPoint();
    return awaited(sources);
  }

  #chain(node: TSESTree.ChainExpression): readonly Value[] {
    // `trace?.toolCallRequest()`: without a trace there is nothing to be right or wrong about.
    if (this.#file.isEvent(unwrap(node))) return this.value(node.expression);
    let sources = nothing;
    this.#cursor.optional(() => (sources = this.value(node.expression)));
    return [...sources, ...unknown];
  }

  #assignment(node: TSESTree.AssignmentExpression): readonly Value[] {
    if (node.operator === '=') return this.bind(node.left, node.right, false);
    if (node.operator === '??=' || node.operator === '||=' || node.operator === '&&=') {
      const before = this.value(node.left);
      let written = nothing;
      this.#cursor.optional(() => {
        written = this.value(node.right);
        if (unwrap(node.left).type === 'Identifier') this.assign(node.left, written, false);
        else this.escape(written);
      });
      return [...before, ...written];
    }
    this.value(node.left);
    this.handOver(node.right);
    if (unwrap(node.left).type === 'Identifier') this.assign(node.left, unknown, false);
    return unknown;
  }

  /** Not recursive on the left: a long concatenation is a deep tree. */
  #binary(node: TSESTree.BinaryExpression): void {
    const operands: [Node, boolean][] = [];
    let inner: Node = node;
    while (inner.type === 'BinaryExpression') {
      const compares: boolean = comparisons.has(inner.operator);
      operands.push([inner.right, compares]);
      if (inner.left.type !== 'BinaryExpression') operands.push([inner.left, compares]);
      inner = inner.left;
    }
    for (const [operand, compares] of operands.reverse()) {
      if (operand.type === 'PrivateIdentifier') continue;
      if (compares) this.drop(operand);
      else this.handOver(operand);
    }
  }

  #call(node: TSESTree.CallExpression): readonly Value[] {
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
      return this.#constant(node);
    }
    const summary = this.#useSummaries ? this.#file.summaryOf(node) : null;
    if (summary) return this.#summarised(node, summary);
    const callee = unwrap(node.callee);
    if (callee.type === 'MemberExpression') {
      this.handOver(callee.object);
      if (callee.computed) this.drop(callee.property);
    } else this.drop(callee);
    if (isDroppedPromiseAll(node)) for (const given of node.arguments) this.#look(given);
    else for (const given of node.arguments) this.handOver(given);
    this.#cursor.throwPoint();
    return this.#constant(node);
  }

  #request(node: TSESTree.CallExpression, event: EventCall): readonly Value[] {
    this.#callee(node);
    for (const given of node.arguments) this.#look(given);
    this.#cursor.throwPoint();
    const site = this.site(node, this.#file.tool(event), 'own');
    const source: Source = { kind: 'span', site, awaited: false };
    const id = this.#file.chosenId(event);
    const holder =
      id.kind === 'written' && id.node.type === 'Identifier' ? this.#trackedVariable(id.node) : null;
    this.#cursor.emit({ kind: 'request', site, holder });
    // With an id that is known elsewhere, the response can be sent from anywhere.
    if (id.kind !== 'none' && !holder) this.escape([source]);
    return [source];
  }

  #response(node: TSESTree.CallExpression, event: EventCall): readonly Value[] {
    const given = argument(node, 1);
    this.#callee(node);
    let sources: readonly Value[] = unknown;
    for (const each of node.arguments) {
      if (each === given) sources = this.#outerConstant(given) ?? this.value(given);
      else this.#look(each);
    }
    this.#cursor.throwPoint();
    if (given) {
      const tool = this.#file.tool(event);
      this.#cursor.emit({
        kind: 'response',
        node,
        argument: given,
        sources: this.judged(sources),
        tool,
        through: 'sdk',
      });
    }
    return this.#constant(node);
  }

  #summarised(node: TSESTree.CallExpression, summary: Summary): readonly Value[] {
    this.value(node.callee);
    const closed: { given: Node; sources: readonly Value[]; tool: string | null }[] = [];
    node.arguments.forEach((given, position) => {
      const closes = argument(node, position) && summary.closes.get(position);
      if (closes) closed.push({ given, sources: this.value(given), tool: closes.tool });
      else this.handOver(given);
    });
    this.#cursor.throwPoint();
    for (const { given, sources, tool } of closed) {
      this.#cursor.emit({
        kind: 'response',
        node,
        argument: given,
        sources: this.judged(sources),
        tool,
        through: 'helper',
      });
    }
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
    if (callee.type === 'MemberExpression') this.drop(callee.object);
  }

  /** Evaluates what only looks at spans: SDK calls and `console` neither keep nor close them. */
  #look(node: Node): void {
    if (this.isIdle(node)) return;
    switch (node.type) {
      case 'ObjectExpression':
      case 'ArrayExpression':
      case 'SpreadElement':
      case 'TemplateLiteral':
        this.#parts(node, (part) => this.#look(part));
        return;
      case 'BinaryExpression':
        if (node.left.type !== 'PrivateIdentifier') this.#look(node.left);
        this.#look(node.right);
        return;
      default:
        this.value(node);
    }
  }

  #parts(node: Node, visit: (part: Node) => void): void {
    if (node.type === 'ObjectExpression') {
      for (const property of node.properties) {
        if (property.type === 'SpreadElement') visit(property);
        else {
          if (property.computed || keyName(property) === null) this.value(property.key);
          visit(property.value);
        }
      }
      return;
    }
    for (const key of this.#file.sdk.visitorKeys[node.type] ?? []) {
      const child = (node as unknown as Record<string, Node | (Node | null)[] | null | undefined>)[key];
      for (const part of Array.isArray(child) ? child : [child]) {
        if (part && !part.type.startsWith('TS')) visit(part);
      }
    }
  }

  /** The values of `[a, b]` or `await Promise.all([a, b])`, by position. */
  #elements(node: Node): (readonly Value[])[] | null {
    let array = unwrap(node);
    const awaits = array.type === 'AwaitExpression';
    if (array.type === 'AwaitExpression') {
      const call = unwrap(array.argument);
      if (call.type !== 'CallExpression' || promiseMethod(call) !== 'all' || call.arguments.length !== 1)
        return null;
      array = unwrap(call.arguments[0]!);
    }
    if (
      array.type !== 'ArrayExpression' ||
      array.elements.some((element) => element?.type === 'SpreadElement')
    )
      return null;
    const values = array.elements.map((element) => (element ? this.value(element) : unknown));
    if (!awaits) return values;
    this.#cursor.throwPoint();
    return values.map(awaited);
  }
}

function awaited(sources: readonly Value[]): readonly Value[] {
  return sources.map((source) =>
    source.kind === 'span' || source.kind === 'variable' ? { ...source, awaited: true } : source,
  );
}

function promiseMethod(call: TSESTree.CallExpression): string | null {
  const path = memberPath(call.callee);
  return path?.root.type === 'Identifier' && path.root.name === 'Promise' ? path.names.join('.') : null;
}

/** `await Promise.all([p, q]);` waits for promises that stay where they are. */
function isDroppedPromiseAll(call: TSESTree.CallExpression): boolean {
  if (promiseMethod(call) === null) return false;
  const { parent } = wrapped(call);
  return parent?.type === 'AwaitExpression' && wrapped(parent).parent?.type === 'ExpressionStatement';
}
