import { Worker } from 'node:worker_threads';
import type { Evidence } from '../recording/trace.ts';
import type { Block } from './block.ts';
import { giveBack } from './buffers.ts';
import { expectShortLives, Garbage } from './garbage.ts';
import { Mates, type Wanted } from './mates.ts';
import type { GroupedPart, Groups, Part } from './part.ts';
import { perform } from './perform.ts';
import { InputError } from './input-error.ts';
import type { Extents } from './spill-file.ts';
import { type Answer, type Answered, blocksOf, type Task } from './station-messages.ts';
import { type Assignment, Station } from './station.ts';

/** As source (under a loader) and built, the worker stands beside this file with the same ending. */
const WORKER = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);

/** Blocks under way to one thread: enough that it has work while this thread does a block of its own. */
const BLOCKS_UNDER_WAY = 3;
/** Partitions are larger: fewer, so that no thread has to finish alone for long. */
const PARTITIONS_UNDER_WAY = 2;

/** As much room for new objects as this thread has. There is no limit to what is kept: a single trace may be large. */
const LIMITS = { maxYoungGenerationSizeMb: 6 };

interface Thread {
  readonly worker: Worker;
  readonly waiting: ((answer: Answer) => void)[];
}

/**
 * Spreads the work over threads: others, and this one, which hands out what it reads and does itself what nobody else has
 * room for. So nothing waits while the others start, and one thread alone does everything.
 */
export class Crew {
  readonly #station: Station;
  readonly #garbage = new Garbage();
  readonly #threads: readonly Thread[];
  readonly #partitions: number;
  readonly #done: (part: Part) => void;
  #failed: Error | undefined;
  #wake: () => void = () => undefined;
  #sorted = false;

  /** @param threads This one and others. */
  constructor(threads: number, assignment: Assignment, done: (part: Part) => void) {
    expectShortLives();
    this.#partitions = assignment.partitions;
    this.#done = done;
    this.#threads = Array.from({ length: threads - 1 }, () => this.#start(assignment));
    this.#station = new Station(assignment);
  }

  /** Resolves when the next block is welcome, which may be before this one is done. */
  async sort(block: Block): Promise<void> {
    this.#sorted = true;
    await this.#give({ do: 'sort', block }, BLOCKS_UNDER_WAY, () => undefined);
  }

  /** @param seen Told the traces of the blocks when these are checked. */
  async checkBlocks(
    blocks: readonly Block[],
    worlds: readonly Evidence[],
    seen: (groups: Groups) => void,
  ): Promise<void> {
    await this.#give({ do: 'check-blocks', blocks, worlds }, BLOCKS_UNDER_WAY, (answer) => {
      seen((answer as GroupedPart).groups);
      this.#done(answer as GroupedPart);
    });
  }

  /**
   * Ends the input: checks what was sorted, and gives what may be joined across traces.
   *
   * @param all Also what cannot be joined with anything that was seen here.
   */
  async finish(worlds: readonly Evidence[], all: boolean): Promise<void> {
    if (this.#sorted) await this.#checkPartitions(worlds);
    const wanted = all ? 'all' : await this.#wanted();
    for (const rest of await this.#everybody({ do: 'rest', wanted })) this.#done(rest as Part);
  }

  async close(): Promise<void> {
    this.#station.close();
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  async #checkPartitions(worlds: readonly Evidence[]): Promise<void> {
    const extents = await this.#extents();
    for (let partition = 0; partition < this.#partitions; partition += 1) {
      const mine = extents?.flatMap((byPartition) => byPartition[partition] ?? []);
      if (mine ? mine.length === 0 : this.#station.isEmpty(partition)) continue;
      const task: Task = { do: 'check-partition', partition, worlds, extents: mine };
      await this.#give(task, PARTITIONS_UNDER_WAY, (answer) => this.#done(answer as Part));
    }
    await this.#idle();
  }

  /** Where each thread put each partition; `null` when this thread is alone and has them all. */
  async #extents(): Promise<(readonly (Extents | undefined)[])[] | null> {
    if (this.#threads.length > 0)
      return (await this.#everybody({ do: 'spill' })) as (readonly (Extents | undefined)[])[];
    this.#station.settle();
    return null;
  }

  async #wanted(): Promise<Wanted | null> {
    await this.#idle();
    // One after the other, so that one is held at a time.
    const together = new Mates();
    together.merge(this.#station.mates());
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

  /** To the thread with the least to do, when it has room; else it is done here. */
  async #give(task: Task, underWay: number, answered: (answer: Answer) => void): Promise<void> {
    if (this.#failed) throw this.#failed;
    let least: Thread | undefined;
    for (const thread of this.#threads)
      if (!least || thread.waiting.length < least.waiting.length) least = thread;
    if (least && least.waiting.length < underWay) return this.#post(least, task, answered);
    answered(this.#perform(task));
    // The answers of the others come in between.
    if (least) await new Promise((resolve) => setImmediate(resolve));
  }

  #perform(task: Task): Answer {
    const answer = perform(this.#station, task);
    for (const { bytes } of blocksOf(task)) giveBack(bytes.buffer);
    this.#garbage.collectWhenDue();
    return answer;
  }

  async #everybody(task: Task): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (const thread of this.#threads) this.#post(thread, task, (answer) => answers.push(answer));
    answers.push(this.#perform(task));
    await this.#idle();
    return answers;
  }

  /** Resolves when every task is answered. */
  async #idle(): Promise<void> {
    while (this.#threads.some(({ waiting }) => waiting.length > 0)) {
      if (this.#failed) throw this.#failed;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  #post({ worker, waiting }: Thread, task: Task, answered: (answer: Answer) => void): void {
    waiting.push(answered);
    // The bytes are moved, not copied: every block owns its buffer.
    worker.postMessage(
      task,
      blocksOf(task).map(({ bytes }) => bytes.buffer as ArrayBuffer),
    );
  }
}
