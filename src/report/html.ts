import type { Outcome } from '../bulk/outcome.ts';
import type { Finding } from '../rules/finding.ts';
import { count, somethingChecked } from './closing.ts';
import { HTML_SCRIPT, HTML_STYLE } from './html-assets.ts';
import { unreadableLines } from './outcome-text.ts';
import { plainLine } from './plain-text.ts';
import type { Step, Timeline } from './timeline.ts';

/** More than a browser shows with ease; those with findings come first. */
const SHOWN_TRACES = 1000;

/**
 * One self-contained HTML file: every trace as a timeline of turns, spans and tools, its findings in place. Readable
 * without JavaScript, searchable with it, light and dark as the reader's system is.
 */
export function renderHtml(outcome: Outcome): string {
  const { report, timelines } = outcome;
  const byTrace = grouped(report.findings);
  const missing = [...byTrace.keys()].filter((id) => !timelines.some(({ traceId }) => traceId === id));
  const all = [
    ...timelines,
    ...missing.map((traceId) => ({ traceId, agentName: null, steps: [], events: 0 })),
  ];
  const sorted = [
    ...all.filter(({ traceId }) => byTrace.has(traceId)),
    ...all.filter(({ traceId }) => !byTrace.has(traceId)),
  ];
  const sections = sorted
    .slice(0, SHOWN_TRACES)
    .map((timeline) => traceSection(timeline, byTrace.get(timeline.traceId) ?? []));
  const left = sorted.length - sections.length;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>WhyOps traces: ${escape(headline(outcome))}</title>
<style>${HTML_STYLE}</style>
</head>
<body>
<header>
<h1>${escape(headline(outcome))}</h1>
<p>${escape(`${count(report.traces, 'trace')}, ${count(report.events, 'event')}`)}</p>
<p class="search" hidden><label>Search <input type="search" id="query" placeholder="trace, tool, rule, text"></label> <label><input type="checkbox" id="only"> only traces with findings</label> <output id="hits"></output></p>
</header>
<main>
${notes(outcome)}
${sections.join('\n')}
${left > 0 ? `<p class="note">${count(left, 'further trace')} not shown.</p>` : ''}
${checkedTable(outcome)}
</main>
<script>${HTML_SCRIPT}</script>
</body>
</html>
`;
}

function headline({ report }: Outcome): string {
  if (!somethingChecked(report)) return 'Nothing was checked';
  const errors = report.findings.filter(({ tier }) => tier === 'E').length;
  const warnings = report.findings.length - errors;
  if (report.findings.length === 0) return 'No findings';
  return [errors > 0 ? count(errors, 'error') : '', warnings > 0 ? count(warnings, 'warning') : '']
    .filter(Boolean)
    .join(' and ');
}

function notes(outcome: Outcome): string {
  const lines = [
    ...outcome.report.ignored.map(({ rule, reason, findings, stale }) =>
      stale
        ? `Ignoring ${rule} (${reason}) matched nothing.`
        : `Ignored ${count(findings.length, 'finding')} of ${rule}: ${reason}`,
    ),
    ...unreadableLines(outcome),
  ];
  return lines.length === 0
    ? ''
    : `<ul class="note">${lines.map((line) => `<li>${escape(line)}</li>`).join('')}</ul>`;
}

function traceSection(timeline: Timeline, findings: readonly Finding[]): string {
  const { traceId, agentName, steps, events } = timeline;
  const here = new Set(steps.map(({ id }) => id));
  const at = new Map<string, Finding[]>();
  const below: Finding[] = [];
  for (const finding of findings) {
    // Told where the contradiction shows: at its last witness.
    const last = finding.witness.findLast((id) => here.has(id));
    if (last === undefined) below.push(finding);
    else at.set(last, [...(at.get(last) ?? []), finding]);
  }
  const witnesses = new Set(findings.flatMap(({ witness }) => witness));
  const title = traceId === null ? 'Requests that reached no trace' : traceId;
  const facts = [agentName === null ? '' : `agent ${agentName}`, count(events, 'event')]
    .filter(Boolean)
    .join(' · ');
  return `<section class="trace" data-findings="${findings.length}">
<h2>${escape(title)} <small>${escape(facts)}</small></h2>
<ol>${rows(steps, witnesses, at)}</ol>
${below.map(findingBlock).join('\n')}
</section>`;
}

/** A turn begins with what goes into the model; spans of tools that are open are drawn as bars at the side. */
function rows(
  steps: readonly Step[],
  witnesses: ReadonlySet<string>,
  at: ReadonlyMap<string, readonly Finding[]>,
): string {
  const lanes: (string | null)[] = [];
  return steps
    .map((step) => {
      const lane = laneOf(step, lanes);
      const bars = lanes
        .map((span, index) => bar(span !== null || index === lane.index, index, lane))
        .join('');
      if (lane.closes) lanes[lane.index] = null;
      const findings = at.get(step.id) ?? [];
      const classes = [
        'step',
        step.kind,
        step.what.replace(/[^a-z_]/g, ''),
        step.what === 'user_message' || step.what === 'tool_result' ? 'turn' : '',
        witnesses.has(step.id) ? 'witness' : '',
      ];
      return `<li class="${classes.filter(Boolean).join(' ')}"><span class="lanes">${bars}</span><span class="id" title="${escape(step.id)}">${escape(step.id)}</span><span class="number">${step.stepId ?? ''}</span><span class="what">${escape(step.what)}</span>${step.representation === null ? '' : `<span class="by ${step.representation}">${step.representation}</span>`}<span class="said">${step.trouble === null ? '' : `<b class="trouble">${escape(step.trouble)}</b> `}${escape(step.summary)}</span>${step.spanId === null ? '' : `<code class="span">${escape(step.spanId)}</code>`}${step.time === '' ? '' : `<time datetime="${escape(step.time)}">${escape(step.time.slice(11, 23))}</time>`}${findings.map(findingBlock).join('')}</li>`;
    })
    .join('\n');
}

interface Lane {
  readonly index: number;
  readonly opens: boolean;
  readonly closes: boolean;
}

function laneOf(step: Step, lanes: (string | null)[]): Lane {
  const none = { index: -1, opens: false, closes: false };
  if (step.spanId === null) return none;
  const open = lanes.indexOf(step.spanId);
  if (step.what === 'tool_call_response') return { index: open, opens: false, closes: open >= 0 };
  if (step.what !== 'tool_call_request' || open >= 0) return none;
  const free = lanes.indexOf(null);
  const index = free < 0 ? lanes.length : free;
  if (index > 7) return none;
  lanes[index] = step.spanId;
  return { index, opens: true, closes: false };
}

function bar(drawn: boolean, index: number, lane: Lane): string {
  const end = index !== lane.index ? '' : lane.opens ? ' opens' : lane.closes ? ' closes' : '';
  return `<i class="${drawn ? `bar${end}` : 'gap'}"></i>`;
}

function findingBlock({ rule, kind, tier, message }: Finding): string {
  const [level, word] = tier === 'E' ? ['error', 'error'] : ['warning', 'warning'];
  return `<div class="finding ${level}"><p><b>${escape(rule)}</b> ${word} <span>${escape(kind)}</span></p><pre>${escapeLines(message)}</pre></div>`;
}

function checkedTable({ report }: Outcome): string {
  const lines = report.checked.map(({ rule, applied, notApplicable }) => {
    const why = notApplicable.map(({ reason, count: times }) => `${reason} (${times})`).join('; ');
    const found = report.findings.filter((finding) => finding.rule === rule).length;
    return `<tr><th scope="row">${escape(rule)}</th><td>${found}</td><td>${applied}</td><td>${escape(why)}</td></tr>`;
  });
  return `<section class="checked"><h2>What was checked</h2><table><thead><tr><th scope="col">rule</th><th scope="col">findings</th><th scope="col">traces</th><th scope="col">not applicable</th></tr></thead><tbody>${lines.join('')}</tbody></table></section>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return plainLine(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** Line breaks and margins of a message stay. */
function escapeLines(text: string): string {
  return text
    .split('\n')
    .map((line) => (/^ */.exec(line)?.[0] ?? '') + escape(line))
    .join('\n');
}

function grouped(findings: readonly Finding[]): Map<string | null, Finding[]> {
  const groups = new Map<string | null, Finding[]>();
  for (const finding of findings)
    groups.set(finding.traceId, [...(groups.get(finding.traceId) ?? []), finding]);
  return groups;
}
