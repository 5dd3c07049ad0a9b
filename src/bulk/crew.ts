import { Worker } from 'node:worker_threads';
import type { Evidence } from '../recording/trace.ts';
import type { Block } from './block.ts';
import { giveBack } from './buffers.ts';
import { Mates, type Wanted } from './mates.ts';
import type { GroupedPart, Part } from './part.ts';
import { InputError } from './read-input.ts';
import type { Extent } from './spill-file.ts';
import type { Answer, Answered, Task } from './station-messages.ts';
import { type Assignment, Station } from './station.ts';

/** Told the traces of grouped blocks when these are checked. */
export type SeeGroups = (groups: GroupedPart['groups']) => void;

/** Who does the work: this thread, or several others. */
export interface Crew {
  /** Resolves when the next block is welcome, which is before this one is done. */
  sort(block: Block): Promise<void>;
  checkBlocks(blocks: readonly Block[], worlds: readonly Evidence[], seen: SeeGroups): Promise<void>;
  /**
   * Ends the input: checks what was sorted, and gives what may be joined across traces.
   *
   * @param all Also what cannot be joined with anything that was seen here.
   */
  finish(worlds: readonly Evidence[], all: boolean): Promise<void>;
  close(): Promise<void>;
}

/** Everything in the calling thread: for input so small that starting threads takes longer. */
export class Alone implements Crew {
  readonly #station: Station;
  readonly #partitions: number;
  readonly #done: (part: Part) => void;

  constructor(assignment: Assignment, done: (part: Part) => void) {
    this.#station = new Station(assignment);
    this.#partitions = assignment.partitions;
    this.#done = done;
  }

  async sort(block: Block): Promise<void> {
    this.#station.sort(block);
    giveBack(block.bytes.buffer);
  }

  async checkBlocks(blocks: readonly Block[], worlds: readonly Evidence[], seen: SeeGroups): Promise<void> {
    const part = this.#station.checkBlocks(blocks, worlds);
    for (const { bytes } of blocks) giveBack(bytes.buffer);
    seen(part.groups);
    this.#done(part);
  }

  async finish(worlds: readonly Evidence[], all: boolean): Promise<void> {
    for (let partition = 0; partition < this.#partitions; partition += 1) {
      if (!this.#station.isEmpty(partition)) this.#done(this.#station.checkPartition(partition, worlds));
    }
    this.#done(this.#station.rest(all ? 'all' : this.#station.mates().wanted()));
  }

  async close(): Promise<void> {
    this.#station.close();
  }
}

/** As source (under a loader) and built, the worker stands beside this file with the same ending. */
const WORKER = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);

/** Blocks under way to one thread: one being worked on, one waiting, so that no thread ever waits for its next. */
const UNDER_WAY = 2;

/**
 * Nearly everything that a thread makes is dropped with its trace: little room for new objects keeps them in the caches
 * of the processor, and memory low. There is no limit to what is kept: a single trace may be large.
 */
const LIMITS = { maxYoungGenerationSizeMb: 6 };

interface Thread {
  readonly worker: Worker;
  readonly waiting: ((answer: Answer) => void)[];
}

/** Spreads the work over worker threads. */
export class Threads implements Crew {
  readonly #threads: readonly Thread[];
  readonly #partitions: number;
  readonly #done: (part: Part) => void;
  #failed: Error | undefined;
  #wake: () => void = () => undefined;
  #sorted = false;

  constructor(count: number, assignment: Assignment, done: (part: Part) => void) {
    this.#partitions = assignment.partitions;
    this.#done = done;
    this.#threads = Array.from({ length: count }, () => this.#start(assignment));
  }

  async sort(block: Block): Promise<void> {
    this.#sorted = true;
    await this.#give({ do: 'sort', block });
  }

  async checkBlocks(blocks: readonly Block[], worlds: readonly Evidence[], seen: SeeGroups): Promise<void> {
    await this.#give({ do: 'check-blocks', blocks, worlds }, (answer) => {
      seen((answer as GroupedPart).groups);
      this.#done(answer as GroupedPart);
    });
  }

  async finish(worlds: readonly Evidence[], all: boolean): Promise<void> {
    if (this.#sorted) {
      const spilled = await this.#everybody({ do: 'spill' });
      const extents = spilled as (readonly (readonly Extent[])[])[];
      for (let partition = 0; partition < this.#partitions; partition += 1) {
        const mine = extents.flatMap((byPartition) => byPartition[partition] ?? []);
        if (mine.length > 0)
          await this.#give({ do: 'check-partition', partition, worlds, extents: mine }, (answer) =>
            this.#done(answer as Part),
          );
      }
    }
    const wanted = all ? 'all' : await this.#wanted();
    for (const rest of await this.#everybody({ do: 'rest', wanted })) this.#done(rest as Part);
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  async #wanted(): Promise<Wanted | null> {
    // One after the other, so that one is held at a time.
    const together = new Mates();
    for (const thread of this.#threads) {
      let mates: Answer = null;
      this.#post(thread, { do: 'mates' }, (answer) => (mates = answer));
      await this.#idle();
      together.merge(mates as unknown as Mates);
    }
    return together.wanted();
  }

  #start(assignment: Assignment): Thread {
    const worker = new Worker(WORKER, { workerData: assignment, resourceLimits: LIMITS });
    const thread: Thread = { worker, waiting: [] };
    worker.on('message', ({ answer, spent }: Answered) => {
      for (const memory of spent) giveBack(memory);
      thread.waiting.shift()?.(answer);
      this.#wake();
    });
    worker.on('error', (error) => {
      const { name, message } = error as Error;
      // An error that comes from another thread has lost its class.
      this.#failed = name === 'InputError' ? new InputError(message) : (error as Error);
      this.#wake();
    });
    return thread;
  }

  /** To the thread with the least to do, when it has room. */
  async #give(task: Task, answered: (answer: Answer) => void = () => undefined): Promise<void> {
    for (;;) {
      if (this.#failed) throw this.#failed;
      const thread = this.#threads.reduce((a, b) => (b.waiting.length < a.waiting.length ? b : a));
      if (thread.waiting.length < UNDER_WAY) return this.#post(thread, task, answered);
      await this.#change();
    }
  }

  async #everybody(task: Task): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (const thread of this.#threads) this.#post(thread, task, (answer) => answers.push(answer));
    await this.#idle();
    return answers;
  }

  /** Resolves when every task is answered. */
  async #idle(): Promise<void> {
    while (this.#threads.some(({ waiting }) => waiting.length > 0)) {
      if (this.#failed) throw this.#failed;
      await this.#change();
    }
  }

  #post({ worker, waiting }: Thread, task: Task, answered: (answer: Answer) => void): void {
    waiting.push(answered);
    // The bytes are moved, not copied: every block owns its buffer.
    const blocks = 'block' in task ? [task.block] : 'blocks' in task ? task.blocks : [];
    worker.postMessage(
      task,
      blocks.map(({ bytes }) => bytes.buffer as ArrayBuffer),
    );
  }

  #change(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }
}
