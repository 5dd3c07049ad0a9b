import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import type { Block } from './block.ts';
import type { Answer, Answered, Task } from './station-messages.ts';
import { type Assignment, Station } from './station.ts';

/** The other end of a thread of {@link Threads}. Every task gets one answer, in order. */
const station = new Station(workerData as Assignment);

parentPort!.on('message', (task: Task) => {
  const answer = perform(task);
  collectGarbage();
  const blocks = 'block' in task ? [task.block] : 'blocks' in task ? task.blocks : [];
  const spent = blocks.map(({ bytes }) => bytes.buffer as ArrayBuffer);
  parentPort!.postMessage({ answer, spent } satisfies Answered, spent);
});

// What is collected at a time is so little that waking other threads for it takes longer.
setFlagsFromString('--no-parallel-scavenge');
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** More than is left behind for good. Bytes. */
const GARBAGE = 8 * 2 ** 20;
let usedBefore = 0;

/**
 * The short texts of a parsed record stand where only the large garbage collection comes by, and by itself that waits
 * until there are hundreds of megabytes of them.
 */
function collectGarbage(): void {
  if (getHeapStatistics().used_heap_size < usedBefore + GARBAGE) return;
  collect();
  usedBefore = getHeapStatistics().used_heap_size;
}

function perform(task: Task): Answer {
  switch (task.do) {
    case 'sort':
      station.sort(received(task.block));
      return null;
    case 'spill':
      return station.spill();
    case 'check-blocks':
      return station.checkBlocks(task.blocks.map(received), task.worlds);
    case 'check-partition':
      return station.checkPartition(task.partition, task.worlds, task.extents);
    case 'mates':
      return station.mates();
    case 'rest':
      return station.rest(task.wanted);
  }
}

/** A Buffer arrives as a plain Uint8Array. */
function received(block: Block): Block {
  const { buffer, byteOffset, byteLength } = block.bytes;
  return { ...block, bytes: Buffer.from(buffer, byteOffset, byteLength) };
}
