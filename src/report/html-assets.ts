/** System colours and fonts only: the report is one file and asks the network for nothing. */
export const HTML_STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1c2024, #e6e8eb); --quiet: light-dark(#5b6570, #98a1ab);
  --page: light-dark(#f7f8fa, #14171a); --card: light-dark(#fff, #1d2125); --line: light-dark(#dde1e6, #343a40);
  --error: light-dark(#b42318, #ff8f85); --error-back: light-dark(#fff1f0, #3a1d1b);
  --warning: light-dark(#8a5a00, #f3c063); --warning-back: light-dark(#fff8e6, #372a10); --span: light-dark(#2f6fde, #7aa7f7); }
* { box-sizing: border-box; }
html { scroll-padding-top: 12px; }
body { margin: 0; font: 14px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); }
header, main { max-width: 1200px; margin: 0 auto; padding: 16px 20px; } main { padding-top: 0; }
h1 { margin: 0; font-size: 22px; } header p { margin: 4px 0; color: var(--quiet); } .tool { font-size: 12px; }
h2 { font-size: 15px; margin: 0 0 8px; overflow-wrap: anywhere; } small { color: var(--quiet); font-weight: normal; font-size: 12.5px; }
a { color: var(--span); } bdi, .said, pre { unicode-bidi: plaintext; }
section, .index { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px; margin: 0 0 16px; }
.index { display: flex; flex-wrap: wrap; gap: 4px 20px; list-style: none; } .index a { text-decoration: none; } .index a:hover { text-decoration: underline; }
ol { list-style: none; margin: 0; padding: 0; }
.step { position: relative; display: grid; grid-template-columns: calc(var(--id) * 7.4px) 2.6em 11.5em 5em minmax(0, 1fr) minmax(0, 10em) 7em; gap: 0 10px; align-items: baseline;
  padding: 2px 4px 2px calc(var(--lanes) * 8px + 6px); scroll-margin-top: 60px; }
.step:target, .finding:target { outline: 2px solid var(--span); }
.turn { border-top: 1px dashed var(--line); margin-top: 4px; padding-top: 6px; }
.lanes { position: absolute; inset: 0 auto 0 2px; display: flex; gap: 4px; } .lanes i { width: 4px; }
.bar { background: var(--span); } .bar.opens { border-radius: 4px 4px 0 0; margin-top: 8px; } .bar.closes { border-radius: 0 0 4px 4px; height: 18px; }
.bar.left { background: repeating-linear-gradient(var(--span) 0 4px, transparent 4px 8px); }
.id, .number, time, .by { color: var(--quiet); font-variant-numeric: tabular-nums; white-space: nowrap; overflow: hidden; }
.id { grid-column: 1; font: 12px/1.5 ui-monospace, monospace; } .number { grid-column: 2; text-align: right; } .what { grid-column: 3; overflow-wrap: anywhere; } .exchange .what { grid-column: 3 / 5; }
.by { grid-column: 4; } .said { grid-column: 5; overflow-wrap: anywhere; text-align: left; } .span { grid-column: 6; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: var(--quiet); } time { grid-column: 7; text-align: right; }
.exchange { color: var(--quiet); } .blamed .what { color: var(--error); font-weight: 600; } .doubted .what { color: var(--warning); font-weight: 600; } .trouble { color: var(--error); }
.routine { display: none; } body:has(#requests:checked) .routine { display: grid; }
summary { color: var(--quiet); cursor: pointer; padding: 4px; } summary:hover { color: var(--ink); }
.finding { grid-column: 1 / -1; color: var(--ink); border-left: 3px solid; padding: 4px 10px; margin: 4px 0 8px; border-radius: 0 6px 6px 0; }
.finding p { margin: 0; } .finding span { color: var(--quiet); } .finding.error { border-color: var(--error); background: var(--error-back); } .finding.error b { color: var(--error); }
.finding.warning { border-color: var(--warning); background: var(--warning-back); } .finding.warning b { color: var(--warning); }
pre { margin: 4px 0 0; white-space: pre-wrap; overflow-wrap: anywhere; font: 12.5px/1.45 ui-monospace, monospace; }
.note { color: var(--warning); overflow-wrap: anywhere; } label { margin-right: 16px; } input[type=search] { font: inherit; padding: 4px 8px; width: 22em; max-width: 100%; }
table { border-collapse: collapse; width: 100%; } td { overflow-wrap: anywhere; } th, td { text-align: left; padding: 3px 8px 3px 0; vertical-align: top; border-top: 1px solid var(--line); }
@media (max-width: 1000px) { .step { grid-template-columns: calc(var(--id) * 7.4px) 2.6em 11.5em 5em minmax(0, 1fr) 7em; }
  .span { grid-column: 5; } time { grid-column: 6; } .said { order: 1; grid-column: 3 / -1; } .finding { order: 2; } }
@media (max-width: 760px) { .step { grid-template-columns: 2em minmax(0, 1fr); } .what, .exchange .what, .said, .span, .id { grid-column: 2; text-align: start; }
  .number { grid-column: 1; grid-row: 1; } .said { order: 0; } .id, .span { order: 1; } pre { white-space: pre-line; } .step > .by, .step > time { display: none; } table { font-size: 12.5px; } }
@media print { :root { color-scheme: light; } body { background: none; } .controls { display: none; } .step, .finding { break-inside: avoid; } h2 { break-after: avoid; }
  section, .index { border: 0; border-top: 1px solid var(--line); border-radius: 0; padding: 8px 0; } * { print-color-adjust: exact; } }
`;

/** Search is an extra: without it everything is shown. A fold in which a word stands is opened. */
export const HTML_SCRIPT = `
const query = document.getElementById('query'), only = document.getElementById('only'), hits = document.getElementById('hits');
const textOf = (element) => element.textContent.toLowerCase();
const traces = [...document.querySelectorAll('.trace')].map((element) => ({ element, text: textOf(element) }));
document.querySelector('.search').hidden = false;
function search() {
  const words = query.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let shown = 0;
  for (const { element, text } of traces) {
    const hit = words.every((word) => text.includes(word)) && (!only.checked || element.dataset.findings !== '0');
    element.hidden = !hit;
    if (!hit) continue;
    shown += 1;
    for (const fold of element.querySelectorAll('details'))
      fold.open = words.some((word) => textOf(fold.querySelector('ol')).includes(word));
  }
  hits.textContent = words.length > 0 || only.checked ? shown + ' of ' + traces.length + ' traces' : '';
}
query.addEventListener('input', search);
only.addEventListener('change', search);
addEventListener('beforeprint', () => { for (const fold of document.querySelectorAll('details')) fold.open = true; });
`;
