import type { TSESTree } from '@typescript-eslint/utils';
import { isFunction, type CodeUnit } from '../ast/functions.ts';
import { newBlock, type Cursor, type Frame } from './cursor.ts';
import type { Expressions } from './expressions.ts';
import type { Source } from './model.ts';
import type { Survey } from './survey.ts';

type Node = TSESTree.Node;

const unknown: readonly Source[] = [{ kind: 'unknown' }];

/**
 * How deep `finally` blocks are copied, one copy for each way to get there (normally, by a jump, by an exception).
 * Deeper ones are shared by all ways: more paths than there are, but no exponential growth.
 */
const copiedFinallyDepth = 2;

/** Lays the paths of statements. */
export class Statements {
  readonly #cursor: Cursor;
  readonly #expressions: Expressions;
  readonly #survey: Survey;
  #finallyDepth = 0;

  constructor(cursor: Cursor, expressions: Expressions, survey: Survey) {
    this.#cursor = cursor;
    this.#expressions = expressions;
    this.#survey = survey;
  }

  /** The code of a unit after its parameters; ends at the end of the unit. */
  body(unit: CodeUnit): void {
    if (unit.type === 'PropertyDefinition') {
      if (unit.value) this.#expressions.handOver(unit.value);
    } else if (isFunction(unit) && unit.body.type !== 'BlockStatement') {
      const sources = this.#expressions.value(unit.body);
      this.#cursor.emit({ kind: 'return', sources: this.#expressions.judged(sources) });
      this.#cursor.connect(this.#cursor.returned);
      return;
    } else if (isFunction(unit)) this.#all((unit.body as TSESTree.BlockStatement).body);
    else this.#all(unit.body);
    this.#cursor.emit({ kind: 'return', sources: unknown });
    this.#cursor.connect(this.#cursor.returned);
  }

