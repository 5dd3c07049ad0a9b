import { createHash } from 'node:crypto';
import type { Outcome } from '../bulk/outcome.ts';
import type { Finding } from '../rules/finding.ts';
import { count, somethingChecked } from './closing.ts';
import { HTML_SCRIPT, HTML_STYLE } from './html-assets.ts';
import { escape } from './html-escape.ts';
import { traceSection, type TraceView } from './html-trace.ts';
import { unreadableLines } from './outcome-text.ts';
import { groupFindings } from './text.ts';
import { fileOf } from './timeline.ts';

/** More than a browser shows with ease; those with findings come first. */
const SHOWN_TRACES = 1000;

/** Whatever the traces contain, a browser runs this script alone and loads nothing. */
const POLICY = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${createHash('sha256').update(HTML_SCRIPT).digest('base64')}'`;

/**
 * One self-contained HTML file: every trace as a timeline of turns, spans and tools, its findings in place. Readable
 * without JavaScript, searchable with it, light and dark as the reader's system is.
 */
export function renderHtml(outcome: Outcome): string {
  const { report } = outcome;
  const views = viewsOf(outcome);
  const shown = views.slice(0, SHOWN_TRACES);
  const left = views.length - shown.length;
  const anchors = new Map(report.findings.map((finding, index) => [finding, `finding-${index + 1}`]));
  const severalFiles = new Set(views.map(({ timeline }) => fileOf(timeline))).size > 1;
  const sections = shown.map((view) =>
    traceSection(view, severalFiles ? (fileOf(view.timeline) ?? null) : null, (finding) =>
      anchors.get(finding)!,
    ),
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>WhyOps traces: ${escape(headline(outcome))}</title>
<style>${HTML_STYLE}</style>
</head>
<body>
<header>
<p class="tool">WhyOps Testkit</p>
<h1>${escape(headline(outcome))}</h1>
<p>${escape(`${count(report.traces, 'trace')}, ${count(report.events, 'event')}`)}</p>
<p class="controls search" hidden><label>Search <input type="search" id="query" placeholder="trace, tool, rule, text"></label> <label><input type="checkbox" id="only"> only traces with findings</label> <output id="hits"></output></p>
${sections.some((section) => section.includes(' routine')) ? '<p class="controls"><label><input type="checkbox" id="requests"> show the requests that went well</label></p>' : ''}
</header>
<main>
${notes(outcome)}
${index(shown, (finding) => anchors.get(finding)!)}
${sections.join('\n')}
${left > 0 ? `<p class="note">${count(left, 'further trace')} not shown.</p>` : ''}
${checkedTable(outcome)}
</main>
<script>${HTML_SCRIPT}</script>
</body>
</html>
`;
}

/** Traces with findings first; then, where they were kept, the others. */
function viewsOf({ report, timelines, whereOf }: Outcome): TraceView[] {
  const views: TraceView[] = groupFindings(report.findings, whereOf);
  const seen = new Set(views.map(({ timeline }) => timeline));
  return [
    ...views,
    ...timelines.filter((timeline) => !seen.has(timeline)).map((timeline) => ({ timeline, findings: [] })),
  ];
}

/** How often each rule was violated, with a way to the first time. */
function index(views: readonly TraceView[], anchorOf: (finding: Finding) => string): string {
  const byRule = new Map<string, Finding[]>();
  for (const finding of views.flatMap(({ findings }) => findings))
    byRule.set(finding.rule, [...(byRule.get(finding.rule) ?? []), finding]);
  const items = [...byRule].map(
    ([rule, found]) => `<li><a href="#${anchorOf(found[0]!)}">${escape(rule)}</a> ${found.length}</li>`,
  );
  return items.length === 0 ? '' : `<ul class="index">${items.join('')}</ul>`;
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

function checkedTable({ report }: Outcome): string {
  const lines = report.checked.map(({ rule, applied, notApplicable }) => {
    const why = notApplicable.map(({ reason, count: times }) => `${reason} (${times})`).join('; ');
    const found = report.findings.filter((finding) => finding.rule === rule).length;
    return `<tr><th scope="row">${escape(rule)}</th><td>${found}</td><td>${applied}</td><td>${escape(why)}</td></tr>`;
  });
  return `<section class="checked"><h2>What was checked</h2><table><thead><tr><th scope="col">rule</th><th scope="col">findings</th><th scope="col">traces</th><th scope="col">not applicable</th></tr></thead><tbody>${lines.join('')}</tbody></table></section>`;
}
