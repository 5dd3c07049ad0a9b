import type { Scheduler } from 'fast-check';
import type { Workflow } from './action.ts';
import { nameOf, Player, type Played, type PlayTarget } from './play.ts';

/**
 * Plays workflows side by side: each sends its next request when it has the answer to the one before, and `scheduler`
 * (`fc.scheduler()`, or `fc.schedulerFor()` to repeat an order) decides who sends and who gets an answer next. So requests
 * of different workflows overlap, in an order that fast-check repeats.
 * @returns the answers of each workflow, in its order.
 * @throws Error as {@link play} does.
 */
export async function playInterleaved(
  scheduler: Scheduler,
  workflows: readonly Workflow[],
  target: PlayTarget,
): Promise<Played[][]> {
  const player = new Player(target);
  const played = workflows.map((): Played[] => []);
  const failures: unknown[] = [];
  const running = workflows.map((workflow, program) =>
    scheduler.scheduleSequence(
      workflow.flatMap((action) => {
        let answer: Promise<Played>;
        const label = `program ${program + 1}, ${nameOf(action)}`;
        return [
          {
            label: `${label}: request`,
            builder: async () => {
              answer = player.send(action);
              // What fails is told where the answer is waited for.
              answer.catch(() => {});
              // Nothing else may start until the fault has met its request.
              if (action.delivery?.fault !== undefined) await Promise.allSettled([answer]);
            },
          },
          {
            label: `${label}: answer`,
            builder: async () => {
              try {
                played[program]?.push(await answer);
              } catch (error) {
                failures.push(error);
                throw error;
              }
            },
          },
        ];
      }),
    ),
  );
  await scheduler.waitFor(Promise.all(running.map(({ task }) => task)));
  if (failures.length > 0) throw failures[0];
  return played;
}
