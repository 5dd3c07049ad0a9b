import { createColors } from 'picocolors';
import type { Where } from '../bulk/outcome.ts';
import { Recording } from '../recording/recording.ts';
import { Trace } from '../recording/trace.ts';
import type { Finding } from '../rules/finding.ts';
import type { Report } from '../rules/report.ts';
import { clip, fit, plainLine, width, wrap } from './plain-text.ts';
import { fileOf, type Step, type Timeline, timelineOf } from './timeline.ts';
import { closing } from './closing.ts';

export interface TextOptions {
  /** Width of the lines; default 80. */
  readonly columns?: number;
  /** Name the file of each trace; default no. */
  readonly namesFiles?: boolean;
  /** ANSI colours; default none. Nothing is told by colour alone. */
  readonly color?: boolean;
}

/**
 * A report for people: each trace that has findings as a timeline with the offending events marked, its findings below
 * (the contradiction, `Fix:` and the docs page last), and at the end what was checked and what was not.
 *
 * @param seen Where the timelines come from; without it the findings stand alone.
 */
export function renderReport(
  report: Report,
  seen?: Recording | readonly Timeline[],
  options: TextOptions = {},
): string {
  const recording = seen instanceof Recording ? timelinesOf(seen, report.findings) : (seen ?? []);
  const groups = groupFindings(report.findings, ({ traceId }) => ({
    timeline: recording.find((timeline) => timeline.traceId === traceId),
    recording,
  }));
  return renderGroups(groups, report, options);
}

/** The findings of one trace, with what is shown of it. */
export interface FindingGroup {
  readonly timeline: Timeline;
  readonly findings: readonly Finding[];
  /** Other traces, for witnesses that are not in this one. */
  readonly elsewhere: readonly Timeline[];
}

/** Findings by trace, in order of the first one of each. */
export function groupFindings(
  findings: readonly Finding[],
  whereOf: (finding: Finding) => Where,
): FindingGroup[] {
  const groups = new Map<Timeline | string | null, FindingGroup & { findings: Finding[] }>();
  for (const finding of findings) {
    const { timeline, recording } = whereOf(finding);
    const group = groups.get(timeline ?? finding.traceId);
    if (group) group.findings.push(finding);
    else
      groups.set(timeline ?? finding.traceId, {
        timeline: timeline ?? { traceId: finding.traceId, agentName: null, steps: [], events: 0 },
        findings: [finding],
        elsewhere: recording,
      });
  }
  return [...groups.values()];
}

export function renderGroups(groups: readonly FindingGroup[], report: Report, options: TextOptions): string {
  const blocks = groups.map(({ timeline, findings, elsewhere }) =>
    renderTrace(timeline, findings, options, elsewhere),
  );
  return [...blocks, closing(report, options)].join('\n\n') + '\n';
}

/**
 * One trace as a timeline, the witnesses of the findings marked with the number of their finding, and the findings.
 *
 * @param elsewhere Other traces, for witnesses that are not in this one.
 */
export function renderTrace(
  trace: Trace | Timeline,
  findings: readonly Finding[],
  { columns = 80, color = false, namesFiles = false }: TextOptions = {},
  elsewhere: readonly Timeline[] = [],
): string {
  const colors = createColors(color);
  const timeline = trace instanceof Trace ? timelineOf(trace) : trace;
  const marks = marksOf(findings);
  const shown = timeline.steps.filter((step) => marks.has(step.id) || !isRoutine(step, timeline));
  const layout = layoutOf([...shown], marks, columns);
  const paint = (step: Step, line: string) => {
    const mark = marks.get(step.id);
    return mark === undefined ? line : mark.startsWith('✗') ? colors.red(line) : colors.yellow(line);
  };
  const foreign = foreignWitnesses(findings, timeline, elsewhere);
  return [
    ...wrap(colors.bold(headline(timeline, namesFiles)), columns, '  '),
    ...shown.map((step) => paint(step, stepLine(step, marks.get(step.id) ?? '', layout, columns))),
    ...foreign.map(({ step, traceId }) =>
      paint(
        step,
        clip(
          `  ${marks.get(step.id)} ${step.id} in trace ${plainLine(traceId)}: ${step.what} ${step.summary}`,
          columns,
        ),
      ),
    ),
    ...findings.flatMap((finding, index) => ['', ...findingLines(finding, index + 1, columns, colors)]),
  ].join('\n');
}

