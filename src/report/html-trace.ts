import type { Finding } from '../rules/finding.ts';
import { count } from './closing.ts';
import { escape, escapeLines } from './html-escape.ts';
import type { Step, Timeline } from './timeline.ts';

/** A trace and the findings that belong to it. */
export interface TraceView {
  readonly timeline: Timeline;
  readonly findings: readonly Finding[];
}

/** Steps in a row in which nothing was found are folded when they are more than this; a few stay visible around it. */
const FOLDED = 40;
const CONTEXT = 5;

/** More spans than this at a time are no longer drawn. */
const LANES = 8;

/**
 * One trace as a timeline. Findings stand where the contradiction shows: at their last witness.
 *
 * @param anchorOf The id of the element of a finding.
 */
export function traceSection(
  { timeline, findings }: TraceView,
  file: string | null,
  anchorOf: (finding: Finding) => string,
): string {
  const { traceId, steps, events } = timeline;
  const here = new Set(steps.map(({ id }) => id));
  const at = new Map<string, Finding[]>();
  const below: Finding[] = [];
  for (const finding of findings) {
    const last = finding.witness.findLast((id) => here.has(id));
    if (last === undefined) below.push(finding);
    else at.set(last, [...(at.get(last) ?? []), finding]);
  }
  const block = (finding: Finding) => findingBlock(finding, anchorOf(finding));
  const blames = (tier: Finding['tier']) =>
    new Set(findings.filter((finding) => finding.tier === tier).flatMap(({ witness }) => witness));
  const [blamed, doubted] = [blames('E'), blames('W')];
  const lanes = new Lanes(steps);
  const rows = steps.map((step): Row => {
    const found = at.get(step.id) ?? [];
    const mark = blamed.has(step.id) ? 'blamed' : doubted.has(step.id) ? 'doubted' : '';
    const routine = step.kind === 'exchange' && step.trouble === null && mark === '' && traceId !== null;
    return {
      html: stepRow(step, [mark, routine ? 'routine' : ''], lanes.next(step), found.map(block).join('')),
      matters: mark !== '',
    };
  });
  const shownEvents = steps.filter(({ kind }) => kind === 'event').length;
  const left =
    events > shownEvents
      ? `<p class="note">${count(events - shownEvents, 'further event')} not shown.</p>`
      : '';
  const idWidth = Math.min(SHORT_ID, Math.max(2, ...steps.map(({ id }) => id.length)));
  const title = traceId === null ? 'Requests that reached no trace' : traceId;
  return `<section class="trace" data-findings="${findings.length}">
<h2><bdi>${escape(title)}</bdi> <small>${facts(timeline, file)}${jump(findings, anchorOf)}</small></h2>
<ol style="--lanes:${lanes.width};--id:${idWidth}">${folded(rows)}</ol>
${left}${below.map(block).join('\n')}
</section>`;
}

function facts({ agentName, events, steps }: Timeline, file: string | null): string {
  const times = steps.map(({ time }) => Date.parse(time)).filter((time) => !Number.isNaN(time));
  const [from, to] = [
    times.reduce((a, b) => Math.min(a, b), Infinity),
    times.reduce((a, b) => Math.max(a, b), -Infinity),
  ];
  return [
    agentName === null ? '' : `agent ${agentName}`,
    events === 0 ? '' : count(events, 'event'),
    times.length === 0
      ? ''
      : `${new Date(from).toISOString().slice(0, 19).replace('T', ' ')} UTC, ${duration(to - from)}`,
    file ?? '',
  ]
    .filter(Boolean)
    .map((fact) => `<bdi>${escape(fact)}</bdi>`)
    .join(' · ');
}

