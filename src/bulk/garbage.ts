import { getHeapSpaceStatistics, getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Tells the engine that nearly everything is dropped with its trace. Some traces live on as examples, and whoever sees many
 * objects of a kind live on, puts the next ones straight to where only the large collection comes by. What is collected at
 * a time is so little that waking other threads for it takes longer. And the room for new objects grows no further: it
 * stays in the caches of the processor, and memory low.
 *
 * To be called in each thread: these are settings of the process, and a new thread puts the last one back.
 */
export function expectShortLives(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
  setFlagsFromString('--no-parallel-scavenge');
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** Collecting takes 5 ms: with less, time would go into it; with more, memory. Bytes. */
const GARBAGE = 6 * 2 ** 20;

/**
 * The short texts of a parsed record stand where only the large garbage collection comes by, and by itself that waits
 * until there are hundreds of megabytes of them.
 */
export class Garbage {
  #usedBefore = 0;
  #collect: (() => void) | undefined;

  collectWhenDue(): void {
    // The second one takes longer to ask, and is never more than the first.
    const due = this.#usedBefore + GARBAGE;
    if (getHeapStatistics().used_heap_size < due || usedByOldObjects() < due) return;
    (this.#collect ??= collector())();
    this.#usedBefore = usedByOldObjects();
  }
}

function usedByOldObjects(): number {
  let used = 0;
  for (const { space_name: name, space_used_size: size } of getHeapSpaceStatistics())
    if (!name.startsWith('new_')) used += size;
  return used;
}

function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
