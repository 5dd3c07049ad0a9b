import type { Outcome } from '../bulk/outcome.ts';
import type { Recording } from '../recording/recording.ts';
import { timelineOf } from '../report/timeline.ts';
import { check, type CheckOptions } from '../rules/check.ts';

/** The outcome of checking a recording that is in memory. */
export function outcomeOf(recording: Recording, options: CheckOptions = {}): Outcome {
  return {
    report: check(recording, options),
    timelines: recording.traces.map(timelineOf),
    sourcesOf: () => [],
    unreadable: { count: 0, first: [] },
    repeated: 0,
  };
}