  #all(statements: readonly Node[]): void {
    for (const statement of statements) this.#statement(statement);
  }

  #statement(node: Node, labels: readonly string[] = []): void {
    const cursor = this.#cursor;
    if (!cursor.current || this.#isIdle(node)) return;
    switch (node.type) {
      case 'ExpressionStatement':
        this.#expressions.value(node.expression);
        return;
      case 'VariableDeclaration':
        for (const declarator of node.declarations) this.#declarator(declarator, node.kind);
        return;
      case 'BlockStatement':
        if (labels.length > 0) this.#target(labels, false, () => this.#all(node.body));
        else this.#all(node.body);
        return;
      case 'IfStatement':
        if (labels.length > 0) this.#target(labels, false, () => this.#if(node));
        else this.#if(node);
        return;
      case 'ReturnStatement': {
        const isSpan = node.argument && !this.#survey.isPlain(node.argument);
        const sources = isSpan ? this.#expressions.value(node.argument!) : unknown;
        if (node.argument && !isSpan) this.#expressions.drop(node.argument);
        cursor.emit({ kind: 'return', sources: this.#expressions.judged(sources) });
        cursor.returnNow();
        return;
      }
      case 'ThrowStatement':
        this.#expressions.handOver(node.argument);
        cursor.throwNow();
        return;
      case 'BreakStatement':
        cursor.breakOrContinue('break', node.label);
        return;
      case 'ContinueStatement':
        cursor.breakOrContinue('continue', node.label);
        return;
      case 'LabeledStatement':
        this.#statement(node.body, [...labels, node.label.name]);
        return;
      case 'WhileStatement':
      case 'DoWhileStatement':
      case 'ForStatement':
        this.#loop(node, labels);
        return;
      case 'ForInStatement':
      case 'ForOfStatement':
        this.#forEach(node, labels);
        return;
      case 'SwitchStatement':
        this.#switch(node, labels);
        return;
      case 'TryStatement':
        if (labels.length > 0) this.#target(labels, false, () => this.#try(node));
        else this.#try(node);
        return;
      case 'WithStatement':
        this.#expressions.handOver(node.object);
        this.#statement(node.body);
        return;
      case 'ClassDeclaration':
        this.#expressions.classHead(node);
        return;
      case 'ExportNamedDeclaration':
        if (node.declaration) this.#statement(node.declaration);
        return;
      case 'ExportDefaultDeclaration':
        if (node.declaration.type === 'ClassDeclaration') this.#expressions.classHead(node.declaration);
        else if (node.declaration.type !== 'FunctionDeclaration')
          this.#expressions.handOver(node.declaration);
        return;
      case 'TSExportAssignment':
        this.#expressions.handOver(node.expression);
        return;
      default: // declarations of functions and types, imports, empty statements: nothing runs
    }
  }

  /** Whether a statement that control passes through changes nothing. A loop without end is no such statement. */
  #isIdle(node: Node): boolean {
    switch (node.type) {
      case 'ExpressionStatement':
      case 'VariableDeclaration':
        return this.#expressions.isIdle(node);
      case 'IfStatement':
      case 'ForInStatement':
      case 'ForOfStatement':
      case 'SwitchStatement':
      case 'TryStatement':
        return this.#expressions.isIdle(node) && !this.#survey.hasExits(node);
      default:
        return false;
    }
  }

  #declarator(node: TSESTree.VariableDeclarator, kind: string): void {
    if (node.init) this.#expressions.targets.bind(node.id, node.init, true);
    else if (kind !== 'var')
      this.#expressions.targets.assign(node.id, [{ kind: 'other', node: node.id }], true);
  }

  #if(node: TSESTree.IfStatement): void {
    this.#expressions.drop(node.test);
    this.#cursor.either(
      () => this.#statement(node.consequent),
      () => node.alternate && this.#statement(node.alternate),
    );
  }

  /** Runs `part` as the target of `break`, and goes on behind it. */
  #target(labels: readonly string[], plainBreak: boolean, part: (frame: Frame) => void): void {
    const cursor = this.#cursor;
    const after = cursor.block();
    this.#inFrame({ kind: 'target', labels, breakTo: after, continueTo: null, plainBreak }, part);
    cursor.connect(after);
    cursor.resume(after);
  }

  #inFrame(frame: Frame, part: (frame: Frame) => void): void {
    this.#cursor.frames.push(frame);
    part(frame);
    this.#cursor.frames.pop();
  }

  #loop(
    node: TSESTree.WhileStatement | TSESTree.DoWhileStatement | TSESTree.ForStatement,
    labels: readonly string[],
  ): void {
    const cursor = this.#cursor;
    if (node.type === 'ForStatement' && node.init) {
      if (node.init.type === 'VariableDeclaration') this.#statement(node.init);
      else this.#expressions.drop(node.init);
    }
    const start = cursor.split();
    const after = cursor.block();
    const next = cursor.block();
    const { test } = node;
    const checkTest = (): void => {
      if (!test) return;
      this.#expressions.drop(test);
      if (!(test.type === 'Literal' && test.value)) cursor.connect(after);
      cursor.split();
    };
    if (node.type !== 'DoWhileStatement') checkTest();
    this.#inFrame({ kind: 'target', labels, breakTo: after, continueTo: next, plainBreak: true }, () =>
      this.#statement(node.body),
    );
    cursor.connect(next);
    cursor.resume(next);
    if (node.type === 'DoWhileStatement') checkTest();
    if (node.type === 'ForStatement' && node.update) this.#expressions.drop(node.update);
    cursor.connect(start);
    cursor.resume(after);
  }

  #forEach(node: TSESTree.ForInStatement | TSESTree.ForOfStatement, labels: readonly string[]): void {
    const cursor = this.#cursor;
    this.#expressions.handOver(node.right);
    const start = cursor.split();
    cursor.throwPoint();
    const after = cursor.block();
    cursor.connect(after);
    cursor.split();
    if (node.left.type === 'VariableDeclaration') {
      for (const { id } of node.left.declarations) this.#expressions.targets.assign(id, unknown, true);
    } else this.#expressions.targets.assign(node.left, unknown, false);
    this.#inFrame({ kind: 'target', labels, breakTo: after, continueTo: start, plainBreak: true }, () =>
      this.#statement(node.body),
    );
    cursor.connect(start);
    cursor.resume(after);
  }

  #switch(node: TSESTree.SwitchStatement, labels: readonly string[]): void {
    const cursor = this.#cursor;
    this.#expressions.drop(node.discriminant);
    this.#target(labels, true, (frame) => {
      const bodies = node.cases.map(() => cursor.block());
      let byDefault = frame.kind === 'target' ? frame.breakTo : null;
      node.cases.forEach(({ test }, index) => {
        if (test) {
          this.#expressions.drop(test);
          cursor.connect(bodies[index]!);
          cursor.split();
        } else byDefault = bodies[index]!;
      });
      if (byDefault) cursor.connect(byDefault);
      cursor.resume(cursor.block(), false);
      node.cases.forEach(({ consequent }, index) => {
        cursor.connect(bodies[index]!); // falls through from the case before
        cursor.resume(bodies[index]!);
        this.#all(consequent);
      });
    });
  }

  #try(node: TSESTree.TryStatement): void {
    const cursor = this.#cursor;
    const { handler: outer } = cursor;
    const after = newBlock(outer);
    const { finalizer } = node;
    if (!finalizer) {
      this.#protected(node, outer, after);
      cursor.resume(after);
      return;
    }
    const shared = this.#finallyDepth >= copiedFinallyDepth;
    const frame: Frame = { kind: 'finally', entry: newBlock(outer), jumps: new Map() };
    const onThrow = shared ? frame.entry : newBlock(outer);
    const onEnd = shared ? frame.entry : newBlock(outer);
    this.#inFrame(frame, () => this.#protected(node, onThrow, onEnd));
    cursor.handler = outer;

    const copy = (entry: typeof onEnd, leave: () => void): void => {
      cursor.resume(entry);
      this.#finallyDepth++;
      this.#all(finalizer.body);
      this.#finallyDepth--;
      if (cursor.current) leave();
    };
    const goOn = (): void => cursor.connect(after);
    const throwOn = (): void => cursor.throwNow();
    const jumpOn = (): void => {
      for (const jump of frame.jumps.values()) cursor.jump(jump);
    };
    if (shared) {
      copy(frame.entry, () => {
        goOn();
        jumpOn();
        throwOn();
      });
    } else {
      copy(onEnd, goOn);
      copy(onThrow, throwOn);
      if (frame.jumps.size > 0) copy(frame.entry, jumpOn);
    }
    cursor.resume(after);
  }

  /** The `try` block and its `catch`; exceptions that leave them go to `onThrow`, and the end of both to `onEnd`. */
  #protected(
    node: TSESTree.TryStatement,
    onThrow: ReturnType<typeof newBlock> | null,
    onEnd: ReturnType<typeof newBlock>,
  ): void {
    const cursor = this.#cursor;
    const onCatch = node.handler ? newBlock(onThrow) : null;
    cursor.handler = onCatch ?? onThrow;
    cursor.split();
    this.#all(node.block.body);
    cursor.connect(onEnd);
    cursor.handler = onThrow;
    if (!node.handler || !onCatch) return;
    cursor.resume(onCatch);
    if (node.handler.param) this.#expressions.targets.assign(node.handler.param, unknown, true);
    this.#all(node.handler.body.body);
    cursor.connect(onEnd);
  }
}
