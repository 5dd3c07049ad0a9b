import type { TSESTree } from '@typescript-eslint/utils';
import { unwrap } from '../ast/unwrap.ts';
import type { Cursor } from './cursor.ts';
import type { Expressions } from './expressions.ts';
import type { Value } from './model.ts';
import { awaited, promiseMethod } from './promises.ts';

type Node = TSESTree.Node;

const unknown: readonly Value[] = [{ kind: 'unknown' }];

/** Gives values to names, members and patterns. */
export class Targets {
  readonly #cursor: Cursor;
  readonly #expressions: Expressions;

  constructor(cursor: Cursor, expressions: Expressions) {
    this.#cursor = cursor;
    this.#expressions = expressions;
  }

  /** `left = right`, or a declaration with an initializer. */
  bind(left: Node, right: Node, declares: boolean): readonly Value[] {
    const target = unwrap(left);
    if (target.type === 'ArrayPattern') {
      const elements = this.#elements(right);
      if (elements && this.#readsWhatItWrites(target, elements)) {
        elements.forEach((sources) => this.#expressions.escape(sources));
        this.assign(target, unknown, declares);
        return unknown;
      }
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
        if (rest >= 0) elements.slice(rest).forEach((sources) => this.#expressions.escape(sources));
        return unknown;
      }
    }
    if (target.type === 'MemberExpression') {
      this.#expressions.value(target);
      const sources = this.#expressions.value(right);
      this.#expressions.escape(sources);
      return sources;
    }
    const sources = this.#expressions.value(right);
    this.assign(target, sources, declares);
    return sources;
  }

  /** `[a, b] = [b, a]`: all is read before anything is written, while here each name is written in turn. */
  #readsWhatItWrites(pattern: TSESTree.ArrayPattern, elements: readonly (readonly Value[])[]): boolean {
    const written = new Set(
      pattern.elements.map(
        (element) => element?.type === 'Identifier' && this.#expressions.trackedVariable(element),
      ),
    );
    return elements.some((sources) =>
      sources.some((source) => source.kind === 'variable' && written.has(source.variable)),
    );
  }

  /** Gives a value to a name, a member or a pattern. */
  assign(target: Node, sources: readonly Value[], declares: boolean): void {
    const inner = unwrap(target);
    switch (inner.type) {
      case 'Identifier': {
        const variable = this.#expressions.trackedVariable(inner);
        if (variable) {
          this.#cursor.emit({
            kind: 'write',
            variable,
            sources: this.#expressions.judged(sources),
            node: inner,
            declares,
          });
        } else this.#expressions.escape(sources);
        return;
      }
      case 'AssignmentPattern': {
        let other: readonly Value[] = [];
        this.#cursor.optional(() => (other = this.#expressions.value(inner.right)));
        this.assign(inner.left, [...sources, ...other], declares);
        return;
      }
      case 'ArrayPattern':
      case 'ObjectPattern':
        this.#expressions.escape(sources);
        this.#cursor.throwPoint();
        for (const part of inner.type === 'ArrayPattern' ? inner.elements : inner.properties) {
          if (part?.type === 'Property') {
            if (part.computed) this.#expressions.value(part.key);
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
        this.#expressions.escape(sources);
        this.#expressions.value(inner);
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
    const values = array.elements.map((element) => (element ? this.#expressions.value(element) : unknown));
    if (!awaits) return values;
    this.#cursor.throwPoint();
    return values.map(awaited);
  }
}