function headline(timeline: Timeline, namesFiles: boolean): string {
  const { traceId, agentName, steps, events } = timeline;
  const file = namesFiles ? fileOf(timeline) : undefined;
  const place = file === undefined ? [] : [plainLine(file)];
  if (traceId === null) return ['Requests that reached no trace', ...place].join(' · ');
  const omitted = events > steps.filter((step) => step.kind === 'event').length;
  const parts = [
    `Trace ${plainLine(traceId)}`,
    ...(agentName === null ? [] : [`agent ${plainLine(agentName)}`]),
    ...(events === 0 ? [] : [`${events} ${events === 1 ? 'event' : 'events'}`]),
    ...place,
  ];
  return `${parts.join(' · ')}${omitted ? ', those in question:' : ''}`;
}

type Colors = ReturnType<typeof createColors>;

function findingLines(finding: Finding, number: number, columns: number, colors: Colors): string[] {
  const tier = finding.tier === 'E' ? colors.red('error') : colors.yellow('warning');
  return [
    `${number}) ${colors.bold(finding.rule)} ${tier} ${colors.dim(finding.kind)}`,
    ...finding.message.split('\n').flatMap((line) => wrap(line, columns, '  ')),
  ];
}

/** `✗1` on the witnesses of the first finding; `!` where there are only warnings. */
function marksOf(findings: readonly Finding[]): Map<string, string> {
  const numbers = new Map<string, number[]>();
  findings.forEach(({ witness }, index) => {
    for (const id of new Set(witness)) numbers.set(id, [...(numbers.get(id) ?? []), index]);
  });
  return new Map(
    [...numbers].map(([id, indexes]) => {
      const sign = indexes.some((index) => findings[index]!.tier === 'E') ? '✗' : '!';
      return [id, sign + indexes.map((index) => index + 1).join(',')];
    }),
  );
}

/** Exchanges that went well say nothing that their events do not say. */
function isRoutine(step: Step, timeline: Timeline): boolean {
  return step.kind === 'exchange' && step.trouble === null && timeline.traceId !== null;
}

interface Layout {
  readonly mark: number;
  readonly id: number;
  readonly stepId: number;
  readonly what: number;
  readonly by: number;
  readonly span: number;
}

function layoutOf(steps: readonly Step[], marks: ReadonlyMap<string, string>, columns: number): Layout {
  const events = steps.filter((step) => step.kind === 'event');
  const widest = (texts: string[], limit: number) => Math.min(limit, Math.max(0, ...texts.map(width)));
  const origins = new Set(events.map((step) => step.representation));
  return {
    mark: widest([...marks.values()], 6),
    id: widest(
      steps.map((step) => step.id),
      8,
    ),
    stepId: widest(
      events.map((step) => String(step.stepId ?? '')),
      4,
    ),
    what: widest(
      events.map((step) => step.what),
      18,
    ),
    by: origins.size > 1 ? 'proxied'.length : 0,
    span: widest(
      events.map((step) => step.spanId ?? ''),
      columns >= 100 ? 26 : 12,
    ),
  };
}

function stepLine(step: Step, mark: string, layout: Layout, columns: number): string {
  const head = `  ${fit(mark, layout.mark)} ${fit(step.id, layout.id)}`;
  if (step.kind === 'exchange') return clip(`${head} ${plainLine(step.what)} ${step.summary}`, columns);
  const cells = [
    String(step.stepId ?? '').padStart(layout.stepId),
    fit(step.what, layout.what),
    ...(layout.by === 0 ? [] : [fit(step.representation ?? '', layout.by)]),
    ...(layout.span === 0 ? [] : [fit(plainLine(step.spanId ?? ''), layout.span)]),
  ];
  const said = step.trouble === null ? step.summary : `[${plainLine(step.trouble)}] ${step.summary}`;
  return clip(`${head} ${cells.join(' ')} ${said}`, columns).trimEnd();
}

function foreignWitnesses(
  findings: readonly Finding[],
  timeline: Timeline,
  elsewhere: readonly Timeline[],
): { step: Step; traceId: string }[] {
  const here = new Set(timeline.steps.map((step) => step.id));
  const missing = new Set(findings.flatMap((finding) => finding.witness).filter((id) => !here.has(id)));
  if (missing.size === 0) return [];
  return elsewhere.flatMap(({ traceId, steps }) =>
    steps.filter((step) => missing.has(step.id)).map((step) => ({ step, traceId: traceId ?? '–' })),
  );
}

function timelinesOf(seen: Recording, findings: readonly Finding[]): readonly Timeline[] {
  const traceIds = new Set(findings.map((finding) => finding.traceId));
  const witnesses = new Set(findings.flatMap((finding) => finding.witness));
  return seen.traces
    .filter(
      (trace) =>
        traceIds.has(trace.id) ||
        trace.attempts.some((event) => witnesses.has(event.id)) ||
        trace.exchanges.some((exchange) => witnesses.has(exchange.id)),
    )
    .map(timelineOf);
}
