import type { Unreadable } from '../recording/read/unreadable.ts';
import { partOfTimeline, type Timeline } from '../report/timeline.ts';
import type { TraceResult } from '../rules/checker.ts';
import type { Finding } from '../rules/finding.ts';
import type { Checked } from '../rules/report.ts';
import type { Place } from './block.ts';
import type { PlacedTrace } from './gather.ts';
import type { PlacedPage } from './pages.ts';

/** What is kept of one trace in which something was found, or of which something is left to be joined. */
export interface Section {
  readonly place: Place;
  readonly traceId: string | null;
  readonly findings: readonly Finding[];
  readonly leftovers: TraceResult['leftovers'];
  /** What is shown of the trace: all of it where something was found, else the steps that the leftovers name. */
  readonly timeline: Timeline;
}

/** The result for some of the traces, as plain JSON: parts can be made in any thread, process or machine and merged. */
export interface Part {
  readonly checked: readonly Checked[];
  readonly traces: number;
  readonly events: number;
  readonly sections: readonly Section[];
  readonly unreadable: { readonly count: number; readonly first: readonly Unreadable[] };
  readonly repeated: number;
  /** Replies that were read. */
  readonly pages: readonly PlacedPage[];
}

/** The traces of grouped input, in the order in which they stood there. */
export interface Groups {
  readonly traceIds: string[];
  /** Index of the file, and line, of the first record of each. */
  readonly files: number[];
  readonly lines: number[];
}

/** The result for blocks of grouped input. */
export interface GroupedPart extends Part {
  readonly groups: Groups;
}

/** A longer trace is shown in part: the first steps, and those that findings name. */
const LONGEST_TIMELINE = 400;

export function sectionOf({ trace, place }: PlacedTrace, result: TraceResult, complete = false): Section {
  const { findings, leftovers } = result;
  const named = new Set(findings.flatMap(({ witness }) => witness));
  collectTexts(leftovers, named);
  const whole = complete || findings.length > 0;
  const timeline = partOfTimeline(trace, (id, index) => named.has(id) || (whole && index < LONGEST_TIMELINE));
  return { place, traceId: trace.id, findings, leftovers, timeline };
}

/** Leftovers are data of their rule; the ids of events and exchanges stand in them as texts. */
function collectTexts(value: unknown, into: Set<string>, depth = 0): void {
  if (typeof value === 'string') into.add(value);
  else if (typeof value === 'object' && value !== null && depth < 8)
    for (const key of Object.keys(value))
      collectTexts((value as Record<string, unknown>)[key], into, depth + 1);
}
