import type { TSESTree } from '@typescript-eslint/utils';
import { forEachChild } from '../ast/children.ts';
import { keyName, unwrap } from '../ast/unwrap.ts';
import type { Variable } from '../sdk/index.ts';
import { Calls } from './calls.ts';
import type { Cursor } from './cursor.ts';
import type { SpanFile } from './file.ts';
import type { Source, Value } from './model.ts';
import { awaited } from './promises.ts';
import type { Survey } from './survey.ts';
import { Targets } from './targets.ts';

type Node = TSESTree.Node;

const unknown: readonly Source[] = [{ kind: 'unknown' }];
const nothing: readonly Value[] = [];
const comparisons = new Set(['==', '!=', '===', '!==', '<', '<=', '>', '>=', 'in', 'instanceof']);

/** Evaluates expressions into events, in the order in which they run, and says what their values may be. */
export class Expressions {
  readonly calls: Calls;
  readonly targets: Targets;
  readonly #file: SpanFile;
  readonly #cursor: Cursor;
  readonly #survey: Survey;
  readonly #trackedNames: ReadonlySet<string>;

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
    this.calls = new Calls(file, cursor, this, settled, useSummaries);
    this.targets = new Targets(cursor, this);
    this.#trackedNames = new Set([...survey.tracked.keys()].map(({ name }) => name));
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
        return this.calls.value(node);
      case 'MemberExpression':
        this.drop(node.object);
        if (node.computed) this.drop(node.property);
        this.#cursor.throwPoint();
        return unknown;
      case 'UnaryExpression':
        this.drop(node.argument);
        return unknown;
      case 'UpdateExpression':
        this.targets.assign(node.argument, unknown, false);
        return unknown;
      case 'BinaryExpression':
        this.#binary(node);
        return this.#constant(node);
      case 'TemplateLiteral':
        for (const expression of node.expressions) this.handOver(expression);
        return this.#constant(node);
      case 'ObjectExpression':
      case 'ArrayExpression':
        this.parts(node, (part) => this.handOver(part));
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
        this.parts(node, (part) => this.handOver(part));
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

  #identifier(node: TSESTree.Identifier): readonly Value[] {
    const tracked = this.trackedVariable(node);
    if (tracked) return [{ kind: 'variable', variable: tracked, awaited: false }];
    return node.name === 'undefined' ? this.#constant(node) : unknown;
  }

  /** The variable of a name, if it can hold a span. */
  trackedVariable(node: TSESTree.Identifier): Variable | null {
    if (!this.#trackedNames.has(node.name)) return null;
    const variable = this.#file.sdk.variable(node);
    return variable && this.#survey.tracked.has(variable) ? variable : null;
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
    if (node.operator === '=') return this.targets.bind(node.left, node.right, false);
    if (node.operator === '??=' || node.operator === '||=' || node.operator === '&&=') {
      const before = this.value(node.left);
      let written = nothing;
      this.#cursor.optional(() => {
        written = this.value(node.right);
        if (unwrap(node.left).type === 'Identifier') this.targets.assign(node.left, written, false);
        else this.escape(written);
      });
      return [...before, ...written];
    }
    this.value(node.left);
    this.handOver(node.right);
    if (unwrap(node.left).type === 'Identifier') this.targets.assign(node.left, unknown, false);
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

  /** Visits the parts of an expression that are evaluated with it. */
  parts(node: Node, visit: (part: Node) => void): void {
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
    forEachChild(node, this.#file.sdk.visitorKeys, (part) => {
      if (!part.type.startsWith('TS')) visit(part);
    });
  }
}
