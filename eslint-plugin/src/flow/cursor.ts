import type { TSESTree } from '@typescript-eslint/utils';
import type { Block, FlowEvent } from './model.ts';

export function newBlock(handler: Block | null): Block {
  return { events: [], successors: [], handler, order: -1 };
}

/** Where `break`, `continue` and the way out of a `try` lead, from the innermost statement outwards. */
export type Frame =
  | {
      kind: 'target';
      labels: readonly string[];
      breakTo: Block;
      continueTo: Block | null;
      plainBreak: boolean;
    }
  | { kind: 'finally'; entry: Block; jumps: Map<string, Jump> };

/** A jump that leaves statements: to the end of the function, or to a block that belongs to `frame`. */
export type Jump =
  { kind: 'return' } | { kind: 'break' | 'continue'; frame: Extract<Frame, { kind: 'target' }> };

/** Writes blocks: holds where the next event goes, and what is around it. */
export class Cursor {
  /** Null after a jump: the code that follows cannot be reached. */
  current: Block | null;
  handler: Block | null = null;
  readonly frames: Frame[] = [];
  readonly returned = newBlock(null);
  readonly thrown = newBlock(null);
  readonly entry = newBlock(null);

  constructor() {
    this.current = this.entry;
  }

  /** Whether an exception that left here would say nothing new (two in a row), or nobody would listen (no handler). */
  get isSilent(): boolean {
    return !this.current?.handler || this.current.events.at(-1)?.kind === 'throw-point';
  }

  emit(event: FlowEvent): void {
    this.current?.events.push(event);
  }

  /** An exception may leave here. */
  throwPoint(): void {
    if (!this.isSilent) this.current!.events.push({ kind: 'throw-point' });
  }

  block(): Block {
    return newBlock(this.handler);
  }

  connect(target: Block): void {
    this.current?.successors.push(target);
  }

  /** Goes on in `block`, which earlier code may already lead to. */
  resume(block: Block, reachable = true): void {
    this.current = reachable ? block : null;
  }

  /** Ends the block here and goes on in a new one, so that something can lead back or past. */
  split(): Block {
    const next = this.block();
    this.connect(next);
    if (this.current) this.current = next;
    return next;
  }

  /** Runs `part`, or not. */
  optional(part: () => void): void {
    if (!this.current) return;
    const after = this.block();
    this.connect(after);
    this.split();
    part();
    this.connect(after);
    this.resume(after);
  }

  /** Runs one of two parts. */
  either(first: () => void, second: () => void): void {
    const before = this.current;
    if (!before) return;
    const after = this.block();
    this.split();
    first();
    const reached = this.current !== null;
    this.connect(after);
    this.resume(before);
    this.split();
    second();
    const alsoReached = this.current !== null;
    this.connect(after);
    this.resume(after, reached || alsoReached);
  }

  throwNow(): void {
    this.throwPoint();
    if (!this.handler) this.connect(this.thrown);
    this.current = null;
  }

  breakOrContinue(kind: 'break' | 'continue', label: TSESTree.Identifier | null): void {
    const frame = this.frames.findLast(
      (candidate): candidate is Extract<Frame, { kind: 'target' }> =>
        candidate.kind === 'target' &&
        (label
          ? candidate.labels.includes(label.name)
          : kind === 'continue'
            ? candidate.continueTo !== null
            : candidate.plainBreak),
    );
    if (frame) this.jump({ kind, frame });
    this.current = null;
  }

  returnNow(): void {
    this.jump({ kind: 'return' });
    this.current = null;
  }

  /** Connects this place with the target of a jump, by way of the `finally` that stands between. */
  jump(jump: Jump): void {
    for (const frame of this.frames.toReversed()) {
      if (frame.kind === 'finally') {
        this.connect(frame.entry);
        frame.jumps.set(
          jump.kind === 'return' ? 'return' : `${jump.kind} ${this.frames.indexOf(jump.frame)}`,
          jump,
        );
        return;
      }
      if (jump.kind !== 'return' && frame === jump.frame) {
        this.connect(jump.kind === 'break' ? frame.breakTo : frame.continueTo!);
        return;
      }
    }
    this.connect(this.returned);
  }
}