function duration(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  return ms < 120_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`;
}

function jump(findings: readonly Finding[], anchorOf: (finding: Finding) => string): string {
  const [first] = findings;
  return first ? ` · <a href="#${anchorOf(first)}">${count(findings.length, 'finding')}</a>` : '';
}

interface Row {
  readonly html: string;
  /** A finding names it. */
  readonly matters: boolean;
}

function folded(rows: readonly Row[]): string {
  const near = rows.map(() => false);
  rows.forEach(({ matters }, index) => {
    if (matters) near.fill(true, Math.max(0, index - CONTEXT), index + CONTEXT + 1);
  });
  // The beginning says what the trace is about.
  near.fill(true, 0, CONTEXT);
  const parts: string[] = [];
  for (let from = 0; from < rows.length;) {
    const found = near.indexOf(!near[from], from);
    const to = found < 0 ? rows.length : found;
    const html = rows.slice(from, to).map((row) => row.html);
    parts.push(
      near[from] || to - from <= FOLDED
        ? html.join('\n')
        : `<li><details><summary>${count(to - from, 'step')} without findings</summary><ol>${html.join('\n')}</ol></details></li>`,
    );
    from = to;
  }
  return parts.join('\n');
}

/** Ids of exports are UUIDs: their beginning tells them apart, and the whole one stands in the title. */
const SHORT_ID = 8;

function stepRow(step: Step, marks: readonly string[], lanes: string, findings: string): string {
  const { id, kind, what, stepId, representation, trouble, summary, spanId, time } = step;
  // A turn begins with what goes into the model.
  const turn = what === 'user_message' || what === 'tool_result' ? 'turn' : '';
  const classes = ['step', kind, what.replace(/[^a-z_]/g, ''), turn, ...marks].filter(Boolean).join(' ');
  const shownTime = escape(time.slice(11, 23));
  return [
    `<li class="${classes}">${lanes}`,
    `<span class="id" title="${escape(id)}">${escape(id.slice(0, SHORT_ID))}</span>`,
    `<span class="number">${stepId ?? ''}</span><span class="what">${escape(what)}</span>`,
    representation === null ? '' : `<span class="by">${representation}</span>`,
    `<span class="said">${said(trouble, summary)}</span>`,
    spanId === null ? '' : `<code class="span" title="${escape(spanId)}"><bdi>${escape(spanId)}</bdi></code>`,
    time === '' ? '' : `<time datetime="${escape(time)}">${shownTime}</time>`,
    `${findings}</li>`,
  ].join('');
}

function said(trouble: string | null, summary: string): string {
  if (trouble === null) return escape(summary);
  const rest = summary.startsWith(trouble) ? summary.slice(trouble.length) : ` ${summary}`;
  return `<b class="trouble">${escape(trouble)}</b> ${escape(rest)}`;
}

function findingBlock({ rule, kind, tier, message }: Finding, anchor: string): string {
  const level = tier === 'E' ? 'error' : 'warning';
  return `<div class="finding ${level}" id="${anchor}"><p><b>${escape(rule)}</b> ${level} <span>${escape(kind)}</span></p><pre>${escapeLines(message)}</pre></div>`;
}

/** Spans of tools that are open, drawn as bars at the side, each in a lane of its own. */
class Lanes {
  /** How many lanes the whole trace needs. */
  readonly width: number;
  readonly #answered: ReadonlySet<string | null>;
  readonly #open: (string | null)[] = [];

  constructor(steps: readonly Step[]) {
    this.#answered = new Set(
      steps.filter(({ what }) => what === 'tool_call_response').map(({ spanId }) => spanId),
    );
    const rehearsal: (string | null)[] = [];
    for (const step of steps) place(step, rehearsal);
    this.width = rehearsal.length;
  }

  next(step: Step): string {
    const { index, end } = place(step, this.#open);
    const bars = this.#open.map((span, lane) => {
      if (span === null && lane !== index) return '<i></i>';
      const left = span !== null && !this.#answered.has(span) ? ' left' : '';
      return `<i class="bar${left}${lane === index ? end : ''}"></i>`;
    });
    return `<span class="lanes">${bars.join('')}</span>`;
  }
}

/** Opens or closes the lane of a step; `index` is -1 for a step that does neither. */
function place(step: Step, lanes: (string | null)[]): { index: number; end: string } {
  const none = { index: -1, end: '' };
  if (step.spanId === null) return none;
  const open = lanes.indexOf(step.spanId);
  if (step.what === 'tool_call_response') {
    if (open >= 0) lanes[open] = null;
    return { index: open, end: ' closes' };
  }
  if (step.what !== 'tool_call_request' || open >= 0) return none;
  const free = lanes.indexOf(null);
  const index = free < 0 ? lanes.length : free;
  if (index >= LANES) return none;
  lanes[index] = step.spanId;
  return { index, end: ' opens' };
}
