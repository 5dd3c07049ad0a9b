import type { Answer, Task } from './station-messages.ts';
import type { Station } from './station.ts';

/** Has a station do a task, in whatever thread it is. */
export function perform(station: Station, task: Task): Answer {
  switch (task.do) {
    case 'sort':
      station.sort(task.block);
      return null;
    case 'spill':
      return station.spill();
    case 'check-blocks':
      return station.checkBlocks(task.blocks, task.worlds);
    case 'check-partition':
      return station.checkPartition(task.partition, task.worlds, task.extents);
    case 'mates':
      return station.mates();
    case 'rest':
      return station.rest(task.wanted);
  }
}
