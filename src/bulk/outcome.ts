import type { Unreadable } from '../recording/read/unreadable.ts';
import type { Step, Timeline } from '../report/timeline.ts';
import { Checker } from '../rules/checker.ts';
import type { Finding } from '../rules/finding.ts';
import type { Checked, Ignore, Report } from '../rules/report.ts';
import type { AnyRule } from '../rules/rule.ts';
import { compareIds, comparePlaces } from './gather.ts';
import { missingPages, type PlacedPage } from './pages.ts';
import type { Part, Section } from './part.ts';
import { UnreadableList } from './unreadable-list.ts';

/** A finished check of inputs of any size, with what a report shows beside the findings. */
export interface Outcome {
  readonly report: Report;
  /** The traces that findings belong to or name, in order of their first record. */
  readonly timelines: readonly Timeline[];
  /** Where a finding belongs. The same trace id in two recordings is two traces. */
  readonly whereOf: (finding: Finding) => Where;
  /** Where the witnesses of a finding were read, in the order of the witnesses; empty when it is not known. */
  readonly sourcesOf: (finding: Finding) => readonly NonNullable<Step['source']>[];
  readonly unreadable: { readonly count: number; readonly first: readonly Unreadable[] };
  readonly repeated: number;
}

export interface Where {
  /** Its trace, where that was kept. */
  readonly timeline: Timeline | undefined;
  /** All traces of the recording that it was found in. */
  readonly recording: readonly Timeline[];
}

const NOTHING = { version: 1, findings: [], checked: [], leftovers: {}, traces: 0, events: 0 } as const;

/** Puts parts together. The result does not depend on how the traces were spread over the parts. */
export class Merger {
  readonly #rules: readonly AnyRule[];
  readonly #counts: Checker;
  readonly #sections: Section[] = [];
  readonly #unreadable = new UnreadableList();
  readonly #pages: PlacedPage[] = [];
  #repeated = 0;

  constructor(rules: readonly AnyRule[]) {
    this.#rules = rules;
    this.#counts = new Checker(rules);
  }

  add(part: Part): void {
    this.#counts.add({ ...NOTHING, checked: part.checked, traces: part.traces, events: part.events });
    for (const section of part.sections) this.#sections.push(section);
    this.#unreadable.merge(part.unreadable);
    this.#repeated += part.repeated;
    for (const page of part.pages) this.#pages.push(page);
  }

  /** All parts as one, for a merger elsewhere. */
  part(): Part {
    const { checked, traces, events } = this.#counts.partial();
    return {
      checked: inOrder(checked),
      traces,
      events,
      sections: this.#ordered(),
      unreadable: { count: this.#unreadable.count, first: this.#unreadable.first },
      repeated: this.#repeated,
      pages: this.#pages.sort((a, b) => comparePlaces(a.place, b.place)),
    };
  }

  finish(ignore: readonly Ignore[] = []): Outcome {
    const sections = this.#ordered();
    const unreadable = new UnreadableList();
    unreadable.merge({ count: this.#unreadable.count, first: this.#unreadable.first });
    for (const missing of missingPages(this.#pages)) unreadable.add(missing);
    const stepOf = new Map<Finding, (id: string) => Step | undefined>();
    const whereOf = new Map<Finding, Where>();
    const findings = worldsOf(sections).flatMap((world) => {
      const found = this.#findingsOf(world, unreadable);
      const steps = stepsOf(world);
      const recording = world.map(({ timeline }) => timeline);
      const byTrace = new Map(recording.map((timeline) => [timeline.traceId, timeline]));
      for (const finding of found) {
        stepOf.set(finding, (id) => steps.get(id));
        whereOf.set(finding, { timeline: byTrace.get(finding.traceId), recording });
      }
      return found;
    });
    const all = new Checker(this.#rules);
    const { checked, traces, events } = this.#counts.partial();
    all.add({ ...NOTHING, findings, checked: inOrder(checked), traces, events });
    return {
      report: all.finish(ignore),
      timelines: sections.map(({ timeline }) => timeline),
      whereOf: (finding) => whereOf.get(finding) ?? { timeline: undefined, recording: [] },
      sourcesOf: (finding) => finding.witness.flatMap((id) => stepOf.get(finding)?.(id)?.source ?? []),
      unreadable: { count: unreadable.count, first: unreadable.first },
      repeated: this.#repeated,
    };
  }

  #ordered(): Section[] {
    return this.#sections.sort((a, b) => comparePlaces(a.place, b.place) || compareIds(a.traceId, b.traceId));
  }

  /** Findings of single traces first, then those that only show across traces. */
  #findingsOf(world: readonly Section[], unreadable: UnreadableList): readonly Finding[] {
    const checker = new Checker(this.#rules, ({ message }) => {
      const steps = world.flatMap(({ timeline }) => timeline.steps);
      const { file, line } = steps.find(({ source }) => source)?.source ?? { file: 'input', line: 1 };
      unreadable.add({ file, line, problem: message });
    });
    for (const { findings, leftovers } of world) checker.add({ ...NOTHING, findings, leftovers });
    return checker.finish().findings;
  }
}

/** Sections of one world are neighbours; ids mean the same event within a world only. */
function worldsOf(sections: readonly Section[]): readonly (readonly Section[])[] {
  const worlds = new Map<number, Section[]>();
  for (const section of sections) {
    const world = worlds.get(section.place.world);
    if (world) world.push(section);
    else worlds.set(section.place.world, [section]);
  }
  return [...worlds.values()];
}

function stepsOf(sections: readonly Section[]): Map<string, Step> {
  return new Map(sections.flatMap(({ timeline }) => timeline.steps.map((step) => [step.id, step] as const)));
}

/** Parts arrive in any order; reasons are listed in an order of their own. */
function inOrder(checked: readonly Checked[]): Checked[] {
  return checked.map((rule) => ({
    ...rule,
    notApplicable: [...rule.notApplicable].sort(
      (a, b) => b.count - a.count || compareIds(a.reason, b.reason),
    ),
  }));
}
