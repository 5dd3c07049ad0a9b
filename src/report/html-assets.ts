/** System colours and fonts only: the report is one file and asks the network for nothing. */
export const HTML_STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1c2024, #e6e8eb); --quiet: light-dark(#5b6570, #98a1ab);
  --page: light-dark(#f7f8fa, #14171a); --card: light-dark(#fff, #1d2125); --line: light-dark(#dde1e6, #343a40);
  --error: light-dark(#b42318, #ff8f85); --error-back: light-dark(#fff1f0, #3a1d1b);
  --warning: light-dark(#8a5a00, #f3c063); --warning-back: light-dark(#fff8e6, #372a10); --span: light-dark(#2f6fde, #7aa7f7); }
* { box-sizing: border-box; }
body { margin: 0; font: 14px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); }
header, main { max-width: 1200px; margin: 0 auto; padding: 16px 20px; }
h1 { margin: 0; font-size: 22px; } header p { margin: 4px 0; color: var(--quiet); }
h2 { font-size: 15px; margin: 0 0 8px; overflow-wrap: anywhere; } small { color: var(--quiet); font-weight: normal; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px; margin: 0 0 16px; }
ol { list-style: none; margin: 0; padding: 0; }
.step { display: grid; grid-template-columns: auto 4em 2em 11.5em 5em minmax(0, 1fr) minmax(0, 9em) 7em; gap: 0 8px; align-items: baseline; padding: 2px 4px; }
.turn { border-top: 1px dashed var(--line); margin-top: 4px; padding-top: 6px; }
.lanes { display: flex; align-self: stretch; gap: 3px; grid-column: 1; min-width: 0; } .lanes i { width: 4px; }
.bar { background: var(--span); margin: -2px 0; } .bar.opens { border-radius: 4px 4px 0 0; margin-top: 6px; } .bar.closes { border-radius: 0 0 4px 4px; margin-bottom: 6px; }
.id, .number, time, .by { color: var(--quiet); font-variant-numeric: tabular-nums; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.id { grid-column: 2; } .number { grid-column: 3; text-align: right; } .what { grid-column: 4; overflow-wrap: anywhere; } .exchange .what { grid-column: 4 / 6; }
.by { grid-column: 5; } .said { grid-column: 6; overflow-wrap: anywhere; } .span { grid-column: 7; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: var(--quiet); } time { grid-column: 8; text-align: right; }
.witness .what { color: var(--error); font-weight: 600; } .trouble { color: var(--error); }
.finding { grid-column: 2 / -1; border-left: 3px solid; padding: 4px 10px; margin: 4px 0 8px; border-radius: 0 6px 6px 0; }
.finding p { margin: 0; } .finding span { color: var(--quiet); } .error { border-color: var(--error); background: var(--error-back); } .error b { color: var(--error); }
.warning { border-color: var(--warning); background: var(--warning-back); } .warning b { color: var(--warning); }
pre { margin: 4px 0 0; white-space: pre-wrap; overflow-wrap: anywhere; font: 12.5px/1.45 ui-monospace, monospace; }
.note { color: var(--warning); overflow-wrap: anywhere; } .search label { margin-right: 12px; } input[type=search] { font: inherit; padding: 4px 8px; width: 22em; max-width: 100%; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: 3px 8px 3px 0; vertical-align: top; border-top: 1px solid var(--line); }
@media (max-width: 760px) { .step { grid-template-columns: auto 4em 2em 1fr; } .said, .span, .by, time { grid-column: 4; text-align: left; } }
`;

/** Search is an extra: without it everything is shown. */
export const HTML_SCRIPT = `
const query = document.getElementById('query'), only = document.getElementById('only'), hits = document.getElementById('hits');
const traces = [...document.querySelectorAll('.trace')].map((element) => ({ element, text: element.textContent.toLowerCase() }));
document.querySelector('.search').hidden = false;
function search() {
  const words = query.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let shown = 0;
  for (const { element, text } of traces) {
    const hit = words.every((word) => text.includes(word)) && (!only.checked || element.dataset.findings !== '0');
    element.hidden = !hit;
    if (hit) shown += 1;
  }
  hits.textContent = words.length > 0 || only.checked ? shown + ' of ' + traces.length + ' traces' : '';
}
query.addEventListener('input', search);
only.addEventListener('change', search);
`;
