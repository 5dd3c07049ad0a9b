import type { Outcome } from '../bulk/outcome.ts';
import { UnreadableList } from '../bulk/unreadable-list.ts';
import type { Recording } from '../recording/recording.ts';
import { timelineOf } from '../report/timeline.ts';
import { selectRules } from '../rules/check.ts';
import { Checker } from '../rules/checker.ts';

/** The outcome of checking a recording that is in memory. */
export function outcomeOf(recording: Recording): Outcome {
  const failed = new UnreadableList();
  const checker = new Checker(selectRules(), ({ message }) =>
    failed.add({ file: 'recording', line: 1, problem: message }),
  );
  for (const trace of recording.traces) checker.trace(trace);
  const timelines = recording.traces.map(timelineOf);
  const byTrace = new Map(timelines.map((timeline) => [timeline.traceId, timeline]));
  return {
    report: checker.finish(),
    timelines,
    whereOf: ({ traceId }) => ({ timeline: byTrace.get(traceId), recording: timelines }),
    sourcesOf: () => [],
    unreadable: { count: failed.count, first: failed.first },
    repeated: 0,
  };
}
