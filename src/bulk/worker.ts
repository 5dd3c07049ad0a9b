import { parentPort, workerData } from 'node:worker_threads';
import type { Block } from './block.ts';
import { expectShortLives, Garbage } from './garbage.ts';
import { perform } from './perform.ts';
import { type Answered, blocksOf, type Task } from './station-messages.ts';
import { type Assignment, Station } from './station.ts';

expectShortLives();
const garbage = new Garbage();

/** The other end of a thread of the crew. Every task gets one answer, in order. */
const station = new Station(workerData as Assignment);

parentPort!.on('message', (task: Task) => {
  const answer = perform(station, received(task));
  garbage.collectWhenDue();
  const spent = blocksOf(task).map(({ bytes }) => bytes.buffer as ArrayBuffer);
  parentPort!.postMessage({ answer, spent } satisfies Answered, spent);
});

function received(task: Task): Task {
  if ('block' in task) return { ...task, block: withBuffer(task.block) };
  return 'blocks' in task ? { ...task, blocks: task.blocks.map(withBuffer) } : task;
}

/** A Buffer arrives as a plain Uint8Array. */
function withBuffer(block: Block): Block {
  const { buffer, byteOffset, byteLength } = block.bytes;
  return { ...block, bytes: Buffer.from(buffer, byteOffset, byteLength) };
}
